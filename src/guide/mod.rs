//! The guide: pages in Markdown that `bobmap help TOPIC` prints, rustdoc shows and the tests run. What the code knows itself
//! (keys, steps, targets, codes) is written by the code.

mod reference;

use crate::diagnostic::Code;
use crate::transform;
use std::borrow::Cow;

/// Writes the part of a page that follows from the code.
type Generated = fn() -> String;

/// One page.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// As `bobmap help` takes it.
    pub name: &'static str,
    /// One line for the list of topics.
    pub summary: &'static str,
    prose: &'static str,
    generated: Option<Generated>,
}

impl Page {
    /// The whole page, in Markdown.
    pub fn text(&self) -> Cow<'static, str> {
        match self.generated {
            None => Cow::Borrowed(self.prose),
            Some(generated) => Cow::Owned(format!("{}\n{}", self.prose, generated())),
        }
    }
}

macro_rules! pages {
    ($($module:ident $name:literal $summary:literal $(, $generated:path)?;)*) => {
        $(#[doc = include_str!(concat!($name, ".md"))] pub mod $module {})*

        /// Every page, in the order in which a newcomer reads them.
        pub static PAGES: &[Page] = &[$(Page {
            name: $name,
            summary: $summary,
            prose: include_str!(concat!($name, ".md")),
            generated: pages!(@generated $($generated)?),
        }),*];
    };
    (@generated) => { None };
    (@generated $generated:path) => { Some($generated) };
}

pages! {
    start "start" "what bobmap is, and a first mapping in ten minutes";
    init "init" "a first mapping, made to fit your company";
    mapping "mapping" "the mapping file: every key", reference::keys;
    paths "paths" "how a path finds a value in a record";
    fields "fields" "one field: where it looks, what is missing, what is wrong";
    steps "steps" "every step of `then`", reference::steps;
    conditions "conditions" "`keep`, `when` and `where`";
    joins "joins" "looking into another set of records, and rows";
    overlays "overlays" "what only one company has, in a file of its own";
    tests "tests" "examples inside a mapping file that must come out right";
    targets "targets" "the built-in targets, and your own", reference::targets;
    records "records" "the records that bobmap reads: sources and files", reference::sources;
    time_off "time_off" "requests for time off: what is computed of them, with an example of each type";
    connecting "connecting" "HiBob itself: credentials, environments, limits, and what is tried again";
    dry_run "dry-run" "records, rejects, the report, and what stops a run";
    jobs "jobs" "what is synced to where: `bobmap.yaml`";
    syncing "syncing" "a plan, the guard before it, and what a sync does";
    calendars "calendars" "time off as a calendar that others subscribe to";
    permissions "permissions" "what to tick in Bob";
    finding_fields "finding-fields" "the fields of your company's Bob, and a catalog of them to commit";
    fetching "fetching" "people as a file, with invented values for sharing; one employee at a glance";
    doctor "doctor" "whether a service user can read what mappings need";
    repairing "repairing" "what in a mapping can follow what has changed in Bob";
    moved_fields "moved-fields" "what happens when HR moves, deletes or replaces a field, and how it shows";
    privacy "privacy" "what is shown of people's data, and what never is";
    catalog "catalog" "Bob's fields and categories, built in or your company's own";
    sandbox "sandbox" "a HiBob on your own machine, to try things out and to test against";
    documenting "documenting" "the mapping as a page for people who never read YAML";
    coverage "coverage" "what a mapping covers: Bob's fields, the target's, and entries that nothing reaches";
    formatting "formatting" "one style for mapping files";
    editors "editors" "completion and checks while you type";
    codes "codes" "every code of a finding", reference::codes;
    exit_codes "exit-codes" "how a command says that it went well";
    adding_a_step "adding-a-step" "a new step, in Rust";
}

/// The text for a topic: a page of the guide, a step, a built-in target, a code of a finding, or a key of mapping files.
pub fn find(topic: &str) -> Option<Cow<'static, str>> {
    if let Some(page) = PAGES.iter().find(|page| page.name == topic) {
        return Some(page.text());
    }
    if let Some(definition) = transform::find(topic) {
        return Some(Cow::Owned(transform::page(definition)));
    }
    if let Some(model) = crate::target::find(topic) {
        return Some(Cow::Owned(reference::target(model)));
    }
    match Code::from_word(topic) {
        Some(code) => Some(Cow::Borrowed(code.page())),
        None => reference::key(topic).map(Cow::Owned),
    }
}

/// Every word that [`find`] takes, keys of mapping files aside.
pub fn topics<'t>() -> impl Iterator<Item = &'t str> {
    let pages = PAGES.iter().map(|page| page.name);
    let codes = Code::ALL.iter().map(|code| code.word());
    pages.chain(transform::NAMES.iter().copied()).chain(crate::target::names().iter().copied()).chain(codes)
}
