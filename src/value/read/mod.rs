//! Reads the places that a set of paths names out of a record's text, in one pass and without building what no path touches.
//! Paths of names and indices are answered on the way; the others get the smallest part of the record that can answer them
//! as a [`Tree`]. [`ReadPlan::read_generally`] is the same by way of a tree of the whole: the meaning that the pass is held to.

mod known;
mod packed;
mod pass;
mod quick;
mod slots;

pub use packed::{Address, Packed};
pub use slots::{Matches, Reading, Slot, Slots};

use super::found::RawShape;
use super::json::{Data, JsonError, Marked, Tree, write_compact, write_string};
use super::path::{Path, Segment, Selector, TooMuchWork};
use super::{Found, Raw};
use pass::Pass;
use slots::{LONGEST, Span};
use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why a record can't be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Json(#[from] JsonError),
    #[error("the record has more than {LONGEST} bytes")]
    TooLong,
    #[error("{path}: {source}")]
    TooMuchWork { path: String, source: TooMuchWork },
}

/// Paths merged into one tree of names, made once for a mapping.
#[derive(Debug, Clone)]
pub struct ReadPlan {
    nodes: Vec<Node>,
    /// The paths, by slot.
    paths: Vec<PlannedPath>,
    /// How many nodes hand their text to paths that are not singular.
    captures: usize,
    /// The slots that the pass over a record leaves to be filled after it.
    after: Vec<usize>,
    /// The slots of labels, with those of the values that they are of.
    labels: Vec<(usize, Option<usize>)>,
    /// A number that no plan with other paths has: what was learned with this plan is of use to no other.
    number: u64,
    /// Whether the top-level names `/root/id` and the like, HiBob's second copy of each value, are passed over.
    drops_slash_names: bool,
}

#[derive(Debug, Clone)]
struct PlannedPath {
    path: Path,
    /// How the path is answered when it is no plain walk: which captured text, and how many segments led to it.
    general: Option<(usize, usize)>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    names: Vec<(Box<str>, usize)>,
    indices: Vec<(usize, usize)>,
    slots: Vec<usize>,
    capture: Option<usize>,
}

