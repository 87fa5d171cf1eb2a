//! What somebody does, since when, and for how much.

use super::Make;
use crate::sandbox::people::{Person, Stage};
use crate::sandbox::value::Value;
use jiff::ToSpan;
use jiff::civil::Date;

/// The tables' draws: rows of one table begin on the same days wherever they show.
pub const WORK_ROWS: u64 = 100;
pub const EMPLOYMENT_ROWS: u64 = 101;
pub const SALARY_ROWS: u64 = 102;

pub(super) fn make(id: &str) -> Option<Make> {
    let make: Make = match id {
        "work.activeEffectiveDate" => |p| Value::Date(current(p, WORK_ROWS)),
        "work.employeeIdInCompany" => number,
        "work.title" => |p| title(p, 0),
        "work.department" => |p| department(p, 0),
        "work.startDate" | "work.originalStartDate" => |p| Value::Date(p.start),
        "work.shortStartDate" => |p| Value::ShortDate(p.start),
        "work.durationOfEmployment" | "work.tenureDuration" => |p| worked(p, |p| Value::Period(p.start, p.until())),
        "work.yearsOfService" | "work.tenureDurationYears" => {
            |p| worked(p, |p| Value::Decimal(i64::from((p.until() - p.start).get_days()) * 10_000 / 36_525))
        }
        "work.tenureYears" => |p| worked(p, |p| Value::Whole(i64::from((p.until() - p.start).get_days()) * 100 / 36_525)),
        "work.site" => |p| p.site.name.into(),
        "work.siteId" => |p| Value::Item(site_id(p)),
        "work.workChangeType" => {
            |p| if p.rows(WORK_ROWS).1 == 0 { Value::Item("New Employee") } else { Value::Item("Promotion") }
        }
        "work.reportsTo" => |p| p.manager().map_or(Value::Null, |manager| Value::Card(manager.index)),
        "work.reportsTo.email" => |p| p.manager().and_then(|manager| manager.email()).into(),
        "work.reportsToIdInCompany" => |p| p.manager().map_or(Value::Null, |manager| number(&manager)),
        "work.manager" => |p| p.manager().map_or(Value::Null, |manager| Value::Person(manager.index)),
        "work.secondLevelManager" => |p| {
            let manager = p.manager();
            manager.as_ref().and_then(Person::manager).map_or(Value::Null, |above| Value::Person(above.index))
        },
        "work.isManager" => |p| Value::Yes(p.people.reports(p.index).0 > 0),
        "work.directReports" => |p| reports(p.people.reports(p.index).0),
        "work.indirectReports" => |p| reports(p.people.reports(p.index).1),
        "work.daysOfPreviousService" => |_| Value::Whole(0),
        "work.workMobile" => {
            |p| if p.is_among(110, 50) { format!("{}{:03}", p.site.mobile, p.draw(111, 0, 999)).into() } else { Value::Null }
        }
        "work.workPhone" => {
            |p| if p.is_among(112, 60) { format!("{}{:03}", p.site.phone, p.draw(113, 0, 999)).into() } else { Value::Null }
        }
        "personal.communication.slackUsername" => {
            |p| if p.is_among(114, 70) { format!("@{}.{}", p.first.1, p.index + 1).into() } else { Value::Null }
        }
        "personal.communication.skypeUsername" => {
            |p| if p.is_among(115, 5) { format!("live:{}{}", p.first.1, p.index).into() } else { Value::Null }
        }
        "work.customColumns.column_1655996461265" => {
            |p| if p.index % 40 == 14 || p.is_among(116, 30) { Value::Nth(p.draw(117, 0, 3) as u64) } else { Value::Null }
        }
        "work.custom.field_1667499206086" => {
            |p| if p.is_among(118, 70) { format!("CC-{}", p.draw(119, 1, 9) * 100).into() } else { Value::Null }
        }
        "custom.category_1647463606491.field_1647463700008" => {
            |p| if own_number(p) { format!("{:06}", 900 + p.index).into() } else { Value::Null }
        }
        "custom.category_1647463606491.field_1647463700016" => |p| match p.index % 40 {
            17 => format!("{}.{}.{}@example.com", p.first.1, p.last.1, 1000 + p.index).into(),
            _ => Value::Null,
        },
        "custom.category_1647463606491.field_1704464569961" => |_| Value::Null,
        "payroll.employment.activeEffectiveDate" => |p| Value::Date(current(p, EMPLOYMENT_ROWS)),
        "payroll.employment.contract" => |p| contract(p, 0),
        "payroll.employment.type" => employment_type,
        "payroll.employment.fte" => |p| Value::Decimal(if p.part_time() { 5_000 } else { 10_000 }),
        "payroll.employment.weeklyHours" => |p| Value::Decimal(if p.part_time() { 2_000 } else { 4_000 }),
        "payroll.employment.hoursInDayNotWorked" => |p| if p.part_time() { Value::Decimal(400) } else { Value::Null },
        "payroll.employment.workingPattern" | "payroll.employment.actualWorkingPattern" => pattern,
        "payroll.employment.standardWorkingPattern" | "payroll.employment.siteWorkingPattern" => {
            |p| Value::Pattern(p.site_pattern())
        }
        "payroll.employment.standardWorkingPattern.workingPatternId" => |p| Value::Item(pattern_id(p)),
        "payroll.employment.personalWorkingPatternType" => |p| Value::Item(if p.part_time() { "custom" } else { "site" }),
        "payroll.employment.calendarId" => {
            |p| Value::Item(["51201", "51202", "51203", "51204", "51205"][(p.site.calendar - 51_201) as usize])
        }
        "payroll.employment.flsaCode" => {
            |p| if p.site.currency == "USD" { Value::Nth(p.draw(120, 0, 1) as u64) } else { Value::Null }
        }
        "payroll.salary.activeEffectiveDate" => |p| Value::Date(current(p, SALARY_ROWS)),
        "payroll.salary.payment" => |p| match p.index % 40 {
            // Bob writes an empty text where there is no salary.
            15 => "".into(),
            _ => Value::Money(p.yearly_pay(0), p.site.currency),
        },
        "payroll.salary.payment.currency" => |p| if p.index % 40 == 15 { Value::Null } else { p.site.currency.into() },
        "payroll.salary.yearlyPayment" => {
            |p| if p.index % 40 == 15 { Value::Null } else { Value::Money(p.yearly_pay(0), p.site.currency) }
        }
        "payroll.salary.monthlyPayment" => {
            |p| if p.index % 40 == 15 { Value::Null } else { Value::Money(p.yearly_pay(0) / 12, p.site.currency) }
        }
        "payroll.salary.payPeriod" => |p| if p.index % 40 == 15 { Value::Null } else { Value::Item("Annual") },
        "payroll.salary.payFrequency" => |p| if p.index % 40 == 15 { Value::Null } else { Value::Item("Monthly") },
        "payroll.timeSinceLastSalaryChange" => |p| worked(p, |p| Value::Period(current(p, SALARY_ROWS), p.people.today)),
        "internal.lifecycleStatus" => |p| Value::Item(p.stage.lifecycle_status()),
        "internal.status" => |p| Value::Item(if p.stage.is_active() { "Active" } else { "Inactive" }),
        "internal.terminationDate" => |p| p.termination().into(),
        "internal.terminationReason" => |p| if p.termination().is_some() { reason(p) } else { Value::Null },
        "internal.terminationType" => {
            |p| if p.termination().is_some() { Value::Nth(p.draw(121, 0, 2) as u64) } else { Value::Null }
        }
        "internal.periodSinceTermination" => |p| left(p).map_or(Value::Null, |day| Value::Period(day, p.people.today)),
        "internal.yearsSinceTermination" => {
            |p| left(p).map_or(Value::Null, |day| Value::Decimal(i64::from((p.people.today - day).get_days()) * 10_000 / 36_525))
        }
        "internal.probationEndDate" => |p| Value::Date(p.start.saturating_add(180.days())),
        "internal.currentActiveStatusStartDate" => |p| Value::Date(p.leave().map_or(p.start, |(since, _)| since)),
        "employee.recentLeaveStartDate" => |p| p.leave().map(|(since, _)| since).into(),
        "employee.recentLeaveEndDate" => |p| p.leave().and_then(|(_, until)| until).into(),
        "employee.firstDayOfWork" => |p| Value::Date(p.start),
        "employee.lastDayOfWork" => |p| p.last_day_of_work().into(),
        "employee.eligibleForRehire" => |p| left(p).map_or(Value::Null, |_| Value::Yes(p.is_among(122, 60))),
        "employee.regrettableTermination" => |p| left(p).map_or(Value::Null, |_| Value::Yes(p.is_among(123, 30))),
        _ => return None,
    };
    Some(make)
}

