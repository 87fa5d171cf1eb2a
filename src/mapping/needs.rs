//! What a mapping reads in Bob, and which of its fields need it. Follows every path, from the columns through helpers,
//! conditions and joins.

use super::compiled::Target;
use super::compiled::{Clause, EntrySource, FieldIndex, Mapping, Part, PathUse, Root, Source, StepUse, Subject};
use super::document::Place;
use super::project::Project;
use super::requests::requested_field;
use super::time_off::{of_path, people_fields};
use crate::catalog::Catalog;
use crate::catalog::permission::{Need, TimeOffData, Wanted};
use crate::catalog::resource::Resource;
use crate::value::path::Path;
use std::collections::HashMap;

/// What `needed_for` calls the conditions of `keep`.
pub const KEEP: &str = "keep";

/// What the mapping reads, in the order of its columns, each with what needs it: a column, [`KEEP`], `key`, or a helper that
/// no column needs. A need may stand more than once.
pub fn needs(mapping: &Mapping, project: &Project, catalog: &Catalog) -> Vec<Need> {
    let mut walk = Walk {
        mapping,
        catalog,
        categories: Categories::of(mapping, project, catalog),
        reached: vec![false; mapping.fields.len()],
        fields: vec![false; mapping.fields.len()],
        joins: vec![false; mapping.joins.len()],
        wanted: Vec::new(),
    };
    let mut needs = Vec::new();
    for column in &mapping.columns {
        walk.field(column.field);
        walk.hand_over(&column.name, &mut needs);
    }
    for field in &mapping.key {
        walk.field(*field);
        // A key that is a column has handed over the same already, under its own name.
        if mapping.columns.iter().all(|column| column.field != *field) {
            walk.hand_over("key", &mut needs);
        }
        walk.forget();
    }
    walk.clauses(&mapping.keep);
    walk.hand_over(KEEP, &mut needs);
    for field in 0..mapping.fields.len() {
        if !walk.reached[field] {
            walk.field(field);
            walk.hand_over(&mapping.fields[field].name, &mut needs);
        }
    }
    needs
}

/// The categories in which the setup guide of the mapping's target looks for fields that the mapping reads, for catalogs of
/// companies: they know better than the guide, and [`needs`] believes them.
pub fn guided_fields(mapping: &Mapping, needs: &[Need]) -> Vec<Need> {
    let builtin = Catalog::builtin();
    let guided = matches!(&mapping.target, Some(Target::BuiltIn(model)) if model.name.starts_with("activtrak."));
    let fields = needs.iter().filter(|_| guided).filter_map(|need| match &need.what {
        Wanted::Field(id) => Some((builtin.field(id)?, &need.needed_for)),
        _ => None,
    });
    fields
        .flat_map(|(field, needed_for)| {
            builtin.also_in(field).map(move |category| Need {
                what: Wanted::GuidedField { field: field.id.clone(), category: category.to_owned() },
                needed_for: needed_for.clone(),
            })
        })
        .collect()
}

/// What the mapping files say of the categories of fields that the mapping reads: the field's id, and the category's name.
pub fn said_categories(mapping: &Mapping, project: &Project, catalog: &Catalog) -> Vec<(String, String)> {
    let mut said: Vec<_> = Categories::of(mapping, project, catalog).0.into_iter().collect();
    said.sort();
    said
}

/// What the setup guide of the mapping's target asks for besides what the mapping reads. Source: ActivTrak's guide to connecting
/// HiBob, which has `Balance` ticked with the requests; the file has no place for a balance.
pub fn asked_by_guide(mapping: &Mapping) -> Option<Need> {
    let is_hris = matches!(&mapping.target, Some(Target::BuiltIn(model)) if model.name == "activtrak.hris");
    let needed_for = vec!["ActivTrak's setup guide".to_owned()];
    is_hris.then_some(Need { what: Wanted::AskedByGuide(TimeOffData::Balance), needed_for })
}

/// The categories that mapping files give to fields, by the id of the field.
struct Categories(HashMap<String, String>);

