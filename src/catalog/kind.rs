//! What Bob says a field holds, and the JSON that such a field arrives as.

use crate::value::Shape;
use std::fmt;

macro_rules! kinds {
    ($($variant:ident $word:literal)*) => {
        /// The `type` of Bob's field metadata.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum FieldKind {
            $($variant,)*
            /// A type that this program has not met yet, in Bob's own word.
            Other(String),
        }

        impl FieldKind {
            /// Every kind with a name of its own.
            pub const NAMED: &'static [FieldKind] = &[$(FieldKind::$variant),*];

            /// Bob's word for it.
            pub fn word(&self) -> &str {
                match self {
                    $(FieldKind::$variant => $word,)*
                    FieldKind::Other(word) => word,
                }
            }

            /// The kind that Bob calls `word`.
            pub fn from_word(word: &str) -> FieldKind {
                match word {
                    $($word => FieldKind::$variant,)*
                    _ => FieldKind::Other(word.to_owned()),
                }
            }
        }
    };
}

// Bob itself writes some of the words with a hyphen and some with an underscore.
kinds! {
    Text "text"
    TextArea "text-area"
    Number "number"
    Date "date"
    ShortDate "short-date"
    Time "time"
    Boolean "boolean"
    List "list"
    ListId "list_id"
    MultiList "multi-list"
    HierarchyList "hierarchy-list"
    Currency "currency"
    EmployeeReference "employee-reference"
    Employee "employee"
    Period "period"
    Ssn "ssn"
    Avatar "avatar"
    Document "document"
    WorkingPattern "working_pattern"
    DurationWithUnit "duration_with_unit"
}

impl fmt::Display for FieldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FieldKind {
    /// The shapes that values of this kind may have, dates and times as the text that Bob sends. Wide where Bob's answers
    /// are not known to be of one shape.
    pub fn shapes(&self) -> &'static [Shape] {
        match self {
            FieldKind::Text
            | FieldKind::TextArea
            | FieldKind::Date
            | FieldKind::ShortDate
            | FieldKind::Time
            | FieldKind::List
            | FieldKind::EmployeeReference
            | FieldKind::Ssn
            | FieldKind::Avatar => &[Shape::Text],
            FieldKind::Number => &[Shape::Number],
            FieldKind::Boolean => &[Shape::Boolean],
            FieldKind::MultiList => &[Shape::List],
            // `work.siteId` is a number; the ids of the newer entity lists have been seen as text in named lists.
            FieldKind::ListId => &[Shape::Number, Shape::Text],
            FieldKind::Currency | FieldKind::Employee | FieldKind::Period | FieldKind::WorkingPattern => &[Shape::Json],
            // No recorded answer shows these.
            FieldKind::HierarchyList | FieldKind::Document | FieldKind::DurationWithUnit | FieldKind::Other(_) => &Shape::ALL,
        }
    }

    /// The names inside an object of this kind and the shapes of what stands there. Empty for kinds that are no objects.
    pub fn members(&self) -> &'static [(&'static str, &'static [Shape])] {
        match self {
            FieldKind::Currency => &[("value", &[Shape::Number]), ("currency", &[Shape::Text])],
            FieldKind::Employee => &[
                ("id", &[Shape::Text]),
                ("firstName", &[Shape::Text]),
                ("surname", &[Shape::Text]),
                ("email", &[Shape::Text]),
                ("displayName", &[Shape::Text]),
            ],
            FieldKind::Period => &[("periodISO", &[Shape::Text]), ("sortFactor", &[Shape::Number]), ("humanize", &[Shape::Text])],
            FieldKind::WorkingPattern => &[
                ("workingPatternType", &[Shape::Text]),
                ("days", &[Shape::Json]),
                ("hoursPerDay", &[Shape::Number]),
                ("workingPatternId", &[Shape::Number, Shape::Text]),
            ],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FieldKind;

    #[test]
    fn every_word_leads_back_to_its_kind_and_an_unknown_word_is_kept() {
        for kind in FieldKind::NAMED {
            assert_eq!(&FieldKind::from_word(kind.word()), kind);
            assert!(!kind.shapes().is_empty());
        }
        assert_eq!(FieldKind::from_word("hologram").word(), "hologram");
    }
}
