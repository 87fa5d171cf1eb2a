//! What went wrong between here and the server, in words that hold no value of a row and nothing of the user's.

use std::error::Error as StdError;
use std::io::ErrorKind;
use tokio_postgres::Error;
use tokio_postgres::error::DbError;

/// Classes of errors whose messages name objects of the database, and never values.
const PLAIN: [&str; 14] = ["08", "0A", "25", "2B", "3D", "3F", "40", "42", "53", "54", "55", "57", "58", "0L"];

/// Why no connection was made.
pub(super) fn of_connecting(error: &Error) -> String {
    if let Some(error) = error.as_db_error() {
        return of_server(error);
    }
    let chain = || std::iter::successors(Some(error as &dyn StdError), |error| (**error).source());
    match chain().find_map(tls) {
        Some(rustls::Error::InvalidCertificate(fault)) => {
            return format!(
                "the server's certificate is not to be believed ({fault}): give it one that this machine trusts, name its authority's \
                 file in SSL_CERT_FILE, or do without TLS: `sslmode=disable`"
            );
        }
        Some(error) => return format!("TLS with the server failed: {error}"),
        None => {}
    }
    let why = innermost(error);
    match chain().find_map(|error| error.downcast_ref::<std::io::Error>()).map(std::io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => {
            "nothing listens there (connection refused): is the server running, and is that its port?".to_owned()
        }
        Some(_) => format!("the server can't be reached: {why}"),
        None if why.contains("does not support TLS") => {
            "the server speaks no TLS, and `sslmode` in its address asks for it".to_owned()
        }
        None => format!("the server can't be reached: {why}"),
    }
}

/// Why the server has not done what it was told. `named` tells the name of a column by its place in a copy.
pub fn of_statement(error: &Error, named: &dyn Fn(usize) -> Option<String>) -> String {
    let Some(refusal) = error.as_db_error() else {
        return format!("the connection was lost ({})", innermost(error));
    };
    match copied_column(refusal).and_then(named) {
        Some(column) => format!("the column `{column}`: {}", of_server(refusal)),
        None => of_server(refusal),
    }
}

/// The place of the column that a copy stopped at.
fn copied_column(refusal: &DbError) -> Option<usize> {
    let (_, rest) = refusal.where_()?.split_once(", column c")?;
    rest.split_once(':')?.0.parse().ok()
}

fn of_server(refusal: &DbError) -> String {
    let (code, message) = (refusal.code().code(), refusal.message());
    match code {
        "28P01" => "the server refuses the password, or knows no such user".to_owned(),
        "28000" => "the server lets nobody in as this user, from this machine and in this way: look at its pg_hba.conf, and at \
                    `sslmode` in the address"
            .to_owned(),
        "42501" => format!(
            "{message}: the user needs USAGE and CREATE on the schema, to own the table, and for people's rows TEMPORARY on the \
             database (GRANT USAGE, CREATE ON SCHEMA ... TO ...)"
        ),
        "55P03" => "somebody else has held the table for more than 30 s: is another sync running?".to_owned(),
        "22P05" | "22021" => "the database's encoding lacks a sign that a value has: its ENCODING should be UTF8".to_owned(),
        // A piece of a statement stands in it, which a trigger may have made of values.
        "42601" => format!("the server refuses a statement (SQLSTATE {code})"),
        _ if PLAIN.contains(&&code[..2]) => message.to_owned(),
        _ => {
            let constraint = refusal.constraint().map_or_else(String::new, |name| format!(", constraint `{name}`"));
            let column = refusal.column().map_or_else(String::new, |name| format!(", column `{name}`"));
            format!("the server refuses it (SQLSTATE {code}{constraint}{column}); its log says more")
        }
    }
}

/// An error of the TLS library, in however many envelopes of the standard library's.
fn tls<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::Error> {
    let inner = || error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    error.downcast_ref().or_else(|| inner().and_then(|inner| tls(inner)))
}

fn innermost(error: &dyn StdError) -> String {
    std::iter::successors(Some(error), |error| (**error).source()).last().map_or_else(String::new, ToString::to_string)
}
