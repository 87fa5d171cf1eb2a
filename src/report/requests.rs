//! What a run asks HiBob for, call by call, for people and for programs.

use crate::catalog::request::Request;
use crate::source::hibob::PlannedCall;
use serde_json::{Value, json};

/// What mappings that run together ask for.
#[derive(Debug)]
pub struct Requests {
    /// By name; the first file's, then those that run beside it.
    pub mappings: Vec<String>,
    /// The size of the company that calls are reckoned for.
    pub employees: u64,
    pub asked: Vec<Asked>,
}

/// What is asked of one resource.
#[derive(Debug)]
pub struct Asked {
    pub request: Request,
    pub calls: Vec<PlannedCall>,
}

impl Requests {
    pub fn text(&self) -> String {
        let names = self.mappings.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
        let ask = if self.mappings.len() > 1 { "ask" } else { "asks" };
        let mut text = format!("What {names} {ask} HiBob for, in a company of {} employees\n", self.employees);
        for Asked { request, calls } in &self.asked {
            text += &format!("\n{}\n", request.resource.name);
            for call in calls {
                let PlannedCall { purpose, endpoint, body, times, for_each, per_minute, menu } = call;
                let count = times.calls(self.employees);
                let s = if count == 1 { "" } else { "s" };
                let each = for_each.map_or_else(String::new, |what| format!(" for each {what}"));
                let takes = match call.minutes(self.employees) {
                    0 => String::new(),
                    minutes => format!(", so {} at least", time(minutes)),
                };
                text += &format!("  {endpoint}: {purpose}, {count} call{s}{each} (at most {per_minute} a minute{takes})\n");
                if let Some(body) = body {
                    text += &format!("    {body}\n");
                }
                if let Some(menu) = menu {
                    text += &format!("    allowed by {menu}\n");
                }
            }
            if request.resource.name == "hibob.people" {
                let inactive =
                    if request.show_inactive { "too, for `keep` or a join may want them" } else { "not: `keep` leaves them out" };
                let labels = if request.human_readable { "asked for beside the ids of list items" } else { "not asked for" };
                text += &format!("  {} fields; labels {labels}; inactive people {inactive}\n", request.fields.len());
            }
        }
        text
    }

    pub fn json(&self) -> Value {
        let planned = |call: &PlannedCall| {
            let body = call.body.as_ref().and_then(|body| serde_json::from_str::<Value>(body).ok());
            json!({
                "purpose": call.purpose, "endpoint": call.endpoint, "body": body, "calls": call.times.calls(self.employees),
                "for_each": call.for_each, "per_minute": call.per_minute, "minutes": call.minutes(self.employees),
                "menu": call.menu,
            })
        };
        let asked = |Asked { request, calls }: &Asked| {
            json!({
                "resource": request.resource.name, "fields": request.fields, "human_readable": request.human_readable,
                "show_inactive": request.show_inactive, "calls": calls.iter().map(planned).collect::<Vec<_>>(),
            })
        };
        json!({
            "version": 1, "mapping": self.mappings[0], "and": self.mappings[1..], "employees": self.employees,
            "resources": self.asked.iter().map(asked).collect::<Vec<_>>(),
        })
    }
}

fn time(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
