//! CLIP's tokenizer: text to byte-pair ids, the same as the tokenizer that ComfyUI and diffusers
//! use.
//!
//! The vocabulary and the merging of pairs come from `instant-clip-tokenizer`. Around it stands
//! what that crate leaves out: Unicode composition (NFC), the special tokens' real spelling, and a
//! limit on the length of a word, as its merging takes quadratic time.

use instant_clip_tokenizer::Tokenizer as BytePairs;
use regex::Regex;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// `<|startoftext|>`, which opens every chunk.
pub const START: u32 = 49_406;
/// `<|endoftext|>`, which closes every chunk.
pub const END: u32 = 49_407;

const START_TEXT: &str = "<|startoftext|>";
const END_TEXT: &str = "<|endoftext|>";

/// CLIP's pattern for a word (Radford et al. 2021): English contractions, runs of letters, single
/// digits, runs of anything else but white space.
const WORD: &str = r"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+";

/// Bytes of a word that are merged as one. A longer word goes on as a new one: no written word
/// comes near, and a megabyte without a space must not take minutes.
const LONGEST_WORD: usize = 512;

/// Text to token ids. Cheap to use, dear to make: see [`tokenizer`].
pub struct Tokenizer {
    pairs: BytePairs,
    word: Regex,
}

/// The tokenizer of this process, made when first asked for.
pub fn tokenizer() -> &'static Tokenizer {
    static SHARED: LazyLock<Tokenizer> = LazyLock::new(Tokenizer::new);
    &SHARED
}

impl Tokenizer {
    #[expect(clippy::expect_used, reason = "the pattern is a constant that the tests compile")]
    fn new() -> Self {
        Self { pairs: BytePairs::new(), word: Regex::new(WORD).expect("a valid pattern") }
    }

    /// The ids of `text`, without start, end and padding. Special tokens that are written out in
    /// the text are taken as such.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        for (place, before_end) in text.split(END_TEXT).enumerate() {
            ids.extend((place > 0).then_some(END));
            for (place, plain) in before_end.split(START_TEXT).enumerate() {
                ids.extend((place > 0).then_some(START));
                self.encode_plain(plain, &mut ids);
            }
        }
        ids
    }

    fn encode_plain(&self, text: &str, ids: &mut Vec<u32>) {
        let text: String = text.nfc().flat_map(char::to_lowercase).collect();
        let mut tokens = Vec::new();
        for word in self.word.find_iter(&text) {
            for part in parts(word.as_str()) {
                self.pairs.encode(part, &mut tokens);
            }
            ids.extend(tokens.drain(..).map(|token| u32::from(token.to_u16())));
        }
    }
}

/// `word` in pieces of at most [`LONGEST_WORD`] bytes, cut between characters.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let (part, later) = rest.split_at_checked(rest.floor_char_boundary(LONGEST_WORD))?;
        rest = later;
        (!part.is_empty()).then_some(part)
    })
}

#[cfg(test)]
mod tests;
