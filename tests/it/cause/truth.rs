//! Makes up companies in which HR has changed something, and knows what. Nothing here looks at how verdicts come about, and
//! nothing that judges looks in here.

use bobmap::catalog::{Catalog, FieldKind};
use bobmap::diagnosis::CauseKind;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers that are the same in every run.
pub struct Random(pub u64);

impl Random {
    /// Steele, Lea and Flood's SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn pick<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

/// A field of the company, as the generator knows it.
#[derive(Clone)]
struct Field {
    id: String,
    name: String,
    category: String,
    kind: FieldKind,
    list: Option<String>,
    own: bool,
}

/// What HR did to a field.
#[derive(Clone, Default)]
struct Done {
    deleted: bool,
    moved: bool,
    hidden: bool,
    renamed: bool,
    /// The field that took over, and whether its name is the same, similar (`false`), or another (`None`).
    replaced: Option<(String, Option<bool>)>,
}

/// A company before and now, and what is so of the fields that are read.
pub struct Played {
    pub before: String,
    pub now: String,
    /// Now, for somebody who may see everything of everybody.
    pub omniscient: String,
    pub read: Vec<String>,
    /// Of these, fields that are not asked for.
    pub not_asked: Vec<String>,
    /// Fields that came since.
    pub new: Vec<String>,
    pub has_catalog: bool,
    pub has_records: bool,
    done: BTreeMap<String, Done>,
    /// The category of each field now.
    categories: BTreeMap<String, String>,
    kinds: BTreeMap<String, FieldKind>,
    unticked: BTreeSet<String>,
    edit_unticked: BTreeSet<String>,
}

const OWN: [(&str, &str, &str, FieldKind, Option<&str>); 4] = [
    ("work.customColumns.column_1655996461265", "Team", "work", FieldKind::List, Some("work.column_1655996461265")),
    ("work.custom.field_1667499206086", "Cost centre", "work", FieldKind::Text, None),
    ("custom.category_1647463606491.field_1647463700008", "Personnel number", "category_1647463606491", FieldKind::Text, None),
    ("custom.category_1647463606491.field_1704464569961", "Laptop tag", "category_1647463606491", FieldKind::Text, None),
];

const NEW_CATEGORIES: [(&str, &str); 2] = [("category_1720508362305", "Numbers"), ("category_1720508362306", "Badges")];

fn fields() -> Vec<Field> {
    let builtin = Catalog::builtin().fields().map(|field| Field {
        id: field.id.clone(),
        name: field.name.clone(),
        category: field.category.clone(),
        kind: field.kind.clone(),
        list: field.list.clone(),
        own: false,
    });
    let own = OWN.iter().map(|(id, name, category, kind, list)| Field {
        id: (*id).to_owned(),
        name: (*name).to_owned(),
        category: (*category).to_owned(),
        kind: kind.clone(),
        list: list.map(str::to_owned),
        own: true,
    });
    let all: Vec<Field> = builtin.chain(own).collect();
    // A field inside another one's object is there as long as that is.
    let nested =
        |id: &str| all.iter().any(|other| id.starts_with(&format!("{}.", other.id)) || other.id.starts_with(&format!("{id}.")));
    let plain = |id: &str| !nested(id) && !matches!(id, "root.id" | "root.companyId");
    all.iter().filter(|field| plain(&field.id)).cloned().collect()
}

fn category_names() -> Vec<(String, String)> {
    let builtin = Catalog::builtin().categories().map(|one| (one.id.clone(), one.name.clone()));
    let own = [("category_1647463606491", "IT and payroll ids")].into_iter().chain(NEW_CATEGORIES);
    builtin.chain(own.map(|(id, name)| (id.to_owned(), name.to_owned()))).collect()
}

/// A scenario file, field by field.
#[derive(Clone, Default)]
struct File {
    fields: BTreeMap<String, Vec<(String, String)>>,
    /// In the order in which they came: a field that copies another must come behind it.
    order: Vec<String>,
}

impl File {
    fn say(&mut self, id: &str, key: &str, value: impl std::fmt::Display) {
        if !self.order.iter().any(|known| known == id) {
            self.order.push(id.to_owned());
        }
        let keys = self.fields.entry(id.to_owned()).or_default();
        keys.retain(|(known, _)| known != key);
        keys.push((key.to_owned(), value.to_string()));
    }

