//! Finds the bytes that end a run of plain text in a JSON string, eight bytes at a time.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The position of the first quote, backslash or control character at or after `from`; the length where there is none.
#[inline]
pub fn find(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(chunk) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("the chunk has eight bytes"));
        let found = is_byte(word, b'"') | is_byte(word, b'\\') | below_blank(word);
        if found != 0 {
            // Bytes after the first hit may be marked wrongly by a borrow; the first never is.
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\')).unwrap_or(rest.len())
}

/// Whether there is a quote, a backslash or a control character.
#[inline]
pub fn is_there(bytes: &[u8]) -> bool {
    some_word(bytes, |word| is_byte(word, b'"') | is_byte(word, b'\\') | below_blank(word))
}

/// Whether there is a backslash.
#[inline]
pub fn has_backslash(bytes: &[u8]) -> bool {
    some_word(bytes, |word| is_byte(word, b'\\'))
}

/// Whether `marks` marks anything in some eight bytes. The last eight overlap those before them, so that no byte is looked at
/// alone; bytes after a hit may be marked wrongly, which changes nothing.
#[inline]
fn some_word(bytes: &[u8], marks: impl Fn(u64) -> u64) -> bool {
    if let Some(last) = bytes.last_chunk() {
        let (words, _) = bytes.as_chunks();
        let last = marks(u64::from_le_bytes(*last));
        return words.iter().fold(last, |found, word| found | marks(u64::from_le_bytes(*word))) != 0;
    }
    let word = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)),
        // Blanks are never marked.
        _ => bytes.iter().fold(ONES * u64::from(b' '), |word, byte| word << 8 | u64::from(*byte)),
    };
    marks(word) != 0
}

/// The high bit of each byte that equals `byte`.
#[inline]
fn is_byte(word: u64, byte: u8) -> u64 {
    let zero = word ^ (ONES * u64::from(byte));
    zero.wrapping_sub(ONES) & !zero & HIGHS
}

/// The high bit of each byte below 0x20.
#[inline]
fn below_blank(word: u64) -> u64 {
    word.wrapping_sub(ONES * 0x20) & !word & HIGHS
}

#[cfg(test)]
mod tests {
    use super::{find, has_backslash, is_there};

    #[test]
    fn the_first_special_byte_is_found_wherever_it_stands() {
        for special in [b'"', b'\\', 0, 0x1f, b'\n'] {
            for length in 0..40 {
                for at in 0..length {
                    for filler in [b' ', b'a', b'!', b'#', b'[', b']', 0x7f, 0x80, 0xa2, 0xdc, 0xff] {
                        let mut bytes = vec![filler; length];
                        assert_eq!(find(&bytes, 0), length);
                        assert!(!is_there(&bytes) && !has_backslash(&bytes));
                        bytes[at] = special;
                        assert_eq!(find(&bytes, 0), at, "{special} after {filler}");
                        assert_eq!(find(&bytes, at), at);
                        assert_eq!(find(&bytes, at + 1), length);
                        assert!(is_there(&bytes));
                        assert_eq!(has_backslash(&bytes), special == b'\\');
                    }
                }
            }
        }
    }
}
