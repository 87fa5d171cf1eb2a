//! What the renderers print.

mod diagnostics;
mod odd_files;
mod tests;
