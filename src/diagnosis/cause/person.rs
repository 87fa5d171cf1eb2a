//! From what is so of everybody to what is so of one person.

use super::words::people;
use super::{CauseKind, Grade, Verdict};
use crate::diagnosis::observation::Presence;

impl Verdict {
    /// Why one person has no value, for whom the field is readable and blank, or absent.
    #[must_use]
    pub fn of_person(&self, absent: bool) -> Verdict {
        let Presence { filled, blank, absent: lacking } = self.people;
        let alone = filled + blank + lacking == 1;
        let evidence = match (absent, alone) {
            (false, true) => "nobody else was looked at".to_owned(),
            (false, false) if self.cause == CauseKind::Filled => {
                format!("{filled} of {} people have a value", filled + blank + lacking)
            }
            (true, _) if self.people.is_readable() => {
                format!(
                    "it comes for {}, and not for {lacking}: does another permission group reach them?",
                    people(filled + blank)
                )
            }
            _ => return self.clone(),
        };
        let (cause, grade) =
            if absent { (CauseKind::NotPermitted, Grade::Likely) } else { (CauseKind::BlankForPerson, Grade::Certain) };
        Verdict { cause, grade, evidence: vec![evidence], tick: Vec::new(), ..self.clone() }
    }
}
