//! `multiply`

use super::{Argument, ArgumentError, Context, Definition, Example, Failure, Gives, OnLists, Step};
use crate::value::{Shape, Value};
use bigdecimal::BigDecimal;
use schemars::json_schema;
use std::borrow::Cow;
use std::str::FromStr;

pub static DEFINITION: Definition = Definition {
    name: "multiply",
    summary: "Multiplies by a number, or by the value of another field, exactly.",
    accepts: &[Shape::Number],
    gives: Gives::Same,
    on_lists: OnLists::Each,
    argument: Argument::Required(
        |_| json_schema!({ "type": ["number", "string"], "title": "multiply by", "description": "A number, or the name of a field.", "examples": [8, "_hours_a_day"] }),
    ),
    examples: &[
        Example { step: "multiply: 7.5", input: "1.10", output: Some("8.25") },
        Example { step: "multiply: 8", input: "not a number", output: None },
    ],
    compile,
};

#[derive(Debug)]
enum Multiply {
    By(BigDecimal),
    Field(String),
}

fn compile(argument: &serde_json::Value) -> Result<Box<dyn Step>, ArgumentError> {
    let step = match argument {
        serde_json::Value::String(field) => Multiply::Field(field.clone()),
        other => Multiply::By(BigDecimal::from_str(&other.to_string()).map_err(|_| ArgumentError {
            message: "expected a number or the name of a field".to_owned(),
            help: Some("write `multiply: 8` or `multiply: _hours_a_day`".to_owned()),
            ambiguous: false,
        })?),
    };
    Ok(Box::new(step))
}

impl Step for Multiply {
    fn apply<'v>(&self, value: Value<'v>, context: &Context<'_>) -> Result<Value<'v>, Failure> {
        let Value::Number(digits) = &value else { return Err(Failure::shape(&value, "a number")) };
        let number =
            |digits: &str| BigDecimal::from_str(digits).map_err(|_| Failure::new("the number's exponent is out of range"));
        let factor = match (self, context.operand) {
            (Multiply::By(factor), _) => factor.clone(),
            (Multiply::Field(_), Some(Value::Number(digits))) => number(digits)?,
            (Multiply::Field(name), Some(other)) => {
                return Err(Failure::new(format!("`{name}` is {}, not a number", other.shape())));
            }
            (Multiply::Field(name), None) => return Err(Failure::new(format!("`{name}` has no value to multiply by"))),
        };
        Ok(Value::Number(Cow::Owned((number(digits)? * factor).normalized().to_plain_string())))
    }

    fn operand(&self) -> Option<&str> {
        match self {
            Multiply::By(_) => None,
            Multiply::Field(name) => Some(name),
        }
    }
}
