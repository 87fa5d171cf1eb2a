//! What a run asks HiBob for, call by call, for people and for programs.

use crate::catalog::request::Request;
use serde_json::{Value, json};

/// What a mapping asks for.
#[derive(Debug)]
pub struct Requests {
    pub mapping: String,
    /// The size of the company that calls are reckoned for.
    pub employees: u64,
    pub asked: Vec<Asked>,
}

/// What is asked of one resource.
#[derive(Debug)]
pub struct Asked {
    pub request: Request,
    pub steps: Vec<Step>,
    /// Why there are no steps.
    pub note: Option<String>,
}

/// One kind of call.
#[derive(Debug)]
pub struct Step {
    pub purpose: String,
    pub endpoint: String,
    pub body: Option<String>,
    pub calls: u64,
    /// As far as is known before HiBob says so itself.
    pub per_minute: u32,
    /// The box that allows it, if it is one.
    pub menu: Option<String>,
}

impl Requests {
    pub fn text(&self) -> String {
        let mut text = format!("What `{}` asks HiBob for, in a company of {} employees\n", self.mapping, self.employees);
        for Asked { request, steps, note } in &self.asked {
            text += &format!("\n{}\n", request.resource.name);
            for step in steps {
                let calls = if step.calls == 1 { "1 call".to_owned() } else { format!("{} calls", step.calls) };
                text += &format!("  {}: {}, {calls} (at most {} a minute)\n", step.endpoint, step.purpose, step.per_minute);
                if let Some(body) = &step.body {
                    text += &format!("    {body}\n");
                }
                if let Some(menu) = &step.menu {
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
        let step = |step: &Step| {
            let body = step.body.as_ref().and_then(|body| serde_json::from_str::<Value>(body).ok());
            json!({
                "purpose": step.purpose, "endpoint": step.endpoint, "body": body, "calls": step.calls,
                "per_minute": step.per_minute, "menu": step.menu,
            })
        };
        let asked = |Asked { request, steps, note }: &Asked| {
            json!({
                "resource": request.resource.name, "fields": request.fields, "human_readable": request.human_readable,
                "show_inactive": request.show_inactive, "calls": steps.iter().map(step).collect::<Vec<_>>(), "note": note,
            })
        };
        json!({
            "version": 1, "mapping": self.mapping, "employees": self.employees,
            "resources": self.asked.iter().map(asked).collect::<Vec<_>>(),
        })
    }
}
