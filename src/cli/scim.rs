//! A SCIM server as a jobs file names it, with its token.

use super::Usage;
use crate::destination::{Leavers, ScimDestination, address};
use crate::job::resolve;
use crate::job::spec::{Deletes, To};
use crate::mapping::Mapping;
use crate::pipeline::Cancel;
use crate::source::hibob::Credentials;
use crate::state::State;
use secrecy::SecretString;
use std::path::Path;

/// # Errors
/// The address or the token is unfit, or the mapping makes no users.
pub fn destination<'s>(
    job: &str,
    to: &To,
    scim: &str,
    folder: &Path,
    state: &'s State,
    mapping: &Mapping,
    cancel: Cancel,
) -> anyhow::Result<ScimDestination<'s>> {
    let environment = |name: &str| std::env::var_os(name);
    let text = resolve(scim, &environment).map_err(|error| Usage(error.to_string()))?;
    let base = address(&text, "https://example.com/scim/v2").map_err(|why| Usage(format!("`scim`: {why}")))?;
    let token = match (&to.token, &to.token_file) {
        (Some(token), _) => SecretString::from(resolve(token, &environment).map_err(|error| Usage(error.to_string()))?),
        (None, Some(file)) => Credentials::read_token(&folder.join(&file.value))?,
        (None, None) => return Err(Usage(format!("the job `{job}` has no token for {base}")).into()),
    };
    let leavers = to.deletes.and_then(|deletes| match deletes {
        Deletes::Keep => Some(Leavers::Keep),
        Deletes::Untrack => Some(Leavers::Untrack),
        Deletes::Deactivate => Some(Leavers::Deactivate),
        Deletes::Delete => Some(Leavers::Delete),
        Deletes::Soft | Deletes::Hard => None,
    });
    Ok(ScimDestination::new(base, token, leavers, mapping, (state, job), Box::new(move || cancel.is_cancelled()))?)
}
