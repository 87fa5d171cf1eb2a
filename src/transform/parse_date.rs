//! `parse_date`

use super::format::{Format, reads_as_another};
use super::{Argument, ArgumentError, Context, Definition, Example, Failure, Gives, OnLists, Step, argument, dates};
use crate::value::time::parse_iso;
use crate::value::{Shape, Value};
use schemars::json_schema;

pub static DEFINITION: Definition = Definition {
    name: "parse_date",
    summary: "Reads a date, perhaps with a time, that is written in another format than ISO.",
    notes: "Formats are made of the words `YYYY` (year), `MM` or `M` (month), `MMM` (Jan to Dec, in any case), `DD` or `D` \
            (day), `hh` (0 to 23), `mm` and `ss`, with any signs between them; a single `T` stands for itself. `M` and `D` \
            read one digit or two. ISO dates are always read too. A format without a time gives a date; one with a time gives \
            a date and time without a zone, to which `assume_zone` gives one. Two formats that read one text as two dates are \
            refused, and so is one that misreads ISO: nothing is guessed. A two-digit year is never read.",
    accepts: &[Shape::Text, Shape::Number, Shape::Date, Shape::LocalDatetime, Shape::Instant],
    gives: Gives::OneOf(&[Shape::Date, Shape::LocalDatetime, Shape::Instant]),
    on_lists: OnLists::Each,
    argument: Argument::Required(|_| {
        json_schema!({
            "type": ["string", "array"],
            "items": { "type": "string", "title": "format", "description": "One format.", "examples": ["DD/MM/YYYY"] },
            "minItems": 1,
            "title": "format or formats",
            "description": "One format or a list of them, in the words YYYY MM M MMM DD D hh mm ss.",
            "examples": ["DD/MM/YYYY", ["DD/MM/YYYY", "D MMM YYYY"]],
        })
    }),
    examples: &[
        Example { step: "parse_date: DD/MM/YYYY", input: "31/01/2026", output: Some("2026-01-31") },
        Example { step: "parse_date: [DD/MM/YYYY, D MMM YYYY]", input: "1 Feb 2026", output: Some("2026-02-01") },
        Example { step: "parse_date: DD.MM.YYYY hh:mm", input: "31.01.2026 17:30", output: Some("2026-01-31T17:30:00") },
        Example { step: "parse_date: DD/MM/YYYY", input: "2026-01-31", output: Some("2026-01-31") },
        Example { step: "parse_date: DD/MM/YYYY", input: "01/31/2026", output: None },
    ],
    compile: |argument| {
        let texts = match argument {
            serde_json::Value::Array(formats) => formats.iter().map(argument::text).collect::<Result<Vec<_>, _>>()?,
            one => vec![argument::text(one)?],
        };
        if texts.is_empty() {
            return Err(ArgumentError::new("expected a format, found an empty list"));
        }
        let formats = texts.iter().map(|text| Format::to_read(text)).collect::<Result<Vec<_>, _>>()?;
        refuse_ambiguous(&formats)?;
        Ok(Box::new(ParseDate { formats }))
    },
};

#[derive(Debug)]
struct ParseDate {
    formats: Vec<Format>,
}

/// What `parse_iso` reads besides fractions and offsets, which no format has.
const ISO: [&str; 5] = ["YYYY-MM-DD", "YYYY-MM-DDThh:mm", "YYYY-MM-DDThh:mm:ss", "YYYY-MM-DD hh:mm", "YYYY-MM-DD hh:mm:ss"];

fn refuse_ambiguous(formats: &[Format]) -> Result<(), ArgumentError> {
    let ambiguous = |message: String, help: &str| Err(ArgumentError { message, help: Some(help.to_owned()), ambiguous: true });
    for (index, format) in formats.iter().enumerate() {
        for iso in ISO {
            let iso = Format::to_read(iso).expect("ISO formats are formats");
            if let Some(text) = reads_as_another(&iso, format) {
                return ambiguous(
                    format!("`{format}` reads `{text}` as another date than ISO's {iso} does"),
                    "ISO dates are always read as ISO; leave the format out, or mend the text with `replace_pattern` first",
                );
            }
        }
        for earlier in &formats[..index] {
            if let Some(text) = reads_as_another(earlier, format) {
                return ambiguous(
                    format!("`{earlier}` and `{format}` read `{text}` as two dates"),
                    "keep the one that the source writes; where it writes both, no program can tell them apart",
                );
            }
        }
    }
    Ok(())
}

impl Step for ParseDate {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        let text = match &value {
            Value::Text(text) | Value::Number(text) => text,
            Value::Date(_) | Value::LocalDatetime(_) | Value::Instant(_) => return Ok(value),
            other => return Err(Failure::shape(other, "the text of a date")),
        };
        let read = parse_iso(text).ok().or_else(|| self.formats.iter().find_map(|format| format.read(text)));
        read.map(dates::value).ok_or_else(|| {
            let formats: Vec<String> = self.formats.iter().map(|format| format!("`{format}`")).collect();
            Failure(format!(
                "expected a date in ISO or {}, found other text or a day that the calendar lacks",
                formats.join(" or ")
            ))
        })
    }
}
