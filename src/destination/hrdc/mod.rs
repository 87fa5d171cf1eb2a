//! ActivTrak's HR Data Connector: every send is a file with all rows, and nobody can ask what is there. So what was last sent is
//! remembered in the state; where a send was cut off, both what was there before and what may be there now count as there, and
//! everything is sent again.

mod call;
mod said;

use super::{Destination, DestinationError, Drift, hex};
use crate::mapping::Mapping;
use crate::plan::{Column, Existing, PlanError, Row, Summary, Workbench, cells};
use crate::sink::{Output, RowSpool, columns, csv_line};
use crate::state::{State, Written};
use crate::value::mask::Reveal;
use call::{Client, Refused};
use jiff::Timestamp;
use said::count;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use std::collections::HashMap;
use url::Url;

/// The longest name of a group that ActivTrak takes where it says how long one may be: in its own upload of groups.
const LONGEST_GROUP: usize = 65;
/// The messages of the server that are repeated at most.
const MOST_SAID: usize = 20;

/// An account of ActivTrak.
pub struct HrdcDestination<'s> {
    client: Client,
    /// What stands before the first row.
    head: Vec<u8>,
    state: &'s State,
    job: String,
    columns: Vec<Column>,
    /// Which account it is, as far as address and place of the key tell.
    place: String,
    /// The same with the header of the file.
    form: String,
    headers: Headers,
    reveal: Reveal,
    notes: Vec<String>,
    remarks: Vec<String>,
}

/// The headers of the columns that ActivTrak has rules for, as the mapping calls them.
struct Headers {
    lookup: Option<String>,
    display_name: Option<String>,
    group: Option<String>,
}

impl<'s> HrdcDestination<'s> {
    /// `key_from` is where the key comes from: another place may mean another account.
    ///
    /// # Errors
    /// This machine can't make connections, or the key can't be sent.
    pub fn new(
        base: Url,
        (key, key_from): (SecretString, &str),
        head: Vec<u8>,
        mapping: &Mapping,
        reveal: Reveal,
        (state, job): (&'s State, &str),
    ) -> Result<Self, DestinationError> {
        let place = format!("hrdc {} ", &hex(Sha256::new().chain_update(format!("{base}\n{key_from}")))[..16]);
        let form = format!("{place}{} ", &hex(Sha256::new().chain_update(&head))[..16]);
        let client = Client::new(base.clone(), key).map_err(|why| DestinationError::Hrdc(format!("{base}: {why}")))?;
        let header = |name: &str| {
            let column = mapping.columns.iter().find(|column| mapping.fields[column.field].name == name);
            column.map(|column| column.header.clone())
        };
        let headers = Headers { lookup: header("user_lookup_id"), display_name: header("display_name"), group: header("group") };
        let (notes, remarks) = (Vec::new(), Vec::new());
        let (columns, job) = (columns(mapping), job.to_owned());
        Ok(HrdcDestination { client, head, state, job, columns, place, form, headers, reveal, notes, remarks })
    }

    fn is_here(&self, sum: &str) -> bool {
        sum.starts_with(&self.place)
    }

    /// Whether a send was cut off, so that nobody knows what is there.
    fn is_unsure(&self) -> Result<bool, DestinationError> {
        Ok(self.state.pending(&self.job)?.is_some_and(|sum| self.is_here(&sum)))
    }

    /// Whether rows are remembered that were sent under another header.
    fn is_otherwise(&self) -> Result<bool, DestinationError> {
        let (written, pending) = (self.state.written_sum(&self.job)?, self.state.pending(&self.job)?);
        Ok([written, pending].into_iter().flatten().any(|sum| !sum.starts_with(&self.form)))
    }

    /// Hands out the rows of the file, each with its line.
    fn each_row<E: From<PlanError>>(
        &self,
        plan: &Workbench,
        is_otherwise: bool,
        mut take: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        plan.each_row(|mut row| {
            if is_otherwise {
                row.line = Some(csv_line(&self.columns, &row.cells, false));
            }
            take(row)
        })
    }

    /// Looks for what ActivTrak is known to leave out or to mix up.
    fn look(&self, desired: &Workbench) -> Result<Vec<String>, DestinationError> {
        let Headers { lookup, display_name, group } = &self.headers;
        let (mut people, mut names, mut long) = (Shared::default(), Shared::default(), HashMap::new());
        desired.each_row::<PlanError>(|row| {
            let cells = cells(&row.cells);
            let text = |header: &Option<String>| {
                let value = cells.get(header.as_deref()?)?;
                serde_json::from_str::<String>(value.get()).ok()
            };
            text(lookup).into_iter().for_each(|value| people.add(value));
            text(display_name).into_iter().for_each(|value| names.add(value));
            if let Some(group) = text(group).filter(|group| group.chars().count() > LONGEST_GROUP) {
                *long.entry(group).or_insert(0u64) += 1;
            }
            Ok(())
        })?;
        let mut notes = Vec::new();
        if let Some(rows) = people.rows() {
            notes.push(format!("{rows} share their user_lookup_id with another row: ActivTrak takes them for the same person"));
        }
        if let Some(rows) = names.rows() {
            notes.push(format!(
                "{rows} share their display_name with another row: ActivTrak ignores a name that another user has"
            ));
        }
        if !long.is_empty() {
            let groups = count(long.len() as u64, "group");
            notes.push(format!("{groups} with a name of more than {LONGEST_GROUP} characters, which ActivTrak may not take"));
        }
        Ok(notes)
    }
}

/// Values, and how many rows have each.
#[derive(Default)]
struct Shared(HashMap<String, u64>);

impl Shared {
    fn add(&mut self, value: String) {
        *self.0.entry(value.to_lowercase()).or_default() += 1;
    }

