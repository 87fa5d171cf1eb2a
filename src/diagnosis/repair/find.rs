//! Finds what can be proposed.

use super::{EntryName, Home, Left, Mend, Proposal, ProposalKind};
use crate::catalog::{Catalog, Field, company_field};
use crate::diagnosis::cause::{Candidate, CauseKind, Grade, Verdict};
use crate::diagnostic::FileId;
use crate::mapping::compiled::{self, Condition, Mapping, PathUse, Source};
use crate::mapping::document::{Content, Place};
use crate::mapping::edit::{Editor, NewEntry};
use crate::mapping::look::{Look, category, is_list, looks, mirrored};
use crate::mapping::outermost;
use crate::mapping::project::Project;
use crate::value::text::fold;
use std::collections::BTreeMap;

/// What is known.
pub struct Situation<'s> {
    pub project: &'s Project,
    /// The mapping that runs.
    pub mapping: &'s Mapping,
    /// The company's fields as they are now, with those that are gone marked as deleted.
    pub now: &'s Catalog,
    /// Its fields as they were.
    pub before: Option<&'s Catalog>,
    pub verdicts: &'s [Verdict],
    /// The files are this company's own, by the word of the user: no overlay is needed.
    pub in_place: bool,
}

/// Everything that can be proposed, by the order of the files; and what can't.
pub fn propose(situation: &Situation<'_>) -> (Vec<Proposal>, Vec<Left>) {
    let mut search = Search { situation, looks: looks(situation.mapping), proposals: Vec::new(), left: Vec::new() };
    // A rule that several fields take over is looked at once.
    search.looks.dedup_by_key(|look| look.place);
    search.successors();
    search.stale();
    search.categories();
    search.spellings();
    search.elsewhere();
    (search.proposals, search.left)
}

struct Search<'s> {
    situation: &'s Situation<'s>,
    looks: Vec<Look>,
    proposals: Vec<Proposal>,
    left: Vec<Left>,
}

