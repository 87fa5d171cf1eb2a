//! Reads the files that a command names: mappings, told from catalogs by their first key, and the catalog to judge by.

use super::dry_run::place;
use super::{Exit, Usage};
use crate::catalog::request::Request;
use crate::catalog::resource::Resource;
use crate::catalog::{Catalog, Origin};
use crate::diagnostic::{Code, Diagnostic, Files, Severity};
use crate::job::{self, Jobs};
use crate::mapping::alike::difference;
use crate::mapping::compiled::{Field, Source, StepUse};
use crate::mapping::project::FileKind;
use crate::mapping::{Environment, Mapping, Project, check, compile, outermost};
use crate::report::diagnostics::{self, Format, Options};
use crate::source::hibob::Hibob;
use crate::value::text::nearest;
use anyhow::{Context, anyhow, bail};
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{ErrorKind, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

/// Mapping files, and the catalog they are judged by.
pub struct Loaded {
    pub project: Project,
    pub catalog: Cow<'static, Catalog>,
    /// Records come from Bob, so that what it can't be asked for is an error.
    live: bool,
    /// The mappings that run beside the first file's.
    beside: Vec<String>,
}

/// The catalog flag that commands share.
#[derive(Debug, clap::Args)]
pub struct CatalogArgs {
    /// Judge fields and categories by this tenant's own catalog: a catalog file, or HiBob's field metadata as JSON
    #[arg(long, value_name = "FILE")]
    pub catalog: Option<PathBuf>,
    /// HiBob's named lists as JSON, beside field metadata given as the catalog
    #[arg(long, value_name = "FILE", requires = "catalog")]
    pub lists: Option<PathBuf>,
}

impl CatalogArgs {
    pub fn load(&self) -> anyhow::Result<Cow<'static, Catalog>> {
        let Some(path) = &self.catalog else { return Ok(Cow::Borrowed(Catalog::builtin())) };
        let text = read(path)?;
        let name = shown(path);
        let catalog = match &self.lists {
            Some(lists) => Catalog::from_metadata(&text, Some(&read(lists)?), &name)?,
            None => Catalog::load(&text, &name)?,
        };
        Ok(Cow::Owned(catalog))
    }
}

/// Reads mapping files and folders. Folders are searched for `.yaml` and `.yml`; catalogs in them are passed over.
pub fn load(paths: &[PathBuf], catalog: &CatalogArgs) -> anyhow::Result<Loaded> {
    let (loaded, jobs) = load_all(paths, catalog, false)?;
    debug_assert!(jobs.is_empty());
    Ok(loaded)
}

/// As [`load`], with what is wrong with jobs files, too; the files that jobs name are read as well.
pub fn load_with_jobs(paths: &[PathBuf], catalog: &CatalogArgs) -> anyhow::Result<(Loaded, Vec<Diagnostic>)> {
    load_all(paths, catalog, true)
}

fn load_all(paths: &[PathBuf], catalog: &CatalogArgs, with_jobs: bool) -> anyhow::Result<(Loaded, Vec<Diagnostic>)> {
    let mut project = Project::default();
    let mut findings = Vec::new();
    let mut files: Vec<(PathBuf, bool)> = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            walk(path, &mut files)?;
            if files.len() == before {
                bail!("{}: no mapping files (.yaml, .yml) in this folder", shown(path));
            }
        } else {
            files.push((path.clone(), true));
        }
    }
    let (mut seen, mut read_jobs) = (HashMap::new(), Vec::new());
    let mut at = 0;
    // Jobs files add those that they name.
    while let Some((path, named)) = files.get(at).cloned() {
        at += 1;
        let text = read(&path)?;
        let kind = FileKind::of(&text);
        // Said here, for findings would quote lines of it.
        if named && kind == FileKind::Other && holds_json(&path, &text) {
            let name = shown(&path);
            return Err(Usage(format!(
                "{name}: this is JSON, no mapping file (`mapping: NAME`); records are given with --records"
            ))
            .into());
        }
        if kind == FileKind::Jobs && with_jobs {
            let file = project.add_beside(&shown(&path), &job::masked(&text));
            let (jobs, found) = job::read(project.files.text(file), file);
            findings.extend(found);
            let folder = path.parent().unwrap_or(Path::new(""));
            for named in jobs.iter().flat_map(Jobs::files) {
                let other = folder.join(&named.value);
                match other.is_file() {
                    true => files.push((other, true)),
                    false => {
                        let message = format!("there is no file {}", shown(&other));
                        let finding = jobs.as_ref().map(|jobs| jobs.finding(named, message));
                        findings.extend(finding.map(|finding| finding.help("paths begin at the folder of the jobs file")));
                    }
                }
            }
            read_jobs.extend(jobs.map(|jobs| (jobs, folder.to_owned())));
            continue;
        }
        if kind == FileKind::Jobs && named {
            let name = shown(&path);
            return Err(
                Usage(format!("{name}: this is a jobs file; `bobmap sync JOB --jobs {name}` runs one of its jobs")).into()
            );
        }
        // Other YAML files may lie in the folder; a file that is named must be a mapping.
        let place = place(&path);
        if seen.contains_key(&place) || !named && kind != FileKind::Mapping {
            continue;
        }
        if named && kind == FileKind::Catalog {
            Catalog::load(&text, &shown(&path))?;
            continue;
        }
        seen.insert(place, project.add(&shown(&path), &text));
    }
    for (jobs, folder) in &read_jobs {
        findings.extend(jobs.misfits(&project, |name| seen.get(&place(&folder.join(name))).copied()));
    }
    Ok((Loaded { project, catalog: catalog.load()?, live: false, beside: Vec::new() }, findings))
}

