//! Looks at 64 bytes at once: one bit for each, the lowest for the first. The only `unsafe` is here, and it is one call:
//! [`scan`] runs a loop with the vector instructions that the processor has.

/// How many bytes are looked at at once.
pub const CHUNK: usize = 64;

/// What matters of 64 bytes for finding strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strings {
    pub quotes: u64,
    /// Whether there is a backslash or a control character.
    pub special: bool,
}

/// What matters of 64 bytes for counting brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brackets {
    pub quotes: u64,
    /// Whether there is a backslash or a control character.
    pub special: bool,
    /// `{` and `[`
    pub opening: u64,
    /// `}` and `]`
    pub closing: u64,
}

/// The ways to look at 64 bytes, and at the bits that come of it.
pub trait Lanes: Copy {
    fn strings(self, chunk: &[u8; CHUNK]) -> Strings;

    fn brackets(self, chunk: &[u8; CHUNK]) -> Brackets;

    /// Each bit becomes the parity of itself and all lower ones: set from an opening quote up to the closing one.
    fn parity(self, bits: u64) -> u64;
}

/// A loop over a text. `run` must be `#[inline(always)]`, to be compiled for the instructions of its lanes.
pub trait Scan {
    type Found;

    fn run(self, lanes: impl Lanes) -> Self::Found;
}

/// Runs a loop with the widest lanes of this processor.
pub fn scan<S: Scan>(scan: S) -> S::Found {
    #[cfg(target_arch = "x86_64")]
    if avx2::are_there() {
        // SAFETY: `avx2::run` needs the instructions that were found to be there just above.
        return unsafe { avx2::run(scan) };
    }
    scan.run(Plain)
}

/// Lanes for any processor.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl Lanes for Plain {
    #[inline(always)]
    fn strings(self, chunk: &[u8; CHUNK]) -> Strings {
        let special = chunk.iter().fold(false, |special, byte| special | (*byte == b'\\') | (*byte < 0x20));
        Strings { quotes: mask(chunk, |byte| byte == b'"'), special }
    }

    /// `{` and `[` differ in one bit, and so do `}` and `]`: with it set, one comparison finds both.
    #[inline(always)]
    fn brackets(self, chunk: &[u8; CHUNK]) -> Brackets {
        Brackets {
            quotes: mask(chunk, |byte| byte == b'"'),
            special: chunk.iter().fold(false, |special, byte| special | (*byte == b'\\') | (*byte < 0x20)),
            opening: mask(chunk, |byte| byte | 0x20 == b'{'),
            closing: mask(chunk, |byte| byte | 0x20 == b'}'),
        }
    }

    #[inline(always)]
    fn parity(self, bits: u64) -> u64 {
        parity(bits)
    }
}

/// The same as [`Lanes::parity`] without lanes.
#[inline]
pub fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// The bytes that are one of those looked for. Written so that the compiler makes vector instructions of it, as it does for
/// comparing whole chunks and for logic on 16 bytes.
#[inline(always)]
pub fn mask(chunk: &[u8; CHUNK], is: impl Fn(u8) -> bool) -> u64 {
    /// In row `k` of 16 bytes, bit `2k` for the first eight and bit `2k + 1` for the others.
    const PLACES: [u128; 4] = {
        const FIRST: u128 = 0x0202_0202_0202_0202_0101_0101_0101_0101;
        [FIRST, FIRST << 2, FIRST << 4, FIRST << 6]
    };
    let found = chunk.map(|byte| if is(byte) { 0xff } else { 0 });
    let rows = found.as_chunks::<16>().0.iter().zip(PLACES);
    let all = rows.fold(0, |all, (row, places)| all | u128::from_le_bytes(*row) & places);
    transposed((all | all >> 64) as u64)
}

