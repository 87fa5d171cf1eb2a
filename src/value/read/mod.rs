//! Reads the places that a set of paths names out of a record's text, in one pass and without building what no path touches.
//! Paths of names and indices are answered on the way; the others get the smallest part of the record that can answer them
//! as a [`Tree`]. [`ReadPlan::read_generally`] is the same by way of a tree of the whole: the meaning that the pass is held to.

mod slots;

pub use slots::{Matches, Reading, Slot, Slots};

use super::found::RawShape;
use super::json::{Data, JsonError, JsonFault, Scanner, Tree, decode_lossy, write_compact, write_string};
use super::path::{Path, Segment, Selector, TooMuchWork};
use super::{Found, Raw};
use slots::{LONGEST, Span};
use std::borrow::Cow;

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
    /// Whether the top-level names `/root/id` and the like, HiBob's second copy of each value, are passed over.
    drops_slash_names: bool,
}

#[derive(Debug, Clone)]
struct PlannedPath {
    path: Path,
    /// How the path is answered when it is no plain walk: which captured text, and how many segments led to it.
    general: Option<(usize, usize)>,
    label: Option<Label>,
}

/// A path of names and indices below `humanReadable`, where HiBob leaves null values out: only the value that the label is of
/// tells whether it is null or absent.
#[derive(Debug, Clone)]
struct Label {
    /// The slot of that value, unless the path is `$.humanReadable` itself.
    of: Option<usize>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    names: Vec<(Box<str>, usize)>,
    indices: Vec<(usize, usize)>,
    slots: Vec<usize>,
    capture: Option<usize>,
}

/// A top-level name of HiBob's flat copy: `/work/title`.
pub fn is_slash_name(name: &str) -> bool {
    name.strip_prefix('/').is_some_and(|rest| rest.contains('/'))
}

