//! Whether two catalogs can be held against one another: of one company, and each whole.

use super::agreement::EarlierSeen;
use super::observation::Seen;
use crate::catalog::{Catalog, Origin, company_field};
use std::collections::HashSet;

/// Why the catalog pulled before says nothing about the one of now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    #[error(
        "{before} is a catalog of another company: of the {theirs} fields and categories that it made itself, {now} has {shared}; \
         give the catalog that was pulled from this one"
    )]
    OtherCompany { before: String, now: String, theirs: usize, shared: usize },
    #[error("{name} is not a whole catalog: {missing}; pull it again with `bobmap fields pull`")]
    NotWhole { name: String, missing: String },
    #[error("{name} has records of {people} people, and none of them is among those of now: are they of another company?")]
    OtherPeople { name: String, people: u64 },
}

/// Fewer fields of its own tell no company from another.
const FEWEST: usize = 3;

/// So many of Bob's own fields that only one catalog has, all behind the last of the other, were cut off.
const CUT_OFF: usize = 3;

/// Holds a catalog pulled before against the one of now.
///
/// # Errors
/// They are of two companies, or one of them is cut short.
pub fn comparable(now: &Catalog, before: &Catalog) -> Result<(), NotComparable> {
    is_whole(now, before)?;
    is_whole(before, now)?;
    let [own, theirs] = [now, before].map(own);
    let shared = own.intersection(&theirs).count();
    let fewer = own.len().min(theirs.len());
    if fewer >= FEWEST && shared * 5 < fewer {
        let [now, before] = [now, before].map(name);
        return Err(NotComparable::OtherCompany { before, now, theirs: theirs.len(), shared });
    }
    Ok(())
}

/// Ids that Bob gave to what a company made itself: no two companies share one.
fn own(catalog: &Catalog) -> HashSet<&str> {
    let own = |id: &&str| {
        let names: Vec<&str> = id.split('.').collect();
        // Kinds of pay are made by companies, and named by them: two may have the same.
        company_field(&names).is_some() && names[0] != "payroll" || names[0].starts_with("category_")
    };
    let fields = catalog.fields().map(|field| field.id.as_str());
    fields.chain(catalog.categories().map(|category| category.id.as_str())).filter(own).collect()
}

fn is_whole(catalog: &Catalog, other: &Catalog) -> Result<(), NotComparable> {
    let refuse = |missing: String| Err(NotComparable::NotWhole { name: name(catalog), missing });
    if catalog.field("root.id").is_none() {
        return refuse("it lacks the field root.id, which every company has".to_owned());
    }
    let ids: Vec<&str> = catalog.fields().map(|field| field.id.as_str()).collect();
    let Some(last) = ids.last().filter(|_| ids.is_sorted()) else { return Ok(()) };
    let lacks = |id: &&str| Catalog::builtin().field(id).is_some() && catalog.field(id).is_none();
    let missing: Vec<&str> = other.fields().map(|field| field.id.as_str()).filter(lacks).collect();
    if missing.len() >= CUT_OFF && missing.iter().all(|id| id > last) {
        return refuse(format!(
            "it ends at the field {last}, and {} of Bob's own that come behind it are not there",
            missing.len()
        ));
    }
    Ok(())
}

/// Holds the people of records saved before against those seen now.
///
/// # Errors
/// None of them is among those seen now, though there are enough of both.
pub fn same_people(now: &Seen) -> Result<(), NotComparable> {
    match &now.earlier {
        Some(EarlierSeen { name, people, seen_again: 0, .. }) if *people >= FEWEST as u64 && now.people >= FEWEST as u64 => {
            Err(NotComparable::OtherPeople { name: name.clone(), people: *people })
        }
        _ => Ok(()),
    }
}

/// A catalog by its file and its day.
pub fn name(catalog: &Catalog) -> String {
    let name = match catalog.origin() {
        Origin::File(name) => name.as_str(),
        Origin::BuiltIn => "the built-in catalog",
    };
    catalog.pulled().map_or_else(|| name.to_owned(), |day| format!("{name} of {day}"))
}

#[cfg(test)]
mod tests {
    use super::{NotComparable, comparable};
    use crate::catalog::Catalog;

    fn catalog(own: &[&str], builtin: &[&str]) -> Catalog {
        let mut text = "catalog: 1\ncategories: { work: Work }\nfields:\n".to_owned();
        let mut ids: Vec<&str> = own.iter().chain(builtin).copied().collect();
        ids.sort_unstable();
        for id in ids {
            text += &format!("  {id}: {{ name: A field, category: work, type: text }}\n");
        }
        Catalog::load(&text, "bob.yaml").unwrap()
    }

    const BUILTIN: [&str; 5] = ["root.id", "work.department", "work.site", "work.startDate", "work.title"];

    #[test]
    fn fields_of_its_own_tell_a_company() {
        let here = catalog(&["work.custom.field_1", "work.custom.field_2", "work.custom.field_3"], &BUILTIN);
        let one_is_left = catalog(&["work.custom.field_3", "work.custom.field_4", "work.custom.field_5"], &BUILTIN);
        let there = catalog(&["work.custom.field_7", "work.custom.field_8", "work.custom.field_9"], &BUILTIN);
        assert_eq!(comparable(&here, &one_is_left), Ok(()));
        assert_eq!(comparable(&here, &catalog(&["work.custom.field_7"], &BUILTIN)), Ok(()));
        assert_eq!(comparable(&here, Catalog::builtin()), Ok(()));
        let error = comparable(&here, &there).unwrap_err();
        assert!(matches!(error, NotComparable::OtherCompany { theirs: 3, shared: 0, .. }), "{error}");
    }

    #[test]
    fn a_catalog_that_was_cut_off_is_refused() {
        let whole = catalog(&[], &BUILTIN);
        let error = |other: &Catalog| comparable(&whole, other).unwrap_err().to_string();
        assert!(error(&catalog(&["about.custom.field_1"], &[])).contains("lacks the field root.id"));
        assert!(error(&catalog(&[], &BUILTIN[..2])).contains("ends at the field work.department"));
        // Fields that Bob took away here and there are no cut.
        assert_eq!(comparable(&whole, &catalog(&[], &["root.id", "work.title"])), Ok(()));
    }
}
