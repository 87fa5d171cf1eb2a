//! From YAML text to a [`Document`], with every fault of the text that can be found.

use super::{Content, Document, MAX_BYTES, MAX_VALUES, Node, NodeId, hazard};
use crate::diagnostic::{Code, Diagnostic, FileId};
use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};
use std::collections::HashMap;
use std::ops::Range;

/// A list or map that is still open.
struct Open {
    start: usize,
    flow: bool,
    map: bool,
    children: Vec<NodeId>,
    anchor: usize,
}

struct Builder<'t> {
    text: &'t str,
    file: FileId,
    nodes: Vec<Node>,
    open: Vec<Open>,
    /// Where each anchor's node stands; anchors that are still open are missing.
    anchors: HashMap<usize, NodeId>,
    root: Option<NodeId>,
    findings: Vec<Diagnostic>,
}

impl Document {
    /// Reads `text`. Without a document the findings say why; with one they are the faults that left a tree to go on with.
    pub fn parse(text: &str, file: FileId) -> (Option<Document>, Vec<Diagnostic>) {
        if text.len() > MAX_BYTES {
            let message = format!("the file has {} bytes; a mapping file may have {MAX_BYTES}", text.len());
            return (None, vec![Diagnostic::new(Code::FileUnreadable, file, 0..0, message)]);
        }
        let mut builder = Builder {
            text,
            file,
            nodes: Vec::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            root: None,
            findings: Vec::new(),
        };
        let whole = builder.read();
        let Builder { nodes, root, mut findings, .. } = builder;
        match root {
            Some(root) if whole => {
                let document = Document { file, nodes, root };
                if document.node(root).size > MAX_VALUES {
                    let message = "the file's aliases would make more than 500,000 values of it".to_owned();
                    findings.push(
                        Diagnostic::new(Code::YamlSyntax, file, document.span(root).start..document.span(root).start, message)
                            .help("write out what is meant: a mapping needs no aliases"),
                    );
                    return (None, findings);
                }
                findings.extend(hazard::cut_paths(&document, text));
                (Some(document), findings)
            }
            _ => {
                if findings.is_empty() {
                    findings.push(
                        Diagnostic::new(Code::FileUnreadable, file, 0..0, "the file is empty")
                            .help("a mapping file begins with `mapping: NAME`; `bobmap help mapping` shows one"),
                    );
                }
                (None, findings)
            }
        }
    }
}

impl Builder<'_> {
    /// Whether the text was read to its end.
    fn read(&mut self) -> bool {
        let mut options = Options::default();
        options.emit_comments = false;
        options.block_nesting_limit = 200;
        options.flow_nesting_limit = 200;
        let mut documents = 0;
        for next in Parser::new_from_str_with_options(self.text, options) {
            let (event, span) = match next {
                Ok(next) => next,
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
                    self.findings.push(hazard::syntax(self.text, self.file, at, &error.info()));
                    return false;
                }
            };
            let range = span.byte_range().unwrap_or(0..0);
            if let Some(tag) = event.tag() {
                let message = format!("the tag `{}` is not part of the mapping language", tag.original());
                let start = span.tag_start().and_then(|mark| mark.byte_offset()).unwrap_or(range.start);
                self.find(
                    Code::YamlSyntax,
                    start..range.end.max(start),
                    message,
                    "take the tag away; quotes make text of a number",
                );
            }
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        let message = "a second document begins here; one file holds one mapping";
                        self.find(Code::YamlSyntax, range, message, "put it into a file of its own");
                        return true;
                    }
                }
                Event::Scalar(text, style, anchor, _) => {
                    let plain = style == ScalarStyle::Plain;
                    let content = Content::Scalar { text: text.into_owned(), plain };
                    let id = self.push(range, content, 1);
                    self.anchors.insert(anchor, id);
                    self.add(id);
                }
                Event::SequenceStart(style, anchor, _) => self.open(range.start, style, false, anchor),
                Event::MappingStart(style, anchor, _) => self.open(range.start, style, true, anchor),
                Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
                Event::Alias(anchor) => match self.anchors.get(&anchor) {
                    Some(id) => self.add(*id),
                    None => {
                        self.find(
                            Code::YamlSyntax,
                            range.clone(),
                            "the alias stands inside the value that it repeats",
                            "write the value out",
                        );
                        let id = self.push(range, Content::Scalar { text: String::new(), plain: true }, 1);
                        self.add(id);
                    }
                },
                _ => {}
            }
        }
        true
    }

    fn find(&mut self, code: Code, span: Range<usize>, message: impl Into<String>, help: &str) {
        self.findings.push(Diagnostic::new(code, self.file, span, message).help(help));
    }

    fn push(&mut self, span: Range<usize>, content: Content, size: u64) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).expect("a file of 4 MiB has fewer than four billion nodes"));
        self.nodes.push(Node { span, content, size });
        id
    }

    fn open(&mut self, start: usize, style: StructureStyle, map: bool, anchor: usize) {
        self.open.push(Open { start, flow: style == StructureStyle::Flow, map, children: Vec::new(), anchor });
    }

    fn close(&mut self, end: usize) {
        let Open { start, flow, map, children, anchor } = self.open.pop().expect("the parser closes only what it opened");
        // A block ends where its last value ends: the parser's own end is the next thing that is no comment.
        let last = children.last().map_or(start, |id| self.nodes[id.0 as usize].span.end);
        let end = if flow { end } else { last.max(start) };
        let size = children.iter().fold(1u64, |sum, id| sum.saturating_add(self.nodes[id.0 as usize].size));
        let content = if map { Content::Map(self.pairs(&children)) } else { Content::List(children) };
        let id = self.push(start..end, content, size);
        self.anchors.insert(anchor, id);
        self.add(id);
    }

    /// Keys with their values; the second of two equal keys is reported and left out.
    fn pairs(&mut self, children: &[NodeId]) -> Vec<(NodeId, NodeId)> {
        let mut pairs = Vec::with_capacity(children.len() / 2);
        let mut seen: HashMap<String, NodeId> = HashMap::new();
        for pair in children.chunks_exact(2) {
            let (key, value) = (pair[0], pair[1]);
            let span = self.nodes[key.0 as usize].span.clone();
            let Content::Scalar { text, plain } = &self.nodes[key.0 as usize].content else {
                self.find(Code::YamlSyntax, span, "a list or map stands as a key", "a key is plain text");
                continue;
            };
            let text = text.clone();
            if text == "<<" && *plain {
                let help = "write the keys out, or put common ones under `defaults`";
                self.find(Code::YamlSyntax, span, "`<<` (merge) is not part of the mapping language", help);
                continue;
            }
            if let Some(first) = seen.get(&text) {
                let first = self.nodes[first.0 as usize].span.clone();
                let message = format!("the key `{text}` stands here for the second time");
                self.findings.push(
                    Diagnostic::new(Code::DuplicateKey, self.file, span, message)
                        .related(self.file, first, "first given here")
                        .help("keep one of the two"),
                );
                continue;
            }
            seen.insert(text, key);
            pairs.push((key, value));
        }
        pairs
    }

    fn add(&mut self, id: NodeId) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(id),
            None => self.root = self.root.or(Some(id)),
        }
    }
}
