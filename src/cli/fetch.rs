//! `bobmap fetch`

mod resume;

use super::connect::{made_of, recorded};
use super::dry_run::place;
use super::key_file;
use super::load;
use super::permissions::compiled;
use super::progress::Bar;
use super::stop::Interrupts;
use super::tenant::{Know, Tenant, TenantArgs};
use super::time_off::{self, TimeOffArgs};
use super::zones::ZoneArgs;
use super::{Exit, Usage};
use crate::catalog::request::{Request, Selection};
use crate::catalog::resource::{self, Resource};
use crate::mapping::requests::requests;
use crate::mapping::time_off::people_fields;
use crate::pipeline::{Ended, follow};
use crate::pseudonym::Pseudonyms;
use crate::report::terminal::lines;
use crate::report::visible::{State, look};
use crate::sink::{Output, RowSpool};
use crate::source::hibob::Parts;
use crate::source::time_off::{Form, Requests};
use crate::source::{Place, Scope, Source};
use crate::time_off::Reads;
use crate::value::json::{Data, Tree, write_compact, write_string};
use crate::value::read::is_slash_name;
use crate::value::text::nearest;
use anyhow::anyhow;
use clap::builder::NonEmptyStringValueParser;
use resume::{Flags, Resume};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

/// Fetch records from HiBob as JSON Lines, so that everything else runs without it
///
/// Records go to standard output or --out, what is to be known of the reading to standard error. HiBob sends each value of an
/// employee twice; the copy with slashes in its names is left out. What takes long of time off (its changes, requests and balances)
/// is kept in FILE.parts while it is read, so that --resume goes on from there after a stop. Exit codes: 0 all was read, 3 the
/// reading failed and nothing was written, 6 what was read was written, and it is not all.
#[derive(Debug, clap::Args)]
pub struct Fetch {
    /// What to fetch: people, named_lists, work_history and so on; `bobmap help records` lists the sources
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    resource: String,
    /// Write to a file, which appears whole or not at all and which nobody else may read, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Stop after this many records
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Go on where an earlier run into the same file was stopped
    #[arg(long, conflicts_with_all = ["limit", "records", "restart"])]
    resume: bool,
    /// Delete what an earlier run into the same file has finished, and begin anew
    #[arg(long, conflicts_with_all = ["limit", "records"])]
    restart: bool,
    /// Ask for this field of employees, by its id, instead of for all; may be given again
    #[arg(long, value_name = "ID", conflicts_with = "records")]
    field: Vec<String>,
    /// Ask for the fields that a mapping reads, instead of for all; may be given again
    #[arg(long, value_name = "FILE", conflicts_with = "records")]
    mapping: Vec<PathBuf>,
    /// Replace values of people by invented ones of the same shape, the same for the same value
    #[arg(long)]
    pseudonymise: bool,
    /// Replace the values of this field, too, by its id, though it is a list: its items are people's names; may be given again
    #[arg(long, value_name = "ID", requires = "pseudonymise")]
    also_replace: Vec<String>,
    /// Keep the key of the invented values in this file, so that the next run invents the same; made if it is not there
    #[arg(long, value_name = "FILE", requires = "pseudonymise")]
    key_file: Option<PathBuf>,
    /// With time_off_requests and --records: recorded employees, whose working patterns and sites say what is on each day
    #[arg(long, value_name = "FILE", requires = "records")]
    people: Option<PathBuf>,
    #[command(flatten)]
    zones: ZoneArgs,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    time_off: TimeOffArgs,
}

