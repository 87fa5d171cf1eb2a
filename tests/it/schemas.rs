//! `schemas/` is what the types say.

use std::path::Path;

#[test]
fn the_files_in_schemas_are_what_the_types_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let mut expected = bobmap::mapping::schema::all();
    expected.push(bobmap::sandbox::schema());
    expected.push(bobmap::job::schema());
    for (name, content) in &expected {
        let found = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(found == *content, "schemas/{name} is not what the types say: run `cargo run -- schema --write`");
    }
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    let mut names: Vec<_> = expected.into_iter().map(|(name, _)| name).collect();
    names.sort();
    assert_eq!(files, names);
}
