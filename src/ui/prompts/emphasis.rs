//! Emphasis by key: the weight of the selection, or of what the cursor stands in, moved by a step
//! in the engine's grammar: `(text:1.3)` weighs 1.3 whatever stands around it, `(text)` 1.1 times
//! its surroundings. Brackets go when they say nothing more. Places are counted in characters.

use std::collections::HashSet;
use std::ops::Range;

/// What a pair of brackets without a number multiplies the weight by.
const EMPHASIS: f64 = 1.1;
/// The weights that the keys reach.
const REACH: (f64, f64) = (0.0, 2.0);
/// Weights nearer than this are the same.
const SAME: f64 = 1e-6;

/// A change to the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub range: Range<usize>,
    /// By what.
    pub text: String,
    /// What is selected afterwards: the words, without brackets and number.
    pub selection: Range<usize>,
}

/// Brackets that belong together.
#[derive(Clone, Debug, PartialEq)]
struct Pair {
    open: usize,
    close: usize,
    /// Where the words end: at the colon before the number, or at the closing bracket.
    end: usize,
    number: Option<f64>,
}

impl Pair {
    fn whole(&self) -> Range<usize> {
        self.open..self.close + 1
    }

    fn words(&self) -> Range<usize> {
        self.open + 1..self.end
    }

    fn is_around(&self, range: &Range<usize>) -> bool {
        self.open < range.start && range.end <= self.close
    }
}

/// Moves the weight of `selection` in `prompt` by `step`; without a selection, of the innermost
/// brackets that the cursor stands in, or of the word there. `None` where there is nothing to move,
/// or nowhere to move it.
pub fn adjust(prompt: &str, selection: Range<usize>, step: f64) -> Option<Edit> {
    let text = Text::new(prompt);
    let target = text.target(selection)?;
    let (range, words, weight, is_exact) = match target {
        Target::Group(group) => {
            let (outer, inner) = text.stack_of(group);
            let words = text.slice(inner.words()).to_owned();
            (outer.whole(), words, text.weight(inner.open + 1), inner.number.is_some())
        }
        Target::Words(words) => {
            let weight = text.weight(words.start);
            (words.clone(), text.paired(&words), weight, false)
        }
    };
    if words.iter().all(|character| character.is_whitespace()) {
        return None;
    }
    let wanted = stepped(weight, step, is_exact)?;
    let bare = Edit {
        selection: range.start..range.start + words.len(),
        text: words.iter().collect(),
        range: range.clone(),
    };
    if (wanted - text.weight(range.start)).abs() < SAME && text.weight_after(&bare, wanted) {
        return Some(bare);
    }
    let text = format!("({}:{})", bare.text, number(wanted));
    Some(Edit { range, text, selection: bare.selection.start + 1..bare.selection.end + 1 })
}

/// The weight a step on, in tenths, or in hundredths where the number had them.
fn stepped(weight: f64, step: f64, is_exact: bool) -> Option<f64> {
    let parts = if is_exact { 100.0 } else { 10.0 };
    let next = ((weight + step) * parts).round() / parts;
    // A weight that was typed beyond the reach comes back step by step.
    let next = if step > 0.0 { next.min(REACH.1) } else { next.max(REACH.0) };
    ((next - weight) * step > SAME * step.abs()).then_some(next)
}

fn number(weight: f64) -> String {
    let text = format!("{weight:.2}");
    text.strip_suffix('0').unwrap_or(&text).to_owned()
}

/// What an adjustment is for.
enum Target<'a> {
    /// Words in brackets.
    Group(&'a Pair),
    /// Words to put into brackets.
    Words(Range<usize>),
}

/// A prompt with its brackets paired, in the order in which they open.
struct Text {
    characters: Vec<char>,
    pairs: Vec<Pair>,
}

impl Text {
    fn new(prompt: &str) -> Self {
        let mut text = Self { characters: prompt.chars().collect(), pairs: Vec::new() };
        let mut open = Vec::new();
        for (place, character) in text.characters.iter().enumerate() {
            match character {
                '(' if !text.is_escaped(place) => open.push(place),
                ')' if !text.is_escaped(place) => {
                    if let Some(open) = open.pop() {
                        let (end, number) = text.number_before(place, open);
                        text.pairs.push(Pair { open, close: place, end, number });
                    }
                }
                _ => {}
            }
        }
        text.pairs.sort_by_key(|pair| pair.open);
        text
    }

    fn slice(&self, range: Range<usize>) -> &[char] {
        self.characters.get(range).unwrap_or_default()
    }

    fn at(&self, place: usize) -> Option<char> {
        self.characters.get(place).copied()
    }

    fn is_escaped(&self, place: usize) -> bool {
        place.checked_sub(1).and_then(|before| self.at(before)) == Some('\\')
    }

    /// The number at the end of the group that opens at `open`, and where its colon is.
    fn number_before(&self, close: usize, open: usize) -> (usize, Option<f64>) {
        let inside = self.slice(open + 1..close);
        let mark = inside.iter().rposition(|c| matches!(c, ':' | '(' | ')')).unwrap_or(0);
        let tail: String = inside.iter().skip(mark + 1).collect();
        let number = tail.trim().parse().ok().filter(|number: &f64| (*number as f32).is_finite());
        match number {
            Some(number) if mark > 0 && inside.get(mark) == Some(&':') => {
                (open + 1 + mark, Some(number))
            }
            _ => (close, None),
        }
    }