    fn text(&self, head: &str) -> String {
        let mut text = format!(
            "{head}categories: {{ {}: {}, {}: {} }}\nfields:\n",
            NEW_CATEGORIES[0].0, NEW_CATEGORIES[0].1, NEW_CATEGORIES[1].0, NEW_CATEGORIES[1].1
        );
        text += "  root.companyId: { share: 1 }\n";
        for id in &self.order {
            let keys: Vec<String> = self.fields[id].iter().map(|(key, value)| format!("{key}: {value}")).collect();
            text += &format!("  \"{id}\": {{ {} }}\n", keys.join(", "));
        }
        text
    }
}

impl Played {
    pub fn new(seed: u64) -> Played {
        let mut random = Random(seed);
        let mut pool = fields();
        let categories = category_names();
        let (mut before, mut now) = (File::default(), File::default());
        for (at, (category, _)) in NEW_CATEGORIES.iter().enumerate() {
            for number in 0..random.below(4) {
                let id = format!("custom.{category}.field_19000000000{at}{number}");
                for file in [&mut before, &mut now] {
                    for (key, value) in [
                        ("name", format!("Shelf {at}{number}")),
                        ("category", (*category).to_owned()),
                        ("type", "text".to_owned()),
                    ] {
                        file.say(&id, key, value);
                    }
                }
            }
        }
        let mut read: Vec<Field> = Vec::new();
        for _ in 0..8 + random.below(5) {
            // A company's own fields are few, and what is moved and replaced is often one of them.
            let own = random.percent(25) && pool.iter().any(|field| field.own);
            let may: Vec<usize> = (0..pool.len()).filter(|at| !own || pool[*at].own).collect();
            let at = *random.pick(&may);
            let field = pool.remove(at);
            if !read.iter().any(|other| other.name == field.name) {
                read.push(field);
            }
        }
        let mut company =
            Changes { random: &mut random, before, now, done: BTreeMap::new(), new: Vec::new(), placed: BTreeMap::new() };
        for field in &read {
            company.change(field, &categories);
        }
        let Changes { before, now, done, new, placed, .. } = company;
        let mut unticked: BTreeSet<String> = BTreeSet::new();
        for _ in 0..random.below(3) {
            // Mostly one that matters.
            let category = if random.percent(70) {
                let field = random.pick(&read);
                placed.get(&field.id).unwrap_or(&field.category).clone()
            } else {
                random.pick(&categories).0.clone()
            };
            unticked.insert(category);
        }
        let mut edit_unticked = BTreeSet::new();
        if random.percent(15) {
            edit_unticked.insert("personal".to_owned());
        }
        let head =
            format!("scenario: 1\ntoday: 2026-03-01\nemployees: {}\nseed: {}\n", 15 + random.below(31), random.below(1000));
        let hidden: Vec<&String> = done.iter().filter(|(_, done)| done.hidden).map(|(id, _)| id).collect();
        let named = |id: &String| categories.iter().find(|(known, _)| known == id).map(|(_, name)| name.clone()).unwrap();
        let boxes = unticked.iter().map(|id| ("View", named(id))).chain(edit_unticked.iter().map(|id| ("Edit", named(id))));
        let boxes: Vec<String> = boxes
            .map(|(verb, name)| format!("\"People's data > People > {name} > {verb} selected employees' {name} sections\""))
            .collect();
        let rule = match random.below(12) {
            0 => "statuses_visible: [employed]\n",
            1 => "statuses_visible: [employed, terminated]\n",
            2 => "statuses_visible: [employed, hired, garden leave, leave, parental leave, sabbatical]\n",
            _ => "",
        };
        let permissions = format!("permissions: {{ unticked: [{}], hidden_fields: {hidden:?} }}\n", boxes.join(", "));
        let mut categories_now: BTreeMap<String, String> =
            read.iter().map(|field| (field.id.clone(), field.category.clone())).collect();
        categories_now.extend(placed);
        let not_asked = if random.percent(10) { vec![random.pick(&read).id.clone()] } else { Vec::new() };
        Played {
            before: before.text(&head),
            now: now.text(&format!("{head}{permissions}{rule}")),
            omniscient: now.text(&head),
            has_catalog: random.percent(90),
            has_records: random.percent(75),
            kinds: read.iter().map(|field| (field.id.clone(), field.kind.clone())).collect(),
            read: read.into_iter().map(|field| field.id).collect(),
            not_asked,
            new,
            done,
            categories: categories_now,
            unticked,
            edit_unticked,
        }
    }

    /// What is so of a field, as far as somebody can know who was given what the judge was given; with the field that took over.
    pub fn truth(&self, id: &str, seen: &[Value], all: &[Value]) -> (CauseKind, Option<String>) {
        let done = self.done.get(id).cloned().unwrap_or_default();
        let builtin = Catalog::builtin().field(id).is_some();
        let nothing = |cause| (cause, None);
        // A field of another name is no successor that anybody can see; without a catalog of before, nor is one of a similar name.
        let successor = done.replaced.filter(|(_, same)| match same {
            Some(true) => self.has_catalog || builtin || !done.deleted && !done.renamed,
            Some(false) => self.has_catalog,
            None => false,
        });
        if done.deleted {
            return match successor {
                Some((new, _)) => (CauseKind::Replaced, Some(new)),
                None => nothing(if self.has_catalog { CauseKind::Deleted } else { CauseKind::NoSuchField }),
            };
        }
        if self.not_asked.iter().any(|other| other == id) {
            return nothing(CauseKind::NotRequested);
        }
        let category = &self.categories[id];
        if self.unticked.contains(category) {
            return nothing(if done.moved && self.has_catalog { CauseKind::Moved } else { CauseKind::NotPermitted });
        }
        let sensitive = self.kinds[id] == FieldKind::Ssn || matches!(id, "personal.birthDate" | "personal.age");
        if sensitive && self.edit_unticked.contains(category) {
            return nothing(CauseKind::EditNeeded);
        }
        if done.hidden {
            return nothing(CauseKind::FieldDenied);
        }
        let has = |records: &[Value], id: &str| records.iter().any(|record| value(record, id).is_some());
        let seen_ids: BTreeSet<&str> = seen.iter().filter_map(|record| record["id"].as_str()).collect();
        if let Some((new, _)) = successor {
            let of_seen = |record: &&Value| record["id"].as_str().is_some_and(|id| seen_ids.contains(id));
            if all.iter().filter(of_seen).any(|record| value(record, &new).is_some()) {
                return (CauseKind::Replaced, Some(new));
            }
        }
        nothing(match (has(seen, id), has(all, id)) {
            (true, _) => CauseKind::Filled,
            (false, true) => CauseKind::OutsideAccess,
            (false, false) => CauseKind::NeverFilled,
        })
    }
}

/// What somebody has in a field.
fn value<'r>(record: &'r Value, id: &str) -> Option<&'r Value> {
    let path = id.strip_prefix("root.").unwrap_or(id);
    let found = path.split('.').try_fold(record, |place, name| place.get(name))?;
    let empty = match found {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    (!empty).then_some(found)
}

