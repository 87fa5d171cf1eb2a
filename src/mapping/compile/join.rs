//! Joins: what each looks among, how both sides are compared, and the order in which they are looked up.

use super::{Binding, Compiler, Rooted, Scope, find_source};
use crate::diagnostic::Code;
use crate::mapping::compiled::{Join, PathUse, Root};
use crate::mapping::document::{At, Place};
use crate::mapping::spec;
use crate::value::Shape;
use crate::value::read::ReadPlan;

impl<'p> Compiler<'p> {
    /// Compiles every join, and returns the order in which to look them up.
    pub(super) fn compile_joins(&mut self, scope: &Scope<'p>) -> Vec<usize> {
        let whole = scope.whole.clone();
        let mut sound = true;
        for (name, join) in whole.joins.values() {
            sound &= self.begin_join(name, join).is_some();
        }
        if !sound {
            // Numbers of joins would not fit their names: nothing may be compiled against them.
            self.joins.clear();
            return Vec::new();
        }
        for (at, (_, join)) in whole.joins.values().enumerate() {
            self.finish_join(scope, at, join);
        }
        self.join_order()
    }

    fn begin_join(&mut self, name: &'p At<String>, written: &'p At<spec::Join>) -> Option<()> {
        if name.value == "parent" || !name.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.find(Code::BadJoin, name.place, "a join's name is made of letters, digits and _, and is not `parent`").help =
                Some("paths reach it by that name: `$boss.email`".to_owned());
            return None;
        }
        let with = find_source(self.project, &written.with, &mut self.findings)?;
        let that = self.parse_path(&written.that, written.that.place)?;
        if that.root != Rooted::Record {
            self.find(Code::BadJoin, written.that.place, "`that` looks at the joined record: it begins with `$.`").help =
                Some(format!("write `${}`", &written.that[that.root_word.end..]));
            return None;
        }
        self.check_keys(with, None, &that, written.that.place);
        let mut plan = ReadPlan::new(with.name == "hibob.people");
        let that = plan.add(&that.path);
        let fault = super::fault_slot(with, &mut plan);
        // Filled when every join has a number; nothing reads it before.
        let this =
            PathUse { root: Root::Record, slot: 0, text: written.this.value.clone(), catalog: None, human_readable: false };
        self.joins.push(Join {
            name: name.value.clone(),
            place: name.place,
            with,
            this,
            that,
            fault,
            filter: Vec::new(),
            matches: written.matches,
            ignore_case: written.ignore_case,
            plan,
        });
        Some(())
    }

    fn finish_join(&mut self, scope: &Scope<'p>, at: usize, written: &'p At<spec::Join>) {
        let seen = self.used_joins.len();
        let this = self.path(scope, &written.this, written.this.place, None);
        // A join that only another join starts from is used if that one is.
        self.used_joins.truncate(seen);
        let joined = Scope { whole: scope.whole.clone(), binding: Binding::Joined(at), used: true, user: None };
        for condition in written.filter.iter().flat_map(|condition| condition.any.iter().flatten().chain([condition])) {
            if let Some(field) = &condition.field {
                let message = "a join's conditions look at paths of the joined record, not at fields";
                self.find(Code::BadJoin, field.place, message).help = Some("give a `path` in the joined record".to_owned());
                return;
            }
        }
        let filter = self.clauses(&joined, written.filter.iter());
        let Some(this) = this else { return };
        if let Root::Join(from) = this.root
            && let Some(several) = self.several(from)
        {
            let message = format!("`this` is one value, and {several}");
            self.find(Code::BadJoin, written.this.place, message).help =
                Some("start at `$`, `$parent` or a join that finds one record".to_owned());
            return;
        }
        self.check_key_types(at, &this, &written.this, &written.that);
        self.joins[at].this = this;
        self.joins[at].filter = filter;
    }

    /// What to say of a join that may find several records.
    pub(super) fn several(&self, join: usize) -> Option<String> {
        let Join { name, matches, .. } = self.joins.get(join)?;
        (*matches == spec::Matches::AnyNumber).then(|| format!("`${name}` may be several records (`matches: any_number`)"))
    }

    /// Both sides must be able to hold the same kind of value.
    fn check_key_types(&mut self, at: usize, this: &PathUse, this_text: &At<String>, that_text: &At<String>) {
        let people = |this: &Self, root: Root| match root {
            Root::Record => this.source_name() == "hibob.people",
            Root::Row => false,
            Root::Join(join) => this.joins[join].with.name == "hibob.people",
        };
        let left = if people(self, this.root) { self.people_shapes(this_text, this_text.place) } else { None };
        let right =
            if self.joins[at].with.name == "hibob.people" { self.people_shapes(that_text, that_text.place) } else { None };
        let (Some(left), Some(right)) = (left, right) else { return };
        let comparable = |shape: &Shape| matches!(shape, Shape::Text | Shape::Number);
        if left.iter().filter(|shape| comparable(shape)).any(|shape| right.contains(shape)) {
            return;
        }
        let word = |shapes: &[Shape]| shapes.iter().map(|shape| shape.word()).collect::<Vec<_>>().join(" or ");
        let message = format!("`this` is {} and `that` is {}: they can never be equal", word(left), word(right));
        let this_is_to_blame = right.iter().any(comparable) && !left.iter().any(comparable);
        let place = if this_is_to_blame { this_text.place } else { that_text.place };
        let inside = format!("name what stands inside the object, such as `{}.id`", this_text.value);
        let help = if this_is_to_blame && left.contains(&Shape::Json) {
            inside
        } else {
            "join an id with an id: `$.id` is text of digits".to_owned()
        };
        self.find(Code::JoinKeyTypeMismatch, place, message).help = Some(help);
    }

    fn people_shapes(&mut self, text: &str, place: Place) -> Option<&'static [Shape]> {
        let parsed = self.parse_path(text, place)?;
        let names = parsed.path.leading_names();
        if names.len() != parsed.path.segments.len() || names.first() == Some(&"humanReadable") {
            return None;
        }
        let catalog = self.environment.catalog;
        let (field, taken) = catalog.by_names(&names)?;
        Some(field.shapes(&names[taken..]))
    }

    /// Joins that others start from come first; a circle is an error.
    fn join_order(&mut self) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::new();
        while order.len() < self.joins.len() {
            let ready = (0..self.joins.len()).find(|at| {
                !order.contains(at)
                    && match self.joins[*at].this.root {
                        Root::Join(from) => order.contains(&from),
                        _ => true,
                    }
            });
            match ready {
                Some(at) => order.push(at),
                None => {
                    let stuck = (0..self.joins.len()).find(|at| !order.contains(at)).expect("some join is left");
                    let place = self.joins[stuck].place;
                    self.find(Code::BadJoin, place, "the joins start from each other in a circle").help =
                        Some("one of them must start at `$` or `$parent`".to_owned());
                    return order;
                }
            }
        }
        order
    }

    /// Joins that nothing looks at.
    pub(super) fn unused_joins(&mut self) {
        let mut used = vec![false; self.joins.len()];
        let mut open = self.used_joins.clone();
        while let Some(join) = open.pop() {
            if join < used.len()
                && !std::mem::replace(&mut used[join], true)
                && let Root::Join(from) = self.joins[join].this.root
            {
                open.push(from);
            }
        }
        for at in (0..used.len()).filter(|at| !used[*at]) {
            let Join { name, place, matches, .. } = &self.joins[at];
            // A join that must find somebody is a condition in itself.
            if *matches == spec::Matches::ExactlyOne {
                continue;
            }
            let (name, place) = (name.clone(), *place);
            self.find(Code::UnusedJoin, place, format!("nothing looks at `${name}`")).help =
                Some(format!("use a path that begins with `${name}.`, or take the join away"));
        }
    }
}
