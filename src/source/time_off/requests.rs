//! `hibob.time_off_requests`: each request as it stands, with its days. A feed of changes is folded, the newest snapshots in a
//! temporary file; requests that are no feed are completed one by one.

use super::facts::Facts;
use super::texts::Texts;
use crate::source::hibob::{Detail, Details, Hibob};
use crate::source::{Batch, Place, RecordSpan, Scope, Source, SourceError};
use crate::time_off::fold::{Fold, Folded, Kept};
use crate::time_off::{Completer, Members, Settings, Status, Tally, veiled};
use std::time::Duration;

/// Bytes handed out at a time.
const BLOCK: usize = 256 << 10;

/// Requests of which HiBob is asked at a time.
const ASKED: usize = 64;

/// What the records are that requests are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// What happened to requests.
    Changes,
    /// What the first record shows: one with a `changeType` and no `days` begins a feed, any other stands for requests.
    AsTheyShow,
}

/// The requests of a source of changes or of requests.
pub struct Requests {
    records: Box<dyn Source>,
    form: Form,
    settings: Settings,
    /// Who is asked about single requests, and about which.
    details: Option<(Hibob, Details)>,
    stage: Stage,
    read: Batch,
    handed_out: u64,
    bytes: u64,
    notes: Vec<String>,
    /// Requests that could not be asked for one by one.
    forbidden: u64,
    tally: Tally,
}

enum Stage {
    Unread(Box<Facts>),
    Gathering(Box<Gathering>),
    Folded { texts: Texts, newest: std::vec::IntoIter<Kept>, completer: Box<Completer> },
    Completing(Box<Completer>),
    Done,
}

struct Gathering {
    fold: Fold,
    texts: Texts,
    completer: Box<Completer>,
}

impl Requests {
    pub fn new(records: Box<dyn Source>, form: Form, facts: Facts, settings: Settings) -> Requests {
        Requests {
            records,
            form,
            settings,
            details: None,
            stage: Stage::Unread(Box::new(facts)),
            read: Batch::default(),
            handed_out: 0,
            bytes: 0,
            notes: Vec::new(),
            forbidden: 0,
            tally: Tally::default(),
        }
    }

    /// The same, but HiBob is asked about single requests of a feed.
    pub fn with_details(mut self, hibob: Hibob, which: Details) -> Requests {
        self.details = (which != Details::Never).then_some((hibob, which));
        self
    }

    fn begin(&mut self, facts: Facts) -> Result<Stage, SourceError> {
        let known = facts.read()?;
        self.notes.extend(known.notes);
        if self.settings.reads.moments {
            let said = |site| format!("--site-zone names `{site}`, where nobody is: it counts for nothing");
            self.notes.extend(self.settings.sites.without_people(&known.people).into_iter().map(said));
        }
        let mut completer = Box::new(Completer::new(self.settings.clone(), known.people));
        completer.tally.unread_people = known.unread;
        // Batches may be empty while a source gathers.
        while self.records.next(&mut self.read)? {
            if let Some(first) = self.read.records.first() {
                let is_feed = self.form == Form::Changes || is_change(&self.read.bytes[first.range.clone()]);
                return Ok(match is_feed {
                    true => {
                        let mut gathering = Gathering { fold: Fold::default(), texts: Texts::new()?, completer };
                        gathering.add(&self.read)?;
                        Stage::Gathering(Box::new(gathering))
                    }
                    false => Stage::Completing(completer),
                });
            }
        }
        self.tally = completer.tally.clone();
        Ok(Stage::Done)
    }

