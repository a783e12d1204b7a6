//! Emphasis by key, on texts that mark the selection with `[` and `]`, or the cursor with `|`.

use super::{Edit, Text, adjust};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const UP: f64 = 0.1;
const DOWN: f64 = -0.1;

/// A text without its marks, and the selection that they stood for.
fn unmarked(marked: &str) -> (String, std::ops::Range<usize>) {
    let place = |mark: char| marked.chars().position(|c| c == mark);
    let text = marked.chars().filter(|c| !matches!(c, '[' | ']' | '|')).collect();
    match (place('['), place(']'), place('|')) {
        (Some(start), Some(end), None) => (text, start..end - 1),
        (None, None, Some(cursor)) => (text, cursor..cursor),
        _ => panic!("{marked}"),
    }
}

fn applied(text: &str, edit: &Edit) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut result: Vec<char> = characters[..edit.range.start].to_vec();
    result.extend(edit.text.chars());
    result.extend(&characters[edit.range.end..]);
    result.into_iter().collect()
}

fn marked(text: &str, selection: &std::ops::Range<usize>) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    characters.insert(selection.end, ']');
    characters.insert(selection.start, '[');
    characters.into_iter().collect()
}

/// What one press makes of the marked text, marked; unchanged if there is nothing to do.
fn pressed(before: &str, step: f64) -> String {
    let (text, selection) = unmarked(before);
    match adjust(&text, selection, step) {
        Some(edit) => marked(&applied(&text, &edit), &edit.selection),
        None => before.to_owned(),
    }
}

fn check(rows: &[(&str, f64, &str)]) {
    for (before, step, after) in rows {
        assert_eq!(pressed(before, *step), *after, "{before} {step}");
    }
}

#[test]
fn a_selection_is_wrapped_moved_and_unwrapped() {
    check(&[
        ("a [red] house", UP, "a ([red]:1.1) house"),
        ("a ([red]:1.1) house", UP, "a ([red]:1.2) house"),
        ("a ([red]:1.2) house", DOWN, "a ([red]:1.1) house"),
        ("a ([red]:1.1) house", DOWN, "a [red] house"),
        ("a [red] house", DOWN, "a ([red]:0.9) house"),
        ("a ([red]:0.9) house", UP, "a [red] house"),
        ("a [red house]", UP, "a ([red house]:1.1)"),
        ("a[ red ]house", UP, "a ([red]:1.1) house"),
    ]);
}

#[test]
fn ten_presses_up_and_ten_down_lead_back() {
    let begin = "a [red] house";
    let up = (0..10).fold(begin.to_owned(), |text, _| pressed(&text, UP));
    assert_eq!(up, "a ([red]:2.0) house");
    assert_eq!(pressed(&up, UP), up);
    assert_eq!((0..10).fold(up, |text, _| pressed(&text, DOWN)), begin);
    let down = (0..10).fold(begin.to_owned(), |text, _| pressed(&text, DOWN));
    assert_eq!(down, "a ([red]:0.0) house");
    assert_eq!(pressed(&down, DOWN), down);
    assert_eq!((0..10).fold(down, |text, _| pressed(&text, UP)), begin);
}

#[test]
fn the_word_at_the_cursor_is_meant_without_a_selection() {
    check(&[
        ("a r|ed house", UP, "a ([red]:1.1) house"),
        ("a |red house", UP, "a ([red]:1.1) house"),
        ("a red| house", UP, "a ([red]:1.1) house"),
        ("a red house|", UP, "a red ([house]:1.1)"),
        ("well-l|it, dusk", UP, "([well-lit]:1.1), dusk"),
        ("夜の|灯台", UP, "([夜の灯台]:1.1)"),
        ("a , | b", UP, "a , | b"),
        ("|", UP, "|"),
        ("(|)", DOWN, "(|)"),
        ("[( )]", UP, "[( )]"),
    ]);
}

#[test]
fn the_brackets_around_the_cursor_come_before_the_word() {
    check(&[
        ("a (red ho|use:1.2)", UP, "a ([red house]:1.3)"),
        ("a (red house:1|.2)", UP, "a ([red house]:1.3)"),
        ("a (red house|)", UP, "a ([red house]:1.2)"),
        ("a (red house)|", UP, "a ([red house]:1.2)"),
        ("a |(red house)", DOWN, "a [red house]"),
        ("a house|(red)", UP, "a ([house]:1.1)(red)"),
    ]);
}

