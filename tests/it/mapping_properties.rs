//! What holds of every mapping file, however it is mutilated: nothing panics, the schema and the loader agree, and our YAML
//! parser reads what others read.

use bobmap::catalog::Catalog;
use bobmap::diagnostic::{Code, FileId, Severity};
use bobmap::mapping::document::{Document, deserialize};
use bobmap::mapping::{Environment, Project, check, compile};
use bobmap::report::diagnostics::{Format, Options, render};
use proptest::prelude::{Strategy, any, prop};
use proptest::sample::Index;
use proptest::{prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::LazyLock;

/// Mapping files without faults.
static SOUND: LazyLock<Vec<String>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for folder in ["mappings/merge", "mappings/activtrak", "mappings/scim", "mappings/overlays", "tests/fixtures/mappings"] {
        let mut paths: Vec<_> = root.join(folder).read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        texts.extend(paths.into_iter().map(|path| std::fs::read_to_string(path).unwrap()));
    }
    texts
});

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(include_str!("../../schemas/mapping.schema.json")).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
});

fn environment() -> Environment<'static> {
    Environment { catalog: Catalog::builtin(), read_schema: &|_, _| Err("there is no such file".to_owned()) }
}

/// One change of a tree: where, and to what.
#[derive(Debug, Clone)]
enum Change {
    Delete(Index),
    Replace(Index, Value),
    /// A copy of one value in the place of another.
    Copy(Index, Index),
    Rename(Index, String),
}

fn scrap() -> impl Strategy<Value = Value> {
    let words = ["", "x", "$.id", "$.work[", "true", "trim", "inherited", "boss", "reject", "date", "id", "{id}", "30 days ago"];
    prop_oneof![
        prop::sample::select(words.to_vec()).prop_map(Value::from),
        prop::sample::select(vec![
            json!(null),
            json!(5),
            json!(-1.5),
            json!(true),
            json!([]),
            json!({}),
            json!([[]]),
            json!([5])
        ]),
        prop::sample::select(vec![json!(["$.id"]), json!({ "path": "$.id" }), json!({ "prefix": 5 }), json!({ "from": {} })]),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let names =
        ["from", "then", "when", "type", "spellings", "use", "of", "any", "is", "field", "path", "nonsense", "to", "key", "id"];
    let at = any::<Index>;
    prop_oneof![
        at().prop_map(Change::Delete),
        (at(), scrap()).prop_map(|(at, value)| Change::Replace(at, value)),
        (at(), at()).prop_map(|(at, from)| Change::Copy(at, from)),
        (at(), prop::sample::select(names.to_vec())).prop_map(|(at, name)| Change::Rename(at, name.to_owned())),
    ]
}

/// The pointers of all values below the top.
fn pointers(value: &Value, here: String, found: &mut Vec<String>) {
    let mut below = |name: String, child: &Value| {
        let pointer = format!("{here}/{}", name.replace('~', "~0").replace('/', "~1"));
        found.push(pointer.clone());
        pointers(child, pointer, found);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, child)| below(name.clone(), child)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, child)| below(at.to_string(), child)),
        _ => {}
    }
}

fn apply(tree: &mut Value, change: &Change) {
    let mut all = Vec::new();
    pointers(tree, String::new(), &mut all);
    // What lies in tests is the file's own data, and too large a part of it.
    all.retain(|pointer| pointer.matches('/').count() < 4 || !pointer.starts_with("/tests"));
    if all.is_empty() {
        return;
    }
    let pick = |at: &Index| all[at.index(all.len())].clone();
    let split = |pointer: &str| {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        (parent.to_owned(), name.replace("~1", "/").replace("~0", "~"))
    };
    match change {
        Change::Delete(at) => {
            let (parent, name) = split(&pick(at));
            match tree.pointer_mut(&parent).unwrap() {
                Value::Object(members) => drop(members.shift_remove(&name)),
                Value::Array(items) => drop(items.remove(name.parse().unwrap())),
                _ => unreachable!(),
            }
        }
        Change::Replace(at, value) => *tree.pointer_mut(&pick(at)).unwrap() = value.clone(),
        Change::Copy(at, from) => {
            let value = tree.pointer(&pick(from)).unwrap().clone();
            *tree.pointer_mut(&pick(at)).unwrap() = value;
        }
        Change::Rename(at, name) => {
            let (parent, old) = split(&pick(at));
            if let Value::Object(members) = tree.pointer_mut(&parent).unwrap()
                && let Some(value) = members.shift_remove(&old)
            {
                members.insert(name.clone(), value);
            }
        }
    }
}

fn shown(project: &Project) -> String {
    let options = Options { color: false, width: Some(120), checked: 1, version: "0" };
    render(Format::Human, &check(project, &environment()), &project.files, &options)
}

