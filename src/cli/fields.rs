//! `bobmap fields` and `bobmap fields pull`

use super::live::HibobArgs;
use super::load;
use super::stop::Interrupts;
use super::tenant::{Know, TenantArgs, each_record, live_catalog};
use super::{Exit, Usage, complain};
use crate::catalog::Catalog;
use crate::catalog::request::Selection;
use crate::mapping::project::FileKind;
use crate::report::fields::{Fields as Answer, Sample, changes};
use crate::sink::{Output, RowSpool};
use clap::{Subcommand, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Find the fields of the company's Bob: name, id, category, type, list, and how many people have a value
///
/// Fields come from HiBob, or from --catalog; with --records or --catalog no network is used.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Fields {
    #[command(subcommand)]
    command: Option<Command>,
    /// Words of the name, the id or the category; all fields without
    #[arg(value_name = "SEARCH")]
    search: Vec<String>,
    /// How many employees to look at, to tell fields with values from those without; 0 is none
    #[arg(long, value_name = "N", default_value_t = 100)]
    sample: u64,
    /// How to print it
    #[arg(long, value_enum, default_value_t = FieldsFormat::Table)]
    format: FieldsFormat,
    #[command(flatten)]
    tenant: TenantArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    Pull(Pull),
}

/// Write the company's fields, categories and lists to a catalog file, which can be committed beside the mappings
///
/// Fields that the file has and Bob has no more stay in it with `deleted: true`, so that `bobmap check --catalog` finds what
/// still reads them.
#[derive(Debug, clap::Args)]
struct Pull {
    /// The catalog file; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "bob-catalog.yaml")]
    out: PathBuf,
    /// A list to leave out, by its id, because its items are people's names
    #[arg(long, value_name = "LIST")]
    without_list: Vec<String>,
    #[command(flatten)]
    hibob: HibobArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FieldsFormat {
    Table,
    Json,
}

impl Fields {
    pub fn run(self) -> anyhow::Result<Exit> {
        let interrupts = Interrupts::wait();
        if let Some(Command::Pull(pull)) = self.command {
            return pull.run(&interrupts);
        }
        let offline = self.tenant.records.is_some() || self.tenant.catalog.catalog.is_some() && !self.tenant.live;
        let tenant = self.tenant.open(offline, Know::Fields)?;
        let catalog = &*tenant.catalog;
        let wanted = self.search.join(" ");
        let fields: Vec<_> = if self.search.is_empty() { catalog.fields().collect() } else { catalog.search(&wanted) };
        if fields.is_empty() {
            complain(&not_found(catalog, &wanted));
            return Ok(Exit::Failed);
        }
        let mut sample = Sample::default();
        if self.sample > 0 && tenant.has_records() {
            let mut request = tenant.every_field();
            request.human_readable = false;
            request.fields.retain(|id| fields.iter().any(|field| field.id == *id));
            let mut source = tenant.source(&request, Selection::First(self.sample))?;
            each_record(&mut *source, |record| {
                sample.add(catalog, record);
                sample.records < self.sample
            })?;
        }
        let answer = Answer { catalog, fields, sample };
        super::print(&match self.format {
            FieldsFormat::Table => answer.table(),
            FieldsFormat::Json => format!("{:#}", answer.json()),
        })?;
        Ok(Exit::Clean)
    }
}

fn not_found(catalog: &Catalog, wanted: &str) -> String {
    let near: Vec<String> =
        catalog.near(wanted).iter().map(|near| format!("{} (\"{}\")", near.field.id, near.field.name)).collect();
    let near = match near.as_slice() {
        [] if catalog.is_builtin() => "only Bob's own fields are known here, and none of the company's".to_owned(),
        [] => "`bobmap fields` without a search lists them all".to_owned(),
        near => format!("near it are {}", near.join(", ")),
    };
    format!("no field has `{wanted}` in its name, id or category; {near}")
}

impl Pull {
    fn run(self, interrupts: &Interrupts) -> anyhow::Result<Exit> {
        let to_stdout = self.out.as_os_str() == "-";
        // Looked at before HiBob is asked: what must not be replaced is said at once.
        let earlier = if to_stdout { None } else { earlier(&self.out)? };
        let pulled = live_catalog(&self.hibob.connect()?, true)?;
        if let Some(unknown) = self.without_list.iter().find(|id| pulled.list(id).is_none()) {
            let near = crate::value::text::nearest(unknown, pulled.lists().map(|list| list.id.as_str()));
            let near = near.map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
            return Err(Usage(format!("--without-list: Bob has no list `{unknown}`{near}")).into());
        }
        let mut catalog = pulled.pulled_on(jiff::Zoned::now().date()).without_lists(&self.without_list);
        if let Some(earlier) = &earlier {
            catalog = catalog.keeping_deleted(earlier);
        }
        let destination = if to_stdout { Output::Stdout } else { Output::File(self.out.clone()) };
        // From here on a signal would leave a file behind, and the end is near.
        interrupts.heed();
        let mut file = RowSpool::new(&destination)?;
        file.push(catalog.to_yaml().as_bytes())?;
        file.finish_as_it_is()?;
        let living = catalog.fields().filter(|field| !field.deleted).count();
        let (categories, lists) = (catalog.categories().count(), catalog.lists().count());
        let out = if to_stdout { "the catalog".to_owned() } else { load::shown(&self.out) };
        let mut text = format!("{out}: {living} fields in {categories} categories, {lists} lists\n");
        if let Some(earlier) = &earlier {
            let since = earlier.pulled().map_or_else(String::new, |date| format!("Since {date}:\n"));
            text += &format!("{since}{}", changes(&catalog.since(earlier), &catalog));
        }
        if to_stdout {
            std::io::stderr().write_all(text.as_bytes())?;
        } else {
            super::print(&text)?;
        }
        Ok(Exit::Clean)
    }
}

/// The catalog that the file holds now; none where there is no file.
fn earlier(path: &Path) -> anyhow::Result<Option<Catalog>> {
    if !path.exists() {
        return Ok(None);
    }
    let text = load::read(path)?;
    let name = load::shown(path);
    if FileKind::of(&text) != FileKind::Catalog {
        return Err(Usage(format!(
            "{name} is no catalog file (`catalog: 1`) and is left as it is; name another file with --out"
        ))
        .into());
    }
    Ok(Some(Catalog::load(&text, &name)?))
}
