//! Did you mean: fields that come close to a path that names none.

use super::{Catalog, Field};
use strsim::damerau_levenshtein;

/// A path that the catalog has, in place of one that it has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suggestion<'c> {
    pub field: &'c Field,
    /// A name inside the field's object, like `value` of a salary.
    pub member: Option<&'static str>,
}

impl Suggestion<'_> {
    /// What to write after `$.`. Names with blanks need brackets in JSONPath; the caller knows how.
    pub fn path(&self) -> String {
        match self.member {
            Some(member) => format!("{}.{member}", self.field.path),
            None => self.field.path.clone(),
        }
    }
}

/// More than these and the reader is better served by the whole list.
const MOST: usize = 3;

impl Catalog {
    /// Up to three fields that `path` (names joined by dots, without `$.`) may have been meant to be, best first.
    pub fn near(&self, path: &str) -> Vec<Suggestion<'_>> {
        let wanted = Wanted::new(path);
        let mut found: Vec<(usize, Suggestion<'_>)> = Vec::new();
        for field in self.fields().filter(|field| !field.deleted) {
            let members = field.kind.members().iter().map(|(member, _)| Some(*member));
            let suggestions = members.chain([None]).map(|member| Suggestion { field, member });
            found.extend(suggestions.filter_map(|suggestion| Some((wanted.badness(suggestion)?, suggestion))));
        }
        found.sort_by(|(a, one), (b, two)| a.cmp(b).then_with(|| one.path().cmp(&two.path())));
        // What is worse than a slip of the pen is noise beside it.
        let limit = found.first().map_or(0, |(best, _)| if *best < CLASS { best + 1 } else { best + CLASS });
        found.retain(|(badness, _)| *badness < limit);
        found.truncate(MOST);
        found.into_iter().map(|(_, suggestion)| suggestion).collect()
    }
}

/// The distance between two grades of likeness; edits count below it.
const CLASS: usize = 100;

struct Wanted {
    whole: String,
    last: String,
    folded_last: String,
    parent: String,
}

impl Wanted {
    fn new(path: &str) -> Self {
        let path = Field::path_of(path);
        let (parent, last) = path.rsplit_once('.').unwrap_or(("", path));
        Wanted { whole: fold(path), last: last.to_owned(), folded_last: fold(last), parent: parent.to_owned() }
    }

    /// Smaller is closer; `None` is not close at all.
    fn badness(&self, suggestion: Suggestion<'_>) -> Option<usize> {
        let path = suggestion.path();
        let whole = fold(&path);
        if whole == self.whole {
            return Some(0);
        }
        let (parent, last) = path.rsplit_once('.').unwrap_or(("", &path));
        if let Some(edits) = edits_within(&whole, &self.whole, slips(&self.whole)) {
            return Some(edits);
        }
        let edits = || damerau_levenshtein(&whole, &self.whole).min(CLASS - 1);
        // A name left out on the way (`payroll.salary.value`), or one too many.
        if last == self.last && !self.parent.is_empty() && beneath(parent, &self.parent) {
            return Some(CLASS + edits());
        }
        if let Some(member) = suggestion.member {
            debug_assert!(last == member);
            return None;
        }
        let name = fold(&suggestion.field.name);
        if name == self.folded_last || name == self.whole {
            return Some(CLASS + edits());
        }
        if fold(last) == self.folded_last {
            // Whoever writes `personal.mobilePhone` may have seen the field under Personal contact details.
            let seen_there = fold(&suggestion.field.category).starts_with(&fold(self.parent.split('.').next().unwrap_or("")));
            return Some(2 * CLASS + if seen_there { 0 } else { edits() });
        }
        let close = |text: &str| edits_within(text, &self.folded_last, slips(&self.folded_last)).is_some();
        (close(&name) || close(&fold(last))).then(|| 3 * CLASS + edits())
    }
}

/// The edits between two texts, if they are no more than `limit`. Texts that can't be that close are told by their letters
/// alone, which spares nearly every comparison.
pub(super) fn edits_within(one: &str, other: &str, limit: usize) -> Option<usize> {
    let mut letters = [0i32; 64];
    one.bytes().for_each(|byte| letters[usize::from(byte & 63)] += 1);
    other.bytes().for_each(|byte| letters[usize::from(byte & 63)] -= 1);
    let (more, fewer) = letters.iter().fold((0, 0), |(more, fewer), count| (more + count.max(&0), fewer - count.min(&0)));
    // An edit of one character changes at most four bytes.
    if more.max(fewer) as usize > 4 * limit || one.is_ascii() && other.is_ascii() && more.max(fewer) as usize > limit {
        return None;
    }
    Some(damerau_levenshtein(one, other)).filter(|edits| *edits <= limit)
}

