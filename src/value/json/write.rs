//! Writing of JSON texts.

/// Appends `text` as a JSON string: only what must be escaped is.
#[inline]
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    if super::special::is_there(text.as_bytes()) {
        return write_escaped(out, text);
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

#[cold]
fn write_escaped(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut done = 0;
    loop {
        let at = super::special::find(bytes, done);
        out.extend_from_slice(&bytes[done..at]);
        let Some(&byte) = bytes.get(at) else { break };
        done = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
        }
    }
    out.push(b'"');
}

/// Appends well-formed JSON without the white space between its parts, so that a record stays on one line.
pub fn write_compact(out: &mut Vec<u8>, json: &str) {
    let bytes = json.as_bytes();
    let mut in_string = false;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if in_string {
            if byte == b'\\' {
                out.push(byte);
                at += 1;
            } else if byte == b'"' {
                in_string = false;
            }
            out.push(bytes[at]);
        } else {
            in_string = byte == b'"';
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                out.push(byte);
            }
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(f: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        f(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_are_escaped_as_little_as_json_allows() {
        assert_eq!(
            written(|out| write_string(out, "a\"b\\c\n\r\t\u{1}\u{1f}/é😀\u{7f}")),
            "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f/é😀\u{7f}\""
        );
    }

    #[test]
    fn compacting_leaves_strings_and_digits_alone() {
        assert_eq!(
            written(|out| write_compact(out, "{ \"a b\" : [ 1.10 ,\n \"x \\\" y\\\\\" ] }")),
            r#"{"a b":[1.10,"x \" y\\"]}"#
        );
    }
}
