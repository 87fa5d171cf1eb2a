//! `bobmap init`

use super::key_file;
use super::load::{self, read, render, shown};
use super::stop::Interrupts;
use super::tenant::{Know, Tenant, TenantArgs};
use super::{Exit, Usage, complain};
use crate::catalog::Catalog;
use crate::catalog::request::Selection;
use crate::diagnostic::{Code, Diagnostic, Files, Severity};
use crate::mapping::compiled::Target;
use crate::mapping::document::Document;
use crate::mapping::draft::shipped::Shipped;
use crate::mapping::draft::{Draft, Faulty, Note, Wanted, draft};
use crate::mapping::edit::{Editor, apply};
use crate::mapping::requests::requests;
use crate::mapping::{Environment, Mapping, Project, check, compile};
use crate::pipeline::sample::sample;
use crate::pipeline::testing;
use crate::pseudonym::Pseudonyms;
use crate::report::diagnostics::Format;
use crate::report::draft::DraftReport;
use crate::sink::{Output, RowSpool};
use crate::source::{Batch, Source};
use crate::target;
use crate::value::text::{nearest, printable};
use anyhow::{Context, bail};
use clap::builder::NonEmptyStringValueParser;
use jiff::civil::Date;
use std::io::{IsTerminal, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Begin a mapping for a target, made to fit your company's Bob
///
/// Starts from the mapping that bobmap ships for the target, or matches the target's fields by name. Your company's own fields
/// become further places to look where they bear the same name, and a record with invented values becomes a test. Exit codes:
/// 0 the file passes `check` and `test`, 1 the target requires what you have to fill in, or nothing was written for its faults.
#[derive(Debug, clap::Args)]
pub struct Init {
    /// What the records are made for: a built-in target (`bobmap help targets`), or the path of a JSON Schema file
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    target: String,
    /// The mapping's own name [default: the shipped one's, or one made of the target's]
    #[arg(long, value_name = "NAME", value_parser = mapping_name)]
    name: Option<String>,
    /// Write to a file, which appears whole or not at all, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "out")]
    force: bool,
    /// Make no test of a record
    #[arg(long, conflicts_with_all = ["records", "sample", "key_file"])]
    no_sample: bool,
    /// How many records to choose the test's from
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u64).range(1..=1000))]
    sample: u64,
    /// The day of the test and of the note at the top, as YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = load::date)]
    as_of: Option<Date>,
    /// Keep the key of the invented values in this file, so that the next run invents the same; made if it is not there
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    #[command(flatten)]
    tenant: TenantArgs,
}

/// A mapping's name, as the schema of mapping files has it.
fn mapping_name(text: &str) -> Result<String, String> {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let fits = text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(known);
    let wrong = "a mapping's name is made of small letters, digits and _, and begins with a letter";
    if fits { Ok(text.to_owned()) } else { Err(wrong.to_owned()) }
}

/// A mapping file in the making.
struct Made {
    /// Where it will be written; `None` is standard output.
    path: Option<PathBuf>,
    /// What findings call it; schemas are looked for beside it.
    file: String,
    draft: Draft,
}

/// Mappings whose rules the new one uses.
#[derive(Default)]
struct Beside {
    /// By file name and text: those that stand there already, and new ones.
    texts: Vec<(String, String)>,
    new: Vec<Made>,
}

impl Init {
    pub fn run(self) -> anyhow::Result<Exit> {
        let interrupts = Interrupts::wait();
        let out = self.out.clone().filter(|path| path.as_os_str() != "-");
        let (word, model) = self.model(out.as_deref())?;
        if let Some(path) = out.as_ref().filter(|path| !self.force && path.exists()) {
            let name = shown(path);
            return Err(Usage(format!("{name} is there already: give --force to replace it, or another name")).into());
        }
        let tenant = self.tenant.open(self.tenant.catalog.catalog.is_some(), Know::FieldsAndLists)?;
        let environment = Environment { catalog: &tenant.catalog, read_schema: &load::read_schema };
        let done = self.make(&word, &model, out, &tenant, &environment, &interrupts);
        match done.map_err(|error| error.downcast::<Faulty>()) {
            Ok(exit) => Ok(exit),
            Err(Ok(faulty)) => {
                let text = render(&faulty.findings, &faulty.files, Format::Human, std::io::stderr().is_terminal(), 1);
                std::io::stderr().write_all(text.as_bytes())?;
                complain(&format!("the mapping for {word} does not fit this company's Bob as it is; nothing was written"));
                Ok(Exit::Findings)
            }
            Err(Err(error)) => Err(error),
        }
    }

