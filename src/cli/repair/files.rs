//! The files of a repair: as they were read, the overlays beside them, and how they are written.

use crate::cli::Usage;
use crate::cli::load::{self, Loaded, shown};
use crate::cli::rewrite::{Original, create};
use crate::diagnosis::repair::{Home, Proposal};
use crate::mapping::Project;
use crate::mapping::project::FileKind;
use crate::pipeline::repair::{NewOverlay, Texts};
use anyhow::bail;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Stands before the text of files that some editors write.
const MARK: char = '\u{feff}';

pub struct Files {
    originals: Vec<Original>,
    /// By the user's wish.
    overlay: Option<PathBuf>,
    /// What was read besides.
    pub notes: Vec<String>,
    /// The names of the files that were written.
    pub written: Vec<String>,
    /// New overlays, each with the file that it is laid over.
    pub begun: Vec<(String, String)>,
    /// The files that new overlays are laid over.
    bases: BTreeMap<String, String>,
}

impl Files {
    /// Reads the files of the project anew, to be changed, and the overlays of an earlier repair that lie beside them.
    ///
    /// # Errors
    /// A file can't be read, or the overlay that the user names is none of these mappings.
    pub fn read(loaded: &mut Loaded, overlay: Option<&Path>) -> anyhow::Result<Files> {
        let mut files = Files {
            originals: Vec::new(),
            overlay: overlay.map(Path::to_owned),
            notes: Vec::new(),
            written: Vec::new(),
            begun: Vec::new(),
            bases: BTreeMap::new(),
        };
        if let Some(path) = overlay.filter(|path| path.exists()) {
            files.take_up(loaded, path, true)?;
        }
        for name in base_files(&loaded.project) {
            files.take_up(loaded, &beside(&name), false)?;
        }
        for file in loaded.project.files.ids() {
            let original = Original::read(Path::new(loaded.project.files.name(file)))?;
            if original.text().trim_start_matches(MARK) != loaded.project.files.text(file) {
                bail!("{}: somebody has changed the file meanwhile; run the command again", original.name());
            }
            files.originals.push(original);
        }
        Ok(files)
    }

    /// An overlay that is there already counts, given or not: what stands in it needs no proposal.
    fn take_up(&mut self, loaded: &mut Loaded, path: &Path, named: bool) -> anyhow::Result<()> {
        let project = &mut loaded.project;
        let same = |name: &str| Path::new(name) == path || std::fs::canonicalize(name).ok() == std::fs::canonicalize(path).ok();
        if !path.is_file() || project.files.ids().any(|file| same(project.files.name(file))) {
            return Ok(());
        }
        let text = load::read(path)?;
        let mut alone = Project::default();
        let file = alone.add(&shown(path), &text);
        let extends = alone.spec_of(file).and_then(|spec| spec.extends.as_ref()).map(|parent| parent.value.clone());
        let fits = extends.is_some_and(|parent| project.spec(&parent).is_some() && project.overlays(&parent).next().is_none());
        if !fits && named {
            let message = format!("--overlay {}: the file is there and is no sound overlay of these mappings", shown(path));
            return Err(Usage(message).into());
        }
        if fits && FileKind::of(&text) == FileKind::Mapping {
            project.add(&shown(path), &text);
            self.notes.push(format!("{} is read as well: it lies over the mapping", shown(path)));
        }
        Ok(())
    }

    pub fn texts(&self, project: &Project) -> Texts {
        Texts(
            project.files.ids().map(|file| (project.files.name(file).to_owned(), project.files.text(file).to_owned())).collect(),
        )
    }

    /// The overlays that the proposals need.
    ///
    /// # Errors
    /// One overlay can't serve two mappings; a file that is in the way.
    pub fn overlays(
        &mut self,
        project: &Project,
        proposals: &[Proposal],
        today: Date,
    ) -> anyhow::Result<BTreeMap<String, NewOverlay>> {
        let mut wanted: Vec<&str> = proposals
            .iter()
            .filter_map(|proposal| match &proposal.home {
                Home::NewOverlay(of) => Some(of.as_str()),
                Home::File(_) => None,
            })
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        if let (Some(path), [one, other, ..]) = (&self.overlay, wanted.as_slice()) {
            let message = format!("--overlay {}: `{one}` and `{other}` need an overlay each; leave it out", shown(path));
            return Err(Usage(message).into());
        }
        let mut overlays = BTreeMap::new();
        for of in wanted {
            let spec = project.spec(of).expect("proposals are made for mappings of the project");
            let base = project.files.name(spec.mapping.place.file).to_owned();
            let path = self.overlay.clone().unwrap_or_else(|| beside(&base));
            if path.exists() {
                bail!(
                    "{}: the file is there and is no overlay of `{of}` that could be added to: name another by --overlay",
                    shown(&path)
                );
            }
            let name = match &self.overlay {
                Some(path) => overlay_name(of, path),
                None => format!("{of}_own"),
            };
            let head = format!(
                "# What only one company's Bob has, laid over `{of}` ({base}). Begun by `bobmap repair` on {today}.\n\
                 # Give both files to every command; nothing of this belongs into the other one.\n\
                 mapping: {name}\nformat: 1\nextends: {of}\n"
            );
            self.bases.insert(shown(&path), base);
            overlays.insert(of.to_owned(), NewOverlay { name: shown(&path), head });
        }
        Ok(overlays)
    }

    /// Writes the files that differ.
    ///
    /// # Errors
    /// A file is read-only or is no longer as it was read. What can be known before is known before any file is written.
    pub fn write(&mut self, old: &Texts, new: &Texts) -> anyhow::Result<()> {
        let changed: Vec<&(String, String)> = new.0.iter().filter(|(name, text)| old.get(name) != Some(text)).collect();
        let original = |name: &str| self.originals.iter().find(|original| original.name() == name);
        for (name, _) in &changed {
            if let Some(original) = original(name) {
                original.writable()?;
            }
        }
        let mut written = Vec::new();
        for (name, text) in changed {
            match original(name) {
                Some(original) => {
                    let mark = if original.text().starts_with(MARK) { "\u{feff}" } else { "" };
                    original.replace(&format!("{mark}{text}"))?;
                }
                None => {
                    let base = self.bases.get(name).cloned().unwrap_or_default();
                    create(Path::new(name), text, Path::new(&base))?;
                    self.begun.push((name.clone(), base));
                }
            }
            written.push(name.clone());
        }
        self.written = written;
        Ok(())
    }
}

/// The files of mappings that no overlay lies over.
fn base_files(project: &Project) -> Vec<String> {
    let bare =
        project.specs().filter(|loaded| loaded.spec.extends.is_none() && project.overlays(&loaded.spec.mapping).next().is_none());
    bare.map(|loaded| project.files.name(loaded.file).to_owned()).collect()
}

/// `people.yaml` has `people_own.yaml` beside it.
fn beside(base: &str) -> PathBuf {
    let path = Path::new(base);
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!("{stem}_own.yaml"))
}

/// An overlay's name by its file's: small letters, digits and `_`, beginning with the mapping's.
fn overlay_name(of: &str, path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
    let stem: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if stem.starts_with(of) && stem != of { stem } else { format!("{of}_{}", stem.trim_matches('_')) }
}