impl Fetch {
    pub fn run(self) -> anyhow::Result<Exit> {
        let interrupts = Interrupts::wait();
        let resource = resource(&self.resource)?;
        let people = resource.name == "hibob.people";
        let chooses = !self.field.is_empty() || !self.mapping.is_empty();
        if chooses && !people {
            return Err(Usage(format!("--field and --mapping choose fields of employees; {} comes whole", resource.name)).into());
        }
        if self.people.is_some() && resource.name != "hibob.time_off_requests" {
            return Err(Usage(format!("--people completes time_off_requests; {} are not completed", resource.name)).into());
        }
        self.refuse_collisions()?;
        // Before HiBob is asked: a key that can't be had stops the run.
        let key = if self.pseudonymise { Some(key_file::key(self.key_file.as_deref())?) } else { None };
        let know = match (people, self.pseudonymise) {
            (true, true) => Know::FieldsAndLists,
            (true, false) if self.mapping.is_empty() => Know::Fields,
            _ => Know::Nothing,
        };
        let file = self.out.as_deref().filter(|out| out.as_os_str() != "-");
        let whole = self.limit.is_none() && self.tenant.records.is_none();
        let resume = Resume::of(resource, file, whole, Flags { resume: self.resume, restart: self.restart })?;
        let mut usual = time_off::usual();
        if let Some(resume) = &resume {
            resume.repeat(&mut usual);
        }
        let tenant = self.tenant.open_for(self.time_off.settings(usual)?, self.tenant.records.is_some(), know)?;
        let Some(request) = self.request(resource, &tenant)? else { return Ok(Exit::Findings) };
        let destination = match &self.out {
            Some(path) if path.as_os_str() != "-" => Output::File(path.clone()),
            _ => Output::Stdout,
        };
        let mut out = RowSpool::new(&destination)?;
        let also = self.also_replace.iter().map(|id| known(&tenant, id, "--also-replace")).collect::<anyhow::Result<Vec<_>>>()?;
        let mut pseudonyms = key.as_deref().map(|key| Pseudonyms::new(key, &tenant.catalog).also(also));
        let cancel = interrupts.heed();
        let parts = resume.as_ref().map(|resume| resume.open(resource, tenant.hibob()?)).transpose()?;
        let source = match resource.name {
            "hibob.time_off_requests" => self.requests(&tenant, parts.clone())?,
            _ => tenant.source_in_parts(&request, self.limit.map_or(Selection::Everyone, Selection::First), parts.clone())?,
        };
        let (mut written, mut line, mut bare, bar) = (0, Vec::new(), people, Bar::new());
        let ended = follow::<anyhow::Error>(source, self.limit, &cancel, &|progress| bar.show(progress), |bytes, place| {
            let fault = |fault: String| {
                let Place { record, line, .. } = place;
                anyhow!("record {record} (line {line}): {fault}; nothing was written")
            };
            let text = std::str::from_utf8(bytes).map_err(|_| fault("no UTF-8".to_owned()))?;
            line.clear();
            record(text, people, &mut line).map_err(|error| fault(error.to_string()))?;
            // Once somebody has a value, the rest need no look.
            bare = bare && is_bare(&line);
            if let Some(pseudonyms) = &mut pseudonyms {
                let plain = String::from_utf8(std::mem::take(&mut line)).expect("JSON made from text is UTF-8");
                pseudonyms.record(resource, &plain, &mut line).map_err(|error| fault(error.to_string()))?;
            }
            line.push(b'\n');
            out.push(&line)?;
            written += 1;
            Ok(ControlFlow::Continue(()))
        });
        bar.clear();
        let Ended { scope, mut notes } = ended.inspect_err(|_| {
            if let Some(hint) = resume.as_ref().zip(parts.as_ref()).and_then(|(resume, parts)| resume.hint(parts)) {
                // Nobody is left to tell that standard error is closed.
                let _ = writeln!(std::io::stderr(), "note: {hint}");
            }
        })?;
        out.finish_as_it_is()?;
        if let Some(error) = parts.and_then(|parts| parts.done().err()) {
            notes.push(format!("all is written, but what was kept on the way is still there ({error}): delete it"));
        }
        if bare && written > 0 && request.fields.iter().any(|id| id != "root.id") {
            notes.push("no field came of anybody, only ids: the service user may see none; `bobmap doctor MAPPING` names the boxes to tick".to_owned());
        }
        // As many as were asked for are all that were wanted.
        let scope = if self.limit.is_some_and(|limit| written >= limit) { Scope::Complete } else { scope };
        self.report(resource, written, &scope, &notes);
        Ok(if matches!(scope, Scope::CutShort(_)) { Exit::Partial } else { Exit::Clean })
    }

