//! Prompts against ComfyUI's tokens and weights, a plain reading of the grammar, and hostile text.

use super::{CHUNK, Chunk, END, ROOM, START, Segment, TokenCount, chunks, count_tokens, segments};
use proptest::prelude::*;
use serde_json::Value;
use std::time::{Duration, Instant};

fn prompts() -> Vec<Value> {
    serde_json::from_str(include_str!("../../../tests/data/prompts.json")).unwrap()
}

/// A chunk of the reference kit, which leaves out padding and weights of 1.
fn expected(chunk: &Value, pad_id: u32) -> Chunk {
    let mut wanted = Chunk { ids: [pad_id; CHUNK], weights: [1.0; CHUNK] };
    for (place, id) in chunk["ids"].as_array().unwrap().iter().enumerate() {
        wanted.ids[place] = id.as_u64().unwrap() as u32;
    }
    for (place, weight) in chunk["weights"].as_array().into_iter().flatten().enumerate() {
        wanted.weights[place] = weight.as_f64().unwrap() as f32;
    }
    wanted
}

#[test]
fn chunks_equal_comfyui() {
    let prompts = prompts();
    assert_eq!(prompts.len(), 55);
    for entry in prompts {
        let prompt = entry["prompt"].as_str().unwrap();
        let wanted = entry["chunks"].as_array().unwrap();
        let found = chunks(prompt, END);
        assert_eq!(found.len(), wanted.len(), "{prompt}");
        for (found, wanted) in found.iter().zip(wanted) {
            let wanted = expected(wanted, END);
            assert_eq!(found.ids, wanted.ids, "{prompt}");
            let pairs = found.weights.iter().zip(wanted.weights);
            assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() <= 1e-6), "{prompt}");
        }
    }
}

#[test]
fn tokens_are_counted_as_the_encoder_gets_them() {
    let count = |tokens, chunks| TokenCount { tokens, chunks };
    assert_eq!(count_tokens(""), count(0, 1));
    assert_eq!(count_tokens("a (red:1.3) house"), count(3, 1));
    assert_eq!(count_tokens(&"x ".repeat(ROOM)), count(ROOM, 1));
    assert_eq!(count(0, 2).room(), 150);
    assert_eq!(count_tokens(&"x ".repeat(ROOM + 1)), count(ROOM + 1, 2));
    // The short group moves to the next chunk as a whole, and leaves room behind.
    assert_eq!(count_tokens(&format!("{} (a b c)", "x ".repeat(ROOM - 1))), count(ROOM + 2, 2));
}

#[test]
fn ten_thousand_characters_are_counted_in_no_time() {
    count_tokens("warm");
    let text = "(a lighthouse:1.2) at dusk, oil on canvas, ".repeat(233);
    let begin = Instant::now();
    let count = count_tokens(&text);
    let elapsed = begin.elapsed();
    println!("{} characters, {} tokens: {elapsed:?}", text.len(), count.tokens);
    assert!(elapsed < Duration::from_millis(200), "{elapsed:?}");
}

#[test]
fn padding_follows_the_end() {
    let chunk = &chunks("a cat", 0)[0];
    assert_eq!(chunk.ids[..4], [START, 320, 2368, END]);
    assert_eq!(chunk.ids[4..], [0; CHUNK - 4]);
    assert_eq!(chunks("", 0)[0].ids[..3], [START, END, 0]);
}

#[test]
fn an_embedding_starts_a_group_of_its_own() {
    let head = "x ".repeat(ROOM - 8);
    let together = chunks(&format!("{head}a b c d e f g h i j"), END);
    let apart = chunks(&format!("{head}a b c embedding:d e f"), END);
    assert_eq!(together[0].ids[CHUNK - 1], END);
    assert_ne!(together[0].ids[CHUNK - 2], END, "one long group fills the chunk");
    let last = apart[0].ids.iter().position(|id| *id == END).unwrap();
    assert_eq!(apart[1].ids[1], 19_703, "the embedding's short group moves as a whole");
    assert_eq!(last, ROOM - 8 + 3 + 1);
}

fn weighted(prompt: &str) -> Vec<(String, f32)> {
    segments(prompt).into_iter().map(|segment| (segment.text, segment.weight)).collect()
}

