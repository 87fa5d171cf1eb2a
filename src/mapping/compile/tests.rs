//! The tests inside mapping files: what they name must be there. Running them is the engine's.

use super::{Compiler, Scope};
use crate::diagnostic::Code;
use crate::mapping::compiled::Source;
use crate::mapping::document::{At, Content, Place};
use crate::mapping::spec::{Problem, Test};
use crate::value::time::{Iso, parse_iso};

impl<'p> Compiler<'p> {
    pub(super) fn compile_tests(&mut self, scope: &Scope<'p>) {
        let leaf = self.leaf();
        if leaf.tests.is_empty() {
            let place = leaf.mapping.place;
            self.find(Code::NoTests, place, "the file has no tests").help =
                Some("add one under `tests:`; `bobmap help tests` shows how".to_owned());
        }
        for test in &leaf.tests {
            self.check_test(scope, test);
        }
    }

    fn check_test(&mut self, scope: &Scope<'p>, test: &'p At<Test>) {
        let Test { name: _, record: _, joined, lists: _, as_of, expect, omitted, problems, used, kept } = &test.value;
        if let Some(as_of) = as_of
            && !matches!(parse_iso(as_of), Ok(Iso::Date(_)))
        {
            self.find(Code::BadTest, as_of.place, format!("`{}` is no date", as_of.value)).help =
                Some("write YYYY-MM-DD".to_owned());
        }
        if expect.is_none() && omitted.is_empty() && problems.is_none() && used.is_none() && kept.is_none() {
            self.find(Code::BadTest, test.place, "the test expects nothing, so it can't fail").help =
                Some("add `expect`, `omitted`, `problems`, `used` or `kept`".to_owned());
        }
        if let Some(joined) = joined {
            let joins: Vec<&str> = scope.whole.joins.keys().copied().collect();
            self.check_names(joined.0, &joins, "join");
        }
        let fields: Vec<&str> = scope.whole.fields.keys().copied().collect();
        if let Some(expect) = expect {
            let rows = scope.whole.pick(|spec| spec.one_row_per.as_ref()).is_some();
            match &self.project.document(expect.0).node(expect.0.node).content {
                Content::List(items) if rows => {
                    for node in items.clone() {
                        self.check_names(Place { node, ..expect.0 }, &fields, "field");
                    }
                }
                Content::List(_) => {
                    let message = "`expect` is one record here: only `one_row_per` makes a list of rows";
                    self.find(Code::BadTest, expect.0, message).help = Some("take the brackets and dashes away".to_owned());
                }
                _ if rows => {
                    let message = "`expect` is a list here, with an item for each row: the file has `one_row_per`";
                    self.find(Code::BadTest, expect.0, message).help = Some("put it in brackets: `[{ ... }]`".to_owned());
                }
                _ => self.check_names(expect.0, &fields, "field"),
            }
        }
        for name in omitted {
            if !fields.contains(&name.as_str()) {
                self.unknown(name.place, name, &fields, "field");
            }
        }
        if let Some(used) = used {
            self.check_names(used.0, &fields, "field");
            self.check_used(scope, used.0);
        }
        for (name, problem) in problems.iter().flat_map(|problems| problems.iter()) {
            let joins: Vec<&str> = scope.whole.joins.keys().copied().collect();
            match problem.value {
                Problem::Missing | Problem::Invalid if !fields.contains(&name.as_str()) => {
                    self.unknown(name.place, name, &fields, "field")
                }
                Problem::NoMatch | Problem::SeveralMatches if !joins.contains(&name.as_str()) => {
                    self.unknown(name.place, name, &joins, "join")
                }
                Problem::Source if name.value != "$" && !joins.contains(&name.as_str()) => {
                    let message = format!("`source` is said of `$`, the record, or of a join; `{}` is neither", name.value);
                    self.find(Code::BadTest, name.place, message).help = Some("write `$: source`".to_owned());
                }
                _ => {}
            }
        }
    }

    /// What `used` says of each field must be one of the field's entries, or its default.
    fn check_used(&mut self, scope: &Scope<'p>, used: Place) {
        let document = self.project.document(used);
        for (key, value) in document.entries(used.node) {
            let place = Place { node: *value, ..used };
            let (Some(name), Some(said)) = (document.text(*key), document.text(*value)) else {
                if document.text(*value).is_none() {
                    self.find(Code::BadTest, place, "`used` takes a path's text, the number of an entry, or `default`");
                }
                continue;
            };
            if !scope.whole.fields.contains_key(name) {
                continue;
            }
            let Some(field) = self.field(scope, name) else { continue };
            let field = &self.fields[field];
            let Source::Entries(entries) = &field.source else { continue };
            let number = said.parse::<usize>().is_ok_and(|number| (1..=entries.len()).contains(&number));
            let default = said == "default" && field.default.is_some();
            if number || default || entries.iter().any(|entry| entry.text == said) {
                continue;
            }
            let texts: Vec<String> = entries.iter().map(|entry| entry.text.clone()).collect();
            let count = texts.len();
            self.find(Code::BadTest, place, format!("`{name}` has no entry `{said}`"));
            self.suggest(said, texts.iter().map(String::as_str));
            if said.parse::<usize>().is_ok() {
                self.suggest_last(format!("its entries are counted from 1 to {count}"));
            }
        }
    }

    fn check_names(&mut self, place: Place, known: &[&str], what: &str) {
        let document = self.project.document(place);
        for (key, _) in document.entries(place.node) {
            let name = document.text(*key).unwrap_or_default();
            if !known.contains(&name) {
                self.unknown(Place { node: *key, ..place }, name, known, what);
            }
        }
    }

    fn unknown(&mut self, place: Place, name: &str, known: &[&str], what: &str) {
        self.find(Code::BadTest, place, format!("the mapping has no {what} `{name}`"));
        self.suggest(name, known.iter().copied());
    }
}
