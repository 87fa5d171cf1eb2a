//! Which mappings a destination takes: a server of users takes users, a calendar takes events.

use super::judge::Jobs;
use super::spec::{Deletes, FileFormat, Job, To};
use crate::diagnostic::{Diagnostic, FileId};
use crate::mapping::Project;
use crate::mapping::spec::Spec;
use crate::target;

impl To {
    /// What the destination takes and the targets that make it, where it does not take all.
    fn takes(&self) -> Option<(&'static str, &'static [&'static str])> {
        let is_calendar = || self.file_format() == Some(FileFormat::Ics);
        match () {
            () if self.scim.is_some() => Some(("SCIM users", &["scim.user", "activtrak.scim_user"])),
            () if self.hrdc.is_some() => Some(("rows for ActivTrak's HR Data Connector", &["activtrak.user"])),
            () if is_calendar() => Some(("events for a calendar", &["ical.event"])),
            () => None,
        }
    }

    /// Why the destination can't take the rows of a mapping with this target.
    pub fn misfit(&self, mapping: &str, target: Option<&str>) -> Option<String> {
        let (what, targets) = self.takes()?;
        // The connector's headers are in no public text: a template of ActivTrak's may be the user's own target.
        let is_template = |target: &str| self.hrdc.is_some() && target::find(target).is_none();
        if target.is_some_and(|target| targets.contains(&target) || is_template(target)) {
            return None;
        }
        let targets: Vec<String> = targets.iter().map(|target| format!("`{target}`")).collect();
        let own = if self.hrdc.is_some() { ", or a schema file of your own" } else { "" };
        Some(format!("the mapping `{mapping}` makes no {what}: its `target` must be {}{own}", targets.join(" or ")))
    }
}

impl Jobs {
    /// Destinations that don't take what their mappings make. `file` finds the files that jobs name; what is wrong with
    /// those has been said elsewhere.
    pub fn misfits(&self, project: &Project, file: impl Fn(&str) -> Option<FileId>) -> Vec<Diagnostic> {
        let spec = |name: &str| {
            let file = file(name).filter(|file| !project.has_faults(*file))?;
            project.spec_of(file)
        };
        let mut findings = Vec::new();
        for (_, job) in self.spec.jobs.iter() {
            let to = &job.to.value;
            for mapping in job.mappings.iter() {
                let Some(made) = spec(mapping) else { continue };
                let target = target_of(project, made, job.with.iter().filter_map(|file| spec(file)));
                if let Some(why) = to.misfit(&made.mapping, target) {
                    let help = "another mapping, or another destination";
                    findings.push(self.finding(mapping, why).help(help));
                } else if is_untracked(job) && target == Some("scim.user") {
                    let why = "`deletes: untrack` is ActivTrak's; SCIM itself has `deactivate`".to_owned();
                    findings.extend(to.scim.as_ref().map(|scim| self.finding(scim, why).help("write `deletes: deactivate`")));
                }
            }
        }
        findings
    }
}

fn is_untracked(job: &Job) -> bool {
    job.to.value.deletes == Some(Deletes::Untrack)
}

/// The target of a mapping with its overlays: the outermost word counts.
fn target_of<'p>(project: &'p Project, mapping: &'p Spec, with: impl Iterator<Item = &'p Spec>) -> Option<&'p str> {
    let mut overlaid = None;
    for spec in with {
        if lineage(project, spec).skip(1).any(|parent| parent.mapping.value == mapping.mapping.value) {
            overlaid = overlaid.or(spec.target.as_ref());
        }
    }
    let own = || lineage(project, mapping).find_map(|spec| spec.target.as_ref());
    overlaid.or_else(own).map(|target| target.value.as_str())
}

/// A mapping and those that it extends.
fn lineage<'p>(project: &'p Project, spec: &'p Spec) -> impl Iterator<Item = &'p Spec> {
    let parent = |spec: &&'p Spec| spec.extends.as_ref().and_then(|parent| project.spec(parent));
    // Circles have findings of their own.
    std::iter::successors(Some(spec), parent).take(project.names().count())
}
