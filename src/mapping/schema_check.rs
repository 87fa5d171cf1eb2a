//! Holds a file to the very schema that stands in `schemas/`, in words for people: what was found, what was expected, and
//! the word that was probably meant.

use super::document::{Content, Document, NodeId, Scalar, deserialize};
use super::schema_fit::fits;
pub use super::schema_fit::judging;
use crate::diagnostic::{Code, Diagnostic};
use crate::transform;
use crate::value::text::nearest;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

/// The schema's text: the one that editors use.
pub const SCHEMA: &str = include_str!("../../schemas/mapping.schema.json");

/// A schema that files are held to.
pub struct Schema {
    /// The part of it that judges.
    parsed: LazyLock<Value>,
    validator: OnceLock<jsonschema::Validator>,
}

impl Schema {
    /// One whose judging part is read when it is first needed.
    pub const fn new(parse: fn() -> Value) -> Self {
        Schema { parsed: LazyLock::new(parse), validator: OnceLock::new() }
    }

    fn validator(&self) -> &jsonschema::Validator {
        self.validator.get_or_init(|| {
            // Without its texts the schema says one thing in draft 7 and in 2020-12 (a test compares the verdicts), and holding
            // it to the schema of draft 7, which the library always does, takes a fraction of the time.
            let options = jsonschema::options().with_draft(jsonschema::Draft::Draft7);
            options.build(&self.parsed).expect("a test compares the schema with the types")
        })
    }
}

/// That of mapping files.
pub static MAPPING: Schema = Schema::new(|| judging(SCHEMA));

/// One way in which a file misses the schema, and what to take for granted so that the rest of it can be looked at.
pub struct Fault {
    pub finding: Diagnostic,
    pub mend: Mend,
}

/// How a fault is passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// The key or word was meant to be this one.
    Reword(NodeId, String),
    /// The value is left out with its key, or the item of the list.
    Remove(NodeId),
    /// The key is taken for given.
    Insert(NodeId, &'static str, &'static str),
    /// The value is of no harm to the rest.
    Keep,
}

/// More faults than these are one fault: the file is no mapping file.
pub const MOST: usize = 500;

/// The ways in which the document misses the schema, at most [`MOST`].
pub fn check(schema: &Schema, document: &Document, text: &str) -> Vec<Fault> {
    let Ok(instance) = deserialize::<Value>(document) else { return Vec::new() };
    if fits(&instance, &schema.parsed) {
        return Vec::new();
    }
    let errors = schema.validator().iter_errors(&instance);
    let mut faults: Vec<Fault> =
        errors.flat_map(|error| Judge::new(schema, document, text, &error).faults(&error)).take(MOST).collect();
    faults.sort_by_key(|fault| (fault.finding.span.start, fault.finding.span.end));
    faults.dedup_by(|a, b| a.finding.span == b.finding.span && a.finding.code == b.finding.code);
    faults
}

/// One error of the validator, seen in the file.
struct Judge<'d> {
    schema: &'d Schema,
    document: &'d Document,
    text: &'d str,
    pointer: Vec<String>,
    node: NodeId,
    /// The step that the error is about or lies within.
    step: Option<NodeId>,
    /// The keys of the schema's object that the error is about.
    known: Vec<String>,
}

impl<'d> Judge<'d> {
    fn new(schema: &'d Schema, document: &'d Document, text: &'d str, error: &jsonschema::ValidationError<'_>) -> Self {
        let path = error.instance_path().as_str();
        let pointer: Vec<String> = path.split('/').skip(1).map(unescaped).collect();
        let node = document.at_pointer(pointer.iter().map(String::as_str)).unwrap_or(document.root());
        let (step_schema, known) = follow(&schema.parsed, error.schema_path().as_str());
        // A step is an item of `then`, or its only value: what the error names lies in it or is it.
        let step = step_schema.then(|| {
            let then = pointer.iter().rposition(|segment| segment == "then").map_or(pointer.len(), |at| at + 1);
            let list = document.at_pointer(pointer[..then].iter().map(String::as_str)).unwrap_or(node);
            match &document.node(list).content {
                Content::List(_) if pointer.len() > then => {
                    document.at_pointer(pointer[..=then].iter().map(String::as_str)).unwrap_or(node)
                }
                _ => list,
            }
        });
        Judge { schema, document, text, pointer, node, step, known }
    }

