//! Where snapshots lie and how they are named: `snapshots/<area>__<case>.snap`.

pub fn snap() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    // Absolute, for insta takes a relative one from the folder of each test file.
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}