/// Mapping files that were read elsewhere, by name.
pub fn of_texts(texts: Vec<(String, String)>, catalog: &CatalogArgs) -> anyhow::Result<Loaded> {
    let mut project = Project::default();
    for (name, text) in texts {
        project.add(&name, &text);
    }
    Ok(Loaded { project, catalog: catalog.load()?, live: false, beside: Vec::new() })
}

pub fn walk(folder: &Path, files: &mut Vec<(PathBuf, bool)>) -> anyhow::Result<()> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| shown(folder))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .with_context(|| shown(folder))?;
    entries.sort();
    for path in entries {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            files.push((path, false));
        }
    }
    Ok(())
}

/// A date on the command line.
///
/// # Errors
/// Says how a date is written.
pub fn date(text: &str) -> Result<Date, String> {
    // More than a date, such as a time, would be dropped without a word.
    let is_date = text.len() == 10 && text.bytes().enumerate().all(|(at, byte)| (byte == b'-') == matches!(at, 4 | 7));
    let date = text.parse().ok().filter(|_| is_date);
    date.ok_or_else(|| "expected a day of the calendar as year-month-day, such as 2026-03-31".to_owned())
}

/// Whether a file is JSON or JSON Lines, as records are, and not YAML that happens to be written in braces.
pub fn holds_json(path: &Path, text: &str) -> bool {
    let yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let names_itself = text.trim_start_matches(['{', ' ', '\n', '\r', '\t', '"']).starts_with("mapping");
    !yaml && text.starts_with(['{', '[']) && !names_itself
}

/// What messages call the catalog that is read from Bob itself.
const LIVE_CATALOG: &str = "HiBob";

/// Whether a step turns ids into labels.
fn looks_into_lists(mapping: &Mapping) -> bool {
    let entries = |field: &Field| match &field.source {
        Source::Entries(entries) => entries.iter().flat_map(|entry| &entry.then).any(is_list_label),
        _ => false,
    };
    mapping.fields.iter().any(|field| field.then.iter().any(is_list_label) || entries(field))
}

fn is_list_label(step: &StepUse) -> bool {
    step.definition.name == "list_label"
}

/// The most bytes that any file read as a whole may have; tenants' catalogs and lists have a few million at most.
const MOST: u64 = 256 << 20;

/// A file's text, or an error that names it.
pub fn read(path: &Path) -> anyhow::Result<String> {
    let name = shown(path);
    if path.is_dir() {
        bail!("{name}: this is a folder, and a file is needed here");
    }
    let mut bytes = Vec::new();
    match std::fs::File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes)) {
        Ok(read) if read as u64 > MOST => bail!("{name}: more than {} MiB; no mapping or catalog is that large", MOST >> 20),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => bail!("{name}: there is no such file"),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => bail!("{name}: this user has no permission to read it"),
        Err(error) => return Err(error).context(name),
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => bail!("{name}: not UTF-8 (at byte {}); save the file as UTF-8", error.utf8_error().valid_up_to()),
    }
}

/// A path as messages show it: with forward slashes on every system.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

impl Loaded {
    /// Files that were read elsewhere, judged by the built-in catalog.
    pub fn of(project: Project) -> Self {
        Loaded { project, catalog: Cow::Borrowed(Catalog::builtin()), live: false, beside: Vec::new() }
    }

