//! `multiply`

use super::{Argument, ArgumentError, Context, Definition, Example, Failure, Gives, OnLists, Step, decimal};
use crate::value::{Shape, Value};
use bigdecimal::BigDecimal;
use schemars::json_schema;
use std::borrow::Cow;

/// What floating point keeps of a number written in decimal digits.
const EXACT_DIGITS: u64 = 15;

pub static DEFINITION: Definition = Definition {
    name: "multiply",
    summary: "Multiplies by a number, or by the value of another field, exactly.",
    notes: "Where the other field has no value or is no number, the value is invalid. Zeros at the end are not written. In the \
            examples `_hours_a_day` is 8.",
    accepts: &[Shape::Number],
    gives: Gives::Same,
    on_lists: OnLists::Each,
    argument: Argument::Required(|_| {
        json_schema!({
            "type": ["number", "string"],
            "title": "factor",
            "description": "A number of at most 15 digits, or the name of a field.",
            "examples": [7.5, "_hours_a_day"],
        })
    }),
    examples: &[
        Example { step: "multiply: 7.5", input: "1.10", output: Some("8.25") },
        Example { step: "multiply: _hours_a_day", input: "2.5", output: Some("20") },
        Example { step: "multiply: 8", input: "'2.5'", output: None },
    ],
    compile,
};

#[derive(Debug)]
enum Multiply {
    By(BigDecimal),
    Field(String),
}

fn compile(argument: &serde_json::Value) -> Result<Box<dyn Step>, ArgumentError> {
    let expected = |found: &str| ArgumentError::new(format!("expected a number or the name of a field, found {found}"));
    let step = match argument {
        serde_json::Value::String(field) if field.trim().is_empty() => return Err(expected("empty text")),
        serde_json::Value::String(field) if decimal::from_text(field, true).is_some() => {
            return Err(expected("a number in quotes").help(format!("write `multiply: {field}`")));
        }
        serde_json::Value::String(field) => Multiply::Field(field.clone()),
        serde_json::Value::Number(number) => {
            let factor = decimal::parse(&number.to_string()).map_err(|failure| ArgumentError::new(failure.0))?.normalized();
            if number.is_f64() && factor.digits() > EXACT_DIGITS {
                return Err(ArgumentError::new("the number has more digits than are kept").help("write at most 15 digits"));
            }
            Multiply::By(factor)
        }
        serde_json::Value::Bool(_) => return Err(expected("true or false")),
        serde_json::Value::Array(_) => return Err(expected("a list")),
        serde_json::Value::Object(_) => return Err(expected("keys and values")),
        serde_json::Value::Null => return Err(expected("nothing")),
    };
    Ok(Box::new(step))
}

impl Step for Multiply {
    fn apply<'v>(&self, value: Value<'v>, context: &Context<'_>) -> Result<Value<'v>, Failure> {
        let Value::Number(digits) = &value else { return Err(Failure::shape(&value, "a number")) };
        let number = decimal::parse(digits)?;
        let product = match (self, context.operand) {
            (Multiply::By(factor), _) => number * factor,
            (Multiply::Field(_), Some(Value::Number(digits))) => number * decimal::parse(digits)?,
            (Multiply::Field(name), Some(other)) => return Err(Failure(format!("`{name}` is {}, not a number", other.shape()))),
            (Multiply::Field(name), None) => return Err(Failure(format!("`{name}` has no value to multiply by"))),
        };
        Ok(Value::Number(Cow::Owned(decimal::write(&product))))
    }

    fn operand(&self) -> Option<&str> {
        match self {
            Multiply::By(_) => None,
            Multiply::Field(name) => Some(name),
        }
    }
}
