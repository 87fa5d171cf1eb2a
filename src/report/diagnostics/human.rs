//! Findings as rustc prints its own.

use super::{Options, summary};
use crate::diagnostic::{Diagnostic, FileId, Files, Related, Severity};
use crate::report::terminal::{lines, one_line, source, styled};
use annotate_snippets::renderer::{AnsiColor, DEFAULT_TERM_WIDTH};
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet};
use std::borrow::Cow;
use std::ops::Range;

/// Bytes of a file that one excerpt may stand on: the renderer takes a second for a megabyte.
const MOST: usize = 1 << 16;

/// Narrower terminals get lines that wrap.
const MIN_WIDTH: usize = 40;

pub fn render(diagnostics: &[&Diagnostic], files: &Files, options: &Options<'_>) -> String {
    let width = options.width.unwrap_or(DEFAULT_TERM_WIDTH).max(MIN_WIDTH);
    let renderer = if options.color { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&renderer.render(&groups(diagnostic, files, width)));
        text.push_str("\n\n");
    }
    let style = match diagnostics.iter().map(|diagnostic| diagnostic.severity).max() {
        Some(Severity::Error) => AnsiColor::BrightRed.on_default().bold(),
        Some(Severity::Warning) => AnsiColor::Yellow.on_default().bold(),
        Some(Severity::Note) | None => AnsiColor::BrightGreen.on_default().bold(),
    };
    text.push_str(&styled(summary(diagnostics, options.checked), style, options.color));
    text.push('\n');
    text
}

fn groups<'a>(diagnostic: &'a Diagnostic, files: &'a Files, width: usize) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let own =
        Mark { kind: AnnotationKind::Primary, file: diagnostic.file, span: &diagnostic.span, label: diagnostic.label.as_deref() };
    let context = |related: &'a Related| Mark {
        kind: AnnotationKind::Context,
        file: related.file,
        span: &related.span,
        label: Some(&related.message),
    };
    let (near, far): (Vec<_>, Vec<_>) =
        diagnostic.related.iter().map(context).partition(|mark| fit_together(files, &own, mark, width));
    let near: Vec<Mark<'a>> = [own].into_iter().chain(near).collect();
    let group = level
        .primary_title(lines(&diagnostic.message))
        .id(diagnostic.code.word())
        .elements(excerpt(files, &near, width))
        .elements(far.iter().flat_map(|mark| excerpt(files, std::slice::from_ref(mark), width)));
    let help = diagnostic.help.as_deref().map(lines);
    match (&diagnostic.replacement, help) {
        (Some(replacement), help) => {
            let title = help.unwrap_or_else(|| question(diagnostic, replacement));
            vec![group, Level::HELP.secondary_title(title).element(patch(diagnostic, replacement, files, width))]
        }
        (None, Some(help)) => vec![group.element(Level::HELP.message(help))],
        (None, None) => vec![group],
    }
}

/// What stands above the corrected line where the finding brings no help of its own.
fn question<'a>(diagnostic: &Diagnostic, replacement: &str) -> Cow<'a, str> {
    if replacement.is_empty() {
        "remove this".into()
    } else if diagnostic.span.is_empty() {
        "add this".into()
    } else if replacement.contains('\n') {
        "write this instead".into()
    } else {
        format!("did you mean `{}`?", lines(replacement)).into()
    }
}

/// A place to underline.
struct Mark<'a> {
    kind: AnnotationKind,
    file: FileId,
    span: &'a Range<usize>,
    label: Option<&'a str>,
}

/// Whether two places can stand in one excerpt: on lines cut to the terminal's width both must be seen.
fn fit_together(files: &Files, a: &Mark<'_>, b: &Mark<'_>, width: usize) -> bool {
    if a.file != b.file || a.span.start.abs_diff(b.span.start) > MOST / 2 {
        return false;
    }
    let column = |offset| files.place(a.file, offset).column;
    let columns = [a.span.start, a.span.end, b.span.start, b.span.end].map(column);
    let reach = columns.iter().max().zip(columns.iter().min()).map_or(0, |(max, min)| max - min);
    reach <= width / 2
}