impl Categories {
    /// What an entry says counts for its path, else what its field says in the same file.
    fn of(mapping: &Mapping, project: &Project, catalog: &Catalog) -> Categories {
        let mut written: HashMap<Place, &str> = HashMap::new();
        for (_, field) in project.specs().flat_map(|loaded| loaded.spec.fields.iter()) {
            let category = field.category.as_ref().map(|category| category.value.as_str());
            for entry in field.from.iter().flat_map(|entries| entries.iter()) {
                let own = entry.category.as_ref().map(|category| category.value.as_str());
                written.extend(own.or(category).map(|category| (entry.place, category)));
            }
        }
        let mut categories = HashMap::new();
        for field in &mapping.fields {
            let Source::Entries(entries) = &field.source else { continue };
            for entry in entries {
                if let (EntrySource::Path { path, .. }, Some(category)) = (&entry.what, written.get(&entry.place)) {
                    let field = requested_field(place_of(mapping, path), catalog);
                    categories.extend(field.map(|field| (field, (*category).to_owned())));
                }
            }
        }
        Categories(categories)
    }

    /// The catalog places the fields that it has; a file may settle which of several guesses is right, and places the rest.
    fn wanted(&self, id: String, catalog: &Catalog) -> Vec<Wanted> {
        let said = self.0.get(&id);
        match (catalog.field(&id), said) {
            (Some(field), Some(said)) => {
                let named = catalog.category_by_name(said);
                let settled = named.filter(|named| catalog.also_in(field).any(|other| other == named.id));
                let settled = settled.map(|category| Wanted::Category(category.id.clone()));
                [Wanted::Field(id)].into_iter().chain(settled).collect()
            }
            (None, Some(said)) => vec![Wanted::Placed { field: id, category: said.clone() }],
            (_, None) => vec![Wanted::Field(id)],
        }
    }
}

/// Where a path starts: a row's path is read in the record at the path of the rows.
fn place_of<'m>(mapping: &'m Mapping, path: &PathUse) -> &'m Path {
    match path.root {
        Root::Record => mapping.record.path(path.slot),
        Root::Row => mapping.record.path(mapping.rows.as_ref().expect("a row root needs `one_row_per`").slot),
        Root::Join(join) => mapping.joins[join].plan.path(path.slot),
    }
}

/// The id of the employee's field that a path asks Bob for; `None` where it reads other records, or names no field.
pub fn people_field(mapping: &Mapping, path: &PathUse, catalog: &Catalog) -> Option<String> {
    let resource = match path.root {
        Root::Record | Root::Row => mapping.source,
        Root::Join(join) => mapping.joins[join].with,
    };
    let of_people = resource.name == "hibob.people";
    of_people.then(|| requested_field(place_of(mapping, path), catalog)).flatten()
}

struct Walk<'m> {
    mapping: &'m Mapping,
    catalog: &'m Catalog,
    categories: Categories,
    /// By field: whether anything has needed it so far.
    reached: Vec<bool>,
    /// By field and by join: whether this column has been through it.
    fields: Vec<bool>,
    joins: Vec<bool>,
    wanted: Vec<Wanted>,
}

