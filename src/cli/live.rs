//! The flags and the environment from which a connection to HiBob is made.

use super::time_off;
use super::{Usage, log};
use crate::job::resolve;
use crate::job::spec::Connection;
use crate::mapping::document::At;
use crate::source::hibob::{Address, Credentials, Hibob, Listener, Settings, TimeOffSettings};
use clap::ValueEnum;
use clap::builder::RangedU64ValueParser;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long a credentials command may take; it may ask its user for a password.
const COMMAND: Duration = Duration::from_secs(60);

const ID: &str = "BOB_SERVICE_USER_ID";
const TOKEN: &str = "BOB_SERVICE_USER_TOKEN";

/// Said of each flag: a heading of the group would go on over the flags of the command that follow.
const HEADING: &str = "HiBob";

/// Keeps what belongs to the service user from a program that is started: it has no business with it.
pub fn without_service_user(command: &mut Command) -> &mut Command {
    for name in std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("BOB_")) {
        command.env_remove(name);
    }
    command
}

/// How to reach HiBob.
#[derive(Debug, Clone, clap::Args)]
pub struct HibobArgs {
    /// Which HiBob to call [env: BOB_ENVIRONMENT] [default: production]
    #[arg(long, help_heading = HEADING, value_enum, value_name = "NAME")]
    environment: Option<Environment>,
    /// Another address of HiBob's API, such as that of `bobmap sandbox`; https, or http to this machine [env: BOB_BASE_URL]
    #[arg(long, help_heading = HEADING, value_name = "URL")]
    base_url: Option<String>,
    /// Read the service user's id from a file, not from BOB_SERVICE_USER_ID [env: BOB_SERVICE_USER_ID_FILE]
    #[arg(long, help_heading = HEADING, value_name = "FILE")]
    service_user_id_file: Option<PathBuf>,
    /// Read the service user's token from a file that only you can read, not from BOB_SERVICE_USER_TOKEN
    /// [env: BOB_SERVICE_USER_TOKEN_FILE]
    #[arg(long, help_heading = HEADING, value_name = "FILE")]
    service_user_token_file: Option<PathBuf>,
    /// Ask a command for id and token; it answers as git's or docker's credential helpers do [env: BOB_CREDENTIALS_COMMAND]
    #[arg(long, help_heading = HEADING, value_name = "COMMAND")]
    credentials_command: Option<String>,
    /// Employees in one call
    #[arg(long, help_heading = HEADING, value_name = "N", default_value_t = 200, value_parser = within(1, 1000))]
    batch: u64,
    /// Calls at a time
    #[arg(long, help_heading = HEADING, value_name = "N", default_value_t = 4, value_parser = within(1, 32))]
    in_flight: u64,
    /// The largest answer that is read, unpacked, in MiB
    #[arg(long, help_heading = HEADING, value_name = "MIB", default_value_t = 256, value_parser = within(1, 65_536))]
    max_body: u64,
    /// How long one call may take, in seconds
    #[arg(long, help_heading = HEADING, value_name = "SECONDS", default_value_t = 120, value_parser = within(1, 86_400))]
    timeout: u64,
    /// How often a call that failed is tried again
    #[arg(long, help_heading = HEADING, value_name = "N", default_value_t = 6, value_parser = within(0, 100))]
    retries: u64,
    /// The longest first wait between two tries, in milliseconds; it doubles from try to try
    #[arg(long, help_heading = HEADING, value_name = "MILLISECONDS", default_value_t = 500, value_parser = within(0, 3_600_000))]
    retry_wait: u64,
    /// The longest wait between two tries, in seconds, unless HiBob names a longer one
    #[arg(long, help_heading = HEADING, value_name = "SECONDS", default_value_t = 30, value_parser = within(0, 3600))]
    longest_wait: u64,
    /// What a jobs file says in the place of the environment.
    #[arg(skip)]
    instead: Instead,
}

/// Values that count in the place of variables of the environment; one of them is a secret.
#[derive(Clone, Default)]
struct Instead(BTreeMap<&'static str, OsString>);

impl std::fmt::Debug for Instead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Environment {
    /// api.hibob.com
    Production,
    /// api.sandbox.hibob.com, with service users of its own
    Sandbox,
}

pub fn within(least: u64, most: u64) -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(least..=most)
}

