//! The company's policies for time off: what people may be off for, in what it is counted, and who may see it.

use super::amount::Amount;
use crate::sandbox::scenario::{Activity, PolicyChange, Unit, Visibility};
use serde_json::{Value, json};

/// A policy type.
#[derive(Debug, Clone)]
pub struct Policy {
    pub name: String,
    /// Bob's own word for it, as `policyType` has it.
    pub code: String,
    pub unit: Unit,
    pub visibility: Visibility,
    /// What stands in the place of the name for those who may not know it, where the visibility is a custom name.
    pub public_name: String,
    pub activity: Activity,
    /// Days on which nobody works cost nothing.
    pub work_days_only: bool,
    /// What somebody gets a year.
    pub allowance: Amount,
    /// The company has deleted it. Its requests stay, without its name.
    pub deleted: bool,
}

/// Places of the policies that every company here has.
pub const HOLIDAY: usize = 0;
pub const SICK: usize = 1;
pub const PARENTAL: usize = 2;
pub const IN_LIEU: usize = 3;
pub const FERTILITY: usize = 4;
pub const UNPAID: usize = 5;
pub const ABROAD: usize = 6;
pub const MEDICAL: usize = 7;

/// In the order of the constants.
pub fn usual() -> Vec<Policy> {
    use Activity::{PaidTimeoff, UnpaidTimeoff, WorkTime};
    use Unit::{Days, Hours};
    use Visibility::{Custom, Private, Public};
    let policies = [
        ("Holiday", Days, Public, PaidTimeoff, 25),
        ("Sick", Days, Private, PaidTimeoff, 10),
        ("Parental leave", Days, Public, PaidTimeoff, 90),
        ("Time in lieu", Hours, Public, PaidTimeoff, 40),
        ("Fertility treatment", Days, Custom, PaidTimeoff, 5),
        ("Unpaid leave", Days, Public, UnpaidTimeoff, 20),
        ("Working abroad", Days, Public, WorkTime, 20),
        ("Medical appointment", Hours, Private, PaidTimeoff, 16),
    ];
    let policy = |(at, (name, unit, visibility, activity, allowance)): (usize, (&str, Unit, Visibility, Activity, i64))| Policy {
        name: name.to_owned(),
        code: code(at),
        unit,
        visibility,
        public_name: "Personal leave".to_owned(),
        activity,
        work_days_only: at != PARENTAL,
        allowance: Amount::whole(allowance),
        deleted: false,
    };
    policies.into_iter().enumerate().map(policy).collect()
}

fn code(at: usize) -> String {
    format!("type{}", at + 1)
}

impl Policy {
    /// One of the scenario's own: like Holiday, unless it says more.
    pub fn fresh(name: &str, at: usize) -> Policy {
        Policy { name: name.to_owned(), code: code(at), ..usual().swap_remove(HOLIDAY) }
    }

    pub fn change(&mut self, change: &PolicyChange) {
        let PolicyChange { unit, visibility, public_name, activity, work_days_only, allowance, deleted } = change;
        self.unit = unit.unwrap_or(self.unit);
        self.visibility = visibility.unwrap_or(self.visibility);
        self.activity = activity.unwrap_or(self.activity);
        self.work_days_only = work_days_only.unwrap_or(self.work_days_only);
        self.allowance = allowance.and_then(Amount::of).unwrap_or(self.allowance);
        if let Some(name) = public_name {
            self.public_name.clone_from(name);
        }
        self.deleted |= deleted;
    }

    /// The name for somebody who may (`private`) or may not see what is private. `None` where even the request is not for
    /// them to see.
    pub fn shown(&self, private: bool) -> Option<Value> {
        let name = match (self.visibility, private) {
            (Visibility::Private, false) => return None,
            (Visibility::Custom, false) => &self.public_name,
            _ => &self.name,
        };
        Some(if self.deleted { Value::Null } else { name.as_str().into() })
    }

    /// The answer to a question for this one policy type.
    pub fn described(&self) -> Value {
        json!({
            "name": self.name, "activity": self.activity.word(), "bookingWorkDaysOnly": self.work_days_only,
            "unit": self.unit.word(),
        })
    }
}
