//! The histories: rows of the tables of all employees, page after page.

use super::HibobError;
use super::stream::{Background, Lines, Pages};
use crate::catalog::request::Selection;
use crate::source::Scope;

pub(super) struct History {}

impl History {
    pub fn new(_resource: &'static str, _selection: Selection) -> Result<Option<History>, HibobError> {
        Ok(None)
    }
}

impl Pages for History {
    fn next(&mut self, _background: &Background) -> Result<Option<Lines>, HibobError> {
        Ok(None)
    }

    fn whole(&self) -> Scope {
        Scope::Complete
    }
}
