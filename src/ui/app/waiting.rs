//! The requests that wait for their turn, and their order.

use super::lanes::Kind;
use crate::engine::Request;
use crate::i18n::text_with;
use crate::ui::queue::QueueRow;
use crate::wording;
use std::collections::VecDeque;

/// Characters of a prompt that a row shows.
pub const PROMPT_SHOWN: usize = 80;

/// One request.
#[derive(Debug)]
struct Turn {
    id: u64,
    request: Request,
    /// Whether it waits for the user and not only for its turn.
    held: bool,
}

/// Requests in the order that they will be done in.
#[derive(Debug, Default)]
pub struct Waiting {
    turns: VecDeque<Turn>,
    /// Ids given out.
    ids: u64,
    /// Changes so far.
    changes: u64,
}

impl Waiting {
    /// Requests of the last session: held, for nobody has asked for them today.
    pub fn restored(requests: Vec<Request>) -> Self {
        let mut waiting = Self::default();
        requests.into_iter().for_each(|request| waiting.push(request));
        waiting.hold();
        waiting
    }

    /// How often this has changed.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    fn turn(&mut self, request: Request) -> Turn {
        self.changes += 1;
        self.ids += 1;
        Turn { id: self.ids, request, held: false }
    }

    /// Puts a request at the end.
    pub fn push(&mut self, request: Request) {
        let turn = self.turn(request);
        self.turns.push_back(turn);
    }

    /// Puts requests before all others, the first of them first.
    pub fn push_front(&mut self, requests: Vec<Request>) {
        for request in requests.into_iter().rev() {
            let turn = self.turn(request);
            self.turns.push_front(turn);
        }
    }

    /// The first one that is not held.
    pub fn peek(&self) -> Option<&Request> {
        self.turns.iter().find(|turn| !turn.held).map(|turn| &turn.request)
    }

    /// How many of this kind come next, held ones left out.
    pub fn alike(&self, kind: &Kind) -> usize {
        let turns = self.turns.iter().filter(|turn| !turn.held);
        turns.take_while(|turn| Kind::of(&turn.request) == *kind).count()
    }

    /// Takes the first one that is not held.
    pub fn next(&mut self) -> Option<Request> {
        let place = self.turns.iter().position(|turn| !turn.held)?;
        self.changes += 1;
        self.turns.remove(place).map(|turn| turn.request)
    }

    /// Has all that are here wait for the user.
    pub fn hold(&mut self) {
        self.changes += 1;
        self.turns.iter_mut().for_each(|turn| turn.held = true);
    }

    /// Lets all go.
    pub fn resume(&mut self) {
        self.changes += 1;
        self.turns.iter_mut().for_each(|turn| turn.held = false);
    }

    /// Whether any waits for the user.
    pub fn is_held(&self) -> bool {
        self.turns.iter().any(|turn| turn.held)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// Moves one by `step` places.
    pub fn shift(&mut self, id: u64, step: isize) {
        let Some(place) = self.place(id) else { return };
        if let Some(goal) = place.checked_add_signed(step).filter(|to| *to < self.turns.len()) {
            self.changes += 1;
            self.turns.swap(place, goal);
        }
    }

    /// Takes one out.
    pub fn remove(&mut self, id: u64) {
        self.changes += 1;
        self.turns.retain(|turn| turn.id != id);
    }

    /// Takes all out.
    pub fn clear(&mut self) {
        self.changes += 1;
        self.turns.clear();
    }

    fn place(&self, id: u64) -> Option<usize> {
        self.turns.iter().position(|turn| turn.id == id)
    }

    /// The requests in order.
    pub fn requests(&self) -> impl Iterator<Item = &Request> {
        self.turns.iter().map(|turn| &turn.request)
    }

    /// How they read in the list.
    pub fn rows(&self) -> Vec<QueueRow> {
        let row = |turn: &Turn| QueueRow {
            id: turn.id,
            prompt: wording::beginning(&turn.request.prompt, PROMPT_SHOWN),
            detail: detail(&turn.request),
        };
        self.turns.iter().map(row).collect()
    }
}

/// Size, steps and model of what is asked for.
pub fn detail(request: &Request) -> String {
    let model = request.model.checkpoint.file_stem().unwrap_or_default();
    text_with(
        "queue-detail",
        [
            ("size", format!("{}\u{d7}{}", request.width, request.height).into()),
            ("steps", request.steps.into()),
            ("model", model.to_string_lossy().into_owned().into()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Defaults;

    fn request(prompt: &str) -> Request {
        let defaults = Defaults::default();
        defaults.request(defaults.model("/m/xl.safetensors".into()), prompt.into())
    }

    fn order(waiting: &Waiting) -> String {
        waiting.requests().map(|request| request.prompt.as_str()).collect()
    }

    fn three() -> Waiting {
        let mut waiting = Waiting::default();
        ["a", "b", "c"].into_iter().for_each(|prompt| waiting.push(request(prompt)));
        waiting
    }

    #[test]
    fn requests_are_taken_in_the_order_that_the_user_gives_them() {
        let mut waiting = three();
        let id = |waiting: &Waiting, place: usize| waiting.rows()[place].id;
        waiting.shift(id(&waiting, 2), -1);
        assert_eq!(order(&waiting), "acb");
        waiting.shift(id(&waiting, 0), -1);
        waiting.shift(id(&waiting, 2), 1);
        assert_eq!(order(&waiting), "acb", "the ends stay");
        waiting.remove(id(&waiting, 0));
        waiting.remove(77);
        waiting.push_front(vec![request("x"), request("y")]);
        assert_eq!(order(&waiting), "xycb");
        assert_eq!(waiting.next().unwrap().prompt, "x");
        waiting.clear();
        assert!(waiting.next().is_none() && waiting.is_empty());
    }

    #[test]
    fn what_is_held_waits_for_the_user() {
        let mut waiting = Waiting::restored(vec![request("a"), request("b")]);
        assert!(waiting.is_held() && waiting.next().is_none());
        waiting.push_front(vec![request("now")]);
        assert_eq!(waiting.next().unwrap().prompt, "now");
        assert!(waiting.next().is_none());
        waiting.resume();
        assert_eq!(waiting.next().unwrap().prompt, "a");
        assert!(!Waiting::restored(Vec::new()).is_held());
    }

    #[test]
    fn those_of_a_kind_are_counted_up_to_the_first_of_another() {
        let mut waiting = Waiting::restored(vec![request("held")]);
        let larger = Request { height: 2048, ..request("c") };
        for next in [request("a"), request("b"), larger.clone(), request("d")] {
            waiting.push(next);
        }
        assert_eq!(waiting.peek().unwrap().prompt, "a");
        let alike = |waiting: &Waiting| {
            [request("x"), larger.clone()].map(|request| waiting.alike(&Kind::of(&request)))
        };
        assert_eq!(alike(&waiting), [2, 0]);
        waiting.resume();
        assert_eq!(alike(&waiting), [3, 0]);
        (0..3).for_each(|_| drop(waiting.next()));
        assert_eq!(alike(&waiting), [0, 1]);
    }

    #[test]
    fn a_row_says_what_it_is() {
        let mut waiting = Waiting::default();
        waiting.push(request(&"a red\nhouse ".repeat(20)));
        let row = &waiting.rows()[0];
        assert!(row.prompt.starts_with("a red house a red") && row.prompt.ends_with('\u{2026}'));
        assert_eq!(row.detail, "1024\u{d7}1024, 20 steps, xl");
    }
}
