//! What the first record looks like from outside: told when no record has what the mapping reads, for then the input is
//! probably another one than was meant. Looks at names of keys alone.

use crate::catalog::resource::{ALL, Resource};
use crate::value::json::{Data, Tree};
use crate::value::read::is_slash_name;

/// The first record of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// Nothing tells what it is.
    Unknown,
    /// What HiBob answers to a request that it refuses.
    ErrorAnswer,
    /// An answer of HiBob's that holds other records, under this key.
    Answer(&'static str),
    /// A record of another source, which has its id under this key.
    Record(&'static str),
    /// HiBob's second copy of each value, without the nested objects that are read.
    SlashNamesOnly,
}

/// Keys that hold the ids of records, the most telling first.
const IDS: [&str; 3] = ["requestId", "employeeId", "id"];

impl First {
    /// Judges a record of a mapping that reads `source`.
    pub fn of(record: &[u8], source: &Resource) -> First {
        let tree = std::str::from_utf8(record).ok().and_then(|text| Tree::parse(text).ok());
        let Some(Data::Object(members)) = tree.map(|tree| tree.data) else { return First::Unknown };
        if !members.is_empty() && members.iter().all(|(name, _)| is_slash_name(name)) {
            return First::SlashNamesOnly;
        }
        let has = |name: &str| members.iter().any(|(key, _)| key == name);
        if has(source.id) {
            return First::Unknown;
        }
        if has("error") && (has("key") || has("statusCode") || has("message")) {
            return First::ErrorAnswer;
        }
        let list = |name: &str| members.iter().any(|(key, tree)| key == name && matches!(tree.data, Data::Array(_)));
        let keys = ALL.iter().flat_map(|resource| resource.envelope).copied();
        let answer = keys.into_iter().find(|key| list(key)).map(First::Answer);
        let record = || IDS.into_iter().find(|id| has(id)).map(First::Record);
        answer.or_else(record).unwrap_or(First::Unknown)
    }

    /// What to tell the user of a run in which no record has anything that the mapping reads.
    pub fn advice(self, source: &Resource) -> String {
        match self {
            First::Unknown => format!("are these records of {} ({})?", source.name, source.title),
            First::SlashNamesOnly => {
                "they hold names like `/root/id` only, and the nested objects that HiBob sends beside these are what is read"
                    .to_owned()
            }
            First::ErrorAnswer => "the first one looks like HiBob's answer to a request that it refused".to_owned(),
            First::Answer(key) => {
                let names = names(|resource| resource.envelope.contains(&key));
                format!("the first one is an answer with `{key}`, which holds {names}; the mapping reads {}", source.name)
            }
            First::Record(id) => {
                let names = names(|resource| resource.id == id);
                format!("the first one has `{id}`, as do records of {names}; the mapping reads {}", source.name)
            }
        }
    }
}

fn names(which: impl Fn(&Resource) -> bool) -> String {
    let names: Vec<&str> = ALL.iter().filter(|resource| which(resource)).map(|resource| resource.name).collect();
    match names.as_slice() {
        [] => "none of HiBob's".to_owned(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::First;
    use crate::catalog::resource::Resource;

    #[test]
    fn what_is_no_record_of_the_source_is_called_by_its_name() {
        let people = Resource::find("hibob.people").unwrap();
        for (record, expected) in [
            (r#"{"outs":[{"employeeId":"1"}]}"#, First::Answer("outs")),
            (r#"{"key":"x","error":"text","args":[]}"#, First::ErrorAnswer),
            (r#"{"error":"BAD_REQUEST","message":"m","statusCode":400}"#, First::ErrorAnswer),
            (r#"{"/root/id":{"value":"1"},"/work/title":{"value":"x"}}"#, First::SlashNamesOnly),
            (r#"{"employeeId":"1","requestId":5}"#, First::Record("requestId")),
            (r#"{"id":"1","outs":[]}"#, First::Unknown),
            (r#"{"outs":"none"}"#, First::Unknown),
            ("[1]", First::Unknown),
            ("{", First::Unknown),
        ] {
            assert_eq!(First::of(record.as_bytes(), people), expected, "{record}");
        }
        assert_eq!(
            First::Answer("outs").advice(people),
            "the first one is an answer with `outs`, which holds hibob.time_off_requests, hibob.whos_out or hibob.out_today; \
             the mapping reads hibob.people"
        );
    }
}