impl HibobArgs {
    /// Makes no call yet.
    ///
    /// # Errors
    /// The flags contradict one another, or there are no credentials.
    pub fn connect(&self) -> anyhow::Result<Hibob> {
        self.connect_for(time_off::usual())
    }

    /// As [`HibobArgs::connect`], for what is asked about time off.
    pub fn connect_for(&self, time_off: TimeOffSettings) -> anyhow::Result<Hibob> {
        let environment = |name: &str| self.instead.0.get(name).cloned().or_else(|| std::env::var_os(name));
        Ok(Hibob::connect(self.settings(time_off, &environment)?)?)
    }

    /// Takes what a connection of a jobs file says in the place of the environment; flags count more. Its relative paths begin
    /// at `folder`.
    ///
    /// # Errors
    /// A variable that it names is not set.
    pub fn take(&mut self, connection: &Connection, folder: &Path) -> anyhow::Result<()> {
        let Connection {
            environment,
            base_url,
            service_user_id,
            service_user_token,
            service_user_id_file,
            service_user_token_file,
            credentials_command,
        } = connection;
        let file = |path: &Option<At<String>>| path.as_ref().map(|path| folder.join(&path.value).into_os_string());
        let value = |text: &Option<At<String>>| -> anyhow::Result<Option<OsString>> {
            let Some(text) = text else { return Ok(None) };
            Ok(Some(resolve(text, &|name| std::env::var_os(name)).map_err(|error| Usage(error.to_string()))?.into()))
        };
        let places = [("BOB_ENVIRONMENT", value(environment)?), ("BOB_BASE_URL", value(base_url)?)];
        let credentials = [
            (ID, value(service_user_id)?),
            (TOKEN, value(service_user_token)?),
            ("BOB_SERVICE_USER_ID_FILE", file(service_user_id_file)),
            ("BOB_SERVICE_USER_TOKEN_FILE", file(service_user_token_file)),
            ("BOB_CREDENTIALS_COMMAND", value(credentials_command)?),
        ];
        // Where the file says one of them, the environment's others don't count beside it.
        for group in [&places[..], &credentials[..]] {
            if group.iter().any(|(_, given)| given.is_some()) {
                self.instead.0.extend(group.iter().map(|(name, given)| (*name, given.clone().unwrap_or_default())));
            }
        }
        Ok(())
    }

    /// The settings, with the variables that `environment` knows.
    fn settings(&self, time_off: TimeOffSettings, environment: Lookup<'_>) -> anyhow::Result<Settings> {
        let address = self.address(environment)?;
        let credentials = self.credentials(&address, environment)?;
        Ok(Settings {
            batch: self.batch as usize,
            in_flight: self.in_flight as usize,
            max_body: self.max_body << 20,
            timeout: Duration::from_secs(self.timeout),
            retries: self.retries as usize,
            first_wait: Duration::from_millis(self.retry_wait),
            longest_wait: Duration::from_secs(self.longest_wait),
            listener: Listener::new(|wait| log::message("info", "wait", &wait.to_string(), || format!("note: {wait}\n"))),
            ..Settings::new(address, credentials, time_off)
        })
    }

    /// A flag counts more than the environment.
    fn address(&self, environment: Lookup<'_>) -> anyhow::Result<Address> {
        let named = |environment| match environment {
            Environment::Production => Address::production(),
            Environment::Sandbox => Address::sandbox(),
        };
        match (self.environment, &self.base_url) {
            (Some(_), Some(_)) => {
                return refuse("--environment and --base-url both say where HiBob is: give one of them".to_owned());
            }
            (Some(environment), None) => return Ok(named(environment)),
            (None, Some(url)) => return parsed("--base-url", url),
            (None, None) => {}
        }
        match (variable(environment, "BOB_ENVIRONMENT")?, variable(environment, "BOB_BASE_URL")?) {
            (Some(_), Some(_)) => refuse("BOB_ENVIRONMENT and BOB_BASE_URL both say where HiBob is: set one of them".to_owned()),
            (Some(name), None) => match Environment::from_str(name.trim(), true) {
                Ok(environment) => Ok(named(environment)),
                Err(_) => refuse("BOB_ENVIRONMENT is neither production nor sandbox".to_owned()),
            },
            (None, Some(url)) => parsed("BOB_BASE_URL", &url),
            (None, None) => Ok(Address::production()),
        }
    }

