//! One employee as an admin knows them: the fields by category, each with a value, blank or not visible.

use super::count;
use super::terminal::one_line;
use super::visible::{State, look};
use crate::catalog::{Catalog, Field, FieldKind, company_field};
use crate::value::json::{Data, Tree};
use crate::value::mask::{Reveal, Shown};
use crate::value::read::is_slash_name;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

/// One employee.
#[derive(Debug, Serialize)]
pub struct Profile {
    version: u32,
    /// Bob's id.
    employee: Option<String>,
    categories: Vec<Section>,
    /// Places of the record that the catalog does not have.
    unknown: Vec<Line>,
    values: usize,
    blank: usize,
    not_visible: usize,
}

#[derive(Debug, Serialize)]
struct Section {
    id: String,
    /// As the admin sees it.
    name: String,
    fields: Vec<Line>,
}

/// A field, or what stands inside one.
#[derive(Debug, Serialize)]
struct Line {
    /// As the admin sees it; inside a field the key.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    state: State,
    /// Masked unless the user asked for values.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// The words that Bob shows for the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inside: Vec<Line>,
}

struct Reader<'a> {
    record: &'a Tree<'a>,
    catalog: &'a Catalog,
    reveal: Reveal,
}

impl Profile {
    pub fn new(record: &Tree<'_>, catalog: &Catalog, reveal: Reveal) -> Profile {
        let reader = Reader { record, catalog, reveal };
        let mut categories: Vec<Section> = Vec::new();
        for category in catalog.categories() {
            let of_it = catalog.fields().filter(|field| field.category == category.id && !field.deleted);
            let fields: Vec<Line> = of_it.map(|field| reader.field(field)).collect();
            if !fields.is_empty() {
                categories.push(Section { id: category.id.clone(), name: category.name.clone(), fields });
            }
        }
        let mut unknown = Vec::new();
        reader.unknown(record, &mut Vec::new(), &mut unknown);
        let of = |state: State| {
            categories.iter().flat_map(|section| &section.fields).chain(&unknown).filter(|line| line.state == state).count()
        };
        let employee = match look(record, "id") {
            (State::Value, Some(id)) => Some(plain(id)),
            _ => None,
        };
        let (values, blank, not_visible) = (of(State::Value), of(State::Blank), of(State::NotVisible));
        Profile { version: 1, employee, categories, unknown, values, blank, not_visible }
    }

    pub fn text(&self) -> String {
        let Profile { version: _, employee, categories, unknown, values, blank, not_visible } = self;
        let mut out = format!("Employee {}\n", employee.as_deref().map_or("without an id".into(), one_line));
        for Section { name, fields, .. } in categories {
            out += &format!("\n{}", one_line(name));
            if fields.iter().all(|line| line.state == State::NotVisible) {
                let names: Vec<&str> = fields.iter().map(|line| line.name.as_str()).collect();
                out += &format!(": not visible ({}: {})\n", count(fields.len(), "field"), one_line(&names.join(", ")));
                continue;
            }
            out.push('\n');
            tell(&mut out, fields, "");
        }
        if !unknown.is_empty() {
            out += "\nNot in the catalog\n";
            tell(&mut out, unknown, "");
        }
        out += &format!("\n{}, {blank} blank, {not_visible} not visible", count(*values, "value"));
        if *not_visible > 0 {
            out += " (not permitted, or not asked for)";
        }
        out + "\n"
    }
}

