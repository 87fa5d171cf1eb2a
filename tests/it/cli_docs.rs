//! `bobmap docs`: the page says all that the files say, in Markdown and in HTML that can be trusted.

use crate::run::{complaint, printed};
use crate::snap::snap;
use bobmap::catalog::Catalog;
use bobmap::mapping::compiled::{Clause, EntrySource, Source, Subject, Test};
use bobmap::mapping::{Environment, Mapping, Project, compile};
use insta::assert_snapshot;
use std::collections::HashSet;

const USERS: &str = "mappings/activtrak/users.yaml";
const HRIS: &str = "mappings/activtrak/hris.yaml";
const OVERLAY: &str = "mappings/overlays/acme_employee_number.yaml";

fn docs(arguments: &[&str]) -> String {
    printed(&[&["docs"], arguments].concat())
}

fn html(arguments: &[&str]) -> String {
    docs(&[arguments, &["--format", "html"]].concat())
}

/// A page about a file with this text, in both formats.
fn pages_of(mapping: &str) -> [String; 2] {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.yaml");
    std::fs::write(&file, mapping).unwrap();
    let file = file.to_str().unwrap();
    [docs(&[file]), html(&[file])].map(|page| page.replace(folder.path().to_str().unwrap(), "FOLDER"))
}

#[test]
fn the_activtrak_users_read_as_a_page() {
    snap().bind(|| {
        assert_snapshot!("docs__activtrak_users_markdown", docs(&[USERS]));
        assert_snapshot!("docs__activtrak_users_html", html(&[USERS]));
    });
}

#[test]
fn joins_rules_of_other_files_and_overlays_are_told_where_they_count() {
    let page = docs(&[HRIS, USERS]);
    let (time_off, _) = page.split_once("\n## `activtrak_users`").unwrap();
    snap().bind(|| assert_snapshot!("docs__activtrak_hris", time_off));
    snap().bind(|| assert_snapshot!("docs__overlay", docs(&[USERS, OVERLAY])));
}

#[test]
fn several_mappings_make_one_page_with_contents() {
    let page = docs(&[HRIS, USERS]);
    for line in [
        "- [activtrak_hris](#activtrak_hris-activtrak-hriscsv-row): ActivTrak HRIS.csv row",
        "- [What has to be ticked in Bob](#what-has-to-be-ticked-in-bob)",
        "| People's data \\> People \\> Lifecycle | View selected employees' Lifecycle sections | `activtrak_users.track`, `activtrak_users.keep` |",
    ] {
        assert!(page.contains(line), "{line}\n{page}");
    }
    assert_eq!(page, docs(&[HRIS, USERS]));
    assert_eq!(page.matches("\n## ").count(), 3);
}

#[test]
fn a_companys_own_catalog_gives_the_names() {
    let page = docs(&[USERS, OVERLAY, "--catalog", "tests/fixtures/hibob/fields.json"]);
    assert!(page.contains("**IT and payroll ids \\> Personnel number** (`$.custom.category_1647463606491.field_1647463700008`)"));
    assert!(page.contains("are those of tests/fixtures/hibob/fields.json"), "{page}");
}

/// The shipped mappings, each with the files that it needs.
const SHIPPED: &[&[&str]] = &[
    &[USERS],
    &["mappings/activtrak/scim_users.yaml"],
    &[HRIS, USERS],
    &["mappings/merge/employee.yaml"],
    &["mappings/merge/employment.yaml"],
    &["mappings/merge/location.yaml"],
    &["mappings/scim/user.yaml"],
    &[OVERLAY, USERS],
    &["tests/fixtures/mappings/example_people.yaml"],
    &["tests/fixtures/mappings/example_absence_days.yaml", "tests/fixtures/mappings/example_people.yaml"],
];

