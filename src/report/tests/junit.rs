//! Results as JUnit's XML: a suite a file, a case a test. It has no official schema; this is the part that Jenkins, GitLab
//! and GitHub's reporters share.

use super::{FileTests, Mismatch, NO_TESTS, Outcome, TestReport, TestResult};

pub fn render(report: &TestReport) -> String {
    let (mut tests, mut failures) = (report.passed() + report.failed(), report.failed());
    let mut suites: String = report.files.iter().map(suite).collect();
    if tests == 0 {
        // CI servers take a file without cases for a success.
        (tests, failures) = (1, 1);
        suites.push_str(&format!(
            "  <testsuite name=\"bobmap\" tests=\"1\" failures=\"1\" errors=\"0\">\n    \
             <testcase name=\"there are tests\" classname=\"bobmap\">\n      \
             <failure message=\"{}\"/>\n    </testcase>\n  </testsuite>\n",
            escaped(NO_TESTS)
        ));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"bobmap\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n{suites}</testsuites>\n"
    )
}

fn suite(file: &FileTests) -> String {
    let FileTests { file: path, mapping, tests, unreached } = file;
    let failures = tests.iter().filter(|test| test.outcome != Outcome::Passed).count();
    let mut xml = format!(
        "  <testsuite name=\"{}\" file=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">\n",
        escaped(mapping),
        escaped(path),
        tests.len()
    );
    xml.extend(tests.iter().map(|test| case(test, path, mapping)));
    if !unreached.is_empty() {
        let entries: Vec<String> =
            unreached.iter().map(|entry| format!("{}: {} ({path}:{})", entry.field, entry.entry, entry.line)).collect();
        xml.push_str(&format!(
            "    <system-out>entries of `from` that no test reaches:\n{}\n</system-out>\n",
            element(&entries.join("\n"))
        ));
    }
    xml + "  </testsuite>\n"
}

fn case(test: &TestResult, path: &str, mapping: &str) -> String {
    let head = format!(
        "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\"",
        escaped(&test.name),
        escaped(mapping),
        escaped(path),
        test.line
    );
    let mismatches = match &test.outcome {
        Outcome::Passed => return head + "/>\n",
        Outcome::Failed(mismatches) => mismatches,
    };
    let names: Vec<&str> = mismatches.iter().map(|mismatch| mismatch.what.as_str()).collect();
    let body: Vec<String> = mismatches.iter().map(diff).collect();
    format!(
        "{head}>\n      <failure message=\"{}\" type=\"mismatch\">{}</failure>\n    </testcase>\n",
        escaped(&format!("differs: {}", names.join(", "))),
        element(&body.join("\n"))
    )
}

fn diff(mismatch: &Mismatch) -> String {
    let lines = mismatch.diff().into_iter().map(|(_, line)| line);
    std::iter::once(mismatch.what.clone()).chain(lines).collect::<Vec<_>>().join("\n")
}

/// `text` for the inside of an element, where lines may stay lines.
fn element(text: &str) -> String {
    escaped(text).replace("&#10;", "\n")
}

/// `text` for an attribute. What XML 1.0 has no way to write (§2.2) becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            // Bare ones turn into blanks inside attributes (§3.3.3).
            '\n' => xml.push_str("&#10;"),
            '\r' => xml.push_str("&#13;"),
            '\t' => xml.push_str("&#9;"),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => xml.push(char::REPLACEMENT_CHARACTER),
            _ => xml.push(c),
        }
    }
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_can_stand_in_xml() {
        assert_eq!(escaped("a<b>&\"'\n\u{1b}\u{fffe}ü👩‍🚀]]>"), "a&lt;b&gt;&amp;&quot;'&#10;\u{fffd}\u{fffd}ü👩‍🚀]]&gt;");
    }
}
