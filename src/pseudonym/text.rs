//! Invented texts: dates stay dates, e-mail addresses and web addresses lead to example domains, and all other words are
//! replaced one by one.

use super::date::{self, Invented};
use super::word::Words;

/// Owned by nobody, and never will be (RFC 2606).
const DOMAIN: &str = ".example.com";

/// The text with everything in it replaced.
pub fn replace(words: &mut Words, invented: Invented, text: &str) -> String {
    let trimmed = text.trim();
    if let Some(other) = date::iso(words, invented, trimmed).or_else(|| date::loose(words, trimmed)) {
        return text.replacen(trimmed, &other, 1);
    }
    let mut out = String::with_capacity(text.len());
    let between = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | '"');
    for piece in text.split_inclusive(between) {
        let end = piece.rfind(between).unwrap_or(piece.len());
        address(words, &piece[..end], &mut out);
        out.push_str(&piece[end..]);
    }
    out
}

fn address(words: &mut Words, piece: &str, out: &mut String) {
    // A full stop behind an address ends its sentence.
    let bare = piece.trim_end_matches(['.', ':', '!', '?']);
    let after = &piece[bare.len()..];
    if let Some((scheme @ ("http" | "https" | "mailto"), rest)) = bare.split_once(':') {
        out.push_str(scheme);
        out.push(':');
        let slashes = rest.len() - rest.trim_start_matches('/').len();
        out.push_str(&rest[..slashes]);
        let rest = &rest[slashes..];
        if scheme == "mailto" {
            return address(words, &piece[piece.len() - rest.len() - after.len()..], out);
        }
        let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        domain(words, host, out);
        words.replace(path, out);
        out.push_str(after);
        return;
    }
    match bare.rsplit_once('@') {
        Some((local, host)) if !local.is_empty() && host.contains('.') => {
            words.replace(local, out);
            out.push('@');
            domain(words, host, out);
            out.push_str(after);
        }
        _ => words.replace(piece, out),
    }
}

fn domain(words: &mut Words, host: &str, out: &mut String) {
    words.replace(host, out);
    out.push_str(DOMAIN);
}

#[cfg(test)]
mod tests {
    use super::{Invented, Words, replace};

    fn replaced(text: &str) -> String {
        replace(&mut Words::new(b"a key"), Invented::Day, text)
    }

    #[test]
    fn an_e_mail_address_stays_one_and_agrees_with_the_name() {
        let other = replaced("ada.marlowe+hr@acme.co.uk");
        let (local, host) = other.split_once('@').unwrap();
        assert_eq!(local, format!("{}.{}+{}", replaced("ada"), replaced("marlowe"), replaced("hr")));
        assert!(host.ends_with(".example.com") && !host.contains("acme"), "{host}");
        assert_ne!(replaced("ada@acme.com"), replaced("ada@acme.de"));
    }

    #[test]
    fn addresses_inside_a_text_lead_nowhere_either() {
        let other = replaced("Write to Ada <ada@acme.com>, or see https://acme.com/ada?token=t1.");
        assert!(other.contains("@") && other.contains("<") && other.contains("https://"), "{other}");
        assert_eq!(other.matches(".example.com").count(), 2);
        assert!(other.ends_with('.') && !other.to_lowercase().contains("acme"), "{other}");
    }

    #[test]
    fn dates_stay_dates_and_blanks_stay_where_they_are() {
        assert!(replaced(" 1977-06-12 ").starts_with(" 1977-06-"));
        assert_eq!(replaced(" 1977-06-12 ").len(), 12);
        assert_eq!(replaced("mailto:ada@acme.com"), format!("mailto:{}", replaced("ada@acme.com")));
        assert_eq!(replaced("  "), "  ");
    }
}
