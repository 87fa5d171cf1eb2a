//! One change of a mapping file, told by names and not by places, so that it is found again after other changes.

use crate::mapping::document::{Content, Document, NodeId};
use crate::mapping::edit::{Edit, Editor, NewEntry, NotEditable, write};

/// An entry of a field: the path as it is written, and how many entries with the same path stand before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryName {
    pub field: String,
    pub path: String,
    pub nth: usize,
}

/// What is done to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// A further entry, behind another one.
    Add {
        behind: EntryName,
        entry: NewEntry,
    },
    Replace {
        old: EntryName,
        entry: NewEntry,
    },
    Remove {
        old: EntryName,
    },
    /// In an overlay: an entry beside those that are inherited, before them if it is to come first.
    Inherit {
        field: String,
        first: bool,
        entry: NewEntry,
    },
    /// The category of an entry that says one.
    EntryCategory {
        of: EntryName,
        to: String,
    },
    /// The category of a field. An overlay may say nothing of the field yet.
    FieldCategory {
        field: String,
        to: String,
    },
    Spelling {
        field: String,
        word: String,
        spelling: String,
    },
}

impl EntryName {
    /// The name of a node among a field's entries.
    pub fn of(editor: &Editor<'_>, field: &str, node: NodeId) -> Option<EntryName> {
        let entries = editor.entries(field);
        let at = entries.iter().position(|entry| *entry == node)?;
        let path = editor.path_of(node)?;
        let nth = entries[..at].iter().filter(|entry| editor.path_of(**entry) == Some(path)).count();
        Some(EntryName { field: field.to_owned(), path: path.to_owned(), nth })
    }

    /// The entry's number from 0, and its node.
    fn find(&self, editor: &Editor<'_>) -> Result<(usize, NodeId), NotEditable> {
        let entries = editor.entries(&self.field).into_iter().enumerate();
        let mut same = entries.filter(|(_, entry)| editor.path_of(*entry) == Some(self.path.as_str()));
        same.nth(self.nth).ok_or(NotEditable::NoSuchField)
    }
}

impl Mend {
    /// # Errors
    /// The file has no such place, or its text can't be changed without changing another part.
    pub fn edits(&self, editor: &Editor<'_>, document: &Document) -> Result<Vec<Edit>, NotEditable> {
        match self {
            Mend::Add { behind, entry } => editor.add_entry(&behind.field, behind.find(editor)?.0 + 1, entry),
            Mend::Replace { old, entry } => editor.replace_entry(old.find(editor)?.1, entry),
            Mend::Remove { old } => editor.remove_entry(&old.field, old.find(editor)?.0).map(|edit| vec![edit]),
            Mend::EntryCategory { of, to } => editor.set_category(of.find(editor)?.1, to).map(|edit| vec![edit]),
            Mend::Spelling { field, word, spelling } => editor.add_spelling(field, word, spelling),
            Mend::Inherit { field, first, entry } => {
                let entries = editor.entries(field);
                let inherited = entries.iter().position(|entry| editor.path_of(*entry) == Some("inherited"));
                match inherited {
                    Some(at) => editor.add_entry(field, if *first { at } else { at + 1 }, entry),
                    None if entries.is_empty() => self.say(field, editor, document),
                    None => Err(NotEditable::NoFrom),
                }
            }
            Mend::FieldCategory { field, to } => match document.at_pointer(["fields", field, "category"]) {
                Some(node) => editor.set_text(node, to).map(|edit| vec![edit]),
                None => self.say(field, editor, document),
            },
        }
    }

    /// Says of a field what the file did not say of it.
    fn say(&self, field: &str, editor: &Editor<'_>, document: &Document) -> Result<Vec<Edit>, NotEditable> {
        let (line, lines) = self.key();
        let name = write::scalar(field);
        let within = |key: &str| (format!("{key}: {{ {line} }}"), nested(key, &lines));
        let fields = document.get(document.root(), "fields").filter(|fields| !document.entries(*fields).is_empty());
        let edit = match (fields, document.at_pointer(["fields", field])) {
            (Some(_), Some(value)) if matches!(document.node(value).content, Content::Map(_)) => {
                editor.add_key(value, &line, &lines)
            }
            (Some(_), Some(_)) => Err(NotEditable::NoFrom),
            (Some(fields), None) => {
                let (line, lines) = within(&name);
                editor.add_key(fields, &line, &lines)
            }
            (None, _) if document.get(document.root(), "fields").is_some() => Err(NotEditable::NoSuchField),
            (None, _) => {
                let (line, lines) = within(&name);
                editor.add_key(document.root(), &format!("fields: {{ {line} }}"), &nested("fields", &lines))
            }
        };
        edit.map(|edit| vec![edit])
    }

    /// The lines of a new overlay's `fields` with this change in it; `None` for changes of what is there.
    pub fn first_lines(&self) -> Option<Vec<String>> {
        let (Mend::Inherit { field, .. } | Mend::FieldCategory { field, .. }) = self else { return None };
        Some(nested(&write::scalar(field), &self.key().1))
    }

    /// The key that is added, in one line and in lines.
    fn key(&self) -> (String, Vec<String>) {
        match self {
            Mend::Inherit { first, entry, .. } => {
                let mut both = ["inherited".to_owned(), entry.in_brackets()];
                let mut lines = ["  - inherited".to_owned(), format!("  - {}", entry.with_comment())];
                if *first {
                    both.reverse();
                    lines.reverse();
                }
                (format!("from: [{}]", both.join(", ")), ["from:".to_owned()].into_iter().chain(lines).collect())
            }
            Mend::FieldCategory { to, .. } => {
                let line = format!("category: {}", write::scalar(to));
                (line.clone(), vec![line])
            }
            _ => unreachable!("only what an overlay says of a field is a key of its own"),
        }
    }
}

/// The lines below a key.
fn nested(key: &str, lines: &[String]) -> Vec<String> {
    std::iter::once(format!("{key}:")).chain(lines.iter().map(|line| format!("  {line}"))).collect()
}