#[test]
fn a_weight_counts_as_it_is_in_effect() {
    check(&[
        // Without a number: 1.1 times what is around.
        ("([red])", DOWN, "[red]"),
        ("(([red]))", UP, "([red]:1.3)"),
        ("(([red]):1.5)", UP, "([red]:1.8)"),
        ("([red] house:1.5)", UP, "(([red]:1.6) house:1.5)"),
        ("(([red]:1.6) house:1.5)", DOWN, "([red] house:1.5)"),
        ("([red] house:1.5)", DOWN, "(([red]:1.4) house:1.5)"),
        // One within brackets that weigh more is a number like any other.
        ("(([red]:1.1) house:1.5)", DOWN, "(([red]:1.0) house:1.5)"),
        ("(([red]:1.0) house:1.5)", DOWN, "(([red]:0.9) house:1.5)"),
    ]);
}

#[test]
fn brackets_around_nothing_but_brackets_are_one() {
    check(&[
        ("[((red))]", UP, "([red]:1.3)"),
        ("(([red]:1.2):0.5)", UP, "([red]:1.3)"),
        ("( ([red]:1.1) :0.5)", DOWN, "[red]"),
    ]);
}

#[test]
fn the_whole_group_or_a_part_of_its_number_is_the_group() {
    check(&[
        ("a [(red:1.1)] house", UP, "a ([red]:1.2) house"),
        ("a (red[:1.1]) house", UP, "a ([red]:1.2) house"),
        ("a (red house:[1.1]) at", UP, "a ([red house]:1.2) at"),
    ]);
}

#[test]
fn a_selection_that_cuts_a_group_takes_all_of_it() {
    check(&[
        ("a (red ho[use:1.2) at] dusk", UP, "a ([(red house:1.2) at]:1.1) dusk"),
        ("[a (r]ed:1.2) house", UP, "([a (red:1.2)]:1.1) house"),
        ("([a) (b])", UP, "([(a) (b)]:1.1)"),
        ("((a) [b) c]", UP, "([((a) b) c]:1.1)"),
    ]);
}

#[test]
fn escaped_and_lonely_brackets_are_text() {
    check(&[
        (r"[fish \(animal\)]", UP, r"([fish \(animal\)]:1.1)"),
        (r"([fish \(animal\)]:1.1)", DOWN, r"[fish \(animal\)]"),
        (r"fish \[(animal]\)", UP, r"fish ([\(animal]:1.1)\)"),
        (r"fish \(ani[mal\])", UP, r"fish \(ani([mal\)]:1.1)"),
        ("[smile :)]", UP, r"([smile :\)]:1.1)"),
        ("[sad :(] (red)", UP, r"([sad :\(]:1.1) (red)"),
    ]);
}

#[test]
fn numbers_keep_their_hundredths_and_times_are_no_weights() {
    check(&[
        ("([red]:1.25)", UP, "([red]:1.35)"),
        ("([red]:1.95)", UP, "([red]:2.0)"),
        ("([red]:3)", UP, "([red]:3)"),
        ("([red]:3)", DOWN, "([red]:2.9)"),
        ("([red]:-1)", UP, "([red]:-0.9)"),
        ("([red]: 1.1 )", UP, "([red]:1.2)"),
        ("at [12:30]", UP, "at ([12:30]:1.1)"),
        ("at ([12:30]:1.1)", DOWN, "at [12:30]"),
        // Without its brackets the time would be the number of those around.
        ("(at ([12:30]:1.2))", DOWN, "(at ([12:30]:1.1))"),
        ("([:1.2])", UP, "([:1.2]:1.2)"),
        ("([a:b])", UP, "([a:b]:1.2)"),
        ("([red]:nan)", UP, "(([red]:1.2):nan)"),
    ]);
}

#[test]
fn a_long_prompt_takes_no_time() {
    for text in ["(word:1.1) ".repeat(9_000), "(".repeat(50_000) + &")".repeat(50_000)] {
        let begin = Instant::now();
        adjust(&text, 5..7, UP);
        adjust(&text, 0..text.len(), UP);
        let elapsed = begin.elapsed();
        println!("{} characters: {elapsed:?}", text.len());
        assert!(elapsed < Duration::from_secs(2), "{elapsed:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_text_gets_the_weight_asked_for(
        text in r"[ab \(\)\(\):1.2\\]{0,14}",
        (from, to) in (0..15_usize, 0..15_usize),
        up: bool,
    ) {
        let length = text.chars().count();
        let (from, to) = (from.min(length), to.min(length));
        let step = if up { UP } else { DOWN };
        if let Some(edit) = adjust(&text, from.min(to)..from.max(to), step) {
            let result = applied(&text, &edit);
            let after = Text::new(&result);
            let selected: String = after.slice(edit.selection.clone()).iter().collect();
            prop_assert!(edit.text.contains(&selected));
            let weight = after.weight(edit.selection.start);
            let back = adjust(&result, edit.selection.clone(), -step);
            prop_assert!(back.is_some() || weight.abs() > 2.0, "{} {}", text, result);
        }
    }
}
