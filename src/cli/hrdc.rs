//! ActivTrak's HR Data Connector as a jobs file names it, with its key.

use super::Usage;
use crate::destination::{HrdcDestination, address};
use crate::job::resolve;
use crate::job::spec::{REGIONS, To};
use crate::mapping::Mapping;
use crate::sink::RowEncoder;
use crate::source::hibob::Credentials;
use crate::state::State;
use crate::value::mask::Reveal;
use secrecy::SecretString;
use std::path::Path;

/// # Errors
/// The address or the key is unfit.
pub fn destination<'s>(
    job: &str,
    to: &To,
    folder: &Path,
    state: &'s State,
    (mapping, encoder): (&Mapping, &mut RowEncoder<'_>),
    reveal: Reveal,
) -> anyhow::Result<HrdcDestination<'s>> {
    let environment = |name: &str| std::env::var_os(name);
    let resolved = |text: &str| resolve(text, &environment).map_err(|error| Usage(error.to_string()));
    let text = resolved(to.hrdc_address().unwrap_or_default())?;
    let base = address(&text, REGIONS[0].1).map_err(|why| Usage(format!("`hrdc`: {why}")))?;
    let key = match (&to.key, &to.key_file) {
        (Some(key), _) => SecretString::from(resolved(key)?),
        (None, Some(file)) => Credentials::read_token(&folder.join(&file.value))?,
        (None, None) => return Err(Usage(format!("the job `{job}` has no key for {base}")).into()),
    };
    let mut head = Vec::new();
    encoder.head(&mut head);
    Ok(HrdcDestination::new(base, (key, to.key_from()), head, mapping, reveal, (state, job))?)
}
