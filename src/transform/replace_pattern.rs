//! `replace_pattern`

use super::text::{TEXT, step};
use super::{Argument, ArgumentError, Definition, Example, Gives, OnLists, argument};
use crate::value::Shape;
use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::Deserialize;

pub static DEFINITION: Definition = Definition {
    name: "replace_pattern",
    summary: "Replaces what a regular expression matches, everywhere in the value.",
    notes: "The patterns are those of Rust's [regex](https://docs.rs/regex/latest/regex/#syntax): no look-around and no \
            references back, and the time is in proportion to the text. In `with`, `$1` is the first group, `${name}` a named \
            one, `$$` a dollar sign; a letter or digit right after a group needs braces: `${1}a`. A value that the pattern \
            does not match stays as it is.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::Required(argument::schema::<ReplacePattern>),
    examples: &[
        Example {
            step: r#"replace_pattern: { pattern: "^(\\w+), (\\w+)$", with: "$2 $1" }"#,
            input: "Lovelace, Ada",
            output: Some("Ada Lovelace"),
        },
        Example {
            step: r#"replace_pattern: { pattern: " *\\(.*\\)$", with: "" }"#,
            input: "London (Demo)",
            output: Some("London"),
        },
        Example { step: r#"replace_pattern: { pattern: " *\\(.*\\)$", with: "" }"#, input: "(Demo)", output: None },
    ],
    compile: |argument| {
        let ReplacePattern { pattern, with } = argument::read(argument)?;
        let regex = RegexBuilder::new(&pattern).size_limit(1 << 20).build().map_err(|error| explain(&error))?;
        check_groups(&regex, &with)?;
        Ok(step("replace_pattern", (regex, with), |(regex, with), text| Ok(regex.replace_all(text, with))))
    },
};

/// What to look for, and what to put in its place.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "replace by pattern", example = serde_json::json!({ "pattern": " *\\(.*\\)$", "with": "" }))]
struct ReplacePattern {
    /// A regular expression; `^` and `$` stand for the ends of the value.
    #[schemars(title = "pattern to look for", example = "^(\\w+), (\\w+)$")]
    pattern: String,
    /// The text to put in its place: `$1` is the first group, `${name}` a named one, `$$` a dollar sign.
    #[schemars(title = "text to put there", example = "$2 $1")]
    with: String,
}

fn explain(error: &regex::Error) -> ArgumentError {
    let regex::Error::Syntax(report) = error else {
        return ArgumentError::new("the pattern is too big").help("write it shorter: repeats such as `{1000}` multiply its size");
    };
    // The report is the pattern, a line with a caret under the fault, and the fault: an editor shows one line only.
    let fault = report.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or("it can't be read");
    let caret = report.lines().find(|line| line.contains('^') && line.chars().all(|sign| matches!(sign, ' ' | '^')));
    let place = caret.and_then(|line| line.find('^')).map_or(String::new(), |column| format!(" at character {}", column - 3));
    ArgumentError::new(format!("the pattern can't be read{place}: {fault}"))
        .help("the patterns are those of https://docs.rs/regex/latest/regex/#syntax; `\\` before a sign takes away its meaning")
}

/// Looks for groups in `with` that the pattern does not have: they would vanish without a word.
fn check_groups(regex: &Regex, with: &str) -> Result<(), ArgumentError> {
    let mut rest = with;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
            continue;
        }
        let (name, bare) = match rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((name, _)) => (name, false),
            None => (&rest[..rest.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').unwrap_or(rest.len())], true),
        };
        if name.is_empty() {
            return Err(ArgumentError::new("a `$` in `with` names no group").help("write `$$` for a dollar sign"));
        }
        let number = name.parse::<usize>();
        let known = match number {
            Ok(number) => number < regex.captures_len(),
            Err(_) => regex.capture_names().flatten().any(|group| group == name),
        };
        if !known {
            let groups = regex.captures_len() - 1;
            let fault = ArgumentError::new(format!("`with` refers to the group `{name}`, which the pattern does not have"));
            let digits = name.len() - name.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
            return Err(if bare && number.is_err() && digits > 0 {
                fault.help(format!("write `${{{}}}{}` to end the group's number", &name[..digits], &name[digits..]))
            } else {
                fault.help(format!("the pattern has {groups} groups: count its opening brackets from 1"))
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::DEFINITION;

    fn fault(pattern: &str, with: &str) -> String {
        let fault = DEFINITION.step(&serde_json::json!({ "pattern": pattern, "with": with })).unwrap_err();
        format!("{}; {}", fault.message, fault.help.unwrap())
    }

    #[test]
    fn a_bad_pattern_is_refused_with_the_place_in_words() {
        assert!(fault("ab(c", "").starts_with("the pattern can't be read at character 3: unclosed group"));
        assert!(fault("(?=a)", "").contains("look-around"));
        assert!(fault("é[", "").contains("at character 2"));
        assert!(fault("a{1000}{1000}{1000}", "").starts_with("the pattern is too big"));
    }

    #[test]
    fn a_group_that_the_pattern_does_not_have_is_refused() {
        assert!(fault("(a)", "$2").contains("the group `2`"));
        assert!(fault("(a)", "$1b").contains("`${1}b`"));
        assert!(fault("(a)", "${name}").contains("the group `name`"));
        assert!(fault("(a)", "5 $").contains("`$$`"));
        for (pattern, with) in [("(a)", "${1}b$$"), ("(?<name>a)", "$name"), ("a", "$0")] {
            DEFINITION.step(&serde_json::json!({ "pattern": pattern, "with": with })).unwrap();
        }
    }
}
