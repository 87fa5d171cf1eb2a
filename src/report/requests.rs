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
    /// Why there are no calls.
    pub note: Option<String>,
}

impl Requests {
    pub fn text(&self) -> String {
        let names = self.mappings.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
        let ask = if self.mappings.len() > 1 { "ask" } else { "asks" };
        let mut text = format!("What {names} {ask} HiBob for, in a company of {} employees\n", self.employees);
        for Asked { request, calls, note } in &self.asked {
            text += &format!("\n{}\n", request.resource.name);
            for call in calls {
                let PlannedCall { purpose, endpoint, body, times, per_minute, menu } = call;
                let count = times.calls(self.employees);
                let s = if count == 1 { "" } else { "s" };
                text += &format!("  {endpoint}: {purpose}, {count} call{s} (at most {per_minute} a minute)\n");
                if let Some(body) = body {
                    text += &format!("    {body}\n");
                }
                if let Some(menu) = menu {
                    text += &format!("    allowed by {menu}\n");
                }
            }
            if let Some(note) = note {
                text += &format!("  {note}\n");
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
                "per_minute": call.per_minute, "menu": call.menu,
            })
        };
        let asked = |Asked { request, calls, note }: &Asked| {
            json!({
                "resource": request.resource.name, "fields": request.fields, "human_readable": request.human_readable,
                "show_inactive": request.show_inactive, "calls": calls.iter().map(planned).collect::<Vec<_>>(), "note": note,
            })
        };
        json!({
            "version": 1, "mapping": self.mappings[0], "and": self.mappings[1..], "employees": self.employees,
            "resources": self.asked.iter().map(asked).collect::<Vec<_>>(),
        })
    }
}
