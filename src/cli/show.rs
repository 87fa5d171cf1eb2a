//! `bobmap show`

use super::stop::Interrupts;
use super::tenant::{Know, TenantArgs, each_record};
use super::{Exit, complain};
use crate::catalog::request::Selection;
use crate::report::show::Profile;
use crate::report::visible::{State, look};
use crate::source::Source;
use crate::value::json::{Data, Tree};
use crate::value::mask::Reveal;
use crate::value::text::fold;
use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;

/// Show one employee as an admin sees them: every field by category, with a value, blank or not visible
///
/// Fields that Bob leaves out, because the service user may not see them, are listed as not visible.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Bob's id or the work e-mail address; with --records, also the employee number
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    employee: String,
    /// Show the values, too, which are a person's
    #[arg(long)]
    show_values: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    format: ShowFormat,
    #[command(flatten)]
    tenant: TenantArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ShowFormat {
    Text,
    Json,
}

/// What was found of somebody.
#[derive(Default)]
struct Found {
    read: u64,
    /// By id or e-mail address.
    named: Option<String>,
    /// By employee number, which nothing keeps unique.
    numbered: Vec<String>,
}

impl Show {
    pub fn run(self) -> anyhow::Result<Exit> {
        let _interrupts = Interrupts::wait();
        let tenant = self.tenant.open(self.tenant.records.is_some(), Know::FieldsAndLists)?;
        let mut source = tenant.source(&tenant.every_field(), Selection::Employee(self.employee.trim().to_owned()))?;
        let mut found = self.find(&mut *source, tenant.is_live())?;
        let record = match (found.named.take(), found.numbered.as_slice()) {
            (Some(record), _) => record,
            (None, [record]) => record.clone(),
            (None, several) => {
                complain(&self.not_found(&found, several.len(), tenant.is_live()));
                return Ok(Exit::Failed);
            }
        };
        let record = Tree::parse(&record).expect("a record that was found has been read");
        let reveal = if self.show_values { Reveal::Values } else { Reveal::Nothing };
        let profile = Profile::new(&record, &tenant.catalog, reveal);
        super::print(&match self.format {
            ShowFormat::Text => profile.text(),
            ShowFormat::Json => serde_json::to_string_pretty(&profile)? + "\n",
        })?;
        Ok(Exit::Clean)
    }

    fn find(&self, source: &mut dyn Source, live: bool) -> anyhow::Result<Found> {
        let mut found = Found::default();
        let wanted = self.employee.trim();
        each_record(source, |record| {
            found.read += 1;
            let is = |path: &str, same: &dyn Fn(&str) -> bool| match look(record, path) {
                (State::Value, Some(Tree { data: Data::String(text), .. })) => same(text.trim()),
                (State::Value, Some(Tree { data: Data::Number, raw })) => same(raw),
                _ => false,
            };
            // HiBob was asked for nobody else.
            if live || is("id", &|id| id == wanted) || is("email", &|email| fold(email) == fold(wanted)) {
                found.named = Some(record.raw.to_owned());
            } else if is("work.employeeIdInCompany", &|number| number == wanted) {
                found.numbered.push(record.raw.to_owned());
            }
            found.named.is_none()
        })?;
        Ok(found)
    }

    fn not_found(&self, found: &Found, same_number: usize, live: bool) -> String {
        let wanted = &self.employee;
        if same_number > 1 {
            return format!("{same_number} employees have the number `{wanted}`; name one by id or e-mail address");
        }
        if live {
            let advice = if wanted.contains('@') {
                "is it the work address, as Bob has it? Bob knows people by that one and by their id"
            } else {
                "Bob knows people by their id (19 digits or so) and by their work address; an employee number is looked for in \
                 --records only"
            };
            return format!(
                "Bob shows nobody whose id or e-mail address is `{wanted}`: {advice}. Somebody who has left, or has not begun, stays \
                 hidden while the service user's access rights are for Employed people only"
            );
        }
        let read = match found.read {
            1 => "1 record was read".to_owned(),
            read => format!("{read} records were read"),
        };
        format!("no record has `{wanted}` as its id, e-mail address or employee number; {read}")
    }
}