impl<'s> Search<'s> {
    /// The field that a place looks at, and its names beneath.
    fn field_at(&self, look: &Look) -> Option<&'s Field> {
        let names: Vec<&str> = look.names.iter().map(String::as_str).collect();
        let Situation { now, before, .. } = *self.situation;
        let found = now.by_names(&names).or_else(|| before?.by_names(&names));
        found.or_else(|| Catalog::builtin().by_names(&names)).map(|(field, _)| field)
    }

    fn looks_at<'l>(&'l self, id: &'l str) -> impl Iterator<Item = &'l Look> {
        self.looks.iter().filter(move |look| self.field_at(look).is_some_and(|field| field.id == id))
    }

    /// The same rule: fields of one name in the files that are laid over one another.
    fn beside<'l>(&'l self, look: &'l Look) -> impl Iterator<Item = &'l Look> {
        self.looks
            .iter()
            .filter(move |other| other.field == look.field && self.base(other.place.file) == self.base(look.place.file))
    }

    /// The mapping that a file is laid over in the end.
    fn base(&self, file: FileId) -> Option<&'s str> {
        let project = self.situation.project;
        let mut spec = project.spec_of(file)?;
        while let Some(parent) = spec.extends.as_ref().and_then(|parent| project.spec(parent)) {
            spec = parent;
        }
        Some(&spec.mapping)
    }

    fn successors(&mut self) {
        let Situation { now, verdicts, .. } = *self.situation;
        for verdict in verdicts {
            let gone = now.field(&verdict.id).is_none_or(|field| field.deleted);
            let replaced = matches!(verdict.cause, CauseKind::Replaced | CauseKind::Deleted);
            for candidate in verdict.candidates.iter().filter(|candidate| replaced || candidate.grade >= Grade::Likely) {
                let Some(new) = now.field(&candidate.id).filter(|field| !field.deleted) else { continue };
                let mut seen: Vec<(String, Option<&str>)> = Vec::new();
                for look in self.looks_at(&verdict.id).cloned().collect::<Vec<_>>().into_iter().rev() {
                    let rule = (look.field.clone(), self.base(look.place.file));
                    let known = self.beside(&look).any(|other| self.field_at(other).is_some_and(|field| field.id == new.id));
                    if known || seen.contains(&rule) {
                        continue;
                    }
                    seen.push(rule);
                    self.successor(verdict, candidate, new, &look, gone);
                }
            }
        }
        self.in_order();
    }

    fn successor(&mut self, verdict: &Verdict, candidate: &Candidate, new: &Field, look: &Look, gone: bool) {
        let Situation { project, now, .. } = *self.situation;
        let old = verdict.name.as_deref().unwrap_or(&verdict.id);
        let named = format!("\"{}\" ({})", new.name, new.id);
        let leave = |why: &str| Left {
            field: Some(look.field.clone()),
            about: format!("{named} in the place of \"{old}\""),
            why: why.to_owned(),
        };
        if look.conditional {
            self.left.push(leave("the entry has a `when`: what it means for the other field is for you to say"));
            return;
        }
        let written_otherwise = candidate.agreement.as_is < candidate.agreement.agree;
        let was_list = self.field_at(look).is_some_and(is_list);
        let labels = is_list(new) && (look.labelled || !was_list || written_otherwise);
        let Some(mut entry) = mirrored(look, new, labels, now, project) else {
            self.left.push(leave("the mapping reads a part of the old one's value, and the other has another type"));
            return;
        };
        entry.comment = Some(format!("\"{}\", in the place of \"{old}\"", new.name));
        let place = self.entry_name(look);
        let home = self.home(look.place.file, company_field(&new.path.split('.').collect::<Vec<_>>()).is_some());
        let here = home == Home::File(self.file(look.place.file));
        let field = look.field.clone();
        let (mend, title) = match (here, place) {
            (true, Some(old_entry)) if gone => {
                let entry = NewEntry { comment: None, ..entry };
                let title = format!("read {named} in the place of \"{old}\", which Bob no longer has");
                (Mend::Replace { old: old_entry, entry }, title)
            }
            (true, Some(behind)) => (Mend::Add { behind, entry }, format!("look at {named}, too, where \"{old}\" has no value")),
            (true, None) => {
                self.left.push(leave("the entry is not found in the file"));
                return;
            }
            (false, _) => {
                let last = self.beside(look).map(|other| other.next).max().unwrap_or(look.next);
                let more = self.entries_of(&look.field, look.place) > last;
                let mend = Mend::Inherit { field: field.clone(), first: look.next < last || more, entry };
                (mend, format!("look at {named}, too, where \"{old}\" has no value"))
            }
        };
        let evidence = verdict.evidence.clone();
        let grade = verdict.grade.min(candidate.grade);
        self.proposals.push(Proposal { kind: ProposalKind::Entry, field, title, grade, evidence, home, mend });
    }

    /// How many entries the field has in all, those of other kinds included.
    fn entries_of(&self, name: &str, place: Place) -> usize {
        let fields = self.situation.mapping.fields.iter().filter(|field| field.name == name);
        let counts = fields.filter_map(|field| match &field.source {
            Source::Entries(entries) => entries.iter().any(|entry| entry.place == place).then_some(entries.len()),
            _ => None,
        });
        counts.max().unwrap_or_default()
    }

    /// Places that look at fields which Bob no longer has, and for which no other field is proposed.
    fn stale(&mut self) {
        let Situation { now, before, verdicts, .. } = *self.situation;
        for verdict in verdicts {
            let deleted = now.field(&verdict.id).is_some_and(|field| field.deleted);
            if !deleted || before.is_none() || !matches!(verdict.cause, CauseKind::Deleted | CauseKind::Replaced) {
                continue;
            }
            let name = verdict.name.as_deref().unwrap_or(&verdict.id);
            // Bob's own fields come and go by company, and other companies may read the file.
            let own = company_field(&verdict.id.split('.').collect::<Vec<_>>()).is_some();
            for look in self.looks_at(&verdict.id).cloned().collect::<Vec<_>>() {
                let field = Some(look.field.clone());
                let taken = self.proposals.iter().any(|proposal| {
                    proposal.kind == ProposalKind::Entry
                        && proposal.field == look.field
                        && matches!(&proposal.mend, Mend::Replace { old, .. } if old.path == look.written)
                });
                if taken {
                    continue;
                }
                let about = format!("{} (\"{name}\"), which Bob no longer has", look.written);
                if !own && !self.is_own_file(look.place.file) {
                    self.left.push(Left { field, about, why: "other companies that use the file may have the field".to_owned() });
                    continue;
                }
                if self.entries_of(&look.field, look.place) < 2 {
                    self.left.push(Left { field, about, why: "it is the only place where the field looks".to_owned() });
                    continue;
                }
                let Some(old) = self.entry_name(&look) else { continue };
                self.proposals.push(Proposal {
                    kind: ProposalKind::StaleEntry,
                    field: look.field.clone(),
                    title: format!("take out {}: Bob no longer has \"{name}\"", look.written),
                    grade: verdict.grade,
                    evidence: verdict.evidence.clone(),
                    home: Home::File(self.file(look.place.file)),
                    mend: Mend::Remove { old },
                });
            }
        }
    }

    /// Categories that the files say, where Bob has the field elsewhere.
    fn categories(&mut self) {
        let Situation { project, now, .. } = *self.situation;
        // By file and field: what the field itself says, and where its places really stand.
        let mut whole: BTreeMap<(FileId, String), (String, Vec<&'s Field>)> = BTreeMap::new();
        for look in self.looks.clone() {
            let Some(field) = self.field_at(&look).filter(|field| now.field(&field.id).is_some_and(|field| !field.deleted))
            else {
                continue;
            };
            let document = project.document(look.place);
            if let Some(said) = document.get(look.place.node, "category").and_then(|node| document.text(node)) {
                if self.is_wrong(said, field) {
                    let Some(of) = self.entry_name(&look) else { continue };
                    let mend = Mend::EntryCategory { of, to: category(field, now).to_owned() };
                    self.category(&look.field, look.place.file, said, field, mend);
                }
                continue;
            }
            if let Some((file, said)) = self.said_of_field(&look) {
                whole.entry((file, look.field.clone())).or_insert((said, Vec::new())).1.push(field);
            }
        }
        for ((file, name), (said, fields)) in whole {
            let Some(field) = fields.iter().find(|field| self.is_wrong(&said, field)) else { continue };
            if fields.iter().any(|other| other.category != field.category) {
                let about = format!("`category: {said}`");
                let why = "its places stand in several categories: say each one's with its entry".to_owned();
                self.left.push(Left { field: Some(name), about, why });
                continue;
            }
            let mend = Mend::FieldCategory { field: name.clone(), to: category(field, now).to_owned() };
            self.category(&name, file, &said, field, mend);
        }
    }

    /// The category that counts for a whole field: the outermost file's that says one.
    fn said_of_field(&self, look: &Look) -> Option<(FileId, String)> {
        let project = self.situation.project;
        let mut spec = project.spec(outermost(project, self.base(look.place.file)?).ok()?);
        while let Some(layer) = spec {
            let field = layer.fields.iter().find(|(name, _)| name.value == look.field).map(|(_, field)| field);
            if let Some(said) = field.and_then(|field| field.category.as_ref()) {
                return Some((layer.mapping.place.file, said.value.clone()));
            }
            spec = layer.extends.as_ref().and_then(|parent| project.spec(parent));
        }
        None
    }

    fn is_wrong(&self, said: &str, field: &Field) -> bool {
        self.situation.now.category_by_name(said).is_none_or(|named| named.id != field.category)
    }

    fn category(&mut self, name: &str, file: FileId, said: &str, field: &Field, mend: Mend) {
        let Situation { now, before, .. } = *self.situation;
        let to = category(field, now).to_owned();
        let own = Catalog::builtin().category(&field.category).is_none();
        let home = self.home(file, own);
        let here = home == Home::File(self.file(file));
        if !here && matches!(mend, Mend::EntryCategory { .. }) {
            let about = format!("`category: {said}` of \"{}\", which stands under {to}", field.name);
            let why = "an overlay can't say it of a single entry; --in-place changes the file itself".to_owned();
            self.left.push(Left { field: Some(name.to_owned()), about, why });
            return;
        }
        let mut evidence = vec![format!("Bob lists \"{}\" ({}) under {to}", field.name, field.id)];
        let earlier = before.and_then(|before| Some(category(before.field(&field.id)?, before)));
        evidence.extend(
            earlier.filter(|earlier| *earlier != to).map(|earlier| format!("the catalog from before has it under {earlier}")),
        );
        self.proposals.push(Proposal {
            kind: ProposalKind::Category,
            field: name.to_owned(),
            title: format!("\"{}\" stands under {to}, not under {said}", field.name),
            // Of a file that other companies use, nobody here can say where their Bob has the field.
            grade: if here && !self.is_own_file(file) { Grade::Likely } else { Grade::Certain },
            evidence,
            home,
            mend,
        });
    }

    /// Spellings of items that are called otherwise now.
    fn spellings(&mut self) {
        let Situation { mapping, now, before, .. } = *self.situation;
        let Some(before) = before else { return };
        for field in mapping.fields.iter().filter(|field| field.spellings.is_some()) {
            let Some(spellings) = &field.spellings else { continue };
            let lists: Vec<String> = self.lists_of(&field.name, field);
            for list in &lists {
                let (Some(old_list), Some(new_list)) = (before.list(list), now.list(list)) else { continue };
                for item in new_list.items() {
                    let Some(earlier) = old_list.item(&item.id).filter(|old| fold(&old.label) != fold(&item.label)) else {
                        continue;
                    };
                    let (old, new) = (fold(&earlier.label), fold(&item.label));
                    if spellings.words.get(new.as_bytes()).is_some() || spellings.words.get(old.as_bytes()).is_none() {
                        continue;
                    }
                    let Some((file, name, word)) = self.spelt(&field.name, &old) else { continue };
                    let twice = old_list.items().filter(|other| fold(&other.label) == old).count() > 1;
                    let taken = new_list.items().any(|other| fold(&other.label) == old);
                    let mut evidence = vec![format!(
                        "the item {} of the list {list} was called \"{}\", which the file spells {word}",
                        item.id, earlier.label
                    )];
                    if twice || taken {
                        evidence.push(format!("another item is called \"{}\" as well", earlier.label));
                    }
                    self.proposals.push(Proposal {
                        kind: ProposalKind::Spelling,
                        field: name.clone(),
                        title: format!(
                            "\"{}\" means {word}, as \"{}\" did before Bob's list renamed it",
                            item.label, earlier.label
                        ),
                        grade: if twice || taken { Grade::Likely } else { Grade::Certain },
                        evidence,
                        home: Home::File(file),
                        mend: Mend::Spelling { field: name, word, spelling: item.label.clone() },
                    });
                }
            }
        }
        self.proposals.dedup();
    }

    /// The lists whose labels reach the spellings of a field.
    fn lists_of(&self, name: &str, field: &compiled::Field) -> Vec<String> {
        let places: Vec<Place> = match &field.source {
            Source::Entries(entries) => entries.iter().map(|entry| entry.place).collect(),
            // The rule that is taken over knows its lists.
            Source::Field(other) => {
                let other = &self.situation.mapping.fields[*other];
                return self.lists_of(&other.name, other);
            }
            Source::BlankAmong(_) => Vec::new(),
        };
        let labelled = self.looks.iter().filter(|look| look.field == name && places.contains(&look.place));
        // Bob also writes labels where ids belong, so that a field with spellings may know them without a step.
        let mut lists: Vec<String> = labelled.filter_map(|look| self.field_at(look)?.list.clone()).collect();
        lists.sort();
        lists.dedup();
        lists
    }

    /// The file that has a spelling of a field, the field's name there and its word for it.
    fn spelt(&self, name: &str, folded: &str) -> Option<(String, String, String)> {
        let project = self.situation.project;
        project.specs().find_map(|loaded| {
            let (field, written) = loaded.spec.fields.iter().find(|(field, _)| field.value == name)?;
            let words = written.spellings.as_ref()?;
            let (word, _) = words.iter().find(|(_, many)| many.iter().any(|one| fold(project.text(one.value.0)) == folded))?;
            Some((self.file(loaded.file), field.value.clone(), word.value.clone()))
        })
    }

    /// Conditions and joins that look at a field which was replaced or is gone.
    fn elsewhere(&mut self) {
        let Situation { mapping, now, verdicts, .. } = *self.situation;
        let clauses = || {
            let fields = mapping.fields.iter().flat_map(|field| {
                let entries = match &field.source {
                    Source::Entries(entries) => entries.as_slice(),
                    _ => &[],
                };
                field.when.iter().chain(entries.iter().flat_map(|entry| &entry.when))
            });
            fields.chain(&mapping.keep).chain(mapping.joins.iter().flat_map(|join| &join.filter))
        };
        let conditions = clauses().flat_map(|clause| &clause.any).filter_map(Condition::path);
        let paths: Vec<&PathUse> = conditions.chain(mapping.joins.iter().map(|join| &join.this)).collect();
        for verdict in verdicts.iter().filter(|verdict| matches!(verdict.cause, CauseKind::Replaced | CauseKind::Deleted)) {
            let concerned = paths.iter().find(|path| path.catalog.as_ref().is_some_and(|known| known.field == verdict.id));
            let Some(path) = concerned else { continue };
            let gone = now.field(&verdict.id).is_none_or(|field| field.deleted);
            let what = if gone { "which Bob no longer has" } else { "which another field has replaced" };
            let left = Left {
                field: None,
                about: format!("{}, {what}", path.text),
                why: "a condition or a join looks at it: what it should look at is for you to say".to_owned(),
            };
            if !self.left.contains(&left) {
                self.left.push(left);
            }
        }
    }

    /// Where a change belongs that concerns a file; `own` ones never stand in a file that other companies may use.
    fn home(&self, file: FileId, own: bool) -> Home {
        let here = Home::File(self.file(file));
        if !own || self.is_own_file(file) {
            return here;
        }
        let project = self.situation.project;
        let Some(spec) = project.spec_of(file) else { return here };
        let outermost = outermost(project, &spec.mapping).ok().and_then(|name| project.spec(name));
        match outermost {
            Some(overlay) if overlay.mapping.value != spec.mapping.value => Home::File(self.file(overlay.mapping.place.file)),
            _ => Home::NewOverlay(spec.mapping.value.clone()),
        }
    }

    /// Whether a file is this company's alone: an overlay, or one that reads fields which only this company has.
    fn is_own_file(&self, file: FileId) -> bool {
        let Situation { project, now, before, in_place, .. } = *self.situation;
        if in_place || project.spec_of(file).is_some_and(|spec| spec.extends.is_some()) {
            return true;
        }
        let own = self.looks.iter().filter(|look| look.place.file == file).filter_map(|look| {
            let names: Vec<&str> = look.names.iter().map(String::as_str).collect();
            let taken = company_field(&names).filter(|_| Catalog::builtin().by_names(&names).is_none())?;
            let id = names[..taken].join(".");
            Some(now.field(&id).is_some() || before.is_some_and(|before| before.field(&id).is_some()))
        });
        let known: Vec<bool> = own.collect();
        !known.is_empty() && known.iter().all(|known| *known)
    }

    fn file(&self, file: FileId) -> String {
        self.situation.project.files.name(file).to_owned()
    }

    fn entry_name(&self, look: &Look) -> Option<EntryName> {
        let project = self.situation.project;
        let text = project.files.text(look.place.file);
        let document = project.document(look.place);
        // The short form is the field's own scalar.
        let node = match &document.node(look.place.node).content {
            Content::Map(_) => document.get(look.place.node, "from").unwrap_or(look.place.node),
            _ => look.place.node,
        };
        let editor = Editor::new(text, document);
        EntryName::of(&editor, &look.field, node)
    }

    /// Proposals by file and place are easier to follow than by cause.
    fn in_order(&mut self) {
        let order: Vec<&str> = self.looks.iter().map(|look| look.field.as_str()).collect();
        self.proposals.sort_by_key(|proposal| order.iter().position(|field| *field == proposal.field));
    }
}