    fn credentials(&self, address: &Address, environment: Lookup<'_>) -> anyhow::Result<Credentials> {
        let given_file = |flag, flag_name, name| given(flag, flag_name, name, environment);
        let id_file = given_file(&self.service_user_id_file, "--service-user-id-file", "BOB_SERVICE_USER_ID_FILE")?;
        let token_file = given_file(&self.service_user_token_file, "--service-user-token-file", "BOB_SERVICE_USER_TOKEN_FILE")?;
        let command = given(&self.credentials_command, "--credentials-command", "BOB_CREDENTIALS_COMMAND", environment)?;
        let secret = |name| variable(environment, name).map(|value| value.map(SecretString::from));
        let (id, token) = (secret(ID)?, secret(TOKEN)?);
        let names = [
            id.as_ref().map(|_| ID),
            token.as_ref().map(|_| TOKEN),
            id_file.as_ref().map(|(_, name)| *name),
            token_file.as_ref().map(|(_, name)| *name),
        ];
        if let Some((command, name)) = command {
            return match names.into_iter().flatten().next() {
                Some(other) => refuse(format!("{name} and {other} both give the service user's credentials: give one of them")),
                None => Ok(Credentials::from_command(&command, address, COMMAND)?),
            };
        }
        for (one, other) in [(0, 2), (1, 3)] {
            if let (Some(one), Some(other)) = (names[one], names[other]) {
                return refuse(format!("{one} and {other} both give the service user's credentials: give one of them"));
            }
        }
        if names.iter().all(Option::is_none) {
            return refuse(format!(
                "no service user to call HiBob as. Give one of these:\n  \
                 {ID} and {TOKEN} in the environment\n  \
                 --service-user-id-file FILE and --service-user-token-file FILE\n  \
                 --credentials-command COMMAND"
            ));
        }
        let id = match (id, id_file) {
            (Some(id), _) => id,
            (None, Some((path, _))) => Credentials::read_id(&path)?,
            (None, None) => {
                return refuse(format!(
                    "the service user's token is given, and its id is not: set {ID}, or give --service-user-id-file FILE"
                ));
            }
        };
        let token = match (token, token_file) {
            (Some(token), _) => token,
            (None, Some((path, _))) => Credentials::read_token(&path)?,
            (None, None) => {
                return refuse(format!(
                    "the service user's id is given, and its token is not: set {TOKEN}, or give --service-user-token-file FILE"
                ));
            }
        };
        Ok(Credentials::new(id, token)?)
    }
}

fn parsed(name: &str, url: &str) -> anyhow::Result<Address> {
    Address::parse(url).or_else(|error| refuse(format!("{name}: {error}")))
}

fn refuse<T>(message: String) -> anyhow::Result<T> {
    Err(Usage(message).into())
}

/// What a variable of the environment is set to.
type Lookup<'l> = &'l dyn Fn(&str) -> Option<OsString>;

/// A flag's value, or else the environment's; and how to call it in a message.
fn given<T: Clone + From<String>>(
    flag: &Option<T>,
    flag_name: &'static str,
    variable_name: &'static str,
    environment: Lookup<'_>,
) -> anyhow::Result<Option<(T, &'static str)>> {
    match flag {
        Some(value) => Ok(Some((value.clone(), flag_name))),
        None => Ok(variable(environment, variable_name)?.map(|value| (T::from(value), variable_name))),
    }
}

/// A variable of the environment. One that is set to nothing is not given.
fn variable(environment: Lookup<'_>, name: &str) -> anyhow::Result<Option<String>> {
    match environment(name).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value).filter(|value| !value.is_empty())),
        // Its value may be a secret.
        Some(Err(_)) => refuse(format!("{name} is set to something that is no text")),
    }
}

#[cfg(test)]
mod tests;