    /// The target as the mapping file will name it, and what it is.
    fn model(&self, out: Option<&Path>) -> anyhow::Result<(String, Target)> {
        let word = &self.target;
        if let Some(model) = target::find(word) {
            return Ok((word.clone(), Target::BuiltIn(model)));
        }
        if !word.ends_with(".json") {
            let help = match nearest(word, target::names().iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the built-in ones are {}; one of your own is a JSON Schema file", target::names().join(", ")),
            };
            return Err(Usage(format!("there is no target `{word}`: {help}")).into());
        }
        let path = Path::new(word);
        let model = target::custom(&read(path)?, word).with_context(|| shown(path))?;
        Ok((from_folder_of(path, out)?, Target::Own(Arc::new(model))))
    }

    fn make(
        &self,
        word: &str,
        model: &Target,
        out: Option<PathBuf>,
        tenant: &Tenant,
        environment: &Environment<'_>,
        interrupts: &Interrupts,
    ) -> anyhow::Result<Exit> {
        let today = self.as_of.unwrap_or_else(|| jiff::Zoned::now().date());
        let shipped = Shipped::of(word);
        let beside = self.beside(shipped, out.as_deref(), environment, today)?;
        let file = out.as_deref().map_or_else(|| "standard output".to_owned(), shown);
        let (name, header) = (self.name.as_deref(), self.header(word, shipped.is_some(), today));
        let wanted = Wanted { target: word, model, name, file: &file, header: &header, beside: &beside.texts };
        let mut made = Made { draft: draft(&wanted, environment)?, path: out, file };
        let sample = self.add_sample(&mut made, &beside.texts, tenant, environment, today)?;
        let judged = Judged::of(&made, &beside.texts, environment);
        if !judged.is_sound() {
            return Err(Faulty { files: judged.files, findings: judged.findings }.into());
        }
        let report = DraftReport {
            mapping: made.draft.mapping.clone(),
            target: word.to_owned(),
            shipped: shipped.map(|shipped| shipped.file.to_owned()),
            notes: beside.new.iter().flat_map(Made::notes_within).chain(made.draft.notes.iter().cloned()).collect(),
            sample,
            beside: beside.new.iter().map(Made::said_beside).collect(),
            next: self.next(&made, &beside, &judged, environment),
        };
        // From here on a signal would leave a file behind, and the end is near.
        interrupts.heed();
        for made in beside.new.iter().filter(|made| made.path.is_some()).chain([&made]) {
            made.write()?;
        }
        std::io::stderr().write_all(report.text().as_bytes())?;
        Ok(if judged.open { Exit::Findings } else { Exit::Clean })
    }

    /// The mappings whose rules the shipped one uses: those beside the new file, or new ones.
    fn beside(
        &self,
        shipped: Option<&Shipped>,
        out: Option<&Path>,
        environment: &Environment<'_>,
        today: Date,
    ) -> anyhow::Result<Beside> {
        let mut beside = Beside::default();
        for name in shipped.map(Shipped::uses).unwrap_or_default() {
            let used = Shipped::named(name).with_context(|| format!("bobmap ships no mapping `{name}`"))?;
            let path = out.map(|out| out.with_file_name(format!("{name}.yaml")));
            let file = path.as_deref().map_or_else(|| format!("{name}.yaml"), shown);
            if let Some(path) = path.as_deref().filter(|path| path.exists()) {
                let text = read(path)?;
                let mut project = Project::default();
                project.add(&file, &text);
                if project.spec(name).is_none() {
                    bail!("{file} is there and is no sound mapping `{name}`, whose rules are needed: move it, or mend it");
                }
                beside.texts.push((file, text));
                continue;
            }
            let model = target::find(used.target()).with_context(|| format!("there is no target `{}`", used.target()))?;
            let header = self.header(used.target(), true, today);
            let wanted = Wanted { target: used.target(), model, name: None, file: &file, header: &header, beside: &[] };
            let draft = draft(&wanted, environment)?;
            beside.texts.push((file.clone(), draft.text.clone()));
            beside.new.push(Made { path, file, draft });
        }
        Ok(beside)
    }