fn as_json(text: &str) -> Value {
    let (document, findings) = Document::parse(text, FileId::from_index(0));
    assert!(findings.is_empty(), "{findings:?}");
    deserialize(&document.unwrap()).unwrap()
}

proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_loader_refuses_just_what_the_schema_refuses(
        file in any::<Index>(),
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let mut tree = as_json(&SOUND[file.index(SOUND.len())]);
        changes.iter().for_each(|change| apply(&mut tree, change));
        let mut project = Project::default();
        let id = project.add("a.yaml", &tree.to_string());
        let newer = tree["format"].as_u64().is_some_and(|format| format > 1);
        prop_assert_eq!(SCHEMA.is_valid(&tree) && !newer, project.findings().is_empty(), "{}", shown(&project));
        match project.spec_of(id) {
            Some(spec) => {
                let (mapping, _) = compile(&project, &spec.mapping, &environment());
                prop_assert!(mapping.is_none() || project.findings().is_empty());
            }
            None => prop_assert!(!project.findings().is_empty()),
        }
        prop_assert!(!shown(&project).is_empty());
    }

    #[test]
    fn no_text_makes_the_checker_panic(text in "[\\x00-\\x7f]{0,60}|\\PC{0,40}|(mapping|fields|: |\n|  |- |\\{|\\}|\\[|\\]|\"|'|#|&a|\\*a|\t|\\$\\.a|,|!!str|<<|---|\u{1F469}){0,40}") {
        let mut project = Project::default();
        project.add("a.yaml", &text);
        prop_assert!(!shown(&project).is_empty());
    }

    #[test]
    fn both_parsers_read_every_accepted_file_alike(
        file in any::<Index>(),
        cuts in prop::collection::vec((any::<Index>(), 0usize..40, "|\n|  |- |x: |\"|'|1|#|: |\\[|, "), 0..4),
    ) {
        let mut text = SOUND[file.index(SOUND.len())].clone();
        for (at, length, put) in &cuts {
            let start = text.floor_char_boundary(at.index(text.len()));
            let end = text.ceil_char_boundary((start + length).min(text.len()));
            text.replace_range(start..end, put);
        }
        let (document, findings) = Document::parse(&text, FileId::from_index(0));
        let mut project = Project::default();
        project.add("a.yaml", &text);
        prop_assert!(!shown(&project).is_empty());
        prop_assert!(findings.iter().all(|finding| project.findings().contains(finding)));
        if let (Some(document), []) = (document, project.findings()) {
            let ours: Value = deserialize(&document).unwrap();
            match serde_yaml::from_str::<serde_yaml::Value>(&text) {
                Ok(theirs) => prop_assert!(alike(&ours, &theirs), "{ours}\n{theirs:?}\n{text}"),
                Err(error) => prop_assert!(is_beyond_theirs(&text) || is_read_on_one_line(&ours, &text), "{error}\n{text}"),
            }
        }
    }
}

/// Their parser knows YAML 1.1 only, which has neither `{ a:, b: 1 }` nor `{ a, : b }` nor a line that begins with `: `.
fn is_beyond_theirs(text: &str) -> bool {
    let no_blanks: String = text.split(' ').collect();
    [":,", ":}", ":]", ",:", "{:", "[:", "\n:"].iter().any(|mark| no_blanks.contains(mark))
}

/// Their parser takes no key that goes on in the next line (`{ a\nb: 1 }`, the key `a b`), which YAML 1.2 allows in braces:
/// with the one line end made a blank, it must read the same.
fn is_read_on_one_line(ours: &Value, text: &str) -> bool {
    text.match_indices('\n').any(|(at, _)| {
        let joined = format!("{} {}", &text[..at], &text[at + 1..]);
        serde_yaml::from_str::<serde_yaml::Value>(&joined).is_ok_and(|theirs| alike(ours, &theirs))
    })
}