    /// The weight of what stands at `place`.
    fn weight(&self, place: usize) -> f64 {
        let around = self.pairs.iter().filter(|pair| pair.is_around(&(place..place)));
        around.fold(1.0, |weight, pair| pair.number.unwrap_or(weight * EMPHASIS))
    }

    /// Whether the words have the weight `wanted` after `edit`: the number of the brackets around
    /// might be another one then, as in `((12:30:1.1))`.
    fn weight_after(&self, edit: &Edit, wanted: f64) -> bool {
        let mut prompt: String = self.slice(0..edit.range.start).iter().collect();
        prompt.push_str(&edit.text);
        prompt.extend(self.slice(edit.range.end..self.characters.len()));
        let after = Self::new(&prompt);
        let closes = after.pairs.iter().filter(|pair| pair.is_around(&edit.selection)).count();
        let whole = &edit.range;
        closes == self.pairs.iter().filter(|pair| pair.is_around(whole)).count()
            && (after.weight(edit.selection.start) - wanted).abs() < SAME
    }

    /// What is meant by `selection`.
    fn target(&self, selection: Range<usize>) -> Option<Target<'_>> {
        let selection = self.trimmed(selection);
        if selection.is_empty() {
            return self.at_cursor(selection.start);
        }
        let words = self.balanced(selection);
        Some(self.group_of(&words).map_or(Target::Words(words), Target::Group))
    }

    /// The innermost group that the cursor stands in, or the word, or a group that it touches.
    fn at_cursor(&self, cursor: usize) -> Option<Target<'_>> {
        if let Some(group) = self.innermost_around(&(cursor..cursor)) {
            return Some(Target::Group(group));
        }
        let is_word = |place: &usize| {
            let character = self.at(*place);
            character.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '\'' | '’'))
        };
        let before = (0..cursor).rev().take_while(is_word).count();
        let after = (cursor..self.characters.len()).take_while(is_word).count();
        if before + after > 0 {
            return Some(Target::Words(self.balanced(cursor - before..cursor + after)));
        }
        let touched = self.pairs.iter().find(|p| p.open == cursor || p.close + 1 == cursor);
        touched.map(Target::Group)
    }

    fn innermost_around(&self, range: &Range<usize>) -> Option<&Pair> {
        self.pairs.iter().rfind(|pair| pair.is_around(range))
    }

    /// The group whose words, or whose whole, `range` is; also if it reaches into the number.
    fn group_of(&self, range: &Range<usize>) -> Option<&Pair> {
        let whole = self.pairs.iter().find(|pair| pair.whole() == *range);
        whole.or_else(|| {
            let around = self.innermost_around(range)?;
            (range.end > around.end || self.trimmed(around.words()) == *range).then_some(around)
        })
    }

    /// The outermost and innermost brackets around the same words.
    fn stack_of<'a>(&'a self, group: &'a Pair) -> (&'a Pair, &'a Pair) {
        let (mut outer, mut inner) = (group, group);
        while let Some(next) = self.opening_at(self.trimmed(inner.words()).start)
            && next.whole() == self.trimmed(inner.words())
        {
            inner = next;
        }
        let before = |place| (0..place).rev().find(|place| !self.is_space(*place));
        while let Some(next) = before(outer.open).and_then(|place| self.opening_at(place))
            && self.trimmed(next.words()) == outer.whole()
        {
            outer = next;
        }
        (outer, inner)
    }

    fn opening_at(&self, place: usize) -> Option<&Pair> {
        let found = self.pairs.binary_search_by_key(&place, |pair| pair.open);
        self.pairs.get(found.ok()?)
    }

    fn is_space(&self, place: usize) -> bool {
        self.at(place).is_some_and(char::is_whitespace)
    }

    /// `range` without the white space at its ends.
    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let end = range.end.min(self.characters.len());
        let is_space = |place: &usize| self.is_space(*place);
        let start = range.start + (range.start..end).take_while(is_space).count();
        start..end.max(start) - (start..end).rev().take_while(is_space).count()
    }

    /// `range` with the other half of every pair and of every escape that it has one half of.
    fn balanced(&self, range: Range<usize>) -> Range<usize> {
        let Range { mut start, mut end } = range;
        loop {
            let before = (start, end);
            for pair in &self.pairs {
                let has = |place| (start..end).contains(&place);
                if has(pair.open) != has(pair.close) {
                    (start, end) = (start.min(pair.open), end.max(pair.close + 1));
                }
            }
            start -= usize::from(start > 0 && self.is_escaped(start));
            let splits_escape = matches!(self.at(end), Some('(' | ')')) && self.is_escaped(end);
            end += usize::from(splits_escape);
            if (start, end) == before {
                return start..end;
            }
        }
    }

    /// The characters of `range`, brackets without a partner escaped, as they are text.
    fn paired(&self, range: &Range<usize>) -> Vec<char> {
        let partners: HashSet<usize> =
            self.pairs.iter().flat_map(|pair| [pair.open, pair.close]).collect();
        let mut words = Vec::new();
        for place in range.clone() {
            let is_bracket = matches!(self.at(place), Some('(' | ')')) && !self.is_escaped(place);
            words.extend((is_bracket && !partners.contains(&place)).then_some('\\'));
            words.extend(self.at(place));
        }
        words
    }
}

#[cfg(test)]
mod tests;
