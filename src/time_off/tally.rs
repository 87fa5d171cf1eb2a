//! What is counted on the way: what a user should know of the requests, without values of people.

use std::collections::BTreeSet;

/// Words that are not known are listed up to this many.
const LISTED: usize = 5;

/// Counts of requests, and what is said of them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    pub unknown_types: u64,
    pub unknown_statuses: u64,
    /// HiBob's own words that are not known.
    pub words: BTreeSet<String>,
    /// The total, or what is said of the single days, does not fit the dates.
    pub disagreeing: u64,
    pub without_policy_type: u64,
    /// Nobody knows how these people work.
    pub assumed_patterns: u64,
    pub without_zone: u64,
    pub unknown_zones: u64,
    pub too_long: u64,
    pub without_total: u64,
    /// Changes that came twice.
    pub repeated: u64,
    /// Changes without a moment.
    pub undated: u64,
    /// Requests that replace one another in a circle.
    pub circles: u64,
    /// People's records that can't be read.
    pub unread_people: u64,
}

impl Tally {
    /// Notes a word of HiBob's that is not known.
    pub fn word(&mut self, word: &str) {
        if self.words.len() < LISTED {
            self.words.insert(word.to_owned());
        }
    }

    /// One sentence a count that is not zero.
    pub fn sentences(&self) -> Vec<String> {
        let Tally {
            unknown_types,
            unknown_statuses,
            words,
            disagreeing,
            without_policy_type,
            assumed_patterns,
            without_zone,
            unknown_zones,
            too_long,
            without_total,
            repeated,
            undated,
            circles,
            unread_people,
        } = self;
        let words = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let requests = |count: u64| if count == 1 { "1 request".to_owned() } else { format!("{count} requests") };
        let changes = |count: u64| if count == 1 { "1 change".to_owned() } else { format!("{count} changes") };
        let has = |count: u64| if count == 1 { "has" } else { "have" };
        let said = [
            (
                *unknown_types,
                format!("{} {} a type that is not known: taken as plain ranges", requests(*unknown_types), has(*unknown_types)),
            ),
            (*unknown_statuses, format!("{} {} a status that is not known", requests(*unknown_statuses), has(*unknown_statuses))),
            (unknown_types + unknown_statuses, format!("the words that are not known: {words}")),
            (
                *disagreeing,
                format!(
                    "{} {} a total that disagrees with the days: what falls on each day is scaled to the total, and estimated",
                    requests(*disagreeing),
                    has(*disagreeing)
                ),
            ),
            (
                *without_total,
                format!(
                    "{} {} no total, and nothing that says how long each day is: they have no days",
                    requests(*without_total),
                    has(*without_total)
                ),
            ),
            (
                *too_long,
                format!(
                    "{} {} more than ten years: their days are not listed",
                    requests(*too_long),
                    if *too_long == 1 { "lasts" } else { "last" }
                ),
            ),
            (
                *without_policy_type,
                format!(
                    "{} {} no policy type: the policy may have been deleted, or its name may not be seen",
                    requests(*without_policy_type),
                    has(*without_policy_type)
                ),
            ),
            (
                *assumed_patterns,
                format!(
                    "{} {} days that are estimated by Monday to Friday: nothing says how the person works",
                    requests(*assumed_patterns),
                    has(*assumed_patterns)
                ),
            ),
            (*unknown_zones, format!("{} {} a time zone that is not known", requests(*unknown_zones), has(*unknown_zones))),
            (
                *without_zone,
                format!(
                    "{} {} no time zone: start and end have dates and no instants (--site-zone and --time-zone give one)",
                    requests(*without_zone),
                    has(*without_zone)
                ),
            ),
            (*circles, format!("{} replace one another in a circle: the newest of each circle is taken", requests(*circles))),
            (
                *undated,
                format!(
                    "{} {} no moment (createdOn): taken as older than all others of the request",
                    changes(*undated),
                    has(*undated)
                ),
            ),
            (*repeated, format!("{} came more than once", changes(*repeated))),
            (
                *unread_people,
                format!("{unread_people} records of hibob.people can't be read: their zones and working patterns are not known"),
            ),
        ];
        said.into_iter().filter(|(count, _)| *count > 0).map(|(_, sentence)| sentence).collect()
    }
}
