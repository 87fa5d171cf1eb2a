//! Writing of JSON texts.

/// Appends `text` as a JSON string: only what must be escaped is.
#[inline]
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let done = match bytes.len() {
        0..4 => false,
        4..8 => write_short::<4, 10>(out, bytes),
        8..16 => write_short::<8, 18>(out, bytes),
        16..=32 => write_short::<16, 34>(out, bytes),
        _ => write_plain(out, bytes),
    };
    if !done {
        write_escaped(out, text);
    }
}

/// Writes a text of at least `N` and at most `2 * N` bytes, if nothing in it must be escaped: its first `N` bytes and its last,
/// which may overlap. Pieces of a fixed length take a few instructions. `ROOM` is `2 * N` and the quotes.
#[inline]
fn write_short<const N: usize, const ROOM: usize>(out: &mut Vec<u8>, bytes: &[u8]) -> bool {
    let (Some(first), Some(last)) = (bytes.first_chunk::<N>(), bytes.last_chunk::<N>()) else { return false };
    let must_be_escaped =
        |bytes: &[u8; N]| bytes.iter().fold(false, |found, byte| found | (*byte < 0x20) | (*byte == b'"') | (*byte == b'\\'));
    if must_be_escaped(first) | must_be_escaped(last) {
        return false;
    }
    let start = out.len();
    out.extend_from_slice(&[b'"'; ROOM]);
    let inner = &mut out[start + 1..];
    inner[..N].copy_from_slice(first);
    inner[bytes.len() - N..][..N].copy_from_slice(last);
    out.truncate(start + bytes.len() + 2);
    true
}

/// Writes a text of any length, if nothing in it must be escaped.
fn write_plain(out: &mut Vec<u8>, bytes: &[u8]) -> bool {
    if super::special::is_there(bytes) {
        return false;
    }
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    out.extend_from_slice(bytes);
    out.push(b'"');
    true
}

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
    fn texts_of_any_length_come_out_as_they_went_in_whatever_in_them_is_escaped() {
        for length in 0..70 {
            let plain: String = ('!'..='~').filter(|sign| !matches!(sign, '"' | '\\')).take(length).collect();
            assert_eq!(written(|out| write_string(out, &plain)), format!("\"{plain}\""));
            for at in 0..length {
                for sign in ["\"", "\\", "\n", "\u{1f}", "\u{7f}"] {
                    let mut text = plain.clone();
                    text.replace_range(at..=at, sign);
                    let json = written(|out| write_string(out, &text));
                    assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text, "{json}");
                }
            }
        }
    }

    #[test]
    fn compacting_leaves_strings_and_digits_alone() {
        assert_eq!(
            written(|out| write_compact(out, "{ \"a b\" : [ 1.10 ,\n \"x \\\" y\\\\\" ] }")),
            r#"{"a b":[1.10,"x \" y\\"]}"#
        );
    }
}
