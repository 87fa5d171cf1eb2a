//! How fast bobmap is. Everything is a ratio of things that are run in turn on one machine, so that it holds on others.
//!
//! ```text
//! cargo bench                     each stage by itself, and the whole, in this process
//! cargo bench -- goals            every goal for speed and memory, with its figure and its limit
//! cargo bench -- rivals           the whole task, beside whichever other programs are installed
//! cargo bench -- instructions     instructions of each stage by callgrind, held to instructions.txt; --write takes them over;
//!                                 with --profile quick before the --, as the stored figures are
//! cargo bench -- employees 1000   invented employees on standard output; as an array with --array, with slash names by --slash
//! ```
//!
//! `RECORD.md` beside this file says what was predicted, tried and found.

mod clock;
mod employees;
mod goals;
mod instructions;
mod rivals;
mod stages;
mod task;

use employees::Form;
use std::io::Write;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    match word(0) {
        "goals" => goals::measure(),
        "by-hand" => goals::by_hand(word(1), word(2)),
        "decompress" => goals::decompress(word(1), word(2)),
        "download" => goals::download(word(1), word(2)),
        "rivals" => rivals::compare(),
        "instructions" => instructions::check(),
        "once" => instructions::once(word(1)),
        "employees" => {
            let given = |flag: &str| words.iter().any(|word| word == flag);
            let form = match (given("--array"), given("--slash")) {
                (true, _) => Form::Array,
                (_, true) => Form::Slash,
                _ => Form::Lines,
            };
            let mut out = std::io::stdout().lock();
            // A reader that has seen enough (`| head`) is no failure.
            employees::write(word(1).parse().unwrap_or(1000), form, |piece| drop(out.write_all(piece)));
        }
        _ => stages::measure(),
    }
}
