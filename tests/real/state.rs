//! The state in a real PostgreSQL: what any state must do, many workers, and connections that end.

use crate::is_on;
use crate::remembered::everything_holds;
use crate::server::Server;
use bobmap::state::{Place, State};

fn place(server: &Server, database: &str) -> Place {
    Place::Postgres { address: server.socket(database), schema: "the \"State\"".to_owned() }
}

#[test]
fn postgres_does_what_a_state_must() {
    if !is_on() {
        return;
    }
    everything_holds(&|| {
        let server = Server::shared();
        let database = server.database("template0");
        Box::new(move |tenant| State::open(&place(&server, &database), tenant).unwrap())
    });
}
