//! What holds of every text that is formatted: its values and comments stay what and where they are, and a second time changes
//! nothing.

use bobmap::diagnostic::FileId;
use bobmap::mapping::format::{self, Unformatted};
use proptest::prelude::{Just, Strategy, any, prop};
use proptest::{prop_assert, prop_assert_eq, prop_oneof, proptest};
use std::path::{Path, PathBuf};

fn format(text: &str) -> Result<String, Unformatted> {
    format::format(text, FileId::from_index(0))
}

/// Every YAML file below `folder` of the repository.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn shipped_mappings_are_in_the_one_style() {
    for path in files("mappings") {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(format(&text).unwrap(), text, "{}", path.display());
    }
}

#[test]
fn every_file_of_the_tests_keeps_its_values_or_is_refused_for_its_yaml() {
    let mut refused = 0;
    for path in files("tests/cases") {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        match format(&text) {
            Ok(formatted) => same(&text, &formatted).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
            Err(Unformatted::Faults(faults)) => refused += usize::from(!faults.is_empty()),
            Err(Unformatted::TooDeep | Unformatted::Changed) => panic!("{}", path.display()),
        }
    }
    assert!((20..80).contains(&refused), "{refused}");
}

/// Another parser must read the same, and the comments must stand in the same order beside the same words.
fn same(text: &str, formatted: &str) -> Result<(), String> {
    // libyaml wants a blank after the colon of an empty value.
    let read = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(&text.trim_start_matches('\u{feff}').replace(":,", ": ,"));
    match (read(text), read(formatted)) {
        (Ok(before), Ok(after)) if before == after => {}
        // Limits of the other parser.
        (Err(_), Err(_)) => {}
        (before, after) => return Err(format!("{before:?}\n{after:?}\n{text}\n{formatted}")),
    }
    if signs(text) != signs(formatted) {
        return Err(format!("{}\n{}\n{text}\n{formatted}", signs(text), signs(formatted)));
    }
    let again = format(formatted).map_err(|error| format!("{error:?}\n{text}\n{formatted}"))?;
    if again == formatted { Ok(()) } else { Err(format!("twice is not once:\n{text}\n{formatted}\n{again}")) }
}

/// The text without blanks, line ends and commas: a list over several lines gets one at its end.
fn signs(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, ',' | '\u{feff}')).collect()
}

/// A value, and how it is written.
#[derive(Debug, Clone)]
enum Node {
    Scalar(String),
    Flow {
        list: bool,
        items: Vec<(Gap, Node)>,
        end: Gap,
        trailing: bool,
    },
    /// Each item with what stands above it, the blanks inside it, and a comment beside its key.
    Block {
        list: bool,
        indent: usize,
        items: Vec<(Above, usize, Option<usize>, Node)>,
    },
}

/// What stands between the items of a collection in brackets.
#[derive(Debug, Clone)]
enum Gap {
    Blanks(usize),
    Line(usize),
    Comment(usize),
}

/// The lines above an item: how many empty ones, and comments with their blanks.
#[derive(Debug, Clone)]
struct Above(Vec<Option<usize>>);

fn scalar() -> impl Strategy<Value = Node> {
    let written = [
        "x",
        "$.work.title",
        "'it''s'",
        "\"a # b\"",
        "'$.a[?@.b]'",
        "1.50",
        "no",
        "a b  c",
        "\"\\u00e9\\\"\"",
        "日本",
        "''",
        "-1",
        "a#b",
        "&anchor x",
        "~",
        "a:b",
        "'\\'",
        "http://a/b?c",
        "'a: b'",
        "\"$.x['y']\"",
    ];
    prop::sample::select(written.to_vec()).prop_map(|text| Node::Scalar(text.to_owned()))
}

fn gap() -> impl Strategy<Value = Gap> {
    prop_oneof![
        12 => (0..3usize).prop_map(Gap::Blanks),
        1 => (0..6usize).prop_map(Gap::Line),
        1 => (1..4usize).prop_map(Gap::Comment),
    ]
}

fn above() -> impl Strategy<Value = Above> {
    prop_oneof![
        4 => Just(Above(Vec::new())),
        1 => prop::collection::vec(prop::option::of(0..9usize), 1..4).prop_map(Above),
    ]
}