#[test]
fn every_column_place_and_condition_of_every_shipped_mapping_is_on_its_page() {
    let mut checked = 0;
    for files in SHIPPED {
        let mut project = Project::default();
        for file in *files {
            let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
            project.add(file, &std::fs::read_to_string(format!("{root}{file}")).unwrap());
        }
        let environment = Environment { catalog: Catalog::builtin(), read_schema: &|_, _| Err("no files here".to_owned()) };
        let name = project.names().next().unwrap();
        let mapping = compile(&project, name, &environment).0.unwrap_or_else(|| panic!("{name} has faults"));
        let page = html(files);
        let tree = Tree::of(&page);
        for (text, why) in said_by(&mapping) {
            assert!(tree.codes.iter().any(|code| code.to_lowercase() == text.to_lowercase()), "{name}: {why} `{text}`");
            checked += 1;
        }
        let markdown = docs(files);
        for code in &tree.codes {
            assert!(markdown.contains(code.as_str()), "{name}: Markdown lacks `{code}`");
        }
        assert_eq!(markdown.matches("\n#### ").count(), tree.tags.iter().filter(|tag| *tag == "h4").count());
    }
    assert!(checked > 300, "{checked}");
}

/// Names, paths and words that a page about the mapping must show, each with what it is.
fn said_by(mapping: &Mapping) -> Vec<(String, &'static str)> {
    let mut said = Vec::new();
    for column in &mapping.columns {
        said.extend([(column.name.clone(), "field"), (column.header.clone(), "header")]);
    }
    for field in &mapping.fields {
        said.extend(conditions(mapping, &field.when));
        said.extend(field.then.iter().map(|step| (step.definition.name.to_owned(), "step")).filter(|(step, _)| step == "lower"));
        said.extend(field.default.iter().map(|value| (value.to_plain().into_owned(), "default")));
        let words = field.spellings.iter().flat_map(|spellings| spellings.words.iter());
        let constant = |entry: &bobmap::mapping::compiled::Entry| matches!(entry.what, EntrySource::Constant(_));
        let Source::Entries(entries) = &field.source else { continue };
        for entry in entries {
            said.extend(conditions(mapping, &entry.when));
            if !constant(entry) {
                said.push((entry.text.clone(), "place"));
            }
        }
        if !entries.iter().all(constant) {
            said.extend(
                words.flat_map(|(spelling, word)| [(spelling.to_owned(), "spelling"), (word.to_plain().into_owned(), "word")]),
            );
        }
    }
    said.extend(conditions(mapping, &mapping.keep));
    for join in &mapping.joins {
        said.extend([
            (join.name.clone(), "join"),
            (join.this.text.clone(), "join's path"),
            (join.with.name.to_owned(), "join's records"),
        ]);
        said.extend(conditions(mapping, &join.filter));
    }
    said
}

fn conditions(mapping: &Mapping, clauses: &[Clause]) -> Vec<(String, &'static str)> {
    let mut said = Vec::new();
    for condition in clauses.iter().flat_map(|clause| &clause.any) {
        said.push(match &condition.subject {
            Subject::Path(path) => (path.text.clone(), "path of a condition"),
            Subject::Field(field) => (mapping.fields[*field].name.clone(), "field of a condition"),
        });
        if let Test::In(words) | Test::NotIn(words) = &condition.test {
            said.extend(words.iter().map(|word| (word.clone(), "word of a condition")));
        }
    }
    said
}

/// HTML, read by a checker that forgives nothing.
struct Tree {
    tags: Vec<String>,
    /// What stands in `code`.
    codes: Vec<String>,
    /// What stands between tags, outside `style`.
    text: String,
}

