//! From a path's text to its plan. jsonpath-rust gets the tokens with nothing between them and with numbers in the place of
//! names, texts and numbers: so it can't misread them, and digits beyond 64 bits survive.

use super::fault::Fault;
use super::plan::{Plan, Planner};
use super::structure;
use super::token::{Placed, Token, tokenize};
use super::{PathError, Segment};
use jsonpath_rust::parser::errors::JsonPathError;
use jsonpath_rust::parser::parse_json_path;

/// How long a path may be, in bytes.
const MAX_LENGTH: usize = 10_000;

pub(super) fn parse(path: &str) -> Result<(Vec<Segment>, Vec<PathError>), PathError> {
    let plan = read(path).map_err(|fault| fault.into_error(path))?;
    Ok((plan.segments, plan.warnings.into_iter().map(|fault| fault.into_error(path)).collect()))
}

/// Reads a path; faults don't know their repairs yet.
pub(super) fn read(path: &str) -> Result<Plan, Fault> {
    if path.len() > MAX_LENGTH {
        return Err(Fault::new(0..0, format!("the path is longer than {MAX_LENGTH} bytes")));
    }
    let tokens = tokenize(path)?;
    let (plain, starts) = plain(&tokens);
    match parse_json_path(&plain) {
        Ok(query) => Planner::new(path, &tokens).plan(query),
        Err(JsonPathError::PestError(error)) => {
            // The enum that holds the place belongs to a crate that jsonpath-rust does not pass on.
            let place = format!("{:?}", error.location);
            let digits: String =
                place.chars().skip_while(|char| !char.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
            let at = digits.parse().unwrap_or(plain.len());
            let failed = starts.partition_point(|start| *start <= at).saturating_sub(1);
            Err(structure::fault(path, &tokens, if at >= plain.len() { tokens.len() } else { failed }))
        }
        Err(_) => Err(structure::fault(path, &tokens, tokens.len())),
    }
}

/// The tokens without what could be misread, and where each of them starts.
fn plain(tokens: &[Placed]) -> (String, Vec<usize>) {
    let mut plain = String::new();
    let mut starts = Vec::with_capacity(tokens.len());
    for (index, placed) in tokens.iter().enumerate() {
        starts.push(plain.len());
        match &placed.token {
            Token::Sign(text) | Token::Constant(text) => plain.push_str(text),
            Token::Name(_) => plain.push_str(&format!("n{index}")),
            Token::Text(_) => plain.push_str(&format!("'{index}'")),
            Token::Integer(_) | Token::Number(_) => plain.push_str(&index.to_string()),
            // Two that jsonpath-rust reads without an opinion on their arguments.
            Token::Function(function) => plain.push_str(if function.is_test() { "match" } else { "length" }),
        }
    }
    (plain, starts)
}