    /// Requests for time off, folded and completed: unveiled, for what is fetched is HiBob's own.
    fn requests(&self, tenant: &Tenant, parts: Option<Arc<Parts>>) -> anyhow::Result<Box<dyn Source>> {
        let find = |name| Resource::find(name).expect("the sources of requests are resources");
        let all = |resource, fields| Request { resource, fields, human_readable: false, show_inactive: true };
        let live = self.tenant.records.is_none();
        let requests = find("hibob.time_off_requests");
        let records = all(if live { made_of(requests) } else { requests }, Vec::new());
        let people = match &self.people {
            Some(file) => Some(recorded(file, find("hibob.people"))?),
            None if live => {
                let fields = people_fields(Reads::ALL).map(str::to_owned).chain(self.zones.field().map(str::to_owned)).collect();
                Some(tenant.source(&all(find("hibob.people"), fields), Selection::Everyone)?)
            }
            None => None,
        };
        let (facts, settings) = (self.zones.facts(people)?, self.zones.settings(Reads::ALL, false)?);
        let form = if live { Form::Changes } else { Form::AsTheyShow };
        let folded = Requests::new(tenant.source_in_parts(&records, Selection::Everyone, parts)?, form, facts, settings);
        Ok(Box::new(match tenant.hibob() {
            Ok(hibob) => folded.with_details(hibob.clone(), hibob.time_off().details),
            Err(_) => folded,
        }))
    }

    /// `None` where a mapping has faults, which are printed.
    fn request(&self, resource: &'static Resource, tenant: &Tenant) -> anyhow::Result<Option<Request>> {
        let everything = tenant.every_field();
        if resource != everything.resource {
            return Ok(Some(Request { resource, fields: Vec::new(), human_readable: false, show_inactive: true }));
        }
        if self.field.is_empty() && self.mapping.is_empty() {
            return Ok(Some(everything));
        }
        let mut fields = Vec::new();
        for id in &self.field {
            fields.push(known(tenant, id, "--field")?);
        }
        if !self.mapping.is_empty() {
            let loaded = load::load(&self.mapping, &self.tenant.catalog)?;
            let Some(mappings) = compiled(&loaded)? else { return Ok(None) };
            let asked = requests(&mappings.iter().collect::<Vec<_>>(), &loaded.catalog)?;
            let Some(request) = asked.into_iter().find(|request| request.resource == resource) else {
                return Err(Usage(format!("no mapping given with --mapping reads {}", resource.name)).into());
            };
            fields.extend(request.fields);
        }
        let mut seen = std::collections::HashSet::new();
        fields.retain(|id| seen.insert(id.clone()));
        Ok(Some(Request { fields, ..everything }))
    }

    fn refuse_collisions(&self) -> anyhow::Result<()> {
        let Some(out) = self.out.as_ref().filter(|out| out.as_os_str() != "-") else { return Ok(()) };
        let TenantArgs { records, catalog, .. } = &self.tenant;
        let read = [records, &catalog.catalog, &catalog.lists, &self.key_file].into_iter().flatten().chain(&self.mapping);
        match read.map(|path| place(path)).any(|path| path == place(out)) {
            true => Err(Usage(format!("{} is read in this run; write to another file", load::shown(out))).into()),
            false => Ok(()),
        }
    }

