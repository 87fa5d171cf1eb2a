//! What work costs: processor time, time on the wall, memory. Things to be compared are run in turn, several times, and the least
//! of each counts: whatever else the machine does only adds.

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What something cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Of all threads, in and outside the kernel.
    pub processor: Duration,
    pub wall: Duration,
    /// The most memory that a program held, in bytes; 0 where it is not asked.
    pub memory: u64,
}

fn processor(who: UsageWho) -> Duration {
    let usage = getrusage(who).expect("every Unix tells this");
    let time = |time: TimeVal| Duration::from_micros((time.tv_sec() * 1_000_000 + time.tv_usec()) as u64);
    time(usage.user_time()) + time(usage.system_time())
}

/// The cost of work in this process.
pub fn cost(work: impl FnOnce()) -> Cost {
    let (before, start) = (processor(UsageWho::RUSAGE_SELF), Instant::now());
    work();
    Cost { wall: start.elapsed(), processor: processor(UsageWho::RUSAGE_SELF) - before, memory: 0 }
}

/// The processor time of the programs that `work` starts and waits for.
pub fn of_children(work: impl FnOnce()) -> Cost {
    let (before, start) = (processor(UsageWho::RUSAGE_CHILDREN), Instant::now());
    work();
    Cost { wall: start.elapsed(), processor: processor(UsageWho::RUSAGE_CHILDREN) - before, memory: 0 }
}

/// The cost of a program, which must end well; records that are rejected are no harm. `feed` is handed what writes to its
/// standard input.
pub fn program(command: &mut Command, feed: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Cost {
    let mut memory = 0;
    let cost = of_children(|| {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut input = child.stdin.take().expect("it was asked for");
        let (id, over) = (child.id(), AtomicBool::new(false));
        let status = std::thread::scope(|scope| {
            let watch = scope.spawn(|| {
                let mut most = 0;
                while !over.load(Ordering::Relaxed) {
                    most = most.max(peak(id).unwrap_or(0));
                    std::thread::sleep(Duration::from_millis(5));
                }
                most
            });
            feed(&mut |piece| input.write_all(piece).expect("the program reads to the end"));
            drop(input);
            let status = child.wait().expect("the child is ours");
            over.store(true, Ordering::Relaxed);
            memory = watch.join().expect("the watch does nothing that fails");
            status
        });
        assert!(matches!(status.code(), Some(0 | 4)), "{command:?}: {status}");
    });
    Cost { memory, ..cost }
}

/// The most memory that a process has held so far.
fn peak(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// Something to be measured.
pub type Work<'w> = Box<dyn FnMut() -> Cost + 'w>;

/// Runs all of `works` in turn, so many rounds, and gives the least cost of each.
pub fn in_turn(rounds: usize, works: &mut [&mut dyn FnMut() -> Cost]) -> Vec<Cost> {
    let mut least: Vec<Option<Cost>> = works.iter().map(|_| None).collect();
    for _ in 0..rounds {
        for (work, least) in works.iter_mut().zip(&mut least) {
            let cost = work();
            *least = Some(match *least {
                None => cost,
                Some(best) => Cost {
                    processor: best.processor.min(cost.processor),
                    wall: best.wall.min(cost.wall),
                    memory: best.memory.max(cost.memory),
                },
            });
        }
    }
    least.into_iter().map(|cost| cost.expect("there is at least one round")).collect()
}

/// The value of a flag such as `--rounds 20`.
pub fn flag(name: &str) -> Option<u64> {
    std::env::args().skip_while(|argument| argument != name).nth(1).and_then(|value| value.parse().ok())
}