fn node() -> impl Strategy<Value = Node> {
    scalar().prop_recursive(4, 24, 5, |inner| {
        let flow = inner.clone().prop_filter("brackets hold no blocks", |node| !has_block(node));
        let items = prop::collection::vec((gap(), flow), 0..4);
        let line = (above(), 0..3usize, prop::option::weighted(0.3, 1..12usize), inner);
        prop_oneof![
            2 => (any::<bool>(), items, gap(), any::<bool>())
                .prop_map(|(list, items, end, trailing)| Node::Flow { list, items, end, trailing }),
            3 => (any::<bool>(), 1..5usize, prop::collection::vec(line, 1..4))
                .prop_map(|(list, indent, items)| Node::Block { list, indent, items }),
        ]
    })
}

fn has_block(node: &Node) -> bool {
    match node {
        Node::Scalar(_) => false,
        Node::Flow { items, .. } => items.iter().any(|(_, item)| has_block(item)),
        Node::Block { .. } => true,
    }
}

/// Writes a tree down; comments have numbers, so that each is another one.
#[derive(Default)]
struct Writer {
    text: String,
    comments: usize,
}

impl Writer {
    fn comment(&mut self) {
        self.comments += 1;
        self.text += &format!("# c{} 'x': [", self.comments);
    }

    fn gap(&mut self, gap: &Gap, indent: usize) {
        match gap {
            Gap::Blanks(blanks) => self.text += &" ".repeat(*blanks),
            Gap::Line(blanks) => self.text += &format!("\n{}", " ".repeat(indent + 1 + blanks)),
            Gap::Comment(blanks) => {
                self.text += &" ".repeat(*blanks);
                self.comment();
                self.text += &format!("\n{}", " ".repeat(indent + 1));
            }
        }
    }

    fn flow(&mut self, node: &Node, indent: usize) {
        match node {
            Node::Scalar(text) => self.text += text,
            Node::Flow { list, items, end, trailing } => {
                self.text.push(if *list { '[' } else { '{' });
                for (at, (gap, item)) in items.iter().enumerate() {
                    self.gap(gap, indent);
                    if !list {
                        self.text += &format!("k{at}: ");
                    }
                    self.flow(item, indent);
                    if at + 1 < items.len() || *trailing {
                        self.text.push(',');
                    }
                }
                self.gap(end, indent);
                self.text.push(if *list { ']' } else { '}' });
            }
            Node::Block { .. } => unreachable!("filtered out"),
        }
    }

    /// Writes a block whose items begin at `column`.
    fn block(&mut self, list: bool, items: &[(Above, usize, Option<usize>, Node)], column: usize) {
        for (at, (Above(above), blanks, beside, item)) in items.iter().enumerate() {
            for line in above {
                if let Some(indent) = line {
                    self.text += &" ".repeat(*indent);
                    self.comment();
                }
                self.text.push('\n');
            }
            self.text += &" ".repeat(column);
            self.text += &if list { "-".to_owned() } else { format!("k{at}{}:", " ".repeat(blanks % 2)) };
            match item {
                Node::Block { list: inner, indent, items } => {
                    if let Some(blanks) = beside {
                        self.text += &" ".repeat(*blanks);
                        self.comment();
                    }
                    self.text.push('\n');
                    self.block(*inner, items, column + indent);
                }
                _ => {
                    self.text += &" ".repeat(1 + blanks);
                    self.flow(item, column);
                    if let Some(blanks) = beside {
                        self.text += &" ".repeat(*blanks);
                        self.comment();
                    } else {
                        self.text += &" ".repeat(*blanks);
                    }
                    self.text.push('\n');
                }
            }
        }
    }
}

fn written(nodes: &[(Above, usize, Option<usize>, Node)]) -> String {
    let mut writer = Writer::default();
    writer.block(false, nodes, 0);
    writer.text
}

proptest! {
    #[test]
    fn values_and_comments_stay_whatever_the_spacing(
        items in prop::collection::vec((above(), 0..3usize, prop::option::weighted(0.3, 1..12usize), node()), 1..5),
        crlf in any::<bool>(),
    ) {
        let text = written(&items);
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        match format(&text) {
            Ok(formatted) => {
                let kept = same(&text, &formatted);
                prop_assert!(kept.is_ok(), "{}", kept.unwrap_err());
                prop_assert_eq!(formatted.contains("\r\n"), crlf);
                prop_assert!(!formatted.contains("\n\n\n") && formatted.ends_with('\n'));
            }
            Err(error) => prop_assert!(false, "{:?}\n{}", error, text),
        }
    }
}