    /// The note at the top: how the file was made. Of the flags it names those that hold no secret.
    fn header(&self, word: &str, shipped: bool, today: Date) -> Vec<String> {
        let file = |flag: &str, path: &Option<PathBuf>| path.as_ref().map(|path| format!(" {flag} {}", shown(path)));
        let flags = [
            self.name.as_ref().filter(|_| word == self.target).map(|name| format!(" --name {name}")),
            file("--catalog", &self.tenant.catalog.catalog),
            file("--lists", &self.tenant.catalog.lists),
            file("--records", &self.tenant.records),
            self.no_sample.then(|| " --no-sample".to_owned()),
        ];
        let command: String = flags.into_iter().flatten().collect();
        let from = if shipped { "from the mapping that bobmap ships" } else { "by the names of fields" };
        let made = format!("Made by `bobmap init {word}{command}` on {today}, {from}, for one company's Bob.");
        let words = format!("{} Look it through before you use it: comments say what is this company's own.", printable(&made));
        wrapped(&words)
    }

    /// Puts a test of a record into the file, and says what became of it.
    fn add_sample(
        &self,
        made: &mut Made,
        beside: &[(String, String)],
        tenant: &Tenant,
        environment: &Environment<'_>,
        today: Date,
    ) -> anyhow::Result<String> {
        let none = |why: &str| Ok(format!("none was made of a record: {why}"));
        if self.no_sample {
            return none("--no-sample");
        }
        if !tenant.has_records() {
            return none("there are no records; give --records FILE");
        }
        let Some(mapping) = made.compiled(beside, environment) else {
            return none("the target requires fields that nothing fills yet");
        };
        if mapping.source.name != "hibob.people" || mapping.rows.is_some() || !mapping.joins.is_empty() {
            return none("the mapping reads more than single employees");
        }
        let key = key_file::key(self.key_file.as_deref())?;
        let records = match self.records(&mapping, tenant) {
            Ok(records) => records,
            // The mapping rests on the fields, which need no permission; records do.
            Err(error) if tenant.is_live() => return none(&super::said(&error)),
            Err(error) => return Err(error),
        };
        let catalog = &*tenant.catalog;
        let mut pseudonyms = Pseudonyms::new(&key, catalog);
        let mut invent = |record: &str| {
            let mut out = Vec::new();
            pseudonyms.record(mapping.source, record, &mut out).ok()?;
            String::from_utf8(out).ok()
        };
        let sample = match sample(&mapping, catalog, today, &records, &mut invent) {
            Ok(sample) => sample,
            Err(why) => return none(&why.to_string()),
        };
        let before = made.draft.text.clone();
        let (document, _) = Document::parse(&before, crate::diagnostic::FileId::from_index(0));
        let edit = document.and_then(|document| Editor::new(&before, &document).add_item("tests", &sample.lines).ok());
        let Some(edit) = edit else { return none("the file's tests can't be added to") };
        made.draft.text = apply(&before, &[edit]);
        if !Judged::of(made, beside, environment).is_sound() {
            made.draft.text = before;
            return none("it would not pass");
        }
        Ok(format!(
            "one of {} records was made a test, with invented values: {} of {} fields have one",
            records.len(),
            sample.filled,
            sample.columns
        ))
    }

    /// The first records, as JSON.
    fn records(&self, mapping: &Mapping, tenant: &Tenant) -> anyhow::Result<Vec<String>> {
        let asked = requests(&[mapping], &tenant.catalog)?;
        let request = asked.first().context("the mapping reads nothing")?;
        let mut source: Box<dyn Source> = tenant.source(request, Selection::First(self.sample))?;
        let (mut batch, mut records) = (Batch::default(), Vec::new());
        let most = usize::try_from(self.sample).unwrap_or(usize::MAX);
        while records.len() < most && source.next(&mut batch)? {
            let texts = batch.records.iter().filter_map(|span| std::str::from_utf8(&batch.bytes[span.range.clone()]).ok());
            records.extend(texts.take(most - records.len()).map(str::to_owned));
        }
        Ok(records)
    }

