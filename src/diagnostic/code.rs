//! The codes of findings: stable, kebab-case, never reused. Each has a page in the guide.

use std::fmt;

/// How bad a finding is. A mapping with errors never runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Note,
    Warning,
    Error,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $word:literal $severity:ident $summary:literal)*) => {
        /// What kind of fault a diagnostic is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($variant),* }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The word that messages print.
            pub fn word(self) -> &'static str {
                match self { $(Code::$variant => $word),* }
            }

            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity),* }
            }

            /// One line for lists and SARIF.
            pub fn summary(self) -> &'static str {
                match self { $(Code::$variant => $summary),* }
            }

            /// The page of the guide, in Markdown.
            pub fn page(self) -> &'static str {
                match self { $(Code::$variant => include_str!(concat!("../guide/codes/", $word, ".md"))),* }
            }
        }
    };
}

codes! {
    YamlSyntax "yaml-syntax" Error "The file is not YAML"
    YamlHazard "yaml-hazard" Error "YAML reads this otherwise than it looks"
    FileUnreadable "file-unreadable" Error "The file can't be read as a mapping file"
    DuplicateKey "duplicate-key" Error "A key stands twice in one place"
    UnknownKey "unknown-key" Error "The mapping language has no such key here"
    MissingKey "missing-key" Error "A key that is needed is not there"
    BadType "bad-type" Error "The value has a form that this key does not take"
    NewerFormat "newer-format" Error "The file is written in a newer format than this bobmap reads"
    BadPath "bad-path" Error "The path is no JSONPath"
    UnknownRoot "unknown-root" Error "The path begins with a word that is no join of this file"
    PathNotRequestable "path-not-requestable" Warning "The path names no field that Bob could be asked for"
    PathNotInCatalog "path-not-in-catalog" Warning "The catalog has no such field"
    CategoryMismatch "category-mismatch" Warning "The field stands in another category than the file says"
    FieldDeleted "field-deleted" Warning "The field has been deleted in Bob"
    SourceUnmapped "source-unmapped" Note "Fields of the tenant that the mapping neither maps nor ignores"
    StaleIgnore "stale-ignore" Warning "What is ignored does not exist"
    IgnoredButUsed "ignored-but-used" Error "What is ignored is also mapped"
    LocaleText "locale-text" Error "humanReadable text depends on the reader's language and feeds only strings and enums"
    UnknownName "unknown-name" Error "No file given has this name"
    MappingTwice "mapping-twice" Error "Two files have one mapping name"
    UnknownSource "unknown-source" Error "There is no such source"
    UnknownTarget "unknown-target" Error "There is no such target"
    UnknownField "unknown-field" Error "The file has no such field"
    UnknownTargetField "unknown-target-field" Error "The target has no such field"
    UnmappedRequiredTarget "unmapped-required-target" Error "The target requires a field that the mapping does not give"
    TargetTypeMismatch "target-type-mismatch" Error "The field's type is not the target's"
    TargetWrittenTwice "target-written-twice" Error "Two fields are written to one place"
    TargetEnumUncovered "target-enum-uncovered" Warning "A word of the target's enum has no spelling"
    ListGap "list-gap" Error "A list is written with a gap in it"
    SeveralSources "several-sources" Error "A field has more than one source, or none"
    ShadowedEntry "shadowed-entry" Warning "An entry can never win"
    DuplicateEntry "duplicate-entry" Error "An entry stands twice in one list"
    ConstantBeforeLast "constant-before-last" Error "A constant without a condition stands before other entries"
    EntryTypeMismatch "entry-type-mismatch" Error "What an entry gives does not fit the field's type"
    UnreachableDefault "unreachable-default" Warning "The default can never be used"
    DefaultOutsideType "default-outside-type" Error "The file's own word does not fit the field's type"
    ContradictoryRequired "contradictory-required" Error "The field is required and may be missing at once"
    TryNextOnLastEntry "try-next-on-last-entry" Error "There is no next entry to try"
    SpellingTwice "spelling-twice" Error "One spelling stands for two words"
    ListItemUnmapped "list-item-unmapped" Warning "An item of Bob's list has no spelling"
    ListItemUnknown "list-item-unknown" Note "A spelling is no item of Bob's list"
    UnknownStep "unknown-step" Error "There is no such step"
    BadArgument "bad-argument" Error "The step can't take this argument"
    StepTypeMismatch "step-type-mismatch" Error "A step can't work on what the one before it gives"
    AmbiguousDateFormat "ambiguous-date-format" Error "Two date formats read one text differently"
    TemplateUnknownField "template-unknown-field" Error "The template names a field that the file does not have"
    BadTemplate "bad-template" Error "The template's braces do not fit"
    FieldCycle "field-cycle" Error "Fields need each other in a circle"
    BadCondition "bad-condition" Error "The condition is not one subject and one test"
    ConditionNotADate "condition-not-a-date" Error "The test needs a date"
    JoinKeyTypeMismatch "join-key-type-mismatch" Error "The two sides of a join can never be equal"
    UnusedJoin "unused-join" Warning "Nothing looks at the join"
    BadJoin "bad-join" Error "The join looks at something that it may not look at"
    UnknownUse "unknown-use" Error "There is no such field to use"
    UseCycle "use-cycle" Error "Files use each other's fields in a circle"
    UseSourceMismatch "use-source-mismatch" Error "The rule that is used reads other records than the join gives"
    ExtendsCycle "extends-cycle" Error "Overlays extend each other in a circle"
    OverlayTwice "overlay-twice" Error "Two overlays of one mapping in one run"
    BadOverlay "bad-overlay" Error "An overlay says what only a whole mapping may say, or the other way round"
    RemoveUnknown "remove-unknown" Error "There is no such field to remove"
    PrivacyWidened "privacy-widened" Error "A personal value would become a public one"
    BadKey "bad-key" Error "The record's key is no field that can name a record"
    IntegerBeyond253 "integer-beyond-2-53" Warning "The integer may not survive programs that read numbers as floating point"
    BadTest "bad-test" Error "A test names what the mapping does not have"
    EntryUntested "entry-untested" Note "No test of the file reaches this entry"
    NoTests "no-tests" Note "The file has no tests"
    BadJob "bad-job" Error "A job can't be run as it is written"
    SecretInFile "secret-in-file" Error "A secret stands in the file itself"
}

impl Code {
    pub fn from_word(word: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.word() == word)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
