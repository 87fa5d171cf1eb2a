//! `bobmap fmt`: which files it writes, and which it leaves alone.

use crate::run::bobmap;
use std::path::PathBuf;

const ODD: &str = "# people\nmapping:   people\nformat: 1\nsource: hibob.people\nkey: id   # theirs\nfields:\n    id: {from: $.id,personal: false}\n";
const PLAIN: &str = "# people\nmapping: people\nformat: 1\nsource: hibob.people\nkey: id # theirs\nfields:\n  id: { from: $.id, personal: false }\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        for (name, text) in files {
            std::fs::write(folder.path(name), text).unwrap();
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Code, standard output and standard error.
    fn fmt(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        self.fmt_of(arguments, "")
    }

    fn fmt_of(&self, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
        let output = bobmap(&["fmt"]).current_dir(self.0.path()).args(arguments).write_stdin(input).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }
}

#[test]
fn a_folder_is_formatted_and_stays_so() {
    let folder = Folder::new(&[("odd.yaml", ODD), ("plain.yaml", PLAIN), ("other.yaml", "a:   1\n"), ("notes.txt", ODD)]);
    let said = |code, out: &str, error: &str| (Some(code), out.to_owned(), error.to_owned());
    let differs = "1 file not in the style, 1 in it; `bobmap fmt` without --check and --diff writes\n";
    assert_eq!(folder.fmt(&[".", "--check"]), said(1, "./odd.yaml\n", differs));
    assert_eq!(folder.text("odd.yaml"), ODD);
    assert_eq!(folder.fmt(&[".", "odd.yaml"]), said(0, "./odd.yaml\n", "1 file formatted, 1 in the style already\n"));
    assert_eq!((folder.text("odd.yaml").as_str(), folder.text("other.yaml").as_str()), (PLAIN, "a:   1\n"));
    assert_eq!(folder.text("notes.txt"), ODD);
    assert_eq!(folder.fmt(&[".", "--check"]), said(0, "", "2 files in the style\n"));
    assert_eq!(std::fs::read_dir(folder.0.path()).unwrap().count(), 4);
}

#[test]
fn a_diff_shows_what_would_change_and_applies() {
    let folder = Folder::new(&[("odd.yaml", ODD)]);
    let (code, diff, _) = folder.fmt(&["odd.yaml", "--diff"]);
    assert_eq!((code, folder.text("odd.yaml").as_str()), (Some(1), ODD));
    assert!(
        diff.starts_with("--- a/odd.yaml\n+++ b/odd.yaml\n@@ -1,7 +1,7 @@\n # people\n-mapping:   people\n+mapping: people\n"),
        "{diff}"
    );
    let mut apply = std::process::Command::new("git");
    std::fs::write(folder.path("change.patch"), diff).unwrap();
    assert!(apply.current_dir(folder.0.path()).args(["apply", "change.patch"]).status().unwrap().success());
    assert_eq!(folder.text("odd.yaml"), PLAIN);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new(&[]);
    assert_eq!(folder.fmt_of(&["-"], ODD), (Some(0), PLAIN.to_owned(), String::new()));
    assert_eq!(folder.fmt_of(&["-"], PLAIN), (Some(0), PLAIN.to_owned(), String::new()));
    assert_eq!(folder.fmt_of(&["-", "--check"], ODD), (Some(1), String::new(), String::new()));
    let (code, out, error) = folder.fmt_of(&["-"], "mapping: [\n");
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(error.contains("standard input:1:10"), "{error}");
    assert_eq!(folder.fmt_of(&["-", "x.yaml"], ODD).0, Some(2));
}

#[test]
fn line_ends_stay_and_so_does_an_unknown_key() {
    let text = ODD.replace("key:", "kee:").replace('\n', "\r\n");
    let folder = Folder::new(&[("odd.yaml", &text)]);
    assert_eq!(folder.fmt(&["odd.yaml"]).0, Some(0));
    assert_eq!(folder.text("odd.yaml"), PLAIN.replace("key:", "kee:").replace('\n', "\r\n"));
}

#[test]
fn faults_of_yaml_keep_a_file_as_it_is_and_the_others_are_formatted() {
    let faulty = format!("{ODD}    id: $.email\n");
    let folder = Folder::new(&[("a_faulty.yaml", &faulty), ("odd.yaml", ODD)]);
    let (code, out, error) = folder.fmt(&["."]);
    assert_eq!((code, out.as_str()), (Some(1), "./odd.yaml\n"));
    assert!(error.contains("error[duplicate-key]") && error.contains("a_faulty.yaml:8:5"), "{error}");
    assert!(error.ends_with("1 file formatted, 0 in the style already; 1 file with faults of YAML left alone\n"), "{error}");
    assert_eq!((folder.text("a_faulty.yaml"), folder.text("odd.yaml")), (faulty, PLAIN.to_owned()));
}

#[test]
fn what_is_no_mapping_is_refused_before_anything_is_written() {
    let folder =
        Folder::new(&[("odd.yaml", ODD), ("catalog.yaml", "catalog: acme\nfields: []\n"), ("people.json", "[{\"id\": 1}]\n")]);
    for (name, what) in [("catalog.yaml", "a catalog"), ("people.json", "JSON")] {
        let (code, _, error) = folder.fmt(&["odd.yaml", name]);
        assert_eq!(code, Some(2));
        assert_eq!(error, format!("error: {name}: this is {what}; bobmap fmt formats mapping files\n"));
    }
    assert_eq!(folder.text("odd.yaml"), ODD);
    let (code, _, error) = folder.fmt(&["no.yaml"]);
    assert_eq!((code, error.starts_with("error: no.yaml: there is no such file\n")), (Some(3), true), "{error}");
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay_and_read_only_files_are_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("odd.yaml", ODD), ("fixed.yaml", ODD)]);
    let set = |name, mode| std::fs::set_permissions(folder.path(name), PermissionsExt::from_mode(mode)).unwrap();
    set("odd.yaml", 0o640);
    set("fixed.yaml", 0o444);
    std::os::unix::fs::symlink("odd.yaml", folder.path("link.yaml")).unwrap();
    let (code, out, error) = folder.fmt(&["fixed.yaml", "link.yaml"]);
    assert_eq!((code, out.as_str()), (Some(3), "link.yaml\n"));
    assert!(error.contains("error: fixed.yaml: the file is read-only, and stays as it is\n"), "{error}");
    assert_eq!((folder.text("fixed.yaml").as_str(), folder.text("odd.yaml").as_str()), (ODD, PLAIN));
    assert!(folder.path("link.yaml").is_symlink());
    assert_eq!(std::fs::metadata(folder.path("odd.yaml")).unwrap().permissions().mode() & 0o777, 0o640);
}
