//! Tables of dated rows: what somebody did, under which contract and for how much, one row after the other.

use super::company::Company;
use super::fields::rows as facts;
use super::lists::List;
use super::people::{Person, Stage};
use super::scenario::{TableChange, TableName};
use super::value::{Value, Writer};
use crate::value::json::write_string;
use jiff::ToSpan;
use jiff::civil::Date;

impl TableName {
    /// The table that stands under this name in addresses.
    pub fn from_word(word: &str) -> Option<TableName> {
        Some(match word {
            "work" => TableName::Work,
            "employment" => TableName::Employment,
            "lifecycle" => TableName::Lifecycle,
            "salaries" => TableName::Salaries,
            _ => return None,
        })
    }

    /// The category on which the permission hangs.
    pub fn category(self) -> &'static str {
        match self {
            TableName::Work => "work",
            TableName::Employment => "employment",
            TableName::Lifecycle => "lifecycle",
            TableName::Salaries => "payroll",
        }
    }
}

/// A table as the service user may see it.
pub struct Table<'c> {
    pub name: TableName,
    pub company: &'c Company,
    /// Rows that are not in force are left out.
    pub only_current: bool,
    /// Labels in place of items.
    pub human_readable: bool,
}

/// One row to be written.
struct Row {
    from: Date,
    /// How many rows before the one in force; negative of rows to come.
    before: i64,
    until: Option<Date>,
    /// Of lifecycle rows.
    status: &'static str,
}

impl Table<'_> {
    fn change(&self) -> Option<&TableChange> {
        self.company.table(self.name)
    }

    pub fn is_restricted(&self) -> bool {
        self.change().is_some_and(|change| !change.no_view.is_empty() || !change.no_view_history.is_empty())
    }

    pub fn fails_for(&self, person: &Person<'_>) -> bool {
        self.change().is_some_and(|change| change.errors.contains(&(person.index + 1)))
    }

    pub fn repeats_cursor(&self) -> bool {
        self.change().is_some_and(|change| change.repeat_cursor)
    }

    /// `"restricted_columns":{...}`, where there are any.
    pub fn write_restrictions(&self, out: &mut Vec<u8>) {
        if let Some(change) = self.change().filter(|_| self.is_restricted()) {
            out.extend_from_slice(b",\"restricted_columns\":");
            let said = serde_json::json!({
                "no_view_permission": change.no_view, "no_view_history_permission": change.no_view_history,
            });
            out.extend_from_slice(said.to_string().as_bytes());
        }
    }

    /// The rows of somebody as an array, oldest first.
    pub fn write(&self, person: &Person<'_>, out: &mut Vec<u8>) {
        out.push(b'[');
        let mut first = true;
        for row in self.rows(person).iter().filter(|row| !self.only_current || row.before == 0) {
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            self.write_row(person, row, out);
        }
        out.push(b']');
    }

    fn rows(&self, person: &Person<'_>) -> Vec<Row> {
        let days = match self.name {
            TableName::Lifecycle => return lifecycle(person),
            TableName::Work => person.rows(facts::WORK_ROWS),
            TableName::Employment => person.rows(facts::EMPLOYMENT_ROWS),
            TableName::Salaries => person.rows(facts::SALARY_ROWS),
        };
        let (days, current) = days;
        let row = |(at, from): (usize, &Date)| Row {
            from: *from,
            before: current as i64 - at as i64,
            until: days.get(at + 1).map(|next| next.saturating_sub(1.day())),
            status: "",
        };
        days.iter().enumerate().map(row).collect()
    }

    fn write_row(&self, person: &Person<'_>, row: &Row, out: &mut Vec<u8>) {
        let mut cells = Cells { table: self, person, current: row.before == 0, first: true, out };
        let changer = person.manager().map(|manager| manager.index);
        let number = i64::from(row.from.year()) * 10_000 + i64::from(row.from.month()) * 100 + i64::from(row.from.day());
        cells.put("id", Value::Whole(1_000_000_000_000 + number), None);
        cells.put("effectiveDate", Value::Date(row.from), None);
        cells.put("activeEffectiveDate", Value::Date(row.from), None);
        cells.put("endEffectiveDate", row.until.into(), None);
        cells.put("isCurrent", Value::Yes(row.before == 0), None);
        cells.put("canBeDeleted", Value::Yes(row.before != 0), None);
        cells.put("creationDate", Value::Null, None);
        cells.put("modificationDate", Value::Date(row.from.min(person.people.today)), None);
        let by = changer.map(|index| person.people.person(index).display_name());
        cells.key("change");
        cells.out.extend_from_slice(b"{\"reason\":null,\"changedBy\":");
        cells.value(&by.into(), None);
        cells.out.extend_from_slice(b",\"changedById\":");
        cells.value(&changer.map_or(Value::Null, Value::Person), None);
        cells.out.push(b'}');
        // Rows to come change nothing but their date.
        let before = row.before.max(0) as u64;
        match self.name {
            TableName::Work => {
                cells.put("title", facts::title(person, before), Some("title"));
                cells.put("department", facts::department(person, before), Some("department"));
                cells.put("site", person.site.name.into(), None);
                cells.put("siteId", Value::Item(facts::site_id(person)), Some("site"));
                cells.put("reportsTo", changer.map_or(Value::Null, Value::Card), None);
                let kind = if row.from == person.start { "New Employee" } else { "Promotion" };
                cells.put("workChangeType", Value::Item(kind), Some("workChangeType"));
            }
            TableName::Employment => {
                let hours = if person.part_time() { (5_000, 2_000) } else { (10_000, 4_000) };
                cells.put("contract", facts::contract(person, before), Some("employmentstatus"));
                cells.put("type", facts::employment_type(person), Some("payrollEmploymentType"));
                cells.put("salaryPayType", Value::Item("Salaried"), Some("salaryPayType"));
                cells.put("flsaCode", Value::Null, None);
                cells.put("fte", Value::Decimal(hours.0), None);
                cells.put("weeklyHours", Value::Decimal(hours.1), None);
                cells.put("hoursInDayNotWorked", Value::Null, None);
                cells.put("calendarId", Value::Whole(person.site.calendar), None);
                cells.put("calendarName", person.site.name.into(), None);
                for pattern in ["actualWorkingPattern", "siteWorkingPattern", "workingPattern", "standardWorkingPattern"] {
                    cells.put(pattern, facts::pattern(person), None);
                }
                cells.put("personalWorkingPatternType", Value::Item("site"), Some("personalWorkingPatternTypes"));
            }
            TableName::Lifecycle => {
                cells.put("status", Value::Item(row.status), Some("lifecycleStatus"));
                let active = matches!(row.status, "employed" | "garden leave" | "leave" | "parental leave");
                cells.put("employeeStatus", Value::Item(if active { "Active" } else { "Inactive" }), Some("status"));
                let ends = row.status == "terminated";
                cells.put("reasonType", if ends { Value::Item("Voluntary") } else { Value::Null }, Some("lifecycleReasonType"));
                cells.put("leaveReason", if ends { facts::reason(person) } else { Value::Null }, Some("terminationreason"));
            }
            TableName::Salaries => {
                cells.put("base", Value::Money(person.yearly_pay(before), person.site.currency), None);
                cells.put("payPeriod", Value::Item("Annual"), Some("payPeriod"));
                cells.put("payFrequency", Value::Item("Monthly"), Some("payFrequency"));
            }
        }
        cells.key("customColumns");
        cells.custom_columns();
        cells.out.push(b'}');
    }
}

