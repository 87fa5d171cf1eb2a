//! The text in the making: a change stays only if the file is no worse for it.

use crate::diagnostic::{Code, Diagnostic, FileId, Severity};
use crate::mapping::compile::{Environment, compile};
use crate::mapping::document::Document;
use crate::mapping::edit::{Edit, Editor, NotEditable, apply};
use crate::mapping::{Mapping, Project};
use crate::target::Model;
use serde_json::Value;

/// Finds the edits of a change.
type Find<'f> = dyn Fn(&Editor<'_>, &Document) -> Result<Vec<Edit>, NotEditable> + 'f;

pub struct Bench<'b> {
    pub name: &'b str,
    pub file: &'b str,
    pub beside: &'b [(String, String)],
    pub environment: &'b Environment<'b>,
    pub model: &'b Model,
    pub text: String,
    /// The faults of the text, once they are known.
    pub known: Option<Vec<Code>>,
}

/// A text, compiled.
pub struct Tried {
    pub project: Project,
    pub mapping: Option<Mapping>,
    pub findings: Vec<Diagnostic>,
}

impl Tried {
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }

    /// How often each thing is said that a change must not bring about. What spellings a new list needs is for people to say.
    fn faults(&self) -> Vec<Code> {
        let bad = |finding: &&Diagnostic| finding.severity > Severity::Note && finding.code != Code::ListItemUnmapped;
        self.findings.iter().filter(bad).map(|finding| finding.code).collect()
    }
}

impl Bench<'_> {
    pub fn compile(&self, text: &str) -> Tried {
        let mut project = Project::default();
        project.add(self.file, text);
        for (name, text) in self.beside {
            project.add(name, text);
        }
        let (mapping, mut findings) = compile(&project, self.name, self.environment);
        findings.extend(project.findings().iter().cloned());
        Tried { project, mapping, findings }
    }

    /// The text as it is. Where the user's own target requires what nothing fills yet, the rest is compiled all the same.
    pub fn compiled(&self) -> Tried {
        let tried = self.compile(&self.text);
        if tried.mapping.is_some() {
            return tried;
        }
        let filled = |name: &str| {
            tried.project.spec(self.name).is_some_and(|spec| spec.fields.iter().any(|(field, _)| *field.value == *name))
        };
        let relaxed = |name: &str, file: &str| {
            let text = (self.environment.read_schema)(name, file)?;
            let Ok(mut schema) = serde_json::from_str::<Value>(&text) else { return Ok(text) };
            if let Some(Value::Array(required)) = schema.get_mut("required") {
                required.retain(|name| name.as_str().is_some_and(filled));
            }
            Ok(schema.to_string())
        };
        let environment = Environment { catalog: self.environment.catalog, read_schema: &relaxed };
        Bench { environment: &environment, text: String::new(), known: None, ..*self }.compile(&self.text)
    }

    /// Changes the text, unless that would be worse than before.
    ///
    /// # Errors
    /// Says why the text stays.
    pub fn change(&mut self, find: impl Fn(&Editor<'_>, &Document) -> Result<Vec<Edit>, NotEditable>) -> Result<(), String> {
        let known = match self.known.take() {
            Some(known) => known,
            None => self.compile(&self.text).faults(),
        };
        let result = self.tried(&find, &known);
        self.known = Some(match &result {
            Ok((text, faults)) => {
                self.text.clone_from(text);
                faults.clone()
            }
            Err(_) => known,
        });
        result.map(drop)
    }

    /// The changed text with its faults, if it has no more of them than those `known`.
    fn tried(&self, find: &Find<'_>, known: &[Code]) -> Result<(String, Vec<Code>), String> {
        let (document, _) = Document::parse(&self.text, FileId::from_index(0));
        let document = document.ok_or("the text is no YAML")?;
        let edits = find(&Editor::new(&self.text, &document), &document).map_err(|error| error.to_string())?;
        let text = apply(&self.text, &edits);
        let after = self.compile(&text);
        let (mut known, faults) = (known.to_vec(), after.faults());
        for finding in after.findings.iter().filter(|finding| faults.contains(&finding.code)) {
            match known.iter().position(|code| *code == finding.code) {
                Some(at) => drop(known.swap_remove(at)),
                None => return Err(finding.message.clone()),
            }
        }
        Ok((text, faults))
    }
}
