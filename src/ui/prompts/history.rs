//! The prompts of earlier pictures, and the walk through them as a shell's: what was typed before
//! the walk comes back at its end, and what was changed on the way is kept while it lasts.

/// Prompts that are remembered.
const MOST: usize = 200;

/// Earlier prompts, the newest last.
#[derive(Debug, Default)]
pub struct History(Vec<String>);

/// One box's way through the history.
#[derive(Debug, Default)]
pub struct Walk {
    /// The history as it was when the walk began, with changes; the last is what was typed.
    lines: Vec<String>,
    place: usize,
}

/// Which way to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To earlier prompts.
    Older,
    /// Back to what was typed.
    Newer,
}

impl History {
    /// With what an earlier run remembered.
    pub fn new(lines: Vec<String>) -> Self {
        let mut history = Self::default();
        for line in lines {
            history.remember(&line);
        }
        history
    }

    /// The prompts, newest last.
    pub fn lines(&self) -> &[String] {
        &self.0
    }

    /// Puts `line` last, where it stands once; whether that changes anything.
    pub fn remember(&mut self, line: &str) -> bool {
        if line.trim().is_empty() || self.0.last().is_some_and(|last| last == line) {
            return false;
        }
        self.0.retain(|earlier| earlier != line);
        self.0.push(line.to_owned());
        self.0.drain(..self.0.len().saturating_sub(MOST));
        true
    }
}

impl Walk {
    /// The prompt beside the one shown, passing by what is shown and what stands in the `other`
    /// box: both boxes share one history.
    pub fn step(
        &mut self,
        history: &History,
        direction: Direction,
        (shown, other): (&str, &str),
    ) -> Option<String> {
        if self.lines.is_empty() {
            self.lines = history.lines().to_vec();
            self.lines.push(String::new());
            self.place = history.lines().len();
        }
        shown.clone_into(self.lines.get_mut(self.place)?);
        let last = self.lines.len() - 1;
        let is_next = |place: &usize| {
            let line = self.lines.get(*place).map(String::as_str);
            *place == last || (line != Some(shown) && line != Some(other))
        };
        let next = match direction {
            Direction::Older => (0..self.place).rev().find(is_next),
            Direction::Newer => (self.place + 1..=last).find(is_next),
        };
        self.place = next?;
        self.lines.get(self.place).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Newer, Older};

    fn history(lines: &[&str]) -> History {
        History::new(lines.iter().map(|line| (*line).to_owned()).collect())
    }

    fn step(walk: &mut Walk, history: &History, way: Direction, shown: &str) -> Option<String> {
        walk.step(history, way, (shown, ""))
    }

    #[test]
    fn a_prompt_stands_once_and_the_newest_last() {
        let mut history = history(&["a", "b", "a", "", "  "]);
        assert_eq!(history.lines(), ["b", "a"]);
        assert!(!history.remember("a"));
        assert!(history.remember("b"));
        assert_eq!(history.lines(), ["a", "b"]);
        for n in 0..2 * MOST {
            history.remember(&n.to_string());
        }
        assert_eq!(history.lines().len(), MOST);
        assert_eq!(history.lines().last().unwrap(), &(2 * MOST - 1).to_string());
    }

    #[test]
    fn what_was_typed_comes_back() {
        let (history, mut walk) = (history(&["a", "b"]), Walk::default());
        assert_eq!(step(&mut walk, &history, Older, "typed").unwrap(), "b");
        assert_eq!(step(&mut walk, &history, Older, "b").unwrap(), "a");
        assert_eq!(step(&mut walk, &history, Older, "a"), None);
        assert_eq!(step(&mut walk, &history, Newer, "a").unwrap(), "b");
        assert_eq!(step(&mut walk, &history, Newer, "b").unwrap(), "typed");
        assert_eq!(step(&mut walk, &history, Newer, "typed"), None);
    }

    #[test]
    fn changes_on_the_way_are_kept_for_the_walk_and_not_beyond() {
        let (history, mut walk) = (history(&["a", "b"]), Walk::default());
        step(&mut walk, &history, Older, "").unwrap();
        step(&mut walk, &history, Older, "b changed").unwrap();
        assert_eq!(step(&mut walk, &history, Newer, "a").unwrap(), "b changed");
        assert_eq!(step(&mut Walk::default(), &history, Older, "").unwrap(), "b");
    }

    #[test]
    fn what_either_box_shows_is_passed_by() {
        let (history, mut walk) = (history(&["a", "blurry", "b"]), Walk::default());
        assert_eq!(walk.step(&history, Older, ("b", "blurry")).unwrap(), "a");
        assert_eq!(walk.step(&history, Newer, ("a", "blurry")).unwrap(), "b");
    }

    #[test]
    fn an_empty_history_leads_nowhere() {
        let (history, mut walk) = (history(&[]), Walk::default());
        assert_eq!(step(&mut walk, &history, Older, "typed"), None);
        assert_eq!(step(&mut walk, &history, Newer, "typed"), None);
        assert_eq!(step(&mut walk, &history, Newer, "more"), None);
    }
}
