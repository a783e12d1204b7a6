//! Token ids beside those of Hugging Face's CLIP tokenizer, on text that is easy to get wrong.

use super::{END, LONGEST_WORD, START, Tokenizer, parts, tokenizer};
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn encode(text: &str) -> Vec<u32> {
    tokenizer().encode(text)
}

#[test]
fn ordinary_words() {
    assert_eq!(encode("a photo of an astronaut"), [320, 1125, 539, 550, 18376]);
    assert_eq!(encode("'S 'LL don'T ''s"), [568, 1342, 847, 713, 8445, 338]);
    assert!(encode(" \t\u{a0}\u{3000}\n").is_empty());
}

/// "e" with a combining accent is one letter, as in text pasted from macOS.
#[test]
fn text_is_composed_first() {
    assert_eq!(
        encode("e\u{301}te\u{301} \u{fb01} \u{c5}"),
        encode("\u{e9}t\u{e9} \u{fb01} \u{c5}")
    );
    assert_eq!(encode("e\u{301}te\u{301}"), [3459, 39694]);
}

/// Each character by itself: no special sigma at the end of a word.
#[test]
fn letters_are_lowered_one_by_one() {
    assert_eq!(encode("\u{3a3}\u{391}\u{3a3}"), encode("\u{3c3}\u{3b1}\u{3c3}"));
    assert_eq!(encode("\u{130}stanbul"), [328, 16384, 11231]);
}

#[test]
fn marks_and_control_characters_are_words() {
    assert_eq!(encode("a\u{1c}b\u{1d}c"), [320, 472, 321, 473, 322]);
    assert_eq!(encode("x\0y\u{1}z \u{7f} q"), [343, 444, 344, 445, 345, 477, 336]);
    assert_eq!(encode("a\u{200d}b \u{feff}c"), [320, 728, 491, 321, 171, 119, 379, 322]);
    assert_eq!(
        encode("\u{928}\u{92e}\u{938}\u{94d}\u{924}\u{947}"),
        [3124, 101, 48254, 28505, 19389, 27263, 25130]
    );
}

#[test]
fn joined_emoji() {
    let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}";
    assert_eq!(encode(family), [25023, 26304, 48938, 4244, 964, 355]);
}

#[test]
fn special_tokens_are_found_anywhere_in_their_own_spelling_only() {
    assert_eq!(encode("!<|startoftext|> a<|endoftext|>b"), [256, START, 320, END, 321]);
    assert!(!encode("<|EndOfText|><start_of_text>").iter().any(|id| [START, END].contains(id)));
    assert_eq!(encode("<start_of_text>"), [283, 1572, 318, 539, 318, 4160, 285]);
}

#[test]
fn a_long_word_is_cut_between_characters() {
    let word = "\u{65e5}".repeat(1000);
    let parts: Vec<&str> = parts(&word).collect();
    assert!(parts.len() > 1 && parts.iter().all(|part| part.len() <= LONGEST_WORD));
    assert_eq!(parts.concat(), word);
}

#[test]
fn a_megabyte_takes_linear_time() {
    let letters = |n: u32| char::from(b'a' + (n.wrapping_mul(2_654_435_761) >> 24) as u8 % 26);
    let word: String = (0..100_000).map(letters).collect();
    let started = Instant::now();
    for text in [word, "a".repeat(1_000_000), "!\u{301}".repeat(300_000), "<|".repeat(500_000)] {
        assert!(!encode(&text).is_empty());
    }
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

#[test]
fn making_one_is_quick() {
    let started = Instant::now();
    assert_eq!(Tokenizer::new().encode("cat"), [2368]);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn any_text_gives_ids_of_the_vocabulary(text in any::<String>()) {
        prop_assert!(encode(&text).iter().all(|id| *id <= END));
    }
}