    /// What is read is completed where it stands.
    fn complete(&mut self, completer: &mut Completer, batch: &mut Batch) {
        for RecordSpan { range, place, .. } in self.read.records.drain(..) {
            let (start, record) = (batch.bytes.len(), &self.read.bytes[range]);
            let members = std::str::from_utf8(record).ok().and_then(|text| Some((text, Members::of(text).ok()?)));
            match members {
                Some((_, members)) if !is_completed(&members) => completer.write(&members, &mut batch.bytes),
                Some((text, _)) if self.settings.veil && veiled(text, &mut batch.bytes).is_ok_and(|changed| changed) => {}
                // What can't be read is the engine's to refuse.
                _ => batch.bytes.extend_from_slice(record),
            }
            batch.records.push(RecordSpan { range: start..batch.bytes.len(), place, marks: None });
            batch.bytes.push(b'\n');
        }
    }

    /// The next requests that were folded. Says whether there were any.
    fn hand_out(
        &mut self,
        texts: &Texts,
        newest: &mut std::vec::IntoIter<Kept>,
        completer: &mut Completer,
        batch: &mut Batch,
    ) -> Result<bool, SourceError> {
        while batch.bytes.len() < BLOCK {
            let kept: Vec<Kept> = newest.by_ref().take(ASKED).collect();
            if kept.is_empty() {
                break;
            }
            let mut text = Vec::new();
            let mut ends = Vec::with_capacity(kept.len());
            for kept in kept {
                texts.read(kept, &mut text)?;
                ends.push(text.len());
            }
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let snapshots: Vec<&[u8]> = starts.zip(&ends).map(|(start, end)| &text[start..*end]).collect();
            let details = self.ask(&snapshots)?;
            for (snapshot, detail) in snapshots.into_iter().zip(&details) {
                let start = batch.bytes.len();
                let members = std::str::from_utf8(snapshot).ok().and_then(|text| Members::of(text).ok());
                match members {
                    Some(members) => completer.write(&with_detail(members, detail.as_ref()), &mut batch.bytes),
                    None => batch.bytes.extend_from_slice(snapshot),
                }
                self.handed_out += 1;
                // One a line, as a file of them would be: where a change stood among the others says nothing.
                let place = Place { record: self.handed_out, offset: self.bytes, line: self.handed_out };
                batch.records.push(RecordSpan { range: start..batch.bytes.len(), place, marks: None });
                batch.bytes.push(b'\n');
                self.bytes += (batch.bytes.len() - start) as u64;
            }
        }
        Ok(!batch.records.is_empty())
    }

    /// What HiBob says of those among the snapshots that it is asked about.
    fn ask(&mut self, snapshots: &[&[u8]]) -> Result<Vec<Option<Detail>>, SourceError> {
        let mut details: Vec<Option<Detail>> = snapshots.iter().map(|_| None).collect();
        let Some((hibob, which)) = &self.details else { return Ok(details) };
        let wanted = |snapshot: &[u8]| {
            let members = Members::of(std::str::from_utf8(snapshot).ok()?).ok()?;
            let status = Status::of(&members).ok().flatten();
            let wanted = match which {
                Details::Never => false,
                Details::Pending => status == Some(Status::Pending),
                Details::All => !status.is_some_and(Status::is_void),
            };
            let id = |name: &str| members.text(&[name]).map(|id| id.into_owned());
            id("employeeId").zip(id("requestId")).filter(|_| wanted)
        };
        let (at, asked): (Vec<usize>, Vec<(String, String)>) =
            snapshots.iter().enumerate().filter_map(|(at, snapshot)| Some((at, wanted(snapshot)?))).unzip();
        if asked.is_empty() {
            return Ok(details);
        }
        if self.forbidden > 0 {
            // After one refusal nothing more is asked: many of them have HiBob block the service user.
            self.forbidden += asked.len() as u64;
            return Ok(details);
        }
        for (at, detail) in at.into_iter().zip(hibob.request_details(&asked)?) {
            self.forbidden += u64::from(detail == Detail::Forbidden);
            details[at] = Some(detail);
        }
        Ok(details)
    }
}

