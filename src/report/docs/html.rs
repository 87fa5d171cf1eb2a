//! A page as one HTML file that needs nothing else: no script, no address, its own style.

use super::block::{Block, Item, Span, anchors, words};
use crate::report::terminal::one_line;
use std::collections::HashMap;

const STYLE: &str = include_str!("style.css");

/// Nothing may be loaded and nothing may run, whatever a mapping file holds.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

pub fn html(blocks: &[Block]) -> String {
    let writer = Writer { anchors: anchors(blocks) };
    let title = blocks.iter().find_map(|block| match block {
        Block::Heading { line, .. } => Some(words(line)),
        _ => None,
    });
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        escaped(&title.unwrap_or_default())
    );
    for block in blocks {
        writer.block(block, &mut out);
    }
    out + "</main>\n</body>\n</html>\n"
}

struct Writer {
    anchors: HashMap<String, String>,
}

impl Writer {
    fn block(&self, block: &Block, out: &mut String) {
        match block {
            Block::Heading { level, line, key } => {
                let anchor = self.anchors.get(key).map_or("", String::as_str);
                *out += &format!("<h{level} id=\"{}\">{}</h{level}>\n", escaped(anchor), self.line(line));
            }
            Block::Paragraph(line) => *out += &format!("<p>{}</p>\n", self.line(line)),
            Block::List { numbered, items } => {
                let tag = if *numbered { "ol" } else { "ul" };
                *out += &format!("<{tag}>\n");
                for Item { line, below } in items {
                    *out += &format!("<li>{}", self.line(line));
                    if !below.is_empty() {
                        let items: String = below.iter().map(|line| format!("<li>{}</li>\n", self.line(line))).collect();
                        *out += &format!("\n<ul>\n{items}</ul>\n");
                    }
                    *out += "</li>\n";
                }
                *out += &format!("</{tag}>\n");
            }
            Block::Table { caption, headers, rows } => {
                let heads: String = headers.iter().map(|header| format!("<th scope=\"col\">{}</th>", escaped(header))).collect();
                *out += &format!(
                    "<div class=\"table\">\n<table>\n<caption>{}</caption>\n<thead>\n<tr>{heads}</tr>\n</thead>\n<tbody>\n",
                    escaped(caption)
                );
                for row in rows {
                    let cells: String = row.iter().map(|cell| format!("<td>{}</td>", self.line(cell))).collect();
                    *out += &format!("<tr>{cells}</tr>\n");
                }
                *out += "</tbody>\n</table>\n</div>\n";
            }
        }
    }

    fn line(&self, line: &[Span]) -> String {
        line.iter().map(|span| self.span(span)).collect()
    }

    fn span(&self, span: &Span) -> String {
        match span {
            Span::Text(text) => escaped(text),
            Span::Strong(text) => format!("<strong>{}</strong>", escaped(text)),
            Span::Code(text) => format!("<code>{}</code>", escaped(text)),
            Span::Path(text) => format!("<small><code>{}</code></small>", escaped(text)),
            Span::Link { text, to } => match self.anchors.get(to) {
                Some(anchor) => format!("<a href=\"#{}\">{}</a>", escaped(anchor), escaped(text)),
                None => escaped(text),
            },
        }
    }
}

/// Text as it may stand between tags and in a quoted attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
