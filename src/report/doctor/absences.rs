//! Who's out, held against the requests for time off, for people to read.

use super::paragraph;
use crate::diagnosis::absences::{Absences, Disagreeing, Disagreement, LeftOut};

/// Requests that are named of each kind; JSON has them all.
const NAMED: usize = 20;

pub fn write(absences: &Absences, out: &mut String) {
    let Absences { from, to, since, agreeing, disagreeing, left_out } = absences;
    let count = absences.count();
    let result = match count {
        0 if *agreeing == 0 => "neither knows of any".to_owned(),
        0 => format!("{} agree", requests(*agreeing)),
        1 => format!("1 request disagrees, {agreeing} agree"),
        count => format!("{count} requests disagree, {agreeing} agree"),
    };
    paragraph(out, "", &format!("Who's out from {from} to {to}, held against the requests that the changes come to: {result}"));
    for (kind, found) in disagreeing {
        let said = |one: &Disagreeing| one.out.is_some() || one.requested.is_some();
        let more = found.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(", and {more} more (--format json names all)") } else { String::new() };
        if found.iter().any(said) {
            paragraph(out, "- ", &format!("{}:", title(*kind, since)));
            found.iter().take(NAMED).for_each(|one| paragraph(out, "    ", &sides(one)));
            if !more.is_empty() {
                paragraph(out, "    ", more.trim_start_matches(", "));
            }
        } else {
            let ids: Vec<&str> = found.iter().take(NAMED).map(|one| one.request.as_str()).collect();
            paragraph(out, "- ", &format!("{}: {}{more}", title(*kind, since), ids.join(", ")));
        }
    }
    let left_out = left_out_words(left_out);
    if !left_out.is_empty() {
        paragraph(out, "  ", &format!("Not compared: {}", left_out.join("; ")));
    }
}

fn title(kind: Disagreement, since: &str) -> String {
    let title = match kind {
        Disagreement::OnlyOut => return format!("somebody is out, and no change since {since} tells of the request"),
        Disagreement::OnlyRequest => "a request that stands, and nobody is out by it",
        Disagreement::Dates => "other days",
        Disagreement::Portions => "another part of the day, or another type",
        Disagreement::Status => "another status",
        Disagreement::Policy => "another policy type",
    };
    title.to_owned()
}

fn sides(one: &Disagreeing) -> String {
    let Disagreeing { request, out, requested } = one;
    match (out, requested) {
        (Some(out), Some(requested)) => format!("{request}: out {out}; requested {requested}"),
        (Some(only), None) | (None, Some(only)) => format!("{request}: {only}"),
        (None, None) => request.clone(),
    }
}

fn left_out_words(left_out: &LeftOut) -> Vec<String> {
    let LeftOut { inactive, private, pending, before, unusable } = left_out;
    let reasons = [
        (inactive, "of people who are not active, whom who's out does not know"),
        (private, "under private policies"),
        (pending, "pending, of which who's out shows none: the service user may not see them there"),
        (before, "from before the changes begin: an earlier --since reads them, too"),
        (unusable, "that can't be used"),
    ];
    reasons.into_iter().filter(|(count, _)| **count > 0).map(|(count, why)| format!("{} {why}", requests(*count))).collect()
}

fn requests(count: u64) -> String {
    if count == 1 { "1 request".to_owned() } else { format!("{count} requests") }
}