/// The lines around `marks`, all of one file, underlined; the place and the label alone where a line is far too long to look at.
fn excerpt<'a>(files: &'a Files, marks: &[Mark<'a>], width: usize) -> Vec<Element<'a>> {
    let file = marks[0].file;
    let text = files.text(file);
    let spans: Vec<Range<usize>> = marks.iter().map(|mark| shown(text, mark.span, width)).collect();
    let start = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let end = spans.iter().map(|span| span.end).max().unwrap_or(0);
    let window = line_start(text, start)..line_end(text, end);
    if window.len() > MOST {
        let place = files.place(file, marks[0].span.start);
        let place = Origin::path(one_line(files.name(file))).line(place.line).char_column(place.column);
        let labels = marks.iter().filter_map(|mark| mark.label).map(|label| Level::NOTE.message(one_line(label)).into());
        return std::iter::once(place.into()).chain(labels).collect();
    }
    let mut excerpt = source(&text[window.clone()]);
    if spans.iter().any(|span| span.start == window.end) && (excerpt.is_empty() || excerpt.ends_with('\n')) {
        // The renderer knows no line behind the last line feed.
        excerpt.to_mut().push(' ');
    }
    let annotations = marks
        .iter()
        .zip(&spans)
        .map(|(mark, span)| mark.kind.span(span.start - window.start..span.end - window.start).label(mark.label.map(one_line)));
    let snippet = Snippet::source(excerpt)
        .path(Some(one_line(files.name(file))))
        .line_start(files.place(file, window.start).line)
        .annotations(annotations);
    vec![snippet.into()]
}

/// The corrected lines, cut where they are long: the renderer cuts underlined lines only.
fn patch<'a>(diagnostic: &'a Diagnostic, replacement: &'a str, files: &'a Files, width: usize) -> Snippet<'a, Patch<'a>> {
    let text = files.text(diagnostic.file);
    let span = clamped(text, &diagnostic.span);
    let window = line_start(text, span.start)..line_end(text, span.end);
    let before = cut_before(&text[window.start..span.start], width / 3);
    let after = cut_after(&text[span.end..window.end], width / 3);
    let at = before.len();
    let excerpt = format!("{before}{}{after}", source(&text[span.clone()]));
    Snippet::source(excerpt)
        .path(Some(one_line(files.name(diagnostic.file))))
        .line_start(files.place(diagnostic.file, window.start).line)
        .patch(Patch::new(at..at + span.len(), source(replacement)))
}

fn cut_before(text: &str, most: usize) -> String {
    match text.char_indices().rev().nth(most) {
        Some((at, _)) => format!("…{}", source(&text[at..])),
        None => source(text).into_owned(),
    }
}

fn cut_after(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", source(&text[..at])),
        None => source(text).into_owned(),
    }
}

/// `span` inside `text` and between its characters, so that no finding, however odd its place, ends the program.
fn clamped(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    start..text.ceil_char_boundary(span.end).max(start)
}

/// The part of a span to underline: without blanks and line ends behind it, and no longer than a line that can be read.
fn shown(text: &str, span: &Range<usize>, width: usize) -> Range<usize> {
    let Range { start, end } = clamped(text, span);
    let end = start + text[start..end].trim_end().len();
    let most = width / 2;
    match text[start..end].char_indices().nth(most) {
        Some((at, _)) if !text[start..start + at].contains('\n') => start..start + at,
        _ if end - start > MOST / 2 => start..start + text[start..end].find('\n').unwrap_or(0),
        _ => start..end,
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |line_feed| line_feed + 1)
}

/// Behind the line feed.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |line_feed| at + line_feed + 1)
}