#[test]
fn brackets_that_close_nothing_use_up_one_that_opens() {
    assert_eq!(weighted("a) (b) c"), [("a) (b) c".into(), 1.0)]);
    assert_eq!(
        weighted("a) ((b) c"),
        [("a) (".into(), 1.0), ("b".into(), 1.1), (" c".into(), 1.0)]
    );
}

#[test]
fn a_bracket_right_before_the_weight_still_ends_its_group() {
    assert_eq!(weighted("((():1)"), [("(".into(), 1.1)]);
}

#[test]
fn weights_that_are_no_finite_numbers_are_text() {
    for text in ["(a:nan)", "(a:inf)", "(a:1e999)", "(a:1e39)", "(a:)", "(a:1.2.3)", "(a:\\(1\\))"]
    {
        let found = weighted(text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].1, 1.1, "{text}");
        assert!(found[0].0.starts_with("a:"), "{text}");
    }
    assert_eq!(weighted("(a:b:-2e1)"), [("a:b".into(), -20.0)]);
    assert_eq!(weighted("((a:3):1.5)"), [("a".into(), 3.0)]);
    assert_eq!(weighted("(:1.5)"), [(":1.5".into(), 1.1)]);
}

/// The grammar as it reads, quadratic and recursive: what `segments` must agree with.
fn plain_reading(text: &[char], weight: f64, out: &mut Vec<(String, f32)>) {
    for item in items(text) {
        let inside = match item.as_slice() {
            ['(', inside @ .., ')'] => inside,
            _ => {
                out.push((item.iter().collect(), weight as f32));
                continue;
            }
        };
        let number = |colon: usize| inside[colon + 1..].iter().collect::<String>().trim().parse();
        let colon = inside.iter().rposition(|c| *c == ':').filter(|colon| *colon > 0);
        match colon.map(|colon| (colon, number(colon))) {
            Some((colon, Ok(number))) => plain_reading(&inside[..colon], number, out),
            _ => plain_reading(inside, weight * 1.1, out),
        }
    }
}

/// Top-level groups and the text between them.
fn items(text: &[char]) -> Vec<Vec<char>> {
    let (mut items, mut item, mut level) = (Vec::new(), Vec::new(), 0);
    for character in text {
        if *character == '(' {
            if level == 0 {
                items.push(std::mem::take(&mut item));
            }
            level += 1;
        }
        item.push(*character);
        if *character == ')' {
            level -= 1;
            if level == 0 {
                items.push(std::mem::take(&mut item));
            }
        }
    }
    items.push(item);
    items.retain(|item| !item.is_empty());
    items
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]
    #[test]
    fn segments_agree_with_the_plain_reading(prompt in "[()():ab1. -]{0,24}") {
        let characters: Vec<char> = prompt.chars().collect();
        let mut wanted = Vec::new();
        plain_reading(&characters, 1.0, &mut wanted);
        prop_assert_eq!(weighted(&prompt), wanted);
    }
}

proptest! {
    #[test]
    fn any_prompt_gives_whole_chunks(prompt in any::<String>()) {
        for chunk in chunks(&prompt, 0) {
            prop_assert_eq!(chunk.ids[0], START);
            prop_assert!(chunk.ids.contains(&END));
            prop_assert!(chunk.weights.iter().all(|weight| weight.is_finite()));
        }
    }
}

#[test]
fn deep_and_long_brackets_take_linear_time() {
    const N: usize = 100_000;
    let (open, close) = ("(".repeat(N), ")".repeat(N));
    let half = ")".repeat(N / 2);
    let started = Instant::now();
    for prompt in [
        format!("{open}a{close}"),
        format!("{open}a{half}"),
        format!("{half}a{open}b{close}"),
        open.clone(),
        close.clone(),
        "(a:".repeat(N),
        format!("{}{}", "(a ".repeat(N), ":1.01)".repeat(N)),
        "()".repeat(N),
        "\\(".repeat(N),
        "(:1)".repeat(N),
    ] {
        let found = segments(&prompt);
        assert!(found.iter().all(|segment| segment.weight.is_finite()));
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    let found = segments(&format!("{open}a{close}"));
    assert_eq!(found, [Segment { text: "a".into(), weight: f32::MAX }]);
}

#[test]
fn a_megabyte_of_words_becomes_chunks() {
    let found = chunks(&"(a:2) b ".repeat(130_000), END);
    assert_eq!(found.len(), 260_000_usize.div_ceil(ROOM));
}