/// How many slips of the pen are forgiven in a text of this length.
pub(super) fn slips(text: &str) -> usize {
    1 + text.chars().count() / 8
}

/// How alike two fields are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    Similar,
    /// But for case, blanks and punctuation.
    Same,
}

impl Likeness {
    /// Of two names as the admin sees them; `None` where they have little in common.
    pub fn of(one: &str, other: &str) -> Option<Likeness> {
        if Likeness::is_same(one, other) {
            return Some(Likeness::Same);
        }
        let [one_squashed, other_squashed] = [one, other].map(|name| letters(name).collect::<String>());
        let [one, other] = [one, other].map(words);
        let shared = one.iter().filter(|word| other.contains(*word)).count();
        let fewer = one.len().min(other.len());
        let overlap = shared > 0 && (shared == fewer || shared * 2 >= one.len().max(other.len()));
        let long = one_squashed.chars().count().min(other_squashed.chars().count()) >= 5;
        let slip = long && edits_within(&one_squashed, &other_squashed, slips(&one_squashed)).is_some();
        (overlap || slip).then_some(Likeness::Similar)
    }

    /// Whether two names are the same but for case, blanks and punctuation.
    pub fn is_same(one: &str, other: &str) -> bool {
        letters(one).next().is_some() && letters(one).eq(letters(other))
    }
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase)
}

fn words(name: &str) -> Vec<String> {
    let words = name.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

fn beneath(one: &str, other: &str) -> bool {
    let inside = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('.'));
    inside(one, other) || inside(other, one)
}

/// `Employee ID`, `employee_id` and `employeeId` are one word; the dots of a path stay.
fn fold(text: &str) -> String {
    text.chars().filter(|char| char.is_alphanumeric() || *char == '.').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Catalog;

    fn near(path: &str) -> Vec<String> {
        Catalog::builtin().near(path).iter().map(super::Suggestion::path).collect()
    }

    #[test]
    fn a_slip_of_the_pen_finds_the_one_field_that_was_meant() {
        assert_eq!(near("work.titel"), ["work.title"]);
        assert_eq!(near("frstName"), ["firstName"]);
        assert_eq!(near("work.Department"), ["work.department"]);
        assert_eq!(near("root.email"), ["email"]);
        assert_eq!(near("internal.terminatonDate"), ["internal.terminationDate"]);
    }

    #[test]
    fn a_name_left_out_on_the_way_is_put_back() {
        assert_eq!(near("payroll.salary.value")[0], "payroll.salary.payment.value");
        assert_eq!(near("payroll.employment.hoursPerDay").len(), 3);
        assert!(near("payroll.employment.hoursPerDay").iter().all(|path| path.ends_with(".hoursPerDay")));
    }

    #[test]
    fn the_name_that_the_admin_sees_finds_the_field() {
        assert_eq!(near("lastName"), ["surname"]);
        assert_eq!(near("work.jobTitle"), ["work.title"]);
        assert_eq!(near("work.employeeId"), ["work.employeeIdInCompany"]);
    }

    #[test]
    fn a_field_looked_for_in_another_category_is_found_where_it_stands() {
        assert_eq!(near("workContact.workPhone")[0], "work.workPhone");
        assert_eq!(near("lifecycle.terminationDate"), ["internal.terminationDate"]);
        assert_eq!(near("personal.mobilePhone")[0], "home.mobilePhone");
    }

    #[test]
    fn names_are_the_same_similar_or_others() {
        use super::Likeness;
        assert_eq!(Likeness::of("Employee ID", "employee-id"), Some(Likeness::Same));
        for (one, other) in [("Employee ID", "Employee ID (new)"), ("Cost centre", "Cost center"), ("Site", "Work site")] {
            assert_eq!(Likeness::of(one, other), Some(Likeness::Similar), "{one} {other}");
        }
        for (one, other) in [("Site", "Team"), ("Job title", "Laptop tag"), ("", "Site"), ("Start date", "Last name")] {
            assert_eq!(Likeness::of(one, other), None, "{one} {other}");
        }
    }

    #[test]
    fn nothing_is_said_where_nothing_is_close() {
        assert_eq!(near("custom.category_1647463606491.field_1648723373242"), [""; 0]);
        assert_eq!(near("zzzzzzzz"), [""; 0]);
        assert_eq!(near(""), [""; 0]);
    }
}
