//! Values as YAML text: words plain where every reader of YAML takes them for text, else in quotes.

use crate::value::json::{Data, Tree, write_string};
use std::borrow::Cow;

/// A text that can stand anywhere, brackets included.
pub fn scalar(text: &str) -> Cow<'_, str> {
    // Digits and signs at the beginning make numbers and dates; these words are no texts to one reader or another.
    const OTHER: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let first = text.chars().next().is_some_and(|c| c.is_alphabetic() || matches!(c, '$' | '_' | '/'));
    let inside = |c: char| c.is_alphanumeric() || " ._-/@+()'$&".contains(c);
    let plain = first && text.chars().all(inside) && !text.ends_with(' ') && !OTHER.contains(&text.to_lowercase().as_str());
    if plain { Cow::Borrowed(text) } else { Cow::Owned(quoted(text)) }
}

/// A text in double quotes.
pub fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    write_string(&mut out, text);
    String::from_utf8(out).expect("JSON made from text is UTF-8")
}

/// A value in one line, in brackets where it needs them.
pub fn flow(value: &Tree<'_>) -> String {
    match &value.data {
        Data::String(text) => scalar(text).into_owned(),
        Data::Null | Data::Boolean(_) | Data::Number => value.raw.to_owned(),
        Data::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Data::Object(members) if members.is_empty() => "{}".to_owned(),
        Data::Object(members) => {
            let members: Vec<String> = members.iter().map(|(name, value)| format!("{}: {}", scalar(name), flow(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
    }
}

/// A step of `then` in one line, without braces around it: `lower`, `list_label: department`.
pub fn step(value: &Tree<'_>) -> String {
    match &value.data {
        Data::Object(members) => {
            members.iter().map(|(name, value)| format!("{}: {}", scalar(name), flow(value))).collect::<Vec<_>>().join(", ")
        }
        _ => flow(value),
    }
}

/// `key: value` in lines that begin in one column: an object that is too long for one line has a line for each member.
/// `width` is what is left of a line.
pub fn lines(key: &str, value: &Tree<'_>, width: usize, out: &mut Vec<String>) {
    let line = format!("{}: {}", scalar(key), flow(value));
    match &value.data {
        Data::Object(members) if !members.is_empty() && line.chars().count() > width => {
            out.push(format!("{}:", scalar(key)));
            let start = out.len();
            for (name, value) in members {
                lines(name, value, width.saturating_sub(2), out);
            }
            out[start..].iter_mut().for_each(|line| line.insert_str(0, "  "));
        }
        _ => out.push(line),
    }
}

#[cfg(test)]
mod tests {
    use super::{flow, lines, scalar};
    use crate::value::json::Tree;

    #[test]
    fn a_text_is_plain_only_where_nobody_takes_it_for_something_else() {
        for text in ["Work", "$.work.title", "Work contact details", "Zoë Ångström", "a@example.test", "O'Neil", "_x"] {
            assert_eq!(scalar(text), text);
        }
        for text in
            ["", "1", "2026-03-01", "+44 1", "No", "null", "a: b", "a #b", " a", "a ", "-", "x, y", "$.a['b']", "{x}", "a\nb"]
        {
            assert!(scalar(text).starts_with('"'), "{text:?}");
        }
    }

    #[test]
    fn what_is_too_long_for_a_line_gets_several() {
        let tree = Tree::parse(r#"{"id":"1","work":{"a":1.10,"b":[true,null]}}"#).unwrap();
        assert_eq!(flow(&tree), r#"{ id: "1", work: { a: 1.10, b: [true, null] } }"#);
        let mut out = Vec::new();
        lines("record", &tree, 40, &mut out);
        assert_eq!(out, ["record:", "  id: \"1\"", "  work: { a: 1.10, b: [true, null] }"]);
    }
}