impl Walk<'_> {
    /// Gives what was found to `name`, and begins anew.
    fn hand_over(&mut self, name: &str, needs: &mut Vec<Need>) {
        needs.extend(self.wanted.drain(..).map(|what| Need { what, needed_for: vec![name.to_owned()] }));
        self.forget();
    }

    fn forget(&mut self) {
        self.wanted.clear();
        self.fields.fill(false);
        self.joins.fill(false);
    }

    fn field(&mut self, index: FieldIndex) {
        self.reached[index] = true;
        if std::mem::replace(&mut self.fields[index], true) {
            return;
        }
        let field = &self.mapping.fields[index];
        self.clauses(&field.when);
        self.steps(&field.then);
        match &field.source {
            Source::Field(other) => self.field(*other),
            Source::BlankAmong(others) => others.iter().for_each(|(_, other)| self.field(*other)),
            Source::Entries(entries) => {
                for entry in entries {
                    self.clauses(&entry.when);
                    self.steps(&entry.then);
                    match &entry.what {
                        EntrySource::Path { path, take: _ } => self.path(path),
                        EntrySource::Template(template) => {
                            for part in &template.parts {
                                if let Part::Field { field, optional: _ } = part {
                                    self.field(*field);
                                }
                            }
                        }
                        EntrySource::Constant(_) => {}
                    }
                }
            }
        }
    }

    fn steps(&mut self, steps: &[StepUse]) {
        for operand in steps.iter().filter_map(|step| step.operand) {
            self.field(operand);
        }
    }

    fn clauses(&mut self, clauses: &[Clause]) {
        for condition in clauses.iter().flat_map(|clause| &clause.any) {
            match &condition.subject {
                Subject::Field(field) => self.field(*field),
                Subject::Path(path) => self.path(path),
            }
        }
    }

    fn path(&mut self, path: &PathUse) {
        let resource = match path.root {
            Root::Record | Root::Row => self.mapping.source,
            Root::Join(join) => {
                self.join(join);
                self.mapping.joins[join].with
            }
        };
        self.place(resource, place_of(self.mapping, path));
    }

    fn join(&mut self, index: usize) {
        if std::mem::replace(&mut self.joins[index], true) {
            return;
        }
        let join = &self.mapping.joins[index];
        self.path(&join.this);
        self.place(join.with, join.plan.path(join.that));
        self.clauses(&join.filter);
    }

    fn place(&mut self, resource: &Resource, path: &Path) {
        let wanted = if resource.name == "hibob.people" {
            // Ids come with every answer, whatever a service user may see.
            let id = requested_field(path, self.catalog).filter(|id| id != "root.id");
            id.map(|id| self.categories.wanted(id, self.catalog)).unwrap_or_default()
        } else {
            let facts = people_fields(of_path(resource, path));
            let facts = facts.flat_map(|id| self.categories.wanted(id.to_owned(), self.catalog));
            let seen = reads_type(resource, path).then_some(Wanted::TimeOff(TimeOffData::WhosOut));
            of_resource(resource).into_iter().chain(seen).chain(facts).collect()
        };
        for wanted in wanted {
            if !self.wanted.contains(&wanted) {
                self.wanted.push(wanted);
            }
        }
    }
}

/// Whether the name of a policy type is read of a balance: that it is public, only requests say.
fn reads_type(resource: &Resource, path: &Path) -> bool {
    let named = ["policy", "policyType", "privatePolicy", "privatePolicyType", "visibility"];
    resource.name == "hibob.time_off_balances" && path.leading_names().first().is_none_or(|name| named.contains(name))
}

/// What reading records of this kind needs, whatever is read of them.
fn of_resource(resource: &Resource) -> Vec<Wanted> {
    let history = |category: &str| vec![Wanted::History(category.to_owned())];
    match resource.name {
        "hibob.work_history" => history("work"),
        "hibob.employment_history" => history("employment"),
        "hibob.lifecycle_history" => history("lifecycle"),
        "hibob.salary_history" => history("payroll"),
        // Put together from the list of changes and the single requests.
        "hibob.time_off_requests" => vec![Wanted::TimeOff(TimeOffData::WhosOut), Wanted::TimeOff(TimeOffData::Requests)],
        "hibob.time_off_changes" | "hibob.whos_out" | "hibob.out_today" => vec![Wanted::TimeOff(TimeOffData::WhosOut)],
        // The names and the units of the types stand with the types.
        "hibob.time_off_balances" => vec![Wanted::TimeOff(TimeOffData::Balance), Wanted::TimeOff(TimeOffData::PolicyTypes)],
        "hibob.policy_types" => vec![Wanted::TimeOff(TimeOffData::PolicyTypes)],
        // People are asked for field by field; what fields and lists there are, Bob tells every service user.
        _ => Vec::new(),
    }
}
