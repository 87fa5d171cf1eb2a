//! `bobmap schema`

use super::Exit;
use super::load::{CatalogArgs, shown};
use crate::job;
use crate::mapping::schema;
use crate::sandbox;
use crate::value::text::nearest;
use anyhow::Context;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The JSON Schemas of mapping files, jobs files, catalogs, targets and scenarios: print one, write or compare the folder; or one of mapping
/// files in which your company's own fields complete
#[derive(Debug, clap::Args)]
#[command(after_help = "Without a name or a flag it lists the names. Editors read the schemas: bobmap help editors")]
pub struct Schema {
    /// The schema to print: `mapping`, `jobs`, `catalog`, `scenario` or a target
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Write all of them into the folder
    #[arg(long, conflicts_with_all = ["name", "check"])]
    write: bool,
    /// Compare the folder with what this bobmap would write; exit 1 if it differs
    #[arg(long, conflicts_with = "name")]
    check: bool,
    /// The folder to write or to compare
    #[arg(long, value_name = "FOLDER", default_value = "schemas")]
    dir: PathBuf,
    /// Make the schema of mapping files in which an editor offers this company's own paths, categories and lists: a catalog
    /// file, or HiBob's field metadata as JSON
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "write", "check", "dir"])]
    catalog: Option<PathBuf>,
    /// HiBob's named lists as JSON, beside field metadata given as the catalog
    #[arg(long, value_name = "FILE", requires = "catalog")]
    lists: Option<PathBuf>,
    /// Write that schema to a file [default: standard output]
    #[arg(long, value_name = "FILE", requires = "catalog")]
    out: Option<PathBuf>,
}

const ENDING: &str = ".schema.json";

impl Schema {
    pub fn run(self) -> anyhow::Result<Exit> {
        let Schema { name, write, check, dir, catalog, lists, out } = self;
        if catalog.is_some() {
            return of_company(&CatalogArgs { catalog, lists }, out.as_deref());
        }
        match name {
            Some(name) => print(&name),
            None if write => write_all(&dir),
            None if check => compare(&dir),
            None => {
                super::print(&names().collect::<Vec<_>>().join("\n"))?;
                Ok(Exit::Clean)
            }
        }
    }
}

/// Every file of the folder: name and content.
fn all() -> Vec<(String, String)> {
    let mut files = schema::all();
    files.push(sandbox::schema());
    files.push(job::schema());
    files
}

fn names() -> impl Iterator<Item = String> {
    all().into_iter().map(|(file, _)| file.trim_end_matches(ENDING).to_owned())
}

fn print(name: &str) -> anyhow::Result<Exit> {
    let wanted = name.trim_end_matches(ENDING);
    if let Some((_, text)) = all().into_iter().find(|(file, _)| file.trim_end_matches(ENDING) == wanted) {
        super::print(&text)?;
        return Ok(Exit::Clean);
    }
    let names: Vec<String> = names().collect();
    let help = match nearest(wanted, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there is {}", names.join(", ")),
    };
    super::complain(&format!("there is no schema `{name}`; {help}"));
    Ok(Exit::Usage)
}

fn of_company(catalog: &CatalogArgs, out: Option<&Path>) -> anyhow::Result<Exit> {
    let text = serde_json::to_string_pretty(&schema::company_schema(&*catalog.load()?))? + "\n";
    match out {
        None => super::print(&text)?,
        Some(path) => std::fs::write(path, text).with_context(|| shown(path))?,
    }
    Ok(Exit::Clean)
}

fn write_all(folder: &Path) -> anyhow::Result<Exit> {
    std::fs::create_dir_all(folder).with_context(|| shown(folder))?;
    let files = all();
    for (file, text) in &files {
        let path = folder.join(file);
        std::fs::write(&path, text).with_context(|| shown(&path))?;
    }
    super::print(&format!("wrote {} schemas to {}", files.len(), shown(folder)))?;
    Ok(Exit::Clean)
}

fn compare(folder: &Path) -> anyhow::Result<Exit> {
    let files = all();
    let mut stale = Vec::new();
    for (file, text) in &files {
        let path = folder.join(file);
        match std::fs::read(&path) {
            Ok(found) if found == text.as_bytes() => {}
            Ok(_) => stale.push(format!("{}: differs", shown(&path))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => stale.push(format!("{}: missing", shown(&path))),
            Err(error) => return Err(error).with_context(|| shown(&path)),
        }
    }
    if stale.is_empty() {
        super::print(&format!("{} schemas are up to date in {}", files.len(), shown(folder)))?;
        return Ok(Exit::Clean);
    }
    let mut text = stale.join("\n");
    let dir = if folder == Path::new("schemas") { String::new() } else { format!(" --dir {}", shown(folder)) };
    write!(text, "\nrefresh with: bobmap schema --write{dir}").expect("a string takes all text");
    super::print(&text)?;
    Ok(Exit::Findings)
}