impl Tree {
    fn of(page: &str) -> Tree {
        const KNOWN: &[&str] = &[
            "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "div",
            "table", "caption", "thead", "tbody", "tr", "th", "td", "code", "small", "strong", "a",
        ];
        let mut tree = Tree { tags: Vec::new(), codes: Vec::new(), text: String::new() };
        let mut open: Vec<String> = Vec::new();
        let (mut ids, mut targets) = (HashSet::new(), Vec::new());
        let mut rest = page.strip_prefix("<!DOCTYPE html>\n").expect("a page says what it is");
        while let Some((before, after)) = rest.split_once('<') {
            tree.between(before, open.last().map(String::as_str));
            let (tag, behind) = after.split_once('>').expect("a tag is closed");
            rest = behind;
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop().as_deref(), Some(name), "{tag} closes something else");
                continue;
            }
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            assert!(KNOWN.contains(&name), "<{tag}>");
            for (key, value) in attributes_of(attributes) {
                match key.as_str() {
                    "id" => assert!(ids.insert(value.clone()), "two things are called {value}"),
                    "href" => targets.push(value.strip_prefix('#').expect("links stay on the page").to_owned()),
                    "lang" | "charset" | "name" | "content" | "http-equiv" | "class" | "scope" => {}
                    other => panic!("{other} in <{tag}>"),
                }
            }
            tree.tags.push(name.to_owned());
            if name != "meta" {
                open.push(name.to_owned());
            }
        }
        assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
        for target in targets {
            assert!(ids.contains(&target), "nothing is called {target}");
        }
        tree
    }

    fn between(&mut self, text: &str, inside: Option<&str>) {
        if inside == Some("style") {
            assert!(!text.contains("url(") && !text.contains("@import"));
            return;
        }
        let text = unescaped(text);
        if inside == Some("code") {
            self.codes.push(text.clone());
        }
        self.text += &text;
    }
}

/// `a="b" c="d"`, every value in quotes.
fn attributes_of(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once("=\"").expect("an attribute has a value in quotes");
        let (value, behind) = after.split_once('"').expect("a quote is closed");
        found.push((key.trim().to_owned(), unescaped(value)));
        rest = behind.trim_start();
    }
    found
}

fn unescaped(text: &str) -> String {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (entity, rest) = part.split_once(';').expect("an ampersand is escaped");
        let known = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("#39", '\'')];
        out.push(known.iter().find(|(name, _)| *name == entity).unwrap_or_else(|| panic!("&{entity};")).1);
        out += rest;
    }
    assert!(!text.contains('>'));
    out
}

const HOSTILE: &str = r#"# <script>alert("opening")</script> | `x` & y
mapping: people
format: 1
source: hibob.people
key: id
keep: { path: "$['<img src=x onerror=alert(1)>']", is: "<b>|`x`" } # <script>keep</script>
fields:
  id: $.id
  # A <script>comment</script>.
  "<script>alert(1)</script>":
    category: "<i>Work</i>"
    from:
      - { path: "$.custom.category_1.field_2", category: "</code><script>" } # </li>
      - { template: "`{id}` | <u>" }
    spellings: { "</td>": ["a|b", "`c`"] }
    default: "&lt;"
  "a|b": { from: $.email, then: [{ prefix: "| <b>" }] }
ignore: [{ path: $.home.spouse, reason: "<script>*why*</script> [x](javascript:alert(1))" }]
tests:
  - name: "<script>test</script> | ![x](http://example.test/x.png)"
    record: { id: "</table>", email: "a|b@example.test <i>" }
    expect: { id: "</table>" }
"#;

#[test]
fn what_a_file_says_is_text_whatever_it_looks_like() {
    let [markdown, page] = pages_of(HOSTILE);
    let tree = Tree::of(&page);
    for text in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</code><script>",
        "</table>",
        "![x](http://example.test/x.png)",
        "&lt;",
    ] {
        assert!(tree.text.contains(text), "{text}");
    }
    assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    // Outside code, nothing of it is markup; and every row of a table has the cells that its headers announce.
    let mut cells = None;
    for line in markdown.lines() {
        let outside: String = outside_code(line);
        for mark in ["<s", "<i", "</", "!["] {
            assert!(!outside.replace("\\<", "").replace("\\[", "").contains(mark), "{mark}: {line}");
        }
        if !line.starts_with('|') {
            cells = None;
            continue;
        }
        let count = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        assert_eq!(*cells.get_or_insert(count), count, "{line}");
    }
}

