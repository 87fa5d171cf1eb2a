//! Paths that no record has, and why, as far as the counts of one run tell.

use super::{AbsentPath, Places, category};
use crate::diagnosis::CauseKind;
use crate::diagnosis::cause::Sight;
use crate::diagnosis::observation::{Observation, Presence, Seen};
use crate::mapping::compiled::Root;
use crate::mapping::needs::people_field;

impl Places<'_> {
    /// `read` is the number of records; `recorded` ones may lack what was not asked for.
    pub(super) fn absent(&self, read: u64, recorded: bool) -> Vec<AbsentPath> {
        let observation = self.observation(read, recorded);
        // Where nothing at all came, these are other records.
        let some_came = observation.people.fields.values().any(|presence| presence.is_readable());
        let sight = Sight { now: self.catalog, before: None, observation: &observation, hides_leavers: false, hides_some: false };
        let absent = self.paths().into_iter().filter(|(_, states)| states[0] > 0 && states[0] == states.iter().sum::<u64>());
        let told = absent.map(|(path, _)| {
            let id = people_field(self.mapping, path, self.catalog).filter(|_| some_came);
            let verdict = id.map(|id| sight.verdict(&id)).filter(|verdict| verdict.cause != CauseKind::Unknown);
            AbsentPath {
                path: path.text.clone(),
                category: category(path, self.catalog),
                cause: verdict.map(|verdict| verdict.why()),
            }
        });
        told.collect()
    }

    /// The fields of employees that the mapping looks at, as it has seen them.
    fn observation(&self, read: u64, recorded: bool) -> Observation {
        let mut people = Seen { people: read, ..Seen::default() };
        for (path, [absent, null, blank, filled]) in self.paths() {
            let Some(id) = people_field(self.mapping, path, self.catalog).filter(|_| path.root == Root::Record) else { continue };
            let presence = people.fields.entry(id).or_default();
            // One field can be looked at in several places: it comes if one of them does.
            if filled + null + blank >= presence.filled + presence.blank {
                *presence = Presence { filled, blank: null + blank, absent };
            }
        }
        Observation { people, recorded, ..Observation::default() }
    }
}