fn current(p: &Person<'_>, salt: u64) -> Date {
    let (days, current) = p.rows(salt);
    days[current]
}

/// Numbers, mostly; companies write letters into the field, and some people have none.
fn number(p: &Person<'_>) -> Value {
    match p.index % 40 {
        3 | 17 => Value::Null,
        31 => format!("W-{:04}", p.index).into(),
        // More than a float can hold.
        _ if p.index % 1000 == 36 => Value::Whole(9_007_199_254_740_993 + p.index as i64),
        _ => Value::Whole(p.index as i64 + 1),
    }
}

/// People without a mailbox and a number have one of the company's own.
fn own_number(p: &Person<'_>) -> bool {
    matches!(p.index % 40, 17 | 18)
}

fn worked(p: &Person<'_>, make: Make) -> Value {
    if p.stage == Stage::Hired { Value::Null } else { make(p) }
}

/// The title in the row so many before the one in force.
pub fn title(p: &Person<'_>, before: u64) -> Value {
    match (p.index, p.index % 40) {
        (0, _) => Value::Item("255490050"),
        (1, _) => Value::Item("255490051"),
        (_, 9 | 17) => Value::Item("255490053"),
        // An item that is no longer offered, and a title that was typed before there was a list.
        (_, 26) if before == 0 => Value::Item("255490059"),
        (_, 28) if before == 0 => "Office Manager".into(),
        (_, 14) => Value::Null,
        _ => {
            const OFFERED: [&str; 8] =
                ["255490048", "255490049", "255490052", "255490054", "255490055", "255490056", "255490057", "255490058"];
            Value::Item(OFFERED[p.draw(130 + before, 0, 7) as usize])
        }
    }
}