    /// What to do next, as commands that can be pasted.
    fn next(&self, made: &Made, beside: &Beside, judged: &Judged, environment: &Environment<'_>) -> Vec<String> {
        let Some(path) = &made.path else { return vec!["give --out FILE to keep it".to_owned()] };
        let others: String = beside.texts.iter().map(|(file, _)| format!(" {file}")).collect();
        let files = format!("{}{others}", shown(path));
        // The built-in catalog knows no company's categories.
        let builtin = Environment { catalog: Catalog::builtin(), ..*environment };
        let plain = Judged::of(made, &beside.texts, &builtin);
        let catalog = match (&self.tenant.catalog.catalog, plain.is_quiet()) {
            (_, true) => String::new(),
            (Some(path), false) => {
                let lists = self.tenant.catalog.lists.as_ref().map(|lists| format!(" --lists {}", shown(lists)));
                format!(" --catalog {}{}", shown(path), lists.unwrap_or_default())
            }
            (None, false) => " --catalog catalog.yaml".to_owned(),
        };
        let mut next = Vec::new();
        if judged.open {
            next.push("fill in the lines that say REQUIRED".to_owned());
        }
        if !catalog.is_empty() && self.tenant.catalog.catalog.is_none() {
            next.push("bobmap fields pull --out catalog.yaml".to_owned());
        }
        next.push(format!("bobmap check {files}{catalog}"));
        next.push(format!("bobmap permissions {files}{catalog}"));
        next.push(format!("bobmap doctor {files}"));
        next
    }
}

/// The words in lines of no more than 120 characters, where they let themselves be parted.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("never empty");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + word.chars().count() < 120 {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// The target's path as the mapping file says it: from its own folder.
fn from_folder_of(schema: &Path, out: Option<&Path>) -> anyhow::Result<String> {
    let folder = out.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    let Some(folder) = folder.filter(|_| schema.is_relative()) else { return Ok(shown(schema)) };
    if let Ok(inside) = schema.strip_prefix(folder) {
        return Ok(shown(inside));
    }
    if folder.components().all(|part| matches!(part, Component::Normal(_))) {
        let up: PathBuf = folder.components().map(|_| "..").collect();
        return Ok(shown(&up.join(schema)));
    }
    Ok(shown(&std::fs::canonicalize(schema).with_context(|| shown(schema))?))
}

/// What `check` and `test` say of the new file.
struct Judged {
    files: Files,
    /// Notes left out.
    findings: Vec<Diagnostic>,
    /// The target requires what nothing fills yet.
    open: bool,
    passed: bool,
}

impl Judged {
    fn of(made: &Made, beside: &[(String, String)], environment: &Environment<'_>) -> Judged {
        let project = made.project(beside);
        let mut findings = check(&project, environment);
        findings.retain(|finding| finding.severity > Severity::Note);
        let open = findings.iter().any(|finding| finding.code == Code::UnmappedRequiredTarget);
        // A new mapping may have no tests yet.
        let passes = |environment| {
            let report = testing::run(&project, environment).report;
            report.files.iter().all(|file| file.tests.is_empty()) || report.is_success()
        };
        // Tests can't run while the mapping waits for its user. A test of a list by a field that the company lacks passes by
        // Bob's own fields only.
        let builtin = Environment { catalog: Catalog::builtin(), ..*environment };
        let passed = open || passes(environment) || passes(&builtin);
        Judged { files: project.files, findings, open, passed }
    }

    /// Nothing is wrong but what the user has to fill in.
    fn is_sound(&self) -> bool {
        let wrong = |finding: &Diagnostic| finding.severity == Severity::Error && finding.code != Code::UnmappedRequiredTarget;
        self.passed && !self.findings.iter().any(wrong)
    }

    fn is_quiet(&self) -> bool {
        self.passed && self.findings.is_empty()
    }
}

impl Made {
    fn project(&self, beside: &[(String, String)]) -> Project {
        let mut project = Project::default();
        project.add(&self.file, &self.draft.text);
        for (file, text) in beside {
            project.add(file, text);
        }
        project
    }

    fn compiled(&self, beside: &[(String, String)], environment: &Environment<'_>) -> Option<Mapping> {
        compile(&self.project(beside), &self.draft.mapping, environment).0
    }

    /// The notes as those of another mapping than the one that is wanted.
    fn notes_within(&self) -> impl Iterator<Item = Note> {
        self.draft.notes.iter().map(|note| note.clone().within(&self.draft.mapping))
    }

    fn said_beside(&self) -> String {
        match &self.path {
            Some(path) => format!("beside: {} was written too, for its rules are used", shown(path)),
            None => {
                format!("beside: the rules of `{}` are used; with --out FILE it is written beside that file", self.draft.mapping)
            }
        }
    }

    fn write(&self) -> anyhow::Result<()> {
        let Some(path) = &self.path else { return super::print(&self.draft.text) };
        let mut spool = RowSpool::new(&Output::File(path.clone()))?;
        spool.push(self.draft.text.as_bytes())?;
        Ok(spool.finish_as_it_is()?)
    }
}
