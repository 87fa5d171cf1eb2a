//! Everything in a YAML text that means something, comments included, with its place: what formatting may not change.

use granit_parser::{Event, Options, Parser, StructureStyle};
use std::ops::Range;

/// The marks of one text, in its order.
#[derive(Debug)]
pub struct Marks<'t>(Vec<Mark<'t>>);

#[derive(Debug)]
pub struct Mark<'t> {
    pub event: Event<'t>,
    /// Its bytes.
    pub span: Range<usize>,
    /// A comment beside something. One beside the sign that opens a list's item or a collection speaks of what follows.
    pub beside: bool,
}

impl<'t> Marks<'t> {
    /// `None` where the text is no YAML.
    pub fn read(text: &'t str) -> Option<Self> {
        let mut options = Options::default();
        options.emit_comments = true;
        options.emit_anchor_events = true;
        options.max_buffered_comment_events = usize::MAX;
        let mut marks = Vec::new();
        for next in Parser::new_from_str_with_options(text, options) {
            let (event, span) = next.ok()?;
            let span = span.byte_range()?;
            let beside = matches!(event, Event::Comment(..)) && stands_beside(&text[..span.start]);
            marks.push(Mark { event, span, beside });
        }
        Some(Marks(marks))
    }

    pub fn scalars(&self) -> impl Iterator<Item = &Mark<'t>> {
        self.0.iter().filter(|mark| matches!(mark.event, Event::Scalar(..)))
    }

    /// Where maps and lists without brackets begin.
    pub fn blocks(&self) -> impl Iterator<Item = &Mark<'t>> {
        let is_block = |event: &Event<'_>| {
            matches!(event, Event::MappingStart(StructureStyle::Block, ..) | Event::SequenceStart(StructureStyle::Block, ..))
        };
        self.0.iter().filter(move |mark| is_block(&mark.event))
    }

    pub fn comments(&self) -> impl Iterator<Item = &Mark<'t>> {
        self.0.iter().filter(|mark| matches!(mark.event, Event::Comment(..)))
    }

    /// Whether both hold the same values, anchors, quotes and brackets, with the same comments at the same values.
    pub fn says_the_same_as(&self, other: &Marks<'_>) -> bool {
        let is_same = |(one, other): (&Mark<'_>, &Mark<'_>)| match (&one.event, &other.event) {
            // Blanks at the end of a line go.
            (Event::Comment(text, _), Event::Comment(other_text, _)) => {
                text.trim_end() == other_text.trim_end() && one.beside == other.beside
            }
            (event, other_event) => event == other_event,
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(is_same)
    }
}

/// Whether something that is no mere opening sign stands on the line at the end of `before`.
fn stands_beside(before: &str) -> bool {
    let left = before.rsplit('\n').next().unwrap_or_default().trim_end();
    !left.ends_with(['[', '{']) && !left.trim_start_matches(['-', ' ']).is_empty()
}