pub fn department(p: &Person<'_>, before: u64) -> Value {
    match (p.index, p.index % 40) {
        (0, _) => Value::Item("262634073"),
        (_, 9 | 17) => Value::Item("262634074"),
        // Older entries hold the label in place of the id; some hold an archived item, some nothing.
        (_, 7 | 22) => "Marketing".into(),
        (_, 26) if before == 0 => Value::Item("262634075"),
        (_, 37) => Value::Null,
        _ => Value::Nth(p.draw(140 + before, 0, 9) as u64),
    }
}

pub fn contract(p: &Person<'_>, _before: u64) -> Value {
    Value::Item(match p.index % 40 {
        34 => "261454640",
        _ if p.part_time() => "Part time",
        _ => "Full time",
    })
}

pub fn employment_type(p: &Person<'_>) -> Value {
    Value::Item(match p.index % 40 {
        34 => "261454651",
        36 => "261454650",
        38 => "261454652",
        39 => "Temporary",
        _ => "Permanent",
    })
}

pub fn pattern(p: &Person<'_>) -> Value {
    Value::Pattern(p.pattern())
}

fn pattern_id(p: &Person<'_>) -> &'static str {
    if p.site_pattern().id == 301 { "301" } else { "304" }
}

pub fn site_id(p: &Person<'_>) -> &'static str {
    ["2154020", "2154021", "2154022", "2154023", "2154024"][p.culture.site]
}

pub fn reason(p: &Person<'_>) -> Value {
    Value::Item(["Resignation", "242776731", "242776732"][p.draw(124, 0, 2) as usize])
}

fn reports(count: u64) -> Value {
    if count == 0 { Value::Null } else { Value::Whole(count as i64) }
}

fn left(p: &Person<'_>) -> Option<Date> {
    p.termination().filter(|day| *day < p.people.today)
}