/// Writes the cells of one row.
struct Cells<'t, 'o> {
    table: &'t Table<'t>,
    person: &'t Person<'t>,
    current: bool,
    first: bool,
    out: &'o mut Vec<u8>,
}

impl Cells<'_, '_> {
    fn key(&mut self, name: &str) {
        self.out.push(if std::mem::take(&mut self.first) { b'{' } else { b',' });
        write_string(self.out, name);
        self.out.push(b':');
    }

    fn value(&mut self, value: &Value, list: Option<&List>) {
        let writer = Writer { people: self.person.people, list };
        match self.table.human_readable && matches!(value, Value::Item(_) | Value::Nth(_)) {
            true => writer.human(self.out, value),
            false => writer.machine(self.out, value),
        }
    }

    /// The company's own columns: what the record has of them, in the row in force.
    fn custom_columns(&mut self) {
        let prefix = match self.table.name {
            TableName::Work => "work.customColumns.",
            TableName::Employment => "payroll.employment.customColumns.",
            TableName::Lifecycle => "internal.customColumns.",
            TableName::Salaries => "payroll.salary.customColumns.",
        };
        self.out.push(b'{');
        let mut first = true;
        for (id, column) in &self.table.company.fields {
            let Some(name) = id.strip_prefix(prefix) else { continue };
            if !std::mem::take(&mut first) {
                self.out.push(b',');
            }
            write_string(self.out, name);
            self.out.push(b':');
            let value = if self.current { column.value(self.person) } else { Value::Null };
            self.value(&value, column.list(self.table.company));
        }
        self.out.push(b'}');
    }

    fn put(&mut self, name: &str, value: Value, list: Option<&str>) {
        let denied = self.table.change().is_some_and(|change| {
            let among = |names: &[String]| names.iter().any(|denied| denied == name);
            among(&change.no_view) || !self.current && among(&change.no_view_history)
        });
        self.key(name);
        let list = list.and_then(|id| self.table.company.lists.get(id));
        self.value(if denied { &Value::Null } else { &value }, list);
    }
}

/// Being employed, what came after it, and what is known to come.
fn lifecycle(person: &Person<'_>) -> Vec<Row> {
    let today = person.people.today;
    let mut turns = vec![(person.start, if person.stage == Stage::Hired { "hired" } else { "employed" })];
    if let (Stage::GardenLeave, Some(last)) = (person.stage, person.last_day_of_work()) {
        turns.push((last.saturating_add(1.day()), "garden leave"));
    }
    if let Some((since, _)) = person.leave() {
        turns.push((since, person.stage.lifecycle_status()));
    }
    if let Some(end) = person.termination() {
        turns.push((end, "terminated"));
    }
    let current = turns.iter().rposition(|(from, _)| *from <= today).unwrap_or(0) as i64;
    let until = |at: usize| turns.get(at + 1).map(|(next, _)| next.saturating_sub(1.day()));
    let row = |(at, (from, status)): (usize, &(Date, &'static str))| Row {
        from: *from,
        before: current - at as i64,
        until: until(at),
        status,
    };
    turns.iter().enumerate().map(row).collect()
}