/// A matrix of 8 by 8 bits with rows and columns exchanged (Hacker's Delight, 7-3).
#[inline]
fn transposed(mut bits: u64) -> u64 {
    for (shift, mask) in [(7, 0x00aa_00aa_00aa_00aa), (14, 0x0000_cccc_0000_cccc), (28, 0x0000_0000_f0f0_f0f0)] {
        let swapped = (bits ^ bits >> shift) & mask;
        bits ^= swapped ^ swapped << shift;
    }
    bits
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{Brackets, CHUNK, Lanes, Scan, Strings};
    use std::arch::x86_64::{
        __m256i, _mm_clmulepi64_si128, _mm_cvtsi128_si64, _mm_set_epi64x, _mm_set1_epi8, _mm256_cmpeq_epi8, _mm256_min_epu8,
        _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setr_epi64x,
    };

    pub(super) fn are_there() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("pclmulqdq")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("bmi1")
    }

    #[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
    pub(super) fn run<S: Scan>(scan: S) -> S::Found {
        scan.run(Wide { strings: |chunk: &_| strings(chunk), brackets: |chunk: &_| brackets(chunk), parity: |bits| parity(bits) })
    }

    /// Lanes of functions that only code with these instructions may call.
    #[derive(Clone, Copy)]
    struct Wide<S, B, P> {
        strings: S,
        brackets: B,
        parity: P,
    }

    impl<S, B, P> Lanes for Wide<S, B, P>
    where
        S: Fn(&[u8; CHUNK]) -> Strings + Copy,
        B: Fn(&[u8; CHUNK]) -> Brackets + Copy,
        P: Fn(u64) -> u64 + Copy,
    {
        #[inline(always)]
        fn strings(self, chunk: &[u8; CHUNK]) -> Strings {
            (self.strings)(chunk)
        }

        #[inline(always)]
        fn brackets(self, chunk: &[u8; CHUNK]) -> Brackets {
            (self.brackets)(chunk)
        }

        #[inline(always)]
        fn parity(self, bits: u64) -> u64 {
            (self.parity)(bits)
        }
    }

    // No closures and no iterators from here on: what is not compiled for these instructions may not be inlined.

    /// One half of a chunk, from the word of this number on. The compiler makes one load of it.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn half(chunk: &[u8; CHUNK], first: usize) -> __m256i {
        let words = chunk.as_chunks::<8>().0;
        _mm256_setr_epi64x(
            i64::from_le_bytes(words[first]),
            i64::from_le_bytes(words[first + 1]),
            i64::from_le_bytes(words[first + 2]),
            i64::from_le_bytes(words[first + 3]),
        )
    }

    /// The bytes that are `byte`.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn equal(low: __m256i, high: __m256i, byte: u8) -> u64 {
        let byte = _mm256_set1_epi8(byte as i8);
        let low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, byte));
        let high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, byte));
        u64::from(low as u32) | u64::from(high as u32) << 32
    }

    /// All bits set in the bytes that are a backslash or a control character.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn special(half: __m256i) -> __m256i {
        let is_control = _mm256_cmpeq_epi8(_mm256_min_epu8(half, _mm256_set1_epi8(0x1f)), half);
        _mm256_or_si256(is_control, _mm256_cmpeq_epi8(half, _mm256_set1_epi8(b'\\' as i8)))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn strings(chunk: &[u8; CHUNK]) -> Strings {
        let (low, high) = (half(chunk, 0), half(chunk, 4));
        let special = _mm256_movemask_epi8(_mm256_or_si256(special(low), special(high))) != 0;
        Strings { quotes: equal(low, high, b'"'), special }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn brackets(chunk: &[u8; CHUNK]) -> Brackets {
        let (low, high) = (half(chunk, 0), half(chunk, 4));
        let quotes = equal(low, high, b'"');
        let special = _mm256_movemask_epi8(_mm256_or_si256(special(low), special(high))) != 0;
        let (low, high) = (_mm256_or_si256(low, _mm256_set1_epi8(0x20)), _mm256_or_si256(high, _mm256_set1_epi8(0x20)));
        Brackets { quotes, special, opening: equal(low, high, b'{'), closing: equal(low, high, b'}') }
    }

    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    fn parity(bits: u64) -> u64 {
        let product = _mm_clmulepi64_si128::<0>(_mm_set_epi64x(0, bits as i64), _mm_set1_epi8(-1));
        _mm_cvtsi128_si64(product) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::{Brackets, CHUNK, Lanes, Plain, Scan, Strings, scan};
    use proptest::prelude::{any, prop, prop_assert_eq, prop_oneof, proptest};
    use proptest::sample::select;

    /// What lanes say of one chunk.
    struct All<'c>(&'c [u8; CHUNK]);

    impl Scan for All<'_> {
        type Found = (Strings, Brackets, u64);

        #[inline(always)]
        fn run(self, lanes: impl Lanes) -> Self::Found {
            let strings = lanes.strings(self.0);
            (strings, lanes.brackets(self.0), lanes.parity(strings.quotes))
        }
    }

    /// The same, one byte after the other.
    fn bytewise(chunk: &[u8; CHUNK]) -> (Strings, Brackets, u64) {
        let bits = |is: &dyn Fn(&u8) -> bool| (0..CHUNK).filter(|at| is(&chunk[*at])).fold(0, |bits, at| bits | 1 << at);
        let quotes = bits(&|byte| *byte == b'"');
        let brackets = Brackets {
            quotes,
            special: chunk.iter().any(|byte| *byte == b'\\' || *byte < 0x20),
            opening: bits(&|byte| matches!(byte, b'{' | b'[')),
            closing: bits(&|byte| matches!(byte, b'}' | b']')),
        };
        let special = chunk.iter().any(|byte| *byte == b'\\' || *byte < 0x20);
        let parity =
            (0..CHUNK).filter(|at| (quotes << (CHUNK - 1 - at)).count_ones() % 2 == 1).fold(0, |bits, at| bits | 1 << at);
        (Strings { quotes, special }, brackets, parity)
    }

    proptest! {
        #[test]
        fn lanes_see_what_looking_at_each_byte_sees(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), select(b"{}[]\"\\ \n".to_vec())], CHUNK),
        ) {
            let chunk: &[u8; CHUNK] = bytes.as_slice().try_into().unwrap();
            prop_assert_eq!(scan(All(chunk)), bytewise(chunk));
            prop_assert_eq!(All(chunk).run(Plain), bytewise(chunk));
        }
    }
}