proptest! {
    // Each case reads every file.
    #![proptest_config(proptest::test_runner::Config { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_faulty_file_beside_others_never_panics_and_is_never_silent(
        faulty in any::<Index>(),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let faulty = faulty.index(SOUND.len());
        let mut project = Project::default();
        for (at, text) in SOUND.iter().enumerate() {
            let mut tree = as_json(text);
            if at == faulty {
                changes.iter().for_each(|change| apply(&mut tree, change));
            }
            project.add(&format!("{at}.yaml"), &tree.to_string());
        }
        let findings = check(&project, &environment());
        prop_assert!(project.findings().iter().all(|finding| findings.contains(finding)));
    }

    #[test]
    fn a_fault_of_form_in_a_sound_file_is_the_only_thing_said(
        faulty in any::<Index>(),
        fault in prop_oneof![
            (any::<Index>(), prop::sample::select(vec![json!(5), json!([]), json!([5]), json!({ "zzzzzz": 5 }), json!(null)]))
                .prop_map(|(at, value)| Change::Replace(at, value)),
            any::<Index>().prop_map(|at| Change::Rename(at, "zzzzzz".to_owned())),
        ],
    ) {
        let faulty = faulty.index(SOUND.len());
        let mut tree = as_json(&SOUND[faulty]);
        apply(&mut tree, &fault);
        let mut project = Project::default();
        let needs_others = ["extends: ", "use: "].iter().any(|key| SOUND[faulty].contains(key)) || SOUND[faulty].contains("mapping: employees");
        for (at, text) in SOUND.iter().enumerate() {
            let name = format!("{at}.yaml");
            if at != faulty && !needs_others {
                continue;
            }
            if at == faulty { project.add(&name, &serde_json::to_string_pretty(&tree).unwrap()) } else { project.add(&name, text) };
        }
        if !SCHEMA.is_valid(&tree) {
            let findings = check(&project, &environment());
            let more: Vec<_> = findings
                .into_iter()
                .filter(|finding| finding.severity > Severity::Note && !project.findings().contains(finding))
                .collect();
            let options = Options { color: false, width: Some(120), checked: 1, version: "0" };
            prop_assert!(more.is_empty(), "{}\n{}", shown(&project), render(Format::Human, &more, &project.files, &options));
        }
    }
}

/// Whether both are one value. Forms of numbers that JSON lacks (`+1`, `.5`, `0x1F`, `.inf`) are texts to us.
fn alike(ours: &Value, theirs: &serde_yaml::Value) -> bool {
    use serde_yaml::Value as Yaml;
    match (ours, theirs) {
        (Value::Null, Yaml::Null) => true,
        (Value::Bool(one), Yaml::Bool(other)) => one == other,
        (Value::Number(one), Yaml::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::String(one), Yaml::String(other)) => one == other,
        (Value::String(one), Yaml::Number(_)) => serde_json::from_str::<Value>(one).is_err(),
        (Value::Array(one), Yaml::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Value::Object(one), Yaml::Mapping(other)) => {
            let key = |one: &str, other: &Yaml| other.as_str().is_none_or(|other| one == other);
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| key(one.0, other.0) && alike(one.1, other.1))
        }
        _ => false,
    }
}

#[test]
fn a_file_of_five_megabytes_is_refused_before_it_is_read() {
    let mut project = Project::default();
    let text = format!("mapping: big\n{}", "# a comment of some length\n".repeat(200_000));
    assert!(text.len() > 5_000_000);
    project.add("big.yaml", &text);
    let findings = check(&project, &environment());
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::FileUnreadable]);
    assert!(findings[0].message.contains("5400013 bytes"), "{}", findings[0].message);
}

#[test]
fn thousands_of_faults_are_told_in_reasonable_time() {
    let mut project = Project::default();
    let fields: String = (0..20_000).map(|number| format!("  f{number}: {{ frm: $.id }}\n")).collect();
    project.add("many.yaml", &format!("mapping: many\nformat: 1\nsource: hibob.people\nkey: f0\nfields:\n{fields}"));
    let started = std::time::Instant::now();
    let findings = check(&project, &environment());
    assert!((500..1_500).contains(&findings.len()), "{}", findings.len());
    assert!(started.elapsed().as_secs() < 60);
}

/// Every kind of need: a rule taken over, a template, a condition, a step.
#[test]
fn a_row_of_fields_without_end_is_a_finding_and_no_crash() {
    for need in [
        "{ use: f# }",
        "{ template: \"{f#}\" }",
        "{ constant: a, when: { field: f#, is: a } }",
        "{ type: decimal, from: $.x, then: [{ multiply: f# }] }",
    ] {
        let mut text = "mapping: long\nformat: 1\nsource: hibob.people\nkey: id\nfields:\n  id: $.id\n".to_owned();
        for field in 0..3000 {
            text.push_str(&format!("  f{field}: {}\n", need.replace('#', &(field + 1).to_string())));
        }
        text.push_str("  f3000: { type: decimal, from: $.x }\n");
        let mut project = Project::default();
        project.add("long.yaml", &text);
        let environment =
            Environment { catalog: bobmap::catalog::Catalog::builtin(), read_schema: &|_, _| Err("no schema here".to_owned()) };
        let (mapping, findings) = compile(&project, "long", &environment);
        assert!(mapping.is_none(), "{need}");
        assert!(findings.iter().any(|finding| finding.code == Code::FieldCycle), "{need}");
    }
}
