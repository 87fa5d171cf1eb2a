//! Finds fields by what a person remembers of them: words of the name, the id or the category.

use super::near::{edits_within, slips};
use super::{Catalog, Field};

/// How well a field fits; the smaller the better.
type Rank = (u8, usize);

impl Catalog {
    /// The fields that have every word of `wanted` in their name, id or category, best first; where there are none, those
    /// whose words are a slip of the pen away. Case, blanks and punctuation do not count.
    pub fn search(&self, wanted: &str) -> Vec<&Field> {
        let words: Vec<String> = wanted.split_whitespace().map(squash).filter(|word| !word.is_empty()).collect();
        let whole = squash(wanted);
        if whole.is_empty() {
            return Vec::new();
        }
        let ranked = |rank: &dyn Fn(&Field) -> Option<Rank>| -> Vec<&Field> {
            let mut found: Vec<(Rank, &Field)> = self.fields().filter_map(|field| Some((rank(field)?, field))).collect();
            found.sort_by_key(|(rank, field)| (*rank, field.deleted));
            found.into_iter().map(|(_, field)| field).collect()
        };
        let exact = ranked(&|field| self.contains(field, &words, &whole));
        if exact.is_empty() { ranked(&|field| resembles(field, &words)) } else { exact }
    }

    fn contains(&self, field: &Field, words: &[String], whole: &str) -> Option<Rank> {
        let category = self.category(&field.category).map_or("", |category| category.name.as_str());
        let texts = [field.name.as_str(), field.id.as_str(), category, field.category.as_str()];
        let [name, id, category, category_id] = texts.map(Text::new);
        let has_all = |text: &Text| text.squashed.contains(whole) || words.iter().all(|word| text.has(word));
        let grade = if name.squashed == whole || id.squashed == whole || squash(&field.path) == whole {
            0
        } else if name.squashed.starts_with(whole) {
            1
        } else if has_all(&name) {
            2
        } else if has_all(&id) {
            3
        } else if has_all(&category) || has_all(&category_id) {
            4
        } else if words.iter().all(|word| [&name, &id, &category, &category_id].iter().any(|text| text.has(word))) {
            5
        } else {
            return None;
        };
        Some((grade, name.squashed.len().abs_diff(whole.len())))
    }
}

/// A text to look for words in.
struct Text {
    squashed: String,
    /// `employeeIdInCompany` has four words.
    words: Vec<String>,
}

impl Text {
    fn new(text: &str) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut before = ' ';
        for c in text.chars() {
            if c.is_alphanumeric() {
                let begins = !before.is_alphanumeric() || before.is_lowercase() && c.is_uppercase();
                if begins || words.is_empty() {
                    words.push(String::new());
                }
                words.last_mut().expect("one has been begun").extend(c.to_lowercase());
            }
            before = c;
        }
        Text { squashed: squash(text), words }
    }

    /// Short words are looked for at the beginning of words only: `id` is not meant to find what is paid.
    fn has(&self, word: &str) -> bool {
        word.len() >= 4 && self.squashed.contains(word) || self.words.iter().any(|own| own.starts_with(word))
    }
}

/// Whether each word is nearly one of the field's.
fn resembles(field: &Field, words: &[String]) -> Option<Rank> {
    let own: Vec<String> =
        field.name.split_whitespace().chain(field.id.split('.')).map(squash).chain([squash(&field.name)]).collect();
    let nearest = |word: &String| own.iter().filter_map(|own| edits_within(own, word, slips(word))).min();
    let edits: usize = words.iter().map(nearest).sum::<Option<usize>>()?;
    Some((6, edits))
}

/// `Employee ID`, `employee_id` and `employee.id` are one word.
fn squash(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::Catalog;

    fn found(wanted: &str) -> Vec<&'static str> {
        Catalog::builtin().search(wanted).into_iter().map(|field| field.id.as_str()).take(3).collect()
    }

    #[test]
    fn a_name_an_id_a_path_or_a_category_finds_the_field() {
        assert_eq!(found("Last name")[0], "root.surname");
        assert_eq!(found("job TITLE")[0], "work.title");
        assert_eq!(found("work.employeeIdInCompany"), ["work.employeeIdInCompany"]);
        assert_eq!(found("email")[0], "root.email");
        assert!(Catalog::builtin().search("Work contact details").iter().all(|field| field.category == "workContact"));
    }

    #[test]
    fn words_may_come_from_several_places() {
        assert_eq!(found("emergency phone")[0], "emergency.phone");
        assert_eq!(found("employee id")[0], "work.employeeIdInCompany");
        assert!(Catalog::builtin().search("employee id").iter().all(|field| !field.id.contains("Paid")));
        let dates = Catalog::builtin().search("lifecycle date");
        assert!(dates.iter().any(|field| field.id == "internal.terminationDate") && dates.len() < 15);
    }

    #[test]
    fn a_slip_of_the_pen_is_forgiven_where_nothing_fits() {
        assert_eq!(found("departmnet")[0], "work.department");
        assert_eq!(found("surnmae")[0], "root.surname");
        assert_eq!(found("zzzzzzzz"), [""; 0]);
        assert_eq!(found(" "), [""; 0]);
    }
}
