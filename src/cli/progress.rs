//! How far a command has come, for those who watch a terminal.

use crate::pipeline::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::OnceCell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// A progress bar that appears on a terminal once a run takes longer than a second.
pub struct Bar {
    started: Instant,
    bar: OnceCell<ProgressBar>,
    wanted: bool,
}

impl Bar {
    pub fn new() -> Self {
        Bar { started: Instant::now(), bar: OnceCell::new(), wanted: std::io::stderr().is_terminal() }
    }

    pub fn show(&self, progress: Progress) {
        let elapsed = self.started.elapsed();
        if !self.wanted || elapsed < Duration::from_secs(1) {
            return;
        }
        let Progress { read, total, records } = progress;
        let bar = self.bar.get_or_init(|| match total {
            Some(total) => {
                let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}");
                ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            }
            None => ProgressBar::new_spinner(),
        });
        // Reckoned here: the bar has not seen the first second.
        let left = total.filter(|_| read > 0).map(|total| elapsed.mul_f64(total.saturating_sub(read) as f64 / read as f64));
        let left = left.map_or_else(String::new, |left| format!(", about {} s left", left.as_secs() + 1));
        bar.set_message(format!("{records} records{left}"));
        bar.set_position(read);
    }

    pub fn clear(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
