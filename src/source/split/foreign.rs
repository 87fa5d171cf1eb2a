//! Recognises what is not JSON, to say what it is instead.

use super::members::is_blank;

/// How files of other kinds begin, and how the sentence "this ..." ends about them.
const KINDS: [(&[u8], &str); 12] = [
    (b"PK\x03\x04", "is a zip archive or an Excel workbook: unpack it, or export the records as JSON"),
    (b"SQLite format 3\0", "is an SQLite database: export the records as JSON"),
    (b"PAR1", "is a Parquet file: export the records as JSON"),
    (b"\xfd7zXZ\0", "is packed by xz: unpack it first (gzip and zstd are unpacked on the way)"),
    (b"BZh", "is packed by bzip2: unpack it first (gzip and zstd are unpacked on the way)"),
    (b"7z\xbc\xaf", "is a 7z archive: unpack it first"),
    (b"\x1f\x8b", "is gzip in what was packed already: unpack it once first"),
    (b"\x28\xb5\x2f\xfd", "is zstd in what was packed already: unpack it once first"),
    (b"%PDF", "is a PDF"),
    (b"<?xml", "is XML: HiBob answers in JSON when the request says `Accept: application/json`"),
    (b"---", "looks like YAML: records are read as JSON only"),
    (b"%YAML", "looks like YAML: records are read as JSON only"),
];

const HTML: &str = "is HTML: Bob answers its login page to a wrong URL, so look at the address it was fetched from";

/// How many bytes are looked at.
const HEAD: usize = 4096;

/// How the sentence "this ..." ends about input that begins with `bytes`, which are no object and no array.
pub(super) fn looks(bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(HEAD)];
    if head.first() == Some(&b'<') && [&b"<html"[..], b"<!doctype html"].iter().any(|tag| contains_any_case(head, tag)) {
        return HTML;
    }
    if let Some((_, looks)) = KINDS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return looks;
    }
    if head.iter().any(|byte| byte.is_ascii_control() && !is_blank(*byte)) {
        return "is binary data";
    }
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    if line.starts_with(b"<") {
        "is XML or another markup: records are read as JSON only"
    } else if serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok() {
        "is a single JSON value that is neither an object nor an array"
    } else if line.iter().any(|byte| matches!(byte, b',' | b';' | b'\t')) {
        "looks like CSV: records are read as JSON only"
    } else if line.ends_with(b":") || memchr::memmem::find(line, b": ").is_some() {
        "looks like YAML: records are read as JSON only"
    } else {
        "begins with neither { nor ["
    }
}

fn contains_any_case(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

/// The encoding of input that begins with `bytes` if it is text but not UTF-8, by its byte order mark or by the zeros beside a
/// first bracket.
pub(super) fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    const STARTS: [(&[u8], &str); 8] = [
        (b"\xff\xfe\0\0", "UTF-32"),
        (b"\0\0\xfe\xff", "UTF-32"),
        (b"\xff\xfe", "UTF-16"),
        (b"\xfe\xff", "UTF-16"),
        (b"{\0", "UTF-16"),
        (b"[\0", "UTF-16"),
        (b"\0{", "UTF-16"),
        (b"\0[", "UTF-16"),
    ];
    STARTS.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, encoding)| *encoding)
}

#[cfg(test)]
mod tests {
    use super::looks;

    #[test]
    fn what_is_not_json_is_called_by_its_name() {
        for (bytes, word) in [
            (&b"<!DOCTYPE html>\n<html>"[..], "HTML"),
            (b"<!-- x --><HTML lang='en'>", "HTML"),
            (b"<?xml version=\"1.0\"?><people/>", "XML"),
            (b"<people/>", "XML"),
            (b"PK\x03\x04\x14\0", "Excel"),
            (b"SQLite format 3\0\x10", "SQLite"),
            (b"PAR1\x15\x04", "Parquet"),
            (b"\x00\x01\x02", "binary"),
            (b"\x7fELF\x02\x01", "binary"),
            (b"id,name\n1,Ada\n", "CSV"),
            (b"\"id\";\"name\"\n", "CSV"),
            (b"id\tname\n", "CSV"),
            (b"---\nid: 1\n", "YAML"),
            (b"employees:\n  - id: 1\n", "YAML"),
            (b"id: 1\n", "YAML"),
            (b"\"text\"\n", "single JSON value"),
            (b"12.5", "single JSON value"),
            (b"null\n", "single JSON value"),
            (b"hello\n", "neither { nor ["),
            (b"} {\n", "neither { nor ["),
        ] {
            assert!(looks(bytes).contains(word), "{}: {}", bytes.escape_ascii(), looks(bytes));
        }
    }
}
