//! The jobs file: which one is read, the jobs in it, and where what is remembered of them lies.

use super::Usage;
use super::load::{self, Loaded, shown};
use crate::diagnostic::Severity;
use crate::job::spec::{Connection, Job};
use crate::job::{self, Jobs, resolve};
use crate::mapping::Project;
use crate::state::{Place, State};
use crate::value::text::nearest;
use std::path::{Path, PathBuf};

/// Which jobs file is read.
#[derive(Debug, clap::Args)]
pub struct JobsArgs {
    /// The jobs file
    #[arg(long, value_name = "FILE", default_value = job::FILE)]
    jobs: PathBuf,
}

/// A jobs file that was read.
pub struct JobsFile {
    jobs: Jobs,
    pub path: PathBuf,
}

/// Where the state is in a PostgreSQL database, if nothing is said.
const USUAL_SCHEMA: &str = "bobmap_state";

impl JobsArgs {
    /// Reads the file. Prints findings, and is `None` if there are any.
    ///
    /// # Errors
    /// There is no such file, or it can't be read.
    pub fn read(&self) -> anyhow::Result<Option<JobsFile>> {
        let name = shown(&self.jobs);
        if !self.jobs.exists() {
            return Err(
                Usage(format!("{name}: there is no jobs file; `bobmap help jobs` shows one, and --jobs FILE names it")).into()
            );
        }
        let mut project = Project::default();
        let file = project.add_beside(&name, &job::masked(&load::read(&self.jobs)?));
        let (jobs, findings) = job::read(project.files.text(file), file);
        if !findings.is_empty() {
            let loaded = Loaded::of(project);
            loaded.print_findings(&findings)?;
            if findings.iter().any(|finding| finding.severity == Severity::Error) {
                return Ok(None);
            }
        }
        Ok(jobs.map(|jobs| JobsFile { jobs, path: self.jobs.clone() }))
    }
}

impl JobsFile {
    /// The folder that its paths begin at.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// The job of this name.
    ///
    /// # Errors
    /// There is none.
    pub fn job(&self, name: &str) -> anyhow::Result<&Job> {
        self.jobs.job(name).ok_or_else(|| {
            let help = match nearest(name, self.jobs.names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the jobs are {}", self.jobs.names().collect::<Vec<_>>().join(", ")),
            };
            Usage(format!("{}: there is no job `{name}`; {help}", shown(&self.path))).into()
        })
    }

    /// The names of all jobs, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.jobs.names()
    }

    /// The connection that a job reads from.
    pub fn connection(&self, job: &Job) -> Option<&Connection> {
        job.from.as_ref().and_then(|from| self.jobs.connection(from))
    }

    /// Opens the state of these jobs.
    ///
    /// # Errors
    /// It can't be reached or written, or is something else.
    pub fn state(&self) -> anyhow::Result<State> {
        let spec = &self.jobs.spec;
        let place = match spec.state.as_ref().map(|state| (&**state, &state.postgres)) {
            None => Place::File(self.folder().join(".bobmap/state.sqlite")),
            Some((state, None)) => Place::File(self.folder().join(&state.file)),
            Some((state, Some(postgres))) => Place::Postgres {
                address: resolve(postgres, &|name| std::env::var_os(name)).map_err(|error| Usage(error.to_string()))?,
                schema: state.schema.as_ref().map_or(USUAL_SCHEMA, |schema| &schema.value).to_owned(),
            },
        };
        Ok(State::open(&place, spec.tenant.as_ref().map_or("", |tenant| &tenant.value))?)
    }
}
