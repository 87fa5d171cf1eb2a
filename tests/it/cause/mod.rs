//! Why a field has no value: companies in which HR moves, deletes and replaces fields, and what is said of them.

mod bad_input;
mod generated;
mod played;
mod truth;

use bobmap::catalog::Catalog;
use bobmap::catalog::request::{Request, Selection};
use bobmap::catalog::resource::Resource;
use bobmap::sandbox::{Limits, Sandbox, Scenario, Settings};
use bobmap::source::Batch;
use bobmap::source::hibob::{Address, Credentials, Hibob, Settings as Connection};
use secrecy::SecretString;
use std::cell::OnceCell;
use std::time::Duration;

/// A HiBob on loopback that becomes another company from one call to the next.
struct Bob {
    sandbox: Sandbox,
    hibob: Hibob,
    /// Lists stay as they are.
    lists: OnceCell<String>,
}

impl Bob {
    fn new() -> Bob {
        let limits = Limits { rate: Some(1_000_000), window: Duration::from_millis(200), ..Limits::default() };
        let sandbox = Sandbox::start(Settings { limits, ..Settings::default() }).unwrap();
        let (id, token) = sandbox.service_user();
        let credentials = Credentials::new(SecretString::from(id), SecretString::from(token)).unwrap();
        let settings = Connection::new(Address::parse(&sandbox.base_url()).unwrap(), credentials, crate::hibob::asked());
        let hibob = Hibob::connect(Connection { batch: 1000, ..settings }).unwrap();
        Bob { sandbox, hibob, lists: OnceCell::new() }
    }

    fn is(&self, scenario: &str) {
        let scenario = Scenario::load(scenario, "scenario.yaml").unwrap_or_else(|error| panic!("{error}\n{scenario}"));
        self.sandbox.set_scenario(scenario);
    }

    /// As `bobmap fields pull` writes it.
    fn catalog(&self, name: &str) -> Catalog {
        let (fields, lists) = (self.hibob.fields().unwrap(), self.lists.get_or_init(|| self.hibob.named_lists().unwrap()));
        Catalog::from_metadata(&fields, Some(lists), name).unwrap().pulled_on(jiff::civil::date(2026, 1, 31))
    }

    /// Records of everybody with these fields.
    fn records(&self, fields: &[String]) -> Vec<String> {
        let resource = Resource::find("hibob.people").unwrap();
        let request = Request { resource, fields: fields.to_vec(), human_readable: false, show_inactive: true };
        let mut source = self.hibob.source(&request, Selection::Everyone).unwrap();
        let (mut batch, mut records) = (Batch::default(), Vec::new());
        while source.next(&mut batch).unwrap() {
            let text = |span: &bobmap::source::RecordSpan| String::from_utf8(batch.bytes[span.range.clone()].to_vec()).unwrap();
            records.extend(batch.records.iter().map(text));
        }
        records
    }
}