    pub fn environment(&self) -> Environment<'_> {
        Environment { catalog: &self.catalog, read_schema: &read_schema }
    }

    /// Whose catalog judges fields and categories.
    pub fn catalog_name(&self) -> String {
        match self.catalog.origin() {
            Origin::BuiltIn => "built in".to_owned(),
            Origin::File(name) => name.clone(),
        }
    }

    /// What a live run asks about Bob itself before it asks for records, unless the user gives a catalog.
    pub fn catalog_requests(&self, mappings: &[Mapping]) -> Vec<Request> {
        if !self.catalog.is_builtin() {
            return Vec::new();
        }
        let names: &[&str] = match mappings.iter().any(looks_into_lists) {
            true => &["hibob.fields", "hibob.named_lists"],
            false => &["hibob.fields"],
        };
        let whole = |resource| Request { resource, fields: Vec::new(), human_readable: false, show_inactive: false };
        names.iter().filter_map(|name| Resource::find(name)).map(whole).collect()
    }

    /// From here on the mapping is judged as one that reads from Bob.
    pub fn ask_live(&mut self) {
        self.live = true;
    }

    /// These mappings of the files given run beside the first file's, for rows of one file.
    ///
    /// # Errors
    /// No file has such a mapping, or it runs already.
    pub fn run_beside(&mut self, names: &[String]) -> anyhow::Result<()> {
        // What is wrong with files is said when they are compiled.
        if names.is_empty() || !self.project.findings().is_empty() {
            return Ok(());
        }
        if let Some(name) = names.iter().find(|name| self.project.spec(name).is_none()) {
            let near = nearest(name, self.project.names());
            let help = near.map_or_else(|| "give its file as well".to_owned(), |near| format!("did you mean `{near}`?"));
            return Err(Usage(format!("--and {name}: no file that is given is the mapping `{name}`; {help}")).into());
        }
        self.beside = names.to_vec();
        let running = self.running()?;
        match running.iter().enumerate().find(|(at, name)| running[..*at].contains(name)) {
            Some((_, name)) => Err(Usage(format!("--and {name}: `{name}` runs already")).into()),
            None => Ok(()),
        }
    }

    /// As [`Loaded::mappings_for`], where one mapping runs.
    pub fn mapping_for(&mut self, hibob: Option<&Hibob>) -> anyhow::Result<Option<Mapping>> {
        Ok(self.mappings_for(hibob)?.map(|mut mappings| mappings.swap_remove(0)))
    }

    /// As [`Loaded::mappings`], where one mapping runs.
    pub fn mapping(&self) -> anyhow::Result<Option<Mapping>> {
        Ok(self.mappings()?.map(|mut mappings| mappings.swap_remove(0)))
    }

    /// The mappings that run over records of `hibob`, or over recorded ones. Without a catalog of the user's, they are judged by
    /// what Bob itself says of its fields and, if a step looks into them, of its lists.
    pub fn mappings_for(&mut self, hibob: Option<&Hibob>) -> anyhow::Result<Option<Vec<Mapping>>> {
        let Some(hibob) = hibob else { return self.mappings() };
        self.ask_live();
        // What is wrong whatever Bob says is said before it is asked.
        if !self.is_sound() {
            return self.mappings();
        }
        let (Some(mappings), _) = self.compiled()? else { return self.mappings() };
        if self.catalog.is_builtin() {
            let fields = hibob.fields()?;
            let lists = mappings.iter().any(looks_into_lists).then(|| hibob.named_lists()).transpose()?;
            self.catalog = Cow::Owned(Catalog::from_metadata(&fields, lists.as_deref(), LIVE_CATALOG)?);
        }
        self.mappings()
    }

    /// The mappings that run: the first file's, or the overlay of it that is given too, and those that run beside it. Prints
    /// findings, and is `None` if they forbid a run.
    ///
    /// # Errors
    /// The rows of the mappings can't stand in one file, or a file is for nothing.
    pub fn mappings(&self) -> anyhow::Result<Option<Vec<Mapping>>> {
        if !self.is_sound() {
            let mut findings = check(&self.project, &self.environment());
            findings.retain(|finding| finding.severity > Severity::Note);
            self.print_findings(&findings)?;
            return Ok(None);
        }
        let (mappings, findings) = self.compiled()?;
        if !findings.is_empty() {
            self.print_findings(&findings)?;
        }
        let Some(mappings) = mappings else { return Ok(None) };
        self.refuse_unused(&self.running()?)?;
        if let Some(why) = mappings[1..].iter().find_map(|other| difference(&mappings[0], other)) {
            return Err(Usage(format!("rows of one file have one target and the same columns in one order, and {why}")).into());
        }
        Ok(Some(mappings))
    }

    /// The names of the mappings that run.
    fn running(&self) -> anyhow::Result<Vec<&str>> {
        let Some(first) = self.project.names().next() else { bail!("no mapping file was given") };
        let name = |name| {
            outermost(&self.project, name).map_err(|overlays| {
                let names: Vec<_> = overlays.iter().map(|spec| spec.mapping.value.as_str()).collect();
                anyhow!("`{name}` has more than one overlay here ({}): give only one of them [overlay-twice]", names.join(", "))
            })
        };
        [first].into_iter().chain(self.beside.iter().map(String::as_str)).map(name).collect()
    }

    /// Whether no file is faulty by itself.
    fn is_sound(&self) -> bool {
        self.project.findings().iter().all(|finding| finding.severity != Severity::Error)
    }

    /// The mappings that run, if they can, with what is to be said of them. Their files are sound.
    fn compiled(&self) -> anyhow::Result<(Option<Vec<Mapping>>, Vec<Diagnostic>)> {
        let project = &self.project;
        let (mut mappings, mut findings) = (Some(Vec::new()), Vec::new());
        for name in self.running()? {
            let (mapping, found) = compile(project, name, &self.environment());
            mappings = mappings.zip(mapping).map(|(mut mappings, mapping)| {
                mappings.push(mapping);
                mappings
            });
            // Files that several mappings use have their faults once.
            findings.extend(found.into_iter().filter(|finding| finding.severity > Severity::Note));
        }
        let mut once: Vec<Diagnostic> = Vec::new();
        for mut finding in findings {
            if self.live && finding.code == Code::PathNotRequestable {
                finding.severity = Severity::Error;
                mappings = None;
            }
            if !once.contains(&finding) {
                once.push(finding);
            }
        }
        Ok((mappings, once))
    }

    /// A file that nothing refers to would be ignored without a word.
    fn refuse_unused(&self, running: &[&str]) -> anyhow::Result<()> {
        let project = &self.project;
        let mut needed: Vec<String> = running.iter().map(|name| (*name).to_owned()).collect();
        let running = running[0];
        let mut at = 0;
        while at < needed.len() {
            if let Some(spec) = project.spec(&needed[at]) {
                let mut named: Vec<String> = spec.extends.iter().map(|parent| parent.value.clone()).collect();
                let used = spec.fields.iter().filter_map(|(_, field)| field.used.as_ref());
                named.extend(used.filter_map(|used| used.split_once('.').map(|(file, _)| file.to_owned())));
                named.extend(project.overlays(&needed[at]).map(|spec| spec.mapping.value.clone()));
                for name in named {
                    if !needed.contains(&name) {
                        needed.push(name);
                    }
                }
            }
            at += 1;
        }
        let others: Vec<&str> = project.names().filter(|name| !needed.iter().any(|needed| needed == name)).collect();
        let message = match others.as_slice() {
            [] => return Ok(()),
            [other] => format!("`{running}` runs, and `{other}` is neither used nor extended by it: run `{other}` on its own"),
            [first, ..] => format!(
                "`{running}` would run, and {} other mappings are neither used nor extended by it (`{first}`, ...): name the file of the \
                 one that is to run, and those that it needs",
                others.len()
            ),
        };
        Err(Usage(message).into())
    }

    /// Prints findings to standard error.
    pub fn print_findings(&self, findings: &[Diagnostic]) -> anyhow::Result<()> {
        let text = render(
            findings,
            &self.project.files,
            Format::Human,
            std::io::stderr().is_terminal(),
            self.project.files.ids().count(),
        );
        std::io::stderr().write_all(text.as_bytes())?;
        Ok(())
    }
}

/// Findings in one of the formats.
pub fn render(findings: &[Diagnostic], files: &Files, format: Format, terminal: bool, checked: usize) -> String {
    let options = Options { color: super::color(terminal), width: None, checked, version: env!("CARGO_PKG_VERSION") };
    diagnostics::render(format, findings, files, &options)
}

/// Reads a target's schema file: its path is taken from the mapping file's folder.
pub fn read_schema(name: &str, mapping_file: &str) -> Result<String, String> {
    let path = Path::new(mapping_file).parent().unwrap_or(Path::new("")).join(name);
    read(&path).map_err(|error| super::said(&error))
}

/// The exit code of findings.
pub fn exit(findings: &[Diagnostic], deny_warnings: bool) -> Exit {
    let limit = if deny_warnings { Severity::Warning } else { Severity::Error };
    if findings.iter().any(|finding| finding.severity >= limit) { Exit::Findings } else { Exit::Clean }
}
