//! `hash`

use super::text::{TEXT, step};
use super::{Argument, Definition, Example, Gives, OnLists};
use crate::value::Shape;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

pub static DEFINITION: Definition = Definition {
    name: "hash",
    summary: "Makes the SHA-256 hash of the text, in 64 hexadecimal digits.",
    notes: "The same text gives the same hash everywhere, so that tools can match people whose e-mails they may not see; put \
            `lower` before it. **It does not make a value anonymous**: who can list the possible values (e-mail addresses, \
            dates of birth) can hash them all and compare. The field stays `personal`. There is no key, because a key in a \
            mapping file would be no secret.",
    accepts: TEXT,
    gives: Gives::Shape(Shape::Text),
    on_lists: OnLists::Each,
    argument: Argument::None,
    examples: &[
        Example {
            step: "hash",
            input: "ada@example.test",
            output: Some("b97222ea69dadf792baa97fa768ecb840a0023714c831ab1328838cba9f7f437"),
        },
        Example { step: "hash", input: "true", output: None },
    ],
    compile: |_| {
        Ok(step("hash", (), |(), text| Ok(Cow::Owned(Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()))))
    },
};