    fn report(&self, resource: &Resource, written: u64, scope: &Scope, notes: &[String]) {
        let records = if written == 1 { "1 record".to_owned() } else { format!("{written} records") };
        let place = self.out.as_deref().filter(|out| out.as_os_str() != "-");
        let place = place.map_or_else(String::new, |out| format!(", in {}", load::shown(out)));
        let whole = match scope {
            Scope::Complete if self.limit.is_some_and(|limit| written >= limit) => "; --limit, so there may be more".to_owned(),
            Scope::Complete if self.tenant.records.is_some() => "; that is all of them".to_owned(),
            // Who and what the permission group leaves out, Bob leaves out without a word.
            Scope::Complete => "; that is all that the service user may see".to_owned(),
            Scope::Keys(keys) => format!("; {} were asked for by name", keys.len()),
            Scope::CutShort(why) => format!("; NOT ALL: {why}"),
        };
        let mut text = format!("{records} of {}{place}{whole}\n", resource.name);
        if self.pseudonymise {
            text += match &self.key_file {
                Some(_) => "Values of people are invented, the same as in every run with this key; keep the key to yourself\n",
                None => "Values of people are invented; the key is thrown away, and the next run invents others\n",
            };
        }
        for note in notes {
            text += &format!("note: {note}\n");
        }
        // Nobody is left to tell that standard error is closed.
        let _ = std::io::stderr().write_all(lines(&text).as_bytes());
    }
}

/// The resource of this name, with or without `hibob.`.
fn resource(name: &str) -> anyhow::Result<&'static Resource> {
    if let Some(resource) = Resource::find(name).or_else(|| Resource::find(&format!("hibob.{name}"))) {
        return Ok(resource);
    }
    let short = || resource::ALL.iter().map(|resource| resource.name.trim_start_matches("hibob."));
    let hint = match nearest(name.trim_start_matches("hibob."), short()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", short().collect::<Vec<_>>().join(", ")),
    };
    Err(Usage(format!("there is nothing called `{name}` to fetch: {hint}")).into())
}

/// The id of a field that the user names by id or by path.
fn known(tenant: &Tenant, name: &str, flag: &str) -> anyhow::Result<String> {
    let catalog = &tenant.catalog;
    let names: Vec<&str> = name.split('.').collect();
    if let Some(field) = catalog.field(name).or_else(|| catalog.by_names(&names).map(|(field, _)| field)) {
        return Ok(field.id.clone());
    }
    if catalog.is_builtin() {
        return Ok(name.to_owned());
    }
    let near: Vec<String> =
        catalog.near(name).iter().map(|near| format!("`{}` (\"{}\")", near.field.id, near.field.name)).collect();
    let hint = if near.is_empty() { "`bobmap fields` lists them".to_owned() } else { format!("near it are {}", near.join(", ")) };
    Err(Usage(format!("{flag}: Bob has no field `{name}`; {hint}")).into())
}

/// Whether an employee has nothing but an id.
fn is_bare(record: &[u8]) -> bool {
    let tree = std::str::from_utf8(record).ok().and_then(|text| Tree::parse(text).ok());
    let Some(Data::Object(members)) = tree.map(|tree| tree.data) else { return false };
    members.iter().all(|(name, _)| matches!(&**name, "id" | "/root/id" | "humanReadable"))
}

/// Appends a record on one line. An employee goes without the names with slashes whose values stand nested, too.
fn record(text: &str, people: bool, out: &mut Vec<u8>) -> Result<(), crate::value::json::JsonError> {
    let tree = Tree::parse(text)?;
    let (Data::Object(members), true) = (&tree.data, people) else {
        write_compact(out, text);
        return Ok(());
    };
    let own = members.iter().filter(|(name, _)| !is_slash_name(name)).cloned().collect();
    let nested = Tree { raw: tree.raw, data: Data::Object(own) };
    let is_copy = |name: &str| {
        let path = name.trim_start_matches('/').replace('/', ".");
        is_slash_name(name) && look(&nested, path.strip_prefix("root.").unwrap_or(&path)).0 != State::NotVisible
    };
    out.push(b'{');
    let start = out.len();
    for (name, value) in members.iter().filter(|(name, _)| !is_copy(name)) {
        if out.len() > start {
            out.push(b',');
        }
        write_string(out, name);
        out.push(b':');
        write_compact(out, value.raw);
    }
    out.push(b'}');
    Ok(())
}