impl ReadPlan {
    pub fn new(drops_slash_names: bool) -> Self {
        ReadPlan { nodes: vec![Node::default()], paths: Vec::new(), captures: 0, drops_slash_names }
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
        self.paths.push(PlannedPath { path: path.clone(), general, label: None });
        if singular && path.segments.first().and_then(Segment::name) == Some("humanReadable") {
            let of = path.label_of().map(|value| {
                let same = |planned: &PlannedPath| planned.path.segments == value.segments && planned.general.is_none();
                self.paths.iter().position(same).unwrap_or_else(|| self.add_as(&value, true))
            });
            self.paths[slot].label = Some(Label { of });
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
        if record.len() > LONGEST {
            return Err(ReadError::TooLong);
        }
        slots.forget(self.paths.len());
        let mut pass = Pass { plan: self, slots: &mut slots.spans, captured: vec![None; self.captures], names: Vec::new() };
        let mut scanner = Scanner::new(record);
        pass.value(&mut scanner, 0, 0)?;
        scanner.end()?;
        let captured = pass.captured;
        let mut trees: Vec<Option<Tree<'r>>> = vec![None; self.captures];
        for (slot, planned) in self.paths.iter().enumerate() {
            if let Some((capture, skip)) = planned.general {
                slots.spans[slot] = slots.matches_from(slots.matches.len());
                let Some(text) = captured[capture] else { continue };
                if trees[capture].is_none() {
                    let mut tree = Tree::parse(text)?;
                    if skip == 0 {
                        self.drop_slash_names(&mut tree);
                    }
                    trees[capture] = Some(tree);
                }
                let tree = trees[capture].as_ref().expect("set just above");
                slots.spans[slot] = self.select(planned, skip, tree, record, slots)?;
            } else if planned.path.segments.is_empty() && self.drops_slash_names {
                let mut tree = Tree::parse(record.trim())?;
                self.drop_slash_names(&mut tree);
                slots.spans[slot] = self.whole(&tree, record, slots);
            }
        }
        self.settle(&mut slots.spans);
        Ok(slots.reading(record))
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
        slots.forget(self.paths.len());
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

    fn settle(&self, slots: &mut [Span]) {
        for (slot, planned) in self.paths.iter().enumerate() {
            let Some(label) = &planned.label else { continue };
            let absent = |slot: usize| slots[slot] == Span::ABSENT;
            if absent(slot) && !label.of.is_some_and(absent) {
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

struct Pass<'p, 'a> {
    plan: &'p ReadPlan,
    slots: &'p mut [Span],
    captured: Vec<Option<&'a str>>,
    /// The names of the objects that are being read, the innermost last.
    names: Vec<Cow<'a, str>>,
}

impl<'a> Pass<'_, 'a> {
    /// Reads the next value, at which the plan's `node` stands.
    fn value(&mut self, scanner: &mut Scanner<'a>, node: usize, depth: usize) -> Result<(), JsonError> {
        let planned = &self.plan.nodes[node];
        let first = scanner.peek();
        let start = scanner.position();
        let names = !planned.names.is_empty();
        match first {
            Some(b'{') if names || node == 0 => self.object(scanner, node, depth)?,
            Some(b'[') if !planned.indices.is_empty() => self.array(scanner, node, depth)?,
            _ => {
                let raw = Raw::new(scanner.value(depth)?);
                if names || !planned.indices.is_empty() {
                    self.below(node, blocked(raw));
                }
            }
        }
        let text = scanner.slice(start, scanner.position());
        for slot in &self.plan.nodes[node].slots {
            self.slots[*slot] = Span::of(Raw::new(text), Span::value(start, start + text.len()));
        }
        if let Some(capture) = self.plan.nodes[node].capture {
            self.captured[capture] = Some(text);
        }
        Ok(())
    }

    fn object(&mut self, scanner: &mut Scanner<'a>, node: usize, depth: usize) -> Result<(), JsonError> {
        if depth >= super::json::MAX_DEPTH {
            return Err(scanner.error(JsonFault::TooDeep));
        }
        // What asks for an index of an object finds nothing.
        for (_, child) in &self.plan.nodes[node].indices {
            self.reach(*child, Span::NULL);
        }
        scanner.expect(b'{', "{")?;
        let mut seen = SeenNames { first: self.names.len(), bits: [0; 16] };
        if scanner.peek() == Some(b'}') {
            return scanner.expect(b'}', "}");
        }
        loop {
            let name = decode_lossy(scanner.string()?);
            scanner.expect(b':', "a colon after a name")?;
            if seen.twice(&name, &self.names) {
                return Err(scanner.error(JsonFault::DuplicateName(name.into_owned())));
            }
            let child = if node == 0 && self.plan.drops_slash_names && is_slash_name(&name) {
                None
            } else {
                self.plan.nodes[node].names.iter().find(|(known, _)| **known == *name).map(|(_, child)| *child)
            };
            self.names.push(name);
            match child {
                Some(child) => self.value(scanner, child, depth + 1)?,
                None => drop(scanner.value(depth + 1)?),
            }
            if scanner.peek() != Some(b',') {
                self.names.truncate(seen.first);
                return scanner.expect(b'}', "a comma or }");
            }
            scanner.expect(b',', "a comma")?;
        }
    }

    fn array(&mut self, scanner: &mut Scanner<'a>, node: usize, depth: usize) -> Result<(), JsonError> {
        if depth >= super::json::MAX_DEPTH {
            return Err(scanner.error(JsonFault::TooDeep));
        }
        // A list has no names, and may be shorter than the index: nothing there, and no permission at fault.
        self.below(node, Span::NULL);
        scanner.expect(b'[', "[")?;
        if scanner.peek() == Some(b']') {
            return scanner.expect(b']', "]");
        }
        let mut index = 0;
        loop {
            let child = self.plan.nodes[node].indices.iter().find(|(known, _)| *known == index).map(|(_, child)| *child);
            match child {
                Some(child) => {
                    self.reach(child, Span::ABSENT);
                    self.value(scanner, child, depth + 1)?;
                }
                None => drop(scanner.value(depth + 1)?),
            }
            if scanner.peek() != Some(b',') {
                return scanner.expect(b']', "a comma or ]");
            }
            scanner.expect(b',', "a comma")?;
            index += 1;
        }
    }

    /// Puts `found` into every slot at and below `node`.
    fn reach(&mut self, node: usize, found: Span) {
        for slot in &self.plan.nodes[node].slots {
            self.slots[*slot] = found;
        }
        self.below(node, found);
    }

    fn below(&mut self, node: usize, found: Span) {
        let Node { names, indices, .. } = &self.plan.nodes[node];
        for child in names.iter().map(|(_, child)| *child).chain(indices.iter().map(|(_, child)| *child)) {
            self.reach(child, found);
        }
    }
}

/// A quick hash of a name: only speed rests on it, for names that seem equal are compared.
fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let mut chunks = bytes.chunks_exact(8);
    let mut hash = bytes.len() as u64;
    for chunk in &mut chunks {
        hash = mix(hash, u64::from_le_bytes(chunk.try_into().expect("the chunk has eight bytes")));
    }
    let rest = chunks.remainder().iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    mix(hash, rest)
}

/// Finds a name that stands twice in one object: a small filter first, the names themselves only when it says maybe.
struct SeenNames {
    first: usize,
    bits: [u64; 16],
}

impl SeenNames {
    fn twice(&mut self, name: &str, names: &[Cow<'_, str>]) -> bool {
        let hash = hash(name.as_bytes());
        let (word, bit) = ((hash >> 6 & 15) as usize, 1u64 << (hash & 63));
        let maybe = self.bits[word] & bit != 0;
        self.bits[word] |= bit;
        maybe && names[self.first..].iter().any(|known| *known == name)
    }
}

/// What a record's outermost value is, for a message about one that is no object.
pub fn outermost(record: &str) -> Option<RawShape> {
    let text = record.trim_start();
    (!text.is_empty()).then(|| Raw::new(text).shape())
}