fn next_number() -> u64 {
    static NUMBERS: AtomicU64 = AtomicU64::new(1);
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

/// A top-level name of HiBob's flat copy: `/work/title`.
pub fn is_slash_name(name: &str) -> bool {
    name.strip_prefix('/').is_some_and(|rest| rest.contains('/'))
}

impl Node {
    /// Whether no path goes on below it.
    fn is_leaf(&self) -> bool {
        self.names.is_empty() && self.indices.is_empty() && self.capture.is_none()
    }
}

impl ReadPlan {
    pub fn new(drops_slash_names: bool) -> Self {
        ReadPlan {
            nodes: vec![Node::default()],
            paths: Vec::new(),
            captures: 0,
            after: Vec::new(),
            labels: Vec::new(),
            number: next_number(),
            drops_slash_names,
        }
    }

    /// The slot in which the path's answer will lie; equal paths share one.
    pub fn add(&mut self, path: &Path) -> usize {
        self.add_as(path, path.singular_prefix() == path.segments.len())
    }

    /// As [`ReadPlan::add`], but the answer is a list of matches for a path of names and indices too: one match or none.
    pub fn add_matches(&mut self, path: &Path) -> usize {
        self.add_as(path, false)
    }

    fn add_as(&mut self, path: &Path, singular: bool) -> usize {
        let same = |planned: &PlannedPath| planned.path == *path && planned.general.is_none() == singular;
        if let Some(slot) = self.paths.iter().position(same) {
            return slot;
        }
        let slot = self.paths.len();
        let prefix = path.singular_prefix();
        let steps = if singular || !path.looks_at_root() { prefix } else { 0 };
        let node = path.segments[..steps].iter().fold(0, |node, segment| self.child(node, segment));
        let general = if singular {
            self.nodes[node].slots.push(slot);
            None
        } else {
            let capture = *self.nodes[node].capture.get_or_insert(self.captures);
            self.captures = self.captures.max(capture + 1);
            Some((capture, steps))
        };
        self.number = next_number();
        if !singular || path.segments.is_empty() && self.drops_slash_names {
            self.after.push(slot);
        }
        self.paths.push(PlannedPath { path: path.clone(), general });
        if singular && path.segments.first().and_then(Segment::name) == Some("humanReadable") {
            let of = path.label_of().map(|value| {
                let same = |planned: &PlannedPath| planned.path.segments == value.segments && planned.general.is_none();
                self.paths.iter().position(same).unwrap_or_else(|| self.add_as(&value, true))
            });
            self.labels.push((slot, of));
        }
        slot
    }

    fn child(&mut self, node: usize, segment: &Segment) -> usize {
        let Segment::Child(selectors) = segment else { unreachable!("a singular prefix has child segments only") };
        let next = self.nodes.len();
        match selectors.as_slice() {
            [Selector::Name(name)] => match self.nodes[node].names.iter().find(|(known, _)| known == name) {
                Some((_, child)) => return *child,
                None => self.nodes[node].names.push((name.clone(), next)),
            },
            [Selector::Index(index)] => {
                let index = usize::try_from(*index).expect("a singular prefix has no negative index");
                match self.nodes[node].indices.iter().find(|(known, _)| *known == index) {
                    Some((_, child)) => return *child,
                    None => self.nodes[node].indices.push((index, next)),
                }
            }
            _ => unreachable!("a singular prefix has one name or index a segment"),
        }
        self.nodes.push(Node::default());
        next
    }

    pub fn len(&self) -> usize {
        self.paths.len()
    }

    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    pub fn path(&self, slot: usize) -> &Path {
        &self.paths[slot].path
    }

    /// What each path finds in `record`, which may have white space around it.
    ///
    /// # Errors
    /// Whatever of the record is not JSON, touched or not; an object that a path enters and that has a name twice; a path
    /// that would visit too many values; a record of two gigabytes.
    pub fn read<'r>(&self, record: &'r str, slots: &'r mut Slots) -> Result<Reading<'r>, ReadError> {
        self.read_marked(record, None, slots)
    }

    /// The same for a record whose quotes may be marked already.
    ///
    /// # Errors
    /// As `read`.
    pub fn read_marked<'r>(
        &self,
        record: &'r str,
        marks: Option<Marked<'_>>,
        slots: &'r mut Slots,
    ) -> Result<Reading<'r>, ReadError> {
        if record.len() > LONGEST {
            return Err(ReadError::TooLong);
        }
        if !slots.read_quickly(self, record, marks) {
            slots.forget(self.paths.len(), self.captures);
            Pass::run(self, record, &mut slots.spans, &mut slots.captured)?;
        }
        if !self.after.is_empty() {
            self.read_after(record, slots)?;
        }
        self.settle(&mut slots.spans);
        Ok(slots.reading(record))
    }

    /// Fills the slots that need a tree.
    fn read_after(&self, record: &str, slots: &mut Slots) -> Result<(), ReadError> {
        let mut trees: Vec<Option<Tree<'_>>> = vec![None; self.captures];
        for slot in self.after.iter().copied() {
            let planned = &self.paths[slot];
            let Some((capture, skip)) = planned.general else {
                let mut tree = Tree::parse(record.trim())?;
                self.drop_slash_names(&mut tree);
                slots.spans[slot] = self.whole(&tree, record, slots);
                continue;
            };
            slots.spans[slot] = slots.matches_from(slots.matches.len());
            let Some(text) = slots.captured[capture].text(record) else { continue };
            if trees[capture].is_none() {
                let mut tree = Tree::parse(text)?;
                if skip == 0 {
                    self.drop_slash_names(&mut tree);
                }
                trees[capture] = Some(tree);
            }
            let tree = trees[capture].as_ref().expect("set just above");
            slots.spans[slot] = self.select(planned, skip, tree, record, slots)?;
        }
        Ok(())
    }

    /// The same as [`ReadPlan::read`], by way of a tree of the whole record.
    ///
    /// # Errors
    /// As `read`; besides, a name twice in an object that no path enters.
    pub fn read_generally<'r>(&self, record: &'r str, slots: &'r mut Slots) -> Result<Reading<'r>, ReadError> {
        if record.len() > LONGEST {
            return Err(ReadError::TooLong);
        }
        let mut tree = Tree::parse(record)?;
        self.drop_slash_names(&mut tree);
        slots.forget(self.paths.len(), 0);
        for (slot, planned) in self.paths.iter().enumerate() {
            slots.spans[slot] = if planned.general.is_some() {
                self.select(planned, 0, &tree, record, slots)?
            } else if planned.path.segments.is_empty() {
                self.whole(&tree, record, slots)
            } else {
                walk(&tree, &planned.path.segments, record)
            };
        }
        self.settle(&mut slots.spans);
        Ok(slots.reading(record))
    }

    fn select(
        &self,
        planned: &PlannedPath,
        skip: usize,
        tree: &Tree<'_>,
        record: &str,
        slots: &mut Slots,
    ) -> Result<Span, ReadError> {
        let is_whole = |node| skip == 0 && std::ptr::eq(node, tree);
        let found = planned.path.select_from(skip, tree, tree);
        let nodes = found.map_err(|source| ReadError::TooMuchWork { path: planned.path.text().to_owned(), source })?;
        let first = slots.matches.len();
        for node in nodes {
            let span = if is_whole(node) { self.text_of(tree, record, slots) } else { span_in(record, node.raw) };
            slots.matches.push(span);
        }
        Ok(slots.matches_from(first))
    }

    /// What the path of the record itself finds.
    fn whole(&self, tree: &Tree<'_>, record: &str, slots: &mut Slots) -> Span {
        let span = self.text_of(tree, record, slots);
        Span::of(Raw::new(tree.raw), span)
    }

    /// The text of a record's tree, written anew if slash names were dropped from it.
    fn text_of(&self, tree: &Tree<'_>, record: &str, slots: &mut Slots) -> Span {
        match &tree.data {
            Data::Object(members) if self.drops_slash_names && tree.raw.contains("\"/") => {
                if slots.made.is_empty() {
                    slots.made = without_dropped(members);
                }
                slots.made()
            }
            _ => span_in(record, tree.raw),
        }
    }

    fn drop_slash_names(&self, tree: &mut Tree<'_>) {
        if let (true, Data::Object(members)) = (self.drops_slash_names, &mut tree.data) {
            members.retain(|(name, _)| !is_slash_name(name));
        }
    }

    /// Puts `found` into every slot at and below `node`.
    fn reach(&self, node: usize, found: Span, slots: &mut [Span]) {
        for slot in &self.nodes[node].slots {
            slots[*slot] = found;
        }
        self.below(node, found, slots);
    }

    fn below(&self, node: usize, found: Span, slots: &mut [Span]) {
        let Node { names, indices, .. } = &self.nodes[node];
        for child in names.iter().map(|(_, child)| *child).chain(indices.iter().map(|(_, child)| *child)) {
            self.reach(child, found, slots);
        }
    }

    fn settle(&self, slots: &mut [Span]) {
        for (slot, of) in self.labels.iter().copied() {
            let absent = |slot: usize| slots[slot] == Span::ABSENT;
            if absent(slot) && !of.is_some_and(absent) {
                slots[slot] = Span::NULL;
            }
        }
    }
}