struct Changes<'r> {
    random: &'r mut Random,
    before: File,
    now: File,
    done: BTreeMap<String, Done>,
    new: Vec<String>,
    /// Fields that have another category now.
    placed: BTreeMap<String, String>,
}

impl Changes<'_> {
    fn change(&mut self, field: &Field, categories: &[(String, String)]) {
        let id = &field.id;
        let mut done = Done::default();
        match self.random.below(100) {
            0..7 => self.delete(id, &mut done),
            7..19 => {
                let (to, _) = self.random.pick(categories).clone();
                done.moved = to != field.category;
                self.now.say(id, "category", &to);
                self.placed.insert(id.clone(), to);
            }
            19..34 => self.replace(field, categories, &mut done),
            // Another of the same name, which holds something else. All fields with a portrait hold the same one.
            34..39 if field.kind != FieldKind::Avatar => {
                if self.random.percent(80) {
                    self.delete(id, &mut done);
                }
                let name = field.name.clone();
                self.add(field, &name, &field.category, None);
            }
            // Two of the same name, of which one holds what the old one held.
            39..42 if field.kind != FieldKind::Avatar => {
                self.delete(id, &mut done);
                let name = field.name.clone();
                let taken = self.add(field, &name, &field.category, Some(1.0));
                self.add(field, &name, &field.category, None);
                done.replaced = Some((taken, Some(true)));
            }
            42..48 => {
                for file in [&mut self.before, &mut self.now] {
                    file.say(id, "share", 0);
                }
            }
            48..51 => {
                self.now.say(id, "share", 0);
                if self.random.percent(20) {
                    let name = field.name.clone();
                    self.add(field, &name, &field.category, None);
                }
            }
            51..56 => done.hidden = true,
            56..61 => self.now.say(id, "name", format!("{:?}", format!("{} of today", field.name))),
            _ => {}
        }
        self.done.insert(id.clone(), done);
    }

    fn delete(&mut self, id: &str, done: &mut Done) {
        done.deleted = true;
        self.now.say(id, "deleted", true);
    }

    fn replace(&mut self, field: &Field, categories: &[(String, String)], done: &mut Done) {
        let (name, same) = match self.random.below(10) {
            0 => (format!("Zephyr {}", self.new.len()), None),
            1..3 => (format!("{} (new)", field.name), Some(false)),
            _ => (field.name.clone(), Some(true)),
        };
        let category = if self.random.percent(75) { field.category.clone() } else { self.random.pick(categories).0.clone() };
        let share = if self.random.percent(30) { 0.5 } else { 1.0 };
        if share == 1.0 && self.random.percent(50) {
            self.delete(&field.id, done);
        } else if same == Some(true) && self.random.percent(30) {
            done.renamed = true;
            self.now.say(&field.id, "name", format!("{:?}", format!("{} (old)", field.name)));
        }
        let new = self.add(field, &name, &category, Some(share));
        done.replaced = Some((new, same));
    }

    /// A new field, which takes the values of the old one from that share of the people; or has values of its own.
    fn add(&mut self, old: &Field, name: &str, category: &str, takes: Option<f64>) -> String {
        let id = format!("work.custom.field_17190000{:05}", self.random.below(90_000) + 10_000);
        let text = old.list.is_some() && self.random.percent(30);
        let kind = if text { "text" } else { old.kind.word() };
        self.now.say(&id, "name", format!("{name:?}"));
        self.now.say(&id, "category", category);
        self.now.say(&id, "type", kind);
        if let Some(list) = old.list.as_ref().filter(|_| !text) {
            self.now.say(&id, "list", format!("{list:?}"));
        }
        if let Some(share) = takes {
            self.now.say(&id, "replaces", format!("{:?}", old.id));
            self.now.say(&id, "share", share);
        }
        self.new.push(id.clone());
        self.placed.insert(id.clone(), category.to_owned());
        id
    }
}