fn tell(out: &mut String, lines: &[Line], indent: &str) {
    let widest = |text: &dyn Fn(&Line) -> usize| lines.iter().map(text).max().unwrap_or(0);
    let name_width = widest(&|line| line.name.width());
    let id_width = widest(&|line| line.id.as_deref().unwrap_or("").width());
    for (at, line) in lines.iter().enumerate() {
        let (branch, below) = if at + 1 == lines.len() { ("└ ", "  ") } else { ("├ ", "│ ") };
        let Line { name, id, state, value, label, inside } = line;
        let value = match (state, value, label) {
            (State::Value, Some(value), Some(label)) => format!("{} ({})", one_line(value), one_line(label)),
            (State::Value, Some(value), None) => one_line(value).into_owned(),
            (State::Value, None, _) => String::new(),
            (state, ..) => state.words().to_owned(),
        };
        let columns = [(name.as_str(), name_width), (id.as_deref().unwrap_or(""), id_width)];
        let columns = columns.iter().filter(|(_, width)| *width > 0).map(|(text, width)| padded(&one_line(text), *width) + "  ");
        out.push_str(format!("{indent}{branch}{}{value}", columns.collect::<String>()).trim_end());
        out.push('\n');
        tell(out, inside, &format!("{indent}{below}"));
    }
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

impl Reader<'_> {
    fn field(&self, field: &Field) -> Line {
        let (state, found) = look(self.record, &field.path);
        let mut line = self.line(field.name.clone(), Some(field.id.clone()), state, found);
        if line.value.is_some() {
            let label = found.and_then(|found| self.label(field, found));
            // Dots say all that dots can say.
            line.label = label.filter(|_| self.reveal == Reveal::Values);
        }
        line
    }

    fn line(&self, name: String, id: Option<String>, state: State, found: Option<&Tree<'_>>) -> Line {
        let mut line = Line { name, id, state, value: None, label: None, inside: Vec::new() };
        match found.filter(|_| state == State::Value) {
            Some(Tree { data: Data::Object(members), .. }) => {
                let inside = |(name, tree): &(_, Tree<'_>)| self.line(String::clone(name), None, State::of(tree), Some(tree));
                line.inside = members.iter().map(|(name, tree)| inside(&(name.clone().into_owned(), tree.clone()))).collect();
            }
            Some(tree) => line.value = Some(Shown::new(plain(tree), true).display(self.reveal)),
            None => {}
        }
        line
    }

    /// The label of a list's item or the name of a colleague: Bob's own text where the record has it, else the catalog's.
    fn label(&self, field: &Field, found: &Tree<'_>) -> Option<String> {
        let is_list = matches!(field.kind, FieldKind::List | FieldKind::ListId | FieldKind::MultiList | FieldKind::HierarchyList);
        if !is_list && field.kind != FieldKind::EmployeeReference {
            return None;
        }
        let human = self.record.get("humanReadable").map(|human| look(human, &field.path));
        let label = match human {
            Some((State::Value, Some(tree))) => Some(plain(tree)),
            _ => {
                let list = self.catalog.list(field.list.as_deref()?)?;
                let label = |tree: &Tree<'_>| list.item(&plain(tree)).map(|item| item.label.clone());
                match &found.data {
                    Data::Array(items) => Some(items.iter().filter_map(label).collect::<Vec<_>>().join(", ")),
                    _ => label(found),
                }
            }
        };
        label.filter(|label| *label != plain(found) && !label.is_empty())
    }

    /// Places that the catalog has no field for: a company's own fields where only Bob's are known.
    fn unknown(&self, tree: &Tree<'_>, names: &mut Vec<String>, out: &mut Vec<Line>) {
        let Data::Object(members) = &tree.data else { return };
        for (name, value) in members {
            if names.is_empty() && (name == "humanReadable" || is_slash_name(name)) {
                continue;
            }
            names.push(name.clone().into_owned());
            let path: Vec<&str> = names.iter().map(String::as_str).collect();
            if self.catalog.by_names(&path).is_none() {
                let is_section = matches!(value.data, Data::Object(_)) && company_field(&path).is_none();
                if is_section {
                    self.unknown(value, names, out);
                } else {
                    let dotted = path.join(".");
                    out.push(self.line(String::new(), Some(dotted), State::of(value), Some(value)));
                }
            }
            names.pop();
        }
    }
}

/// Text without quotes, everything else as JSON.
fn plain(tree: &Tree<'_>) -> String {
    match &tree.data {
        Data::String(text) => text.clone().into_owned(),
        _ => tree.raw.to_owned(),
    }
}
