//! `assume_zone`

use super::{Argument, ArgumentError, Context, Definition, Example, Failure, Gives, OnLists, Step, argument, dates};
use crate::value::time::{Instant, Iso};
use crate::value::{Shape, Value};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use schemars::json_schema;

pub static DEFINITION: Definition = Definition {
    name: "assume_zone",
    summary: "Says in which time zone a date and time without an offset was meant.",
    notes: "Zones are those of the IANA database, which is built in. A time that the clocks jumped over is moved on by the \
            length of the jump; a time that came twice is the earlier of the two. A date and time with an offset passes as it \
            is. A bare date is invalid: put `start_of_day` before it.",
    accepts: &[Shape::Text, Shape::LocalDatetime, Shape::Instant],
    gives: Gives::Shape(Shape::Instant),
    on_lists: OnLists::Each,
    argument: Argument::Required(|_| {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "title": "time zone",
            "description": "The zone's name in the IANA database: Region/City.",
            "examples": ["Europe/London", "UTC"],
        })
    }),
    examples: &[
        Example { step: "assume_zone: Europe/London", input: "2026-07-01T09:00:00", output: Some("2026-07-01T09:00:00+01:00") },
        Example { step: "assume_zone: UTC", input: "2026-07-01T09:00:00", output: Some("2026-07-01T09:00:00Z") },
        Example {
            step: "assume_zone: Europe/London",
            input: "2026-07-01T09:00:00-05:00",
            output: Some("2026-07-01T09:00:00-05:00"),
        },
        Example { step: "assume_zone: Europe/London", input: "2026-07-01", output: None },
    ],
    compile: |argument| {
        let name = argument::text(argument)?;
        // The bundled database alone: what a zone means must not depend on the machine.
        let zones = TimeZoneDatabase::bundled();
        if !zones.available().any(|zone| zone.as_str() == name) {
            let fault = ArgumentError::new(format!("the IANA time zone database has no zone `{name}`"));
            let names: Vec<_> = zones.available().collect();
            let near = names
                .iter()
                .map(|zone| zone.as_str())
                .find(|zone| zone.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&name)));
            let near = near.or_else(|| argument::nearest(&name, names.iter().map(|zone| zone.as_str())));
            return Err(match near {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.help("zones are named Region/City, such as `Europe/London`; `UTC` is one too"),
            });
        }
        let zone = zones.get(&name).map_err(|error| ArgumentError::new(error.to_string()))?;
        Ok(Box::new(AssumeZone { zone }))
    },
};

#[derive(Debug)]
struct AssumeZone {
    zone: TimeZone,
}

impl Step for AssumeZone {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        match dates::read(&value)? {
            Iso::Instant(instant) => Ok(Value::Instant(instant)),
            Iso::LocalDatetime(local) => Instant::in_zone(local, &self.zone)
                .map(Value::Instant)
                .map_err(|_| Failure::new("the time is beyond what can be written")),
            Iso::Date(_) => Err(Failure::new("expected a date and time, found a date: put `start_of_day` before `assume_zone`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DEFINITION;

    #[test]
    fn an_unknown_zone_is_refused_with_the_one_that_was_meant() {
        for (name, near) in [
            ("Europe/Lodnon", "Europe/London"),
            ("europe/london", "Europe/London"),
            ("berlin", "Europe/Berlin"),
            ("Z", "Region/City"),
        ] {
            let fault = DEFINITION.step(&serde_json::json!(name)).unwrap_err();
            assert!(fault.help.as_deref().unwrap().contains(near), "{name}: {fault:?}");
        }
    }
}
