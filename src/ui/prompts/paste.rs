//! What may stand in a prompt: text as one sees it. Marks that nobody sees but the tokenizer would
//! (zero-width, direction, control characters) are left out, whatever way the text comes in.

use std::borrow::Cow;

/// More than any prompt needs, in characters: what is pasted beyond is cut off.
pub const MOST: usize = 100_000;

/// Text for a prompt.
#[derive(Debug, PartialEq, Eq)]
pub struct Cleaned<'a> {
    /// What remains.
    pub text: Cow<'a, str>,
    /// Whether it was cut for its length.
    pub is_cut: bool,
}

/// `text` without what a prompt does not hold, in at most `room` characters. Typographic quotes and
/// dashes stay: they are text. Takes no longer for ten megabytes than for what fits.
pub fn clean(text: &str, room: usize) -> Cleaned<'_> {
    if text.len() <= room && text.chars().all(is_plain) {
        return Cleaned { text: text.into(), is_cut: false };
    }
    let mut clean = String::new();
    let (mut left, mut before) = (room, None);
    let mut characters = text.chars();
    for character in characters.by_ref() {
        if let Some(kept) = kept(character, before) {
            if left == 0 {
                return Cleaned { text: clean.into(), is_cut: true };
            }
            clean.push(kept);
            left -= 1;
        }
        before = Some(character);
    }
    Cleaned { text: clean.into(), is_cut: false }
}

/// Nothing to look at twice.
fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~' | '\n')
}

/// What stands for `character` in a prompt, if anything.
fn kept(character: char, before: Option<char>) -> Option<char> {
    match character {
        '\n' if before == Some('\r') => None,
        // Line ends of other systems, and of typesetters.
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        // Spaces that do not break.
        '\t' | '\u{a0}' | '\u{2007}' | '\u{202f}' => Some(' '),
        // Joiners shape letters of some scripts and join emoji; among Latin letters they hide.
        '\u{200c}' | '\u{200d}' => {
            Some(character).filter(|_| before.is_some_and(|c| !c.is_ascii()))
        }
        // Soft hyphen, other zero widths, directions, fillers, a stand-in for an object.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' => {
            None
        }
        '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffc}' => None,
        character if character.is_control() => None,
        character => Some(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn cleaned(text: &str) -> String {
        let Cleaned { text, is_cut } = clean(text, MOST);
        assert!(!is_cut);
        text.into_owned()
    }

    #[test]
    fn what_is_seen_stays_as_it_is() {
        for text in [
            "a red house, (moon:1.1)\n",
            "“caf\u{e9}” – 夜の灯台",
            "",
            "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}",
        ] {
            assert_eq!(cleaned(text), text);
        }
        assert_eq!(cleaned("می\u{200c}خواهم"), "می\u{200c}خواهم");
    }

    #[test]
    fn what_is_not_seen_goes() {
        assert_eq!(
            cleaned("\u{feff}a\u{200b} re\u{ad}d\u{200d} \u{202e}house\u{202c}\u{0}"),
            "a red house"
        );
        assert_eq!(cleaned("\u{1b}[31mred\u{7f}\u{fffc}"), "[31mred");
    }

    #[test]
    fn spaces_and_line_ends_become_plain() {
        assert_eq!(cleaned("a\u{a0}red\thouse"), "a red house");
        assert_eq!(cleaned("a\r\nb\rc\u{2029}d\n\ne"), "a\nb\nc\nd\n\ne");
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        assert_eq!(clean("häuser", 2), Cleaned { text: "hä".into(), is_cut: true });
        assert_eq!(clean("hä\u{200b}\u{200b}", 2), Cleaned { text: "hä".into(), is_cut: false });
        assert_eq!(clean("ä", 0), Cleaned { text: "".into(), is_cut: true });
        assert_eq!(clean("abc", 3), Cleaned { text: "abc".into(), is_cut: false });
    }

    #[test]
    fn ten_megabytes_take_no_time() {
        let text = "word\u{a0}".repeat(2_000_000);
        let begin = Instant::now();
        let cleaned = clean(&text, MOST);
        let elapsed = begin.elapsed();
        assert!(cleaned.is_cut && cleaned.text.chars().count() == MOST);
        println!("10 MB: {elapsed:?}");
        assert!(elapsed < Duration::from_millis(100), "{elapsed:?}");
    }
}
