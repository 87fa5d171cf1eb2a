fn main() {
    for (n, c) in bobmap::mapping::schema::all() {
        std::fs::write(format!("schemas/{n}"), c).unwrap();
    }
    let mut p = bobmap::mapping::Project::default();
    for a in std::env::args().skip(1) {
        p.add(&a, &std::fs::read_to_string(&a).unwrap());
    }
    let env =
        bobmap::mapping::Environment { catalog: bobmap::catalog::Catalog::builtin(), read_schema: &|_, _| Err("no".into()) };
    let f = bobmap::mapping::check(&p, &env);
    println!(
        "{}",
        bobmap::report::diagnostics::render(
            bobmap::report::diagnostics::Format::Human,
            &f,
            &p.files,
            &bobmap::report::diagnostics::Options { color: false, width: Some(120), checked: 1, version: "0" }
        )
    );
}