impl Gathering {
    fn add(&mut self, batch: &Batch) -> Result<(), SourceError> {
        let Gathering { fold, texts, completer: _ } = self;
        for record in &batch.records {
            let text = batch.bytes[record.range.clone()].trim_ascii();
            let offset = texts.push(text)?;
            fold.add(text, offset, &mut |kept| read(texts, kept))?;
        }
        Ok(())
    }

    fn finish(self) -> Result<Stage, SourceError> {
        let Gathering { fold, texts, mut completer } = self;
        let Folded { newest, repeated, undated, circles } = fold.finish(&mut |kept| read(&texts, kept))?;
        completer.tally = Tally { repeated, undated, circles, ..completer.tally };
        Ok(Stage::Folded { texts, newest: newest.into_iter(), completer })
    }
}

fn read(texts: &Texts, kept: Kept) -> Result<Vec<u8>, SourceError> {
    let mut text = Vec::with_capacity(kept.length as usize);
    texts.read(kept, &mut text).map(|()| text)
}

fn is_change(record: &[u8]) -> bool {
    let members = std::str::from_utf8(record).ok().and_then(|text| Members::of(text).ok());
    members.is_some_and(|members| members.has("changeType") && !is_completed(&members))
}

fn is_completed(members: &Members<'_>) -> bool {
    members.first(&["days"]).is_some_and(|days| days.starts_with('['))
}

/// A snapshot with what HiBob says of the request itself.
fn with_detail<'a>(mut members: Members<'a>, detail: Option<&'a Detail>) -> Members<'a> {
    match detail {
        Some(Detail::Known(text)) => {
            if let Ok(detail) = Members::of(text) {
                members.take_over(detail);
            }
        }
        Some(Detail::Deleted) => {
            if let Ok(deleted) = Members::of(r#"{"status":"deleted"}"#) {
                members.take_over(deleted);
            }
        }
        Some(Detail::Forbidden) | None => {}
    }
    members
}

impl Source for Requests {
    fn next(&mut self, batch: &mut Batch) -> Result<bool, SourceError> {
        batch.bytes.clear();
        batch.records.clear();
        let stage = std::mem::replace(&mut self.stage, Stage::Done);
        let (stage, more) = match stage {
            Stage::Unread(facts) => match self.begin(*facts)? {
                Stage::Completing(mut completer) => {
                    self.complete(&mut completer, batch);
                    (Stage::Completing(completer), true)
                }
                Stage::Done => (Stage::Done, false),
                gathering => (gathering, true),
            },
            Stage::Gathering(mut gathering) => match self.records.next(&mut self.read)? {
                true => {
                    gathering.add(&self.read)?;
                    (Stage::Gathering(gathering), true)
                }
                false => (gathering.finish()?, true),
            },
            Stage::Folded { texts, mut newest, mut completer } => {
                match self.hand_out(&texts, &mut newest, &mut completer, batch)? {
                    true => (Stage::Folded { texts, newest, completer }, true),
                    false => {
                        self.tally = completer.tally.clone();
                        (Stage::Done, false)
                    }
                }
            }
            Stage::Completing(mut completer) => match self.records.next(&mut self.read)? {
                true => {
                    self.complete(&mut completer, batch);
                    (Stage::Completing(completer), true)
                }
                false => {
                    self.tally = completer.tally.clone();
                    (Stage::Done, false)
                }
            },
            Stage::Done => (Stage::Done, false),
        };
        self.stage = stage;
        Ok(more)
    }

    fn scope(&self) -> Scope {
        self.records.scope()
    }

    fn progress(&self) -> (u64, Option<u64>) {
        self.records.progress()
    }

    fn left(&self) -> Option<Duration> {
        self.records.left()
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = self.records.notes();
        notes.extend(self.notes.iter().cloned());
        notes.extend(self.tally.sentences());
        if self.forbidden > 0 {
            notes.push(format!(
                "HiBob refused to say more of {} (403): what is pending may have been declined, and days are estimated",
                if self.forbidden == 1 { "1 request".to_owned() } else { format!("{} requests", self.forbidden) }
            ));
        }
        notes
    }
}