    fn finding(&self, code: Code, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.document.file, span, message)
    }

    fn faults(&self, error: &jsonschema::ValidationError<'_>) -> Vec<Fault> {
        if let Some(fault) = self.step.and_then(|step| self.step_fault(step)) {
            return vec![fault];
        }
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                unexpected.iter().take(MOST).map(|key| self.unknown_key(key)).collect()
            }
            ValidationErrorKind::Required { property } => {
                let property = property.as_str().unwrap_or_default();
                // A key that is there under a misspelt name is told once, as that.
                if self.is_misspelt(property) { Vec::new() } else { vec![self.missing_key(property)] }
            }
            kind => {
                let (finding, mend) = self.wrong_value(kind);
                vec![Fault { finding, mend }]
            }
        }
    }

    /// What the finding calls the value: the nearest key above it.
    fn name(&self) -> String {
        let subject = self.pointer.iter().rposition(|segment| segment.parse::<usize>().is_err());
        match subject {
            None => "the file".to_owned(),
            Some(at) if at + 1 < self.pointer.len() => format!("an item of `{}`", self.pointer[at]),
            Some(at) => format!("`{}`", self.pointer[at]),
        }
    }

    fn wrong_value(&self, kind: &ValidationErrorKind) -> (Diagnostic, Mend) {
        let document = self.document;
        let here = document.span(self.node);
        let line = first_line(self.text, &here);
        let name = self.name();
        let remove = Mend::Remove(self.node);
        let bad = |span, message: String| self.finding(Code::BadType, span, message);
        match kind {
            ValidationErrorKind::Type { kind } => {
                let expected = types(kind);
                let finding = bad(line, format!("{name} takes {expected}; this is {}", found(document, self.node)));
                (self.type_help(finding, &expected), remove)
            }
            ValidationErrorKind::Enum { options } => {
                let words: Vec<&str> =
                    options.as_array().map(|words| words.iter().filter_map(Value::as_str).collect()).unwrap_or_default();
                let written = document.text(self.node).unwrap_or_default();
                let listed = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
                let finding = bad(here, format!("{name} takes one of {listed}; this is `{written}`"));
                let meant = other_words(written).filter(|word| words.contains(word));
                match meant.or_else(|| nearest(written, words.iter().copied())) {
                    Some(word) => (
                        finding.help(format!("did you mean `{word}`?")).replacement(word),
                        Mend::Reword(self.node, word.to_owned()),
                    ),
                    None => (finding, remove),
                }
            }
            ValidationErrorKind::Pattern { .. } if self.pointer == ["mapping"] => (
                bad(here, "a mapping's name is made of small letters, digits and _, and begins with a letter".to_owned())
                    .help("for example `employees` or `activtrak_users`"),
                Mend::Keep,
            ),
            ValidationErrorKind::Minimum { limit } => (bad(here, format!("{name} is at least {limit}")), Mend::Keep),
            ValidationErrorKind::Maximum { limit } => (bad(here, format!("{name} is at most {limit}")), Mend::Keep),
            ValidationErrorKind::MinLength { .. } => (bad(here, format!("{name} is empty")), Mend::Keep),
            kind => (bad(line, format!("{name} does not fit the schema ({})", kind.keyword())), remove),
        }
    }

    /// What to do about a value of the wrong type.
    fn type_help(&self, finding: Diagnostic, expected: &str) -> Diagnostic {
        let is_field = matches!(self.pointer.as_slice(), [section, _] if section == "fields");
        match (&self.document.node(self.node).content, self.document.scalar(self.node)) {
            (_, Some(Scalar::Null)) => finding.help("give it a value, or take the key away"),
            (_, Some(Scalar::Text(text))) if expected == "true or false" => match other_words(text) {
                Some(word @ ("true" | "false")) => finding.help(format!("did you mean `{word}`?")).replacement(word),
                _ => finding,
            },
            (_, Some(Scalar::Text(text))) if expected == "a list" && !text.contains('\n') => {
                finding.help(format!("put it in brackets: `[{text}]`"))
            }
            (_, Some(_)) if expected == "text" => finding.help("put it in quotes to make text of it"),
            (Content::List(_), _) if self.pointer.last().is_some_and(|key| key == "is" || key == "is_not") => {
                finding.help("several words stand in a list under `in` or `not_in`")
            }
            (Content::List(_), _) if is_field && self.is_key_of_a_field() => finding.help(format!(
                "if `{}` belongs to the field above it, move it to the right, under that field's other keys",
                self.pointer[1]
            )),
            (Content::List(_), _) if is_field => finding.help("several places to look stand under `from`"),
            _ if self.pointer.is_empty() => {
                finding.help("a mapping file begins with `mapping: NAME`; `bobmap help mapping` shows one")
            }
            _ => finding,
        }
    }

    /// Whether what stands as a field's name is a key of fields: then it is likelier to be indented wrongly.
    fn is_key_of_a_field(&self) -> bool {
        self.schema.parsed["$defs"]["Field"]["properties"].get(&self.pointer[1]).is_some()
    }

    fn unknown_key(&self, key: &str) -> Fault {
        let span = self.document.key_span(self.node, key);
        if key == "any" && self.known.iter().any(|known| known == "on_or_after") {
            let finding = self
                .finding(Code::BadCondition, span, "conditions nest no deeper than one `any`")
                .help("put these conditions into the list around them, or make a helper field of them");
            return Fault { finding, mend: Mend::Remove(self.node) };
        }
        let finding = self.finding(Code::UnknownKey, span, format!("there is no key `{key}` here"));
        let (name, value) = self.document.entry(self.node, key).unwrap_or((self.node, self.node));
        match nearest(key, self.known.iter().map(String::as_str)) {
            Some(word) => {
                // A word that stands here already can't have been meant a second time.
                let given = self.document.get(self.node, word).is_some();
                let mend = if given { Mend::Remove(value) } else { Mend::Reword(name, word.to_owned()) };
                Fault { finding: finding.help(format!("did you mean `{word}`?")).replacement(word), mend }
            }
            None => {
                let in_entry = matches!(key, "path" | "take") && self.known.iter().any(|known| known == "from");
                let finding = finding.help(match in_entry {
                    true => "it belongs to an entry: `from: { path: $.work.department, take: first }`".to_owned(),
                    false => format!("the keys here are {}", self.known.join(", ")),
                });
                Fault { finding, mend: Mend::Remove(value) }
            }
        }
    }

    /// Whether an unknown key of this object is taken for the known key `wanted`.
    fn is_misspelt(&self, wanted: &str) -> bool {
        let known = || self.known.iter().map(String::as_str);
        let written = self.document.entries(self.node).iter().filter_map(|(name, _)| self.document.text(*name));
        written.filter(|key| !known().any(|word| word == *key)).any(|key| nearest(key, known()) == Some(wanted))
    }

    fn missing_key(&self, key: &str) -> Fault {
        let span = first_line(self.text, &self.document.span(self.node));
        let place = if self.pointer.is_empty() { "the file".to_owned() } else { self.name() };
        let help = match key {
            "format" => "write `format: 1`".to_owned(),
            "mapping" => "write `mapping: NAME` on the first line".to_owned(),
            _ => format!("add `{key}:`"),
        };
        let finding = self.finding(Code::MissingKey, span, format!("{place} has no `{key}`")).help(help);
        let mend = match (self.pointer.is_empty(), key) {
            (true, "format") => Mend::Insert(self.node, "format", "1"),
            (true, _) => Mend::Keep,
            (false, _) => Mend::Remove(self.node),
        };
        Fault { finding, mend }
    }

    /// What is wrong with a step, in the words of the step itself; `None` where it is no step at all.
    fn step_fault(&self, step: NodeId) -> Option<Fault> {
        let document = self.document;
        let (name_node, argument) = match document.entries(step) {
            [] => (step, None),
            [(name, argument)] => (*name, Some(*argument)),
            _ => {
                let finding = self
                    .finding(Code::BadType, first_line(self.text, &document.span(step)), "one step has one name")
                    .help("begin a new item of the list (`- `) for the next step");
                return Some(Fault { finding, mend: Mend::Remove(step) });
            }
        };
        let Some(Scalar::Text(name)) = document.scalar(name_node) else { return None };
        let Some(definition) = transform::find(name) else {
            let finding = self.finding(Code::UnknownStep, document.span(name_node), format!("there is no step `{name}`"));
            let fault = match nearest(name, transform::NAMES.iter().copied()) {
                Some(near) => Fault {
                    finding: finding.help(format!("did you mean `{near}`?")).replacement(near),
                    mend: Mend::Reword(name_node, near.to_owned()),
                },
                None => Fault { finding: finding.help("`bobmap help steps` lists the steps"), mend: Mend::Remove(step) },
            };
            return Some(fault);
        };
        let written = argument.map(|argument| serde_json::from_str(&document.json(argument)).unwrap_or_default());
        let error = definition.step(&written.unwrap_or_default()).err()?;
        let code = if error.ambiguous { Code::AmbiguousDateFormat } else { Code::BadArgument };
        let span = first_line(self.text, &document.span(argument.unwrap_or(step)));
        let finding = self.finding(code, span, error.message);
        let finding = finding.help(error.help.unwrap_or_else(|| format!("`bobmap help {name}` shows examples")));
        Some(Fault { finding, mend: Mend::Remove(step) })
    }
}

fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// Follows a path through the schema: whether it enters a step, and the keys of the object that it ends in.
fn follow(whole: &Value, schema_path: &str) -> (bool, Vec<String>) {
    let mut schema = whole;
    let mut step = schema_path.starts_with("/$defs/Step/");
    for segment in schema_path.split('/').skip(1) {
        if matches!(segment, "additionalProperties" | "required") && schema.get("properties").is_some() {
            break;
        }
        let segment = unescaped(segment);
        let next = if segment == "$ref" {
            let reference = schema.get("$ref").and_then(Value::as_str);
            step |= reference == Some("#/$defs/Step");
            reference.and_then(|reference| whole.pointer(&reference[1..]))
        } else {
            schema.get(&segment).or_else(|| schema.get(segment.parse::<usize>().ok()?))
        };
        let Some(next) = next else { break };
        schema = next;
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    (step, properties.map(|properties| properties.keys().cloned().collect()).unwrap_or_default())
}

/// The first line of a container: enough to find it, and less than a screen full of underlines.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let end = text[span.clone()].find(['\n', '\r']).map_or(span.end, |at| span.start + at);
    span.start..end
}

fn types(kind: &TypeKind) -> String {
    let mut words: Vec<String> = match kind {
        TypeKind::Single(kind) => vec![word(&kind.to_string()).to_owned()],
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| word(&kind.to_string()).to_owned()).collect(),
    };
    // From the simplest to the largest.
    words.sort_by_key(|word| {
        ["text", "a number", "a whole number", "true or false", "a list"].iter().position(|known| known == word).unwrap_or(9)
    });
    match words.as_slice() {
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
        [] => "something else".to_owned(),
    }
}

fn word(kind: &str) -> &str {
    match kind {
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "keys with values",
        other => other,
    }
}

/// Our word for one that other programs use.
fn other_words(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "yes" | "on" | "y" => "true",
        "no" | "off" | "n" => "false",
        "text" | "str" | "varchar" => "string",
        "int" | "long" => "integer",
        "number" | "float" | "double" => "decimal",
        "bool" => "boolean",
        "timestamp" => "datetime",
        "array" => "list",
        "object" | "map" => "json",
        "null" | "empty" => "blank",
        "skip" | "drop" => "omit",
        "error" | "fail" => "reject",
        _ => return None,
    })
}

fn found(document: &Document, node: NodeId) -> &'static str {
    match &document.node(node).content {
        Content::List(_) => "a list",
        Content::Map(_) => "keys with values",
        Content::Scalar { .. } => match document.scalar(node) {
            Some(Scalar::Null) => "nothing",
            Some(Scalar::Boolean(_)) => "true or false",
            Some(Scalar::Number(_)) => "a number",
            _ => "text",
        },
    }
}
