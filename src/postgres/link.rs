//! The connection to a server: its address, TLS, and the runtime that it works on.

use super::refusal::of_connecting;
use rustls::ClientConfig;
use rustls::crypto::ring::default_provider;
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a server may take to let somebody in.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a silent server is waited for before it is asked whether it is there.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(2);
const USUAL_PORT: u16 = 5432;

/// Where a server is, and how to speak to it.
pub struct Address {
    config: Config,
    /// Host and database.
    pub name: String,
}

impl Address {
    /// Reads an address, as URL or as `host=... dbname=...`.
    ///
    /// # Errors
    /// It is none; nothing of it is repeated.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        // Certificates are always judged, so these two ask for nothing more.
        let text = text.replace("sslmode=verify-full", "sslmode=require").replace("sslmode=verify-ca", "sslmode=require");
        let mut config: Config = text.parse().map_err(|_| {
            "this is no address of a PostgreSQL server; it is written postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=require, and \
             signs that a URL lacks are percent-encoded"
        })?;
        let Some(database) = config.get_dbname().map(str::to_owned) else {
            return Err("the address names no database: postgres://HOST/DATABASE");
        };
        if config.get_hosts().is_empty() {
            return Err("the address names no host: postgres://HOST/DATABASE");
        }
        let host = |(at, host): (usize, &Host)| {
            let port = config.get_ports().get(at).or_else(|| config.get_ports().first()).copied().unwrap_or(USUAL_PORT);
            match host {
                Host::Tcp(host) if port == USUAL_PORT => host.clone(),
                Host::Tcp(host) => format!("{host}:{port}"),
                #[cfg(unix)]
                Host::Unix(path) => path.display().to_string(),
            }
        };
        let hosts: Vec<String> = config.get_hosts().iter().enumerate().map(host).collect();
        let name = format!("{}/{database}", hosts.join(","));
        config.application_name("bobmap").keepalives_idle(SILENCE);
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        Ok(Address { config, name })
    }

    fn needs_tls(&self) -> bool {
        self.config.get_ssl_mode() != SslMode::Disable && self.config.get_hosts().iter().any(|host| matches!(host, Host::Tcp(_)))
    }
}

/// A connection. It is worked on while something is waited for, on this very thread.
pub struct Link {
    runtime: Runtime,
    client: Option<Client>,
    connection: Option<JoinHandle<()>>,
}

impl Link {
    /// # Errors
    /// Says in a sentence why there is no connection.
    pub fn open(address: &Address) -> Result<Self, String> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        let connecting = async {
            if !address.needs_tls() {
                return connect(&address.config, NoTls).await;
            }
            let tls = ClientConfig::builder_with_provider(Arc::new(default_provider()))
                .with_safe_default_protocol_versions()
                .and_then(BuilderVerifierExt::with_platform_verifier)
                .map_err(|error| format!("TLS: {error}"))?;
            connect(&address.config, MakeRustlsConnect::new(tls.with_no_client_auth())).await
        };
        let (client, connection) = runtime
            .block_on(async { timeout(PATIENCE, connecting).await })
            .unwrap_or_else(|_| Err(format!("the server does not answer within {} s", PATIENCE.as_secs())))?;
        Ok(Link { runtime, client: Some(client), connection: Some(connection) })
    }

    pub fn client(&self) -> &Client {
        self.client.as_ref().expect("it is taken only when the link goes")
    }

    /// Waits for what the server answers.
    pub fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }
}

async fn connect<T>(config: &Config, tls: T) -> Result<(Client, JoinHandle<()>), String>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
    <T::TlsConnect as TlsConnect<Socket>>::Error: Send,
{
    let (client, connection) = config.connect(tls).await.map_err(|error| of_connecting(&error))?;
    // What it ends with reaches the one who waits for an answer.
    let connection = tokio::spawn(async { connection.await.unwrap_or_default() });
    Ok((client, connection))
}

impl Drop for Link {
    /// Says farewell, so that the server does not take it for a loss. What is not committed is gone then.
    fn drop(&mut self) {
        self.client = None;
        if let Some(connection) = self.connection.take() {
            let _ = self.runtime.block_on(async { timeout(FAREWELL, connection).await });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_is_known_by_host_and_database_alone() {
        for (text, expected) in [
            ("postgres://ada:hunter2@db.example.test/hr", "db.example.test/hr"),
            ("postgresql://ada:hunter2@db.example.test:6543/hr?sslmode=verify-full", "db.example.test:6543/hr"),
            ("host=db.example.test user=ada password=hunter2 dbname=hr", "db.example.test/hr"),
            ("postgres://ada@%2Fvar%2Frun%2Fpostgresql/hr", "/var/run/postgresql/hr"),
        ] {
            assert_eq!(Address::read(text).map(|address| address.name).as_deref(), Ok(expected));
        }
        for text in
            ["postgres://ada:hunt er2@db/hr?pass=x", "db.example.test", "postgres://ada@db.example.test", "host=/tmp user=ada"]
        {
            assert!(Address::read(text).is_err_and(|why| !why.contains("ada")), "{text}");
        }
    }
}