/// A line without what stands between backticks.
fn outside_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        if rest[..at].ends_with('\\') {
            out += &rest[..at];
            rest = &rest[at + 1..];
            continue;
        }
        out += &rest[..at];
        let ticks = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let fence = "`".repeat(ticks);
        let inside = &rest[at + ticks..];
        let end = inside.find(&fence).unwrap_or_else(|| panic!("code is left open: {line}"));
        rest = &inside[end + ticks..];
    }
    out + rest
}

#[test]
fn every_rule_of_the_language_has_its_words() {
    let [markdown, page] = pages_of(EVERYTHING);
    Tree::of(&page);
    snap().bind(|| assert_snapshot!("docs__everything", markdown));
}

const EVERYTHING: &str = r#"mapping: people
format: 1
source: hibob.people
one_row_per: "$.personal.nationality[*]"
key: [id, country]
ignore_case: true
defaults: { missing_values: ["-", N/A] }
keep:
  - { path: $parent.internal.status, in: [Active, Inactive] }
  - { path: $parent.work.startDate, on_or_before: 30 days ahead }
  - { path: $parent.internal.terminationDate, has_value: false }
  - { field: country, not_in: [xx, yy] }
joins:
  boss:
    with: hibob.people
    this: $parent.work.reportsTo.id
    that: $.id
    where: { path: $.internal.status, is: Active }
    ignore_case: true
fields:
  id: { from: $parent.id, personal: false }
  country: { from: $, then: [upper], on_missing: reject }
  # So that nobody is missed.
  _first: $parent.firstName
  name: { template: "{_first} {_boss?}", when: { path: $parent.internal.status, is: Active }, on_missing: omit }
  _boss: { from: { path: $boss.work.customColumns.column_1, category: Squad }, then: [{ replace_pattern: { pattern: " +", with: " " } }] }
  mail:
    type: email
    required: true
    on_invalid: stop
    from:
      - { path: $parent.email, on_invalid: try_next }
      - { path: $boss.email, on_invalid: blank }
  pay: { type: decimal, from: $boss.payroll.salary.payment.value, then: [{ multiply: hours }], volatile: true }
  hours: { type: decimal, from: $parent.payroll.employment.workingPattern.hoursPerDay, default: 8, missing_values: [none] }
  kind:
    type: enum
    from: [$parent.humanReadable.payroll.employment.type, { constant: staff }]
    spellings: { staff: [Permanent], guest: [Temporary, Guest] }
    otherwise: guest
  sites: { type: list, from: { path: "$parent.custom.category_1.field_2[*].name", take: all }, to: /work/sites }
  boss_name: { use: _boss }
  blank: { blank_among: [mail, name] }
ignore: [$.home, { path: $.about, reason: nobody needs it }]
tests:
  - name: everything
    record:
      id: "1"
      firstName: Ada
      email: nothing
      internal: { status: Active }
      personal: { nationality: [gb] }
      payroll: { employment: { workingPattern: { hoursPerDay: 7.5 } } }
    joined: { boss: { id: "2", email: bo@example.test, payroll: { salary: { payment: { value: 10 } } } } }
    expect: [{ country: GB, mail: bo@example.test, pay: 75, hours: 7.5, kind: staff }]
"#;

#[test]
fn a_mapping_with_faults_makes_no_page() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.yaml");
    std::fs::write(&file, "mapping: a\nformat: 1\nsource: hibob.people\nkey: id\nfields: { id: $.id. }\n").unwrap();
    assert!(complaint(&["docs", file.to_str().unwrap()], 1).contains("bad-path"));
}

#[test]
fn the_page_is_written_to_a_file_whose_folder_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("page.html");
    assert_eq!(html(&[USERS, "--out", out.to_str().unwrap()]), "");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), html(&[USERS]));
    let nowhere = folder.path().join("none/page.md");
    assert!(complaint(&["docs", USERS, "--out", nowhere.to_str().unwrap()], 3).contains("none/page.md"));
}