/// An object with these members only.
fn without_dropped(members: &[(Cow<'_, str>, Tree<'_>)]) -> String {
    let mut out = vec![b'{'];
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_string(&mut out, name);
        out.push(b':');
        write_compact(&mut out, value.raw);
    }
    out.push(b'}');
    String::from_utf8(out).expect("JSON made from text is UTF-8")
}

/// Where `part` lies in the record that it is a part of.
fn span_in(record: &str, part: &str) -> Span {
    let start = part.as_ptr() as usize - record.as_ptr() as usize;
    Span::value(start, start + part.len())
}

/// What stands in the way of a walk, or at its end: the reference for the pass.
fn walk(tree: &Tree<'_>, segments: &[Segment], record: &str) -> Span {
    let mut node = tree;
    for segment in segments {
        let Segment::Child(selectors) = segment else { unreachable!("singular paths have child segments only") };
        let next = match (&node.data, &selectors[0]) {
            (Data::Object(_), Selector::Name(name)) => match node.get(name) {
                Some(next) => next,
                None => return Span::ABSENT,
            },
            (Data::Array(items), Selector::Index(index)) => match usize::try_from(*index).ok().and_then(|i| items.get(i)) {
                Some(next) => next,
                None => return Span::NULL,
            },
            _ => return blocked(Raw::new(node.raw)),
        };
        node = next;
    }
    Span::of(Raw::new(node.raw), span_in(record, node.raw))
}

/// What a path finds that should go on below a value that has nothing below it: HiBob sends `""` for an empty object.
fn blocked(raw: Raw<'_>) -> Span {
    match Found::of(raw) {
        Found::Blank => Span::BLANK,
        _ => Span::NULL,
    }
}

/// What a record's outermost value is, for a message about one that is no object.
pub fn outermost(record: &str) -> Option<RawShape> {
    let text = record.trim_start();
    (!text.is_empty()).then(|| Raw::new(text).shape())
}

#[cfg(test)]
mod tests;
