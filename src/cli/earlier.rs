//! What was saved before: a catalog, and people's records, to be held against those of now.

use super::Usage;
use super::connect::recorded;
use super::load;
use crate::catalog::Catalog;
use crate::catalog::resource::Resource;
use crate::diagnosis::agreement::Earlier;
use crate::diagnosis::company::comparable;
use crate::source::Batch;
use anyhow::Context;
use std::path::PathBuf;

/// Files of before.
#[derive(Debug, Default, clap::Args)]
pub struct EarlierArgs {
    /// The company's catalog as it was pulled before: tells fields that moved, were deleted or were replaced since
    #[arg(long, value_name = "FILE")]
    pub before: Option<PathBuf>,
    /// People's records that were saved before: their values are compared with those of now, by employee, and none is kept
    #[arg(long, value_name = "FILE")]
    pub records_before: Option<PathBuf>,
}

impl EarlierArgs {
    /// The catalog pulled before, held against the one of now.
    ///
    /// # Errors
    /// It can't be read, is of another company, or is not whole.
    pub fn catalog(&self, now: &Catalog) -> anyhow::Result<Option<Catalog>> {
        let Some(path) = &self.before else { return Ok(None) };
        if now.is_builtin() {
            return Err(Usage(
                "--before is held against the company's fields as they are now: give them with --catalog FILE as well".to_owned(),
            )
            .into());
        }
        let before = Catalog::load(&load::read(path)?, &load::shown(path))?;
        comparable(now, &before)?;
        Ok(Some(before))
    }

    /// What these fields meant in the records saved before.
    ///
    /// # Errors
    /// The records can't be read.
    pub fn records<'c>(
        &self,
        ids: &[String],
        now: &'c Catalog,
        before: Option<&'c Catalog>,
    ) -> anyhow::Result<Option<Earlier<'c>>> {
        let Some(path) = &self.records_before else { return Ok(None) };
        let people = Resource::find("hibob.people").expect("people are a resource");
        let mut earlier = Earlier::new(&load::shown(path), ids, now, before);
        let (mut source, mut batch) = (recorded(path, people)?, Batch::default());
        while source.next(&mut batch)? {
            for span in &batch.records {
                let said = || format!("{}: record {} (line {})", load::shown(path), span.place.record, span.place.line);
                let text = std::str::from_utf8(&batch.bytes[span.range.clone()]).with_context(said)?;
                earlier.add(text).with_context(said)?;
            }
        }
        Ok(Some(earlier))
    }
}
