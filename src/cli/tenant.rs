//! Whose fields and people a command is about: those of files, or those of HiBob itself.

use super::connect::recorded;
use super::live::HibobArgs;
use super::load::CatalogArgs;
use super::time_off;
use crate::catalog::Catalog;
use crate::catalog::request::{Request, Selection};
use crate::source::hibob::{Hibob, Parts, TimeOffSettings};
use crate::source::{Batch, Source};
use crate::value::json::Tree;
use anyhow::Context;
use clap::builder::PathBufValueParser;
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

/// Files in HiBob's place, or how to reach HiBob.
#[derive(Debug, clap::Args)]
pub struct TenantArgs {
    /// Recorded records in HiBob's place, so that no network is used; `-` is standard input
    #[arg(long, value_name = "FILE", value_parser = PathBufValueParser::new())]
    pub records: Option<PathBuf>,
    /// Read from HiBob, as commands without --records do anyway
    #[arg(long, hide = true, conflicts_with = "records")]
    pub live: bool,
    #[command(flatten)]
    pub catalog: CatalogArgs,
    #[command(flatten)]
    pub hibob: HibobArgs,
}

/// What a company's Bob has.
pub struct Tenant {
    pub catalog: Cow<'static, Catalog>,
    records: Option<PathBuf>,
    hibob: Option<Hibob>,
}

/// What has to be known of a company's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Know {
    Nothing,
    Fields,
    FieldsAndLists,
}

/// What messages call the catalog that is read from Bob itself.
const LIVE: &str = "HiBob";

impl TenantArgs {
    /// Asks HiBob for what is to be known, unless a file says it. Knows Bob's own fields where nobody says more.
    ///
    /// # Errors
    /// A file can't be read, there are no credentials, or HiBob does not answer.
    pub fn open(&self, offline: bool, know: Know) -> anyhow::Result<Tenant> {
        self.open_for(time_off::usual(), offline, know)
    }

    /// As [`TenantArgs::open`], for what is asked about time off.
    pub fn open_for(&self, time_off: TimeOffSettings, offline: bool, know: Know) -> anyhow::Result<Tenant> {
        let hibob = if offline { None } else { Some(self.hibob.connect_for(time_off)?) };
        let catalog = match &hibob {
            Some(hibob) if self.catalog.catalog.is_none() && know != Know::Nothing => {
                Cow::Owned(live_catalog(hibob, know == Know::FieldsAndLists)?)
            }
            _ => self.catalog.load()?,
        };
        Ok(Tenant { catalog, records: self.records.clone(), hibob })
    }
}

/// What HiBob says of its fields and, if asked, of its lists.
///
/// # Errors
/// HiBob does not answer, or not as it should.
pub fn live_catalog(hibob: &Hibob, lists: bool) -> anyhow::Result<Catalog> {
    let fields = hibob.fields()?;
    let lists = lists.then(|| hibob.named_lists()).transpose()?;
    Ok(Catalog::from_metadata(&fields, lists.as_deref(), LIVE)?)
}

impl Tenant {
    /// The file's records, or what HiBob answers to the request.
    pub fn source(&self, request: &Request, selection: Selection) -> anyhow::Result<Box<dyn Source>> {
        self.source_in_parts(request, selection, None)
    }

    /// The same; what is finished of a long reading is kept.
    pub fn source_in_parts(
        &self,
        request: &Request,
        selection: Selection,
        parts: Option<Arc<Parts>>,
    ) -> anyhow::Result<Box<dyn Source>> {
        match (&self.records, &self.hibob) {
            (Some(path), _) => recorded(path, request.resource),
            (None, Some(hibob)) => Ok(hibob.source_in_parts(request, selection, parts)?),
            (None, None) => unreachable!("a tenant without a connection is asked for records only if they are recorded"),
        }
    }

    /// The connection of a tenant that is live.
    pub fn hibob(&self) -> anyhow::Result<&Hibob> {
        self.hibob.as_ref().context("there is no connection to HiBob")
    }

    pub fn has_records(&self) -> bool {
        self.records.is_some() || self.hibob.is_some()
    }

    pub fn is_live(&self) -> bool {
        self.records.is_none() && self.hibob.is_some()
    }

    /// Every field of the company's, with its labels.
    pub fn every_field(&self) -> Request {
        let fields = self.catalog.fields().filter(|field| !field.deleted).map(|field| field.id.clone());
        Request {
            resource: crate::catalog::resource::Resource::find("hibob.people").expect("people are a resource"),
            fields: fields.collect(),
            human_readable: true,
            show_inactive: true,
        }
    }
}

/// Hands on each record that is JSON until `take` says `false`, and says how many of them are none.
pub fn each_record(source: &mut dyn Source, mut take: impl FnMut(&Tree<'_>) -> bool) -> anyhow::Result<u64> {
    let (mut batch, mut unread) = (Batch::default(), 0);
    while source.next(&mut batch)? {
        for span in &batch.records {
            let text = std::str::from_utf8(&batch.bytes[span.range.clone()]).ok();
            match text.and_then(|text| Tree::parse(text).ok()) {
                Some(record) if !take(&record) => return Ok(unread),
                Some(_) => {}
                None => unread += 1,
            }
        }
    }
    Ok(unread)
}
