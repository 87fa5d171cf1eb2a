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
        let Progress { read, total, records, left } = progress;
        let bar = self.bar.get_or_init(|| match total {
            Some(total) => {
                let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}");
                ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            }
            None => ProgressBar::new_spinner(),
        });
        // Reckoned here: the bar has not seen the first second.
        let passed = || total.filter(|_| read > 0).map(|total| elapsed.mul_f64(total.saturating_sub(read) as f64 / read as f64));
        let left = left.or_else(passed).map_or_else(String::new, |left| format!(", about {} left", time(left)));
        bar.set_message(format!("{records} records{left}"));
        bar.set_position(read);
    }

    pub fn clear(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// Up to two minutes in seconds, then in minutes, then in hours.
fn time(left: Duration) -> String {
    match left.as_secs() {
        seconds @ ..120 => format!("{} s", seconds + 1),
        seconds @ 120..7200 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::time;
    use std::time::Duration;

    #[test]
    fn the_time_that_is_left_is_told_as_roughly_as_it_is_known() {
        for (seconds, told) in
            [(0, "1 s"), (119, "120 s"), (120, "2 min"), (3601, "61 min"), (7200, "2 h 0 min"), (360_059, "100 h 0 min")]
        {
            assert_eq!(time(Duration::from_secs(seconds)), told);
        }
    }
}
