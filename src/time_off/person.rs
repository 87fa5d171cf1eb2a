//! What is to be known of people: their time zone, their site and how they work.

use super::Pattern;
use super::members::text;
use crate::value::Found;
use crate::value::path::{Path, PathError};
use crate::value::read::{ReadPlan, Reading, Slot, Slots};
use std::collections::HashMap;

/// The fields that hold a person's working pattern; the first that says anything counts.
pub const PATTERN_FIELDS: [&str; 3] =
    ["payroll.employment.actualWorkingPattern", "payroll.employment.workingPattern", "payroll.employment.siteWorkingPattern"];

/// The fields that hold the name and the number of a person's site.
pub const SITE_FIELDS: [&str; 2] = ["work.site", "work.siteId"];

/// The facts of all people, by id.
#[derive(Debug, Default)]
pub struct People {
    people: HashMap<Box<str>, Person>,
    patterns: Vec<Pattern>,
    /// Names of zones and sites, as records give them.
    names: Vec<Box<str>>,
}

/// Numbers of what many people share.
#[derive(Debug, Default, Clone, Copy)]
struct Person {
    zone: Option<u32>,
    sites: [Option<u32>; 2],
    pattern: Option<u32>,
}

/// Reads facts out of people's records.
#[derive(Debug)]
pub struct PeopleReader {
    plan: ReadPlan,
    id: usize,
    patterns: Vec<usize>,
    sites: [usize; 2],
    zone: Option<usize>,
    people: People,
    /// By their texts, so that each is read once.
    known_patterns: HashMap<Box<str>, Option<u32>>,
    known_names: HashMap<Box<str>, u32>,
    slots: Slots,
    /// Records that can't be read.
    pub unread: u64,
}

impl PeopleReader {
    /// `zone` is the id of the field that holds a person's time zone, such as `custom.category_1.field_2`.
    ///
    /// # Errors
    /// That is no path.
    pub fn new(zone: Option<&str>) -> Result<Self, PathError> {
        let mut plan = ReadPlan::new(true);
        let mut add = |field: &str| Path::parse(&format!("$.{field}")).map(|path| plan.add(&path));
        let mut own = |path| add(path).expect("a plain path");
        let (id, patterns, sites) = (own("id"), PATTERN_FIELDS.map(&mut own).to_vec(), SITE_FIELDS.map(&mut own));
        let zone = zone.map(add).transpose()?;
        let (people, known_patterns, known_names) = (People::default(), HashMap::new(), HashMap::new());
        Ok(PeopleReader { plan, id, patterns, sites, zone, people, known_patterns, known_names, slots: Slots::new(), unread: 0 })
    }

    /// Adds a person. One who comes twice is taken as he comes last.
    pub fn add(&mut self, record: &[u8]) {
        let mut slots = std::mem::take(&mut self.slots);
        if self.read(record, &mut slots).is_none() {
            self.unread += 1;
        }
        self.slots = slots;
    }

    /// `None` for what can't be read.
    fn read(&mut self, record: &[u8], slots: &mut Slots) -> Option<()> {
        let found = self.plan.read(std::str::from_utf8(record).ok()?, slots).ok()?;
        let id = raw(found, self.id).and_then(text)?;
        let pattern = self.patterns.clone().into_iter().find_map(|slot| self.pattern(raw(found, slot)?));
        let sites = self.sites.map(|slot| self.name(raw(found, slot)));
        let zone = self.zone.and_then(|slot| self.name(raw(found, slot)));
        self.people.people.insert(id.into(), Person { zone, sites, pattern });
        Some(())
    }

    fn pattern(&mut self, raw: &str) -> Option<u32> {
        if let Some(known) = self.known_patterns.get(raw) {
            return *known;
        }
        let number = Pattern::read(raw).map(|pattern| {
            self.people.patterns.push(pattern);
            (self.people.patterns.len() - 1) as u32
        });
        self.known_patterns.insert(raw.into(), number);
        number
    }

    /// The number of the trimmed text of a JSON value.
    fn name(&mut self, raw: Option<&str>) -> Option<u32> {
        let name = text(raw?)?;
        if let Some(known) = self.known_names.get(&*name) {
            return Some(*known);
        }
        let number = self.people.names.len() as u32;
        self.people.names.push((&*name).into());
        self.known_names.insert(name.into(), number);
        Some(number)
    }

    pub fn finish(self) -> People {
        self.people
    }
}

fn raw(found: Reading<'_>, slot: usize) -> Option<&str> {
    match found.slot(slot) {
        Slot::One(Found::Value(raw)) => Some(raw.text()),
        _ => None,
    }
}

impl People {
    pub fn pattern(&self, employee: &str) -> Option<&Pattern> {
        self.patterns.get(self.people.get(employee)?.pattern? as usize)
    }

    /// The name of the person's own zone.
    pub fn zone(&self, employee: &str) -> Option<&str> {
        Some(&self.names[self.people.get(employee)?.zone? as usize])
    }

    /// The names and the numbers of all sites at which somebody is, some of them more than once.
    pub fn all_sites(&self) -> impl Iterator<Item = &str> {
        self.people.values().flat_map(|person| person.sites).flatten().map(|number| &*self.names[number as usize])
    }

    /// The name and the number of the person's site.
    pub fn sites(&self, employee: &str) -> impl Iterator<Item = &str> {
        let sites = self.people.get(employee).map_or([None; 2], |person| person.sites);
        sites.into_iter().flatten().map(|number| &*self.names[number as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::PeopleReader;
    use crate::time_off::{SiteZones, find_zone};

    #[test]
    fn a_person_has_the_first_pattern_that_says_anything() {
        let mut reader = PeopleReader::new(Some("custom.zone")).unwrap();
        reader.add(br#"{"id":"1","work":{"site":" London ","siteId":7},"custom":{"zone":"Asia/Tokyo"},"payroll":{"employment":{"actualWorkingPattern":{"days":{}},"workingPattern":{"hoursPerDay":4}}}}"#);
        reader.add(br#"{"id":"2","work":{"site":null}}"#);
        reader.add(b"no record");
        reader.add(br#"{"firstName":"Ada"}"#);
        assert_eq!(reader.unread, 2);
        let people = reader.finish();
        assert_eq!(people.zone("1"), Some("Asia/Tokyo"));
        assert_eq!(people.sites("1").collect::<Vec<_>>(), ["London", "7"]);
        let mut sites = SiteZones::default();
        for site in ["Paris", "LONDON", "7", "  Åland "] {
            assert!(sites.add(site, find_zone("UTC").unwrap()));
        }
        assert_eq!(sites.without_people(&people), ["Paris", "Åland"]);
        let date = "2026-07-06".parse().unwrap();
        assert_eq!(people.pattern("1").unwrap().hours(date), Some(&4.into()));
        assert!(people.pattern("2").is_none() && people.sites("2").next().is_none() && people.zone("3").is_none());
    }
}
