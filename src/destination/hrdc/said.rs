//! What can be repeated of a server's messages: those that quote no value of a row that was sent, as far as words tell.

use crate::plan::{PlanError, Workbench, cells};
use crate::value::text::printable;
use std::collections::{BTreeSet, HashSet};

/// Different messages that are repeated at most.
const MOST: usize = 3;
/// Characters of a message.
const LONGEST: usize = 200;

/// How many messages there are, and those that name nobody.
///
/// # Errors
/// The rows can't be read.
pub(super) fn told(messages: &[String], plan: &Workbench) -> Result<String, PlanError> {
    let plain: BTreeSet<&str> = messages.iter().map(|message| message.trim()).filter(|message| is_plain(message)).collect();
    let asked: HashSet<String> = plain.iter().flat_map(|message| words(message)).collect();
    let mut taken = HashSet::new();
    if !asked.is_empty() {
        plan.each_row::<PlanError>(|row| {
            for value in cells(&row.cells).values() {
                let value = value.get();
                let text = serde_json::from_str::<String>(value).unwrap_or_else(|_| value.to_owned());
                taken.extend(words(&text).filter(|word| asked.contains(word)));
            }
            Ok(())
        })?;
    }
    let safe: Vec<&&str> = plain.iter().filter(|message| words(message).all(|word| !taken.contains(&word))).collect();
    let hidden = messages.iter().filter(|message| !safe.iter().any(|safe| **safe == message.trim())).count();
    let mut told = count(messages.len() as u64, "message");
    for (at, message) in safe.iter().take(MOST).enumerate() {
        told += if at == 0 { " (" } else { "; " };
        told += &one_line(message);
    }
    let listed = !safe.is_empty();
    match hidden {
        0 => told += if listed { ")" } else { "" },
        hidden => {
            let hidden = format!("{hidden} may quote people's values, and --show-values repeats them");
            told += &if listed { format!("); {hidden}") } else { format!("; {hidden}") };
        }
    }
    Ok(told)
}

/// `1 row`, `2 rows`.
pub(super) fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// A message as it is shown.
pub(super) fn one_line(message: &str) -> String {
    let cut: String = message.chars().take(LONGEST).collect();
    let cut = cut.split_whitespace().collect::<Vec<_>>().join(" ");
    printable(&cut).into_owned()
}

/// Whether a message is made of words alone: numbers, addresses and what stands in quotes may be of people who are in no row.
fn is_plain(message: &str) -> bool {
    let fits = |sign: char| sign.is_ascii_alphabetic() || " .,:;()-_/!?".contains(sign);
    !message.is_empty() && message.len() <= LONGEST && message.chars().all(fits)
}

/// The words of a text, in small letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(|sign: char| !sign.is_alphanumeric());
    parts.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::plan::{Row, Workbench};

    #[test]
    fn messages_are_repeated_where_they_quote_nobody() {
        let mut plan = Workbench::new().unwrap();
        let cells = r#"{"user_lookup_id":"ada@example.test","display_name":"Ada Marlowe","track":true}"#;
        plan.desire(&Row { key: "1".to_owned(), source: None, cells: cells.to_owned(), line: None }).unwrap();
        let told =
            |messages: &[&str]| told(&messages.iter().map(|message| (*message).to_owned()).collect::<Vec<_>>(), &plan).unwrap();
        assert_eq!(told(&["The header user_group is unknown."]), "1 message (The header user_group is unknown.)");
        assert_eq!(
            told(&["No such user: ada", "Nobody is known", "Nobody is known", "bea@example.test is unknown", "Row 7 is bad"]),
            "5 messages (Nobody is known); 3 may quote people's values, and --show-values repeats them"
        );
        assert_eq!(told(&["MARLOWE!"]), "1 message; 1 may quote people's values, and --show-values repeats them");
    }
}
