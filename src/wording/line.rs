//! Texts from files and people in one line of bounded length: anyone can have written them.

/// Longest text taken over from a file or a driver; a hostile name must not flood the screen.
const LONGEST_VALUE: usize = 300;

/// A text from a file in one line of bounded length.
pub fn quotation(text: &str) -> String {
    let line = one_line(text);
    match line.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}\u{2026}", &line[..end]),
        None => line,
    }
}

/// The first words of a prompt in one line of `most` characters, and an ellipsis where more
/// follow. A word alone that is longer is cut, as in languages that set no spaces.
pub fn beginning(prompt: &str, most: usize) -> String {
    let line = prompt.split_whitespace().map(one_line).collect::<Vec<_>>().join(" ");
    let Some((end, next)) = line.char_indices().nth(most) else { return line };
    let cut = &line[..end];
    let words = if next == ' ' { cut } else { cut.rsplit_once(' ').map_or(cut, |(it, _)| it) };
    format!("{words}\u{2026}")
}

/// `text` without line breaks, and with every other control character or direction mark visible:
/// names come from files that anyone can have written.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            c if c.is_whitespace() => line.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => line.extend(c.escape_unicode()),
            c if c.is_control() => line.extend(c.escape_unicode()),
            c => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_s_beginning_ends_between_words() {
        assert_eq!(beginning(" a red\n\thouse ", 80), "a red house");
        assert_eq!(beginning("a red house", 11), "a red house");
        assert_eq!(beginning("a red house", 10), "a red\u{2026}");
        assert_eq!(beginning("a red house", 5), "a red\u{2026}");
        let long = beginning(&"\u{e9}".repeat(200), 80);
        assert_eq!((long.chars().count(), long.ends_with('\u{2026}')), (81, true));
        assert_eq!(beginning("", 80), "");
        let hostile = beginning("a \u{202e}b \u{1b}[2J", 80);
        assert!(!hostile.contains(['\u{202e}', '\u{1b}']), "{hostile}");
    }
}