    /// The rows that are not alone with their value, in words.
    fn rows(&self) -> Option<String> {
        let rows: u64 = self.0.values().filter(|rows| **rows > 1).sum();
        (rows > 0).then(|| count(rows, "row"))
    }
}

/// What is there for sure, and what may be: of a row that both have, the latter.
struct Both<'s> {
    sure: Ahead<'s>,
    unsure: Ahead<'s>,
}

/// Rows, one of them read already.
struct Ahead<'s> {
    rows: Option<Written<'s>>,
    next: Option<Row>,
}

impl<'s> Ahead<'s> {
    fn new(mut rows: Option<Written<'s>>) -> Result<Self, PlanError> {
        let next = rows.as_mut().map(Existing::next).transpose()?.flatten();
        Ok(Ahead { rows, next })
    }

    fn take(&mut self) -> Result<Option<Row>, PlanError> {
        let next = self.rows.as_mut().map(Existing::next).transpose()?.flatten();
        Ok(std::mem::replace(&mut self.next, next))
    }
}

impl Existing for Both<'_> {
    fn next(&mut self) -> Result<Option<Row>, PlanError> {
        let order = match (&self.sure.next, &self.unsure.next) {
            (Some(sure), Some(unsure)) => sure.key.cmp(&unsure.key),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        let sure = if order.is_le() { self.sure.take()? } else { None };
        if order.is_ge() { self.unsure.take() } else { Ok(sure) }
    }
}

impl Destination for HrdcDestination<'_> {
    fn name(&self) -> String {
        format!("ActivTrak HRDC {}", self.client.base())
    }

    fn meet(&mut self, desired: &Workbench) -> Result<(), DestinationError> {
        self.notes = self.look(desired)?;
        if self.state.written_sum(&self.job)?.is_some_and(|sum| !self.is_here(&sum)) {
            let note =
                "what this job last wrote went elsewhere (another address, or a key from another place): here, everybody is new";
            self.notes.push(note.to_owned());
        }
        Ok(())
    }

    fn existing(&mut self) -> Result<Box<dyn Existing + '_>, DestinationError> {
        let was_here = self.state.written_sum(&self.job)?.is_some_and(|sum| self.is_here(&sum));
        let sure = was_here.then(|| self.state.written(&self.job)).transpose()?;
        let unsure = if self.is_unsure()? { self.state.unsettled(&self.job)? } else { None };
        Ok(Box::new(Both { sure: Ahead::new(sure)?, unsure: Ahead::new(unsure)? }))
    }

    fn drift(&mut self) -> Result<Option<Drift>, DestinationError> {
        Ok(self.is_unsure()?.then_some(Drift::Unsure))
    }

    fn dropped_columns(&mut self) -> Result<Vec<String>, DestinationError> {
        Ok(Vec::new())
    }

    fn notes(&self, summary: &Summary) -> Vec<String> {
        let mut notes = self.notes.clone();
        if summary.deletes > 0 {
            let (rows, are) = (count(summary.deletes, "row"), if summary.deletes == 1 { "is" } else { "are" });
            notes.push(format!(
                "{rows} {are} no longer in the file that is sent; whether ActivTrak deletes users for that is not published: a row \
                 with `track: false` is what switches somebody off"
            ));
        }
        notes
    }

    fn apply(&mut self, plan: &Workbench, _: Timestamp) -> Result<(), DestinationError> {
        let mut file = RowSpool::new(&Output::Stdout)?;
        let (mut sum, mut length) = (Sha256::new(), 0);
        let mut push = |bytes: &[u8]| {
            sum.update(bytes);
            length += bytes.len() as u64;
            file.push(bytes).map(drop)
        };
        push(&self.head)?;
        let is_otherwise = self.is_otherwise()?;
        self.each_row::<DestinationError>(plan, is_otherwise, |row| Ok(push(row.line.unwrap_or_default().as_bytes())?))?;
        let file = file.into_file()?;
        let was_unsure = self.is_unsure()?;
        let sum = format!("{}{}", self.form, hex(sum));
        self.state.pend(&self.job, &sum, |take| self.each_row(plan, is_otherwise, take))?;
        match self.client.send(&file, length) {
            Ok(messages) => {
                self.state.settle(&self.job, true)?;
                if !messages.is_empty() {
                    let told = said::told(&messages, plan)?;
                    self.remarks.push(format!("ActivTrak has taken the file, and says something of it: {told}"));
                }
                self.quote(&messages);
                Ok(())
            }
            Err(Refused { why, unsure, messages }) => {
                // What may have arrived earlier is still in doubt.
                if !unsure && !was_unsure {
                    self.state.settle(&self.job, false)?;
                }
                let told = if messages.is_empty() { String::new() } else { format!(": {}", said::told(&messages, plan)?) };
                self.quote(&messages);
                let next =
                    if unsure { "; whether it was taken is not known, and the next run sends everything again" } else { "" };
                Err(DestinationError::Hrdc(format!("{}: {why}{told}{next}", self.client.base())))
            }
        }
    }

    fn remarks(&self) -> &[String] {
        &self.remarks
    }
}

impl HrdcDestination<'_> {
    /// Repeats what the server said, where the user wants to see people's values.
    fn quote(&mut self, messages: &[String]) {
        if self.reveal == Reveal::Values {
            self.remarks
                .extend(messages.iter().take(MOST_SAID).map(|message| format!("ActivTrak says: {}", said::one_line(message))));
        }
    }
}
