//! The server: starts, stops, and what a test may do with it in between.

mod answer;
mod endpoint;
mod faults;
mod handle;
mod limits;
mod log;
mod wire;

pub(in crate::sandbox) use answer::Answer;
pub(in crate::sandbox) use endpoint::{Endpoint, Query};
pub use faults::{FaultKind, Faults};
pub use limits::Limits;
pub use log::Entry;
pub(in crate::sandbox) use log::Written;

use super::people::People;
use super::scenario::Scenario;
use super::time_off;
use axum::Router;
use handle::Server;
use jiff::civil::Date;
use log::Log;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use tokio::runtime::Runtime;
use wire::{Door, Line};

/// How to start a sandbox. What is `None` follows from the scenario, and then is as usual.
#[derive(Clone, Default)]
pub struct Settings {
    pub scenario: Scenario,
    /// 40, unless something else is said.
    pub employees: Option<u64>,
    pub seed: Option<u64>,
    /// The real one, unless something else is said.
    pub today: Option<Date>,
    /// 0 takes a free one.
    pub port: u16,
    /// Id and token; otherwise both follow from the seed.
    pub service_user: Option<(String, String)>,
    pub limits: Limits,
    pub faults: Faults,
    /// A file that each request is added to as one JSON line.
    pub log: Option<PathBuf>,
}

/// A HiBob that serves on loopback until it is dropped.
pub struct Sandbox {
    server: Arc<Server>,
    settings: Settings,
    address: SocketAddr,
    service_user: (String, String),
    /// Taken out when the sandbox is dropped.
    runtime: Option<Runtime>,
}

/// The scenario and the people of a moment. Requests that run go on in the world that they began in.
pub(in crate::sandbox) struct World {
    pub scenario: Scenario,
    pub people: People,
}

impl World {
    fn new(settings: &Settings, scenario: Scenario) -> World {
        let spec = &scenario.spec;
        let said = || spec.today.as_ref().and_then(|day| day.parse().ok());
        let people = People {
            seed: settings.seed.or(spec.seed).unwrap_or(0),
            count: settings.employees.or(spec.employees).unwrap_or(40),
            today: settings.today.or_else(said).unwrap_or_else(|| jiff::Zoned::now().date()),
        };
        World { scenario, people }
    }
}

impl Sandbox {
    /// # Errors
    /// The port is taken, or the log file can't be opened.
    pub fn start(settings: Settings) -> io::Result<Sandbox> {
        let world = World::new(&settings, settings.scenario.clone());
        let service_user = settings.service_user.clone().unwrap_or_else(|| invented_user(world.people.seed));
        let server = Arc::new(Server::new(
            RwLock::new(Arc::new(world)),
            &service_user,
            settings.limits.clone(),
            settings.faults.clone(),
            settings.log.as_deref().map_or_else(
                || Ok(Log::default()),
                |path| Log::into_file(path).map_err(|error| named(&path.display(), &error)),
            )?,
        ));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_name("sandbox").enable_all().build()?;
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, settings.port));
        let listener = std::net::TcpListener::bind(wanted).map_err(|error| named(&wanted, &error))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let door = {
            let _inside = runtime.enter();
            Door::new(tokio::net::TcpListener::from_std(listener)?)
        };
        let app = Router::new().fallback(handle::handle).with_state(Arc::clone(&server));
        runtime.spawn(async move {
            // Ends only with the runtime.
            let _ = axum::serve(door, app.into_make_service_with_connect_info::<Line>()).await;
        });
        Ok(Sandbox { server, settings, address, service_user, runtime: Some(runtime) })
    }

    /// `http://127.0.0.1:PORT/v1`, as `--base-url` takes it.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Id and token of the service user that may call.
    pub fn service_user(&self) -> (&str, &str) {
        (&self.service_user.0, &self.service_user.1)
    }

    /// From the next request on the company is another one. Limits, blocks and the log stay.
    pub fn set_scenario(&self, scenario: Scenario) {
        self.server.change_world(World::new(&self.settings, scenario));
    }

    /// The requests so far in the order in which they came, the last ten thousand of them.
    pub fn log(&self) -> Vec<Entry> {
        self.server.log.entries()
    }

    /// What became of every request for time off, by id: each with its status, dates, totals, and days with amounts that add up
    /// to them. Requests that were edited are left out, in favour of those in their place. For tests: no permission hides
    /// anything.
    pub fn time_off_truth(&self) -> Vec<serde_json::Value> {
        time_off::truth(&self.server.world())
    }

    /// The id of an employee, counted from 1.
    pub fn employee_id(number: u64) -> String {
        People::id(number.saturating_sub(1)).to_string()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The error, with what it is about.
fn named(what: &dyn fmt::Display, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}

/// Looks like Bob's. The same for the same seed, so that a restarted sandbox takes the same credentials.
fn invented_user(seed: u64) -> (String, String) {
    let mut random = fastrand::Rng::with_seed(seed ^ 0xb0b);
    let token: String = std::iter::repeat_with(|| random.alphanumeric()).take(40).collect();
    (format!("SERVICE-{}", random.u32(10_000..100_000)), token)
}
