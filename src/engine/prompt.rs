//! Prompts: emphasis in round brackets, and the cut into chunks of the text encoder's length.
//!
//! The grammar is ComfyUI's: `(text)` weighs 1.1 times its surroundings, `(text:1.3)` weighs 1.3
//! whatever stands around it, `\(` and `\)` are plain brackets. Brackets that do not pair up are
//! text. Takes linear time and constant stack for any input.

use super::tokenizer::{END, START, tokenizer};

/// Tokens that a text encoder takes at once.
pub const CHUNK: usize = 77;
/// Tokens of text in a chunk: all but its start and its end.
const ROOM: usize = CHUNK - 2;
/// Fewest tokens of a segment that may be cut between two chunks; a shorter one moves as a whole.
const LARGE: usize = 8;
/// What a pair of brackets multiplies the weight by.
const EMPHASIS: f64 = 1.1;

/// One input of the text encoder.
#[derive(Clone, Debug, PartialEq)]
pub struct Chunk {
    /// Start, up to 75 tokens, end, padding.
    pub ids: [u32; CHUNK],
    /// The weight of each; 1 for start, end and padding. Finite, but of any size and sign.
    pub weights: [f32; CHUNK],
}

/// A stretch of text of one weight.
#[derive(Clone, Debug, PartialEq)]
struct Segment {
    text: String,
    weight: f32,
}

/// How long a prompt is to the text encoder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenCount {
    /// Tokens of text, brackets and weights left out.
    pub tokens: usize,
    /// The chunks that they fill, at least one.
    pub chunks: usize,
}

impl TokenCount {
    /// The tokens that the chunks have room for.
    pub fn room(self) -> usize {
        self.chunks * ROOM
    }
}

/// Counts what [`chunks`] makes of `prompt`. The first count of a process takes long.
pub fn count_tokens(prompt: &str) -> TokenCount {
    let cut = cut(prompt);
    TokenCount { tokens: cut.iter().map(Vec::len).sum(), chunks: cut.len() }
}

/// Cuts `prompt` into chunks, at least one; `pad_id` fills them up (CLIP L: 49407, OpenCLIP: 0).
///
/// Chunks are not limited: a megabyte of text makes thousands of them.
pub fn chunks(prompt: &str, pad_id: u32) -> Vec<Chunk> {
    cut(prompt).iter().map(|tokens| Chunk::new(tokens, pad_id)).collect()
}

/// The tokens of each chunk with their weights.
fn cut(prompt: &str) -> Vec<Vec<(u32, f32)>> {
    let mut chunks = Vec::new();
    let mut tokens: Vec<(u32, f32)> = Vec::with_capacity(ROOM);
    for segment in segments(prompt) {
        for ids in token_groups(&segment.text) {
            let mut rest = ids.as_slice();
            while rest.len() > ROOM - tokens.len() {
                let fitting = if ids.len() < LARGE { 0 } else { ROOM - tokens.len() };
                let (now, later) = rest.split_at(fitting);
                tokens.extend(now.iter().map(|id| (*id, segment.weight)));
                chunks.push(std::mem::take(&mut tokens));
                rest = later;
            }
            tokens.extend(rest.iter().map(|id| (*id, segment.weight)));
        }
    }
    chunks.push(tokens);
    chunks
}

impl Chunk {
    fn new(tokens: &[(u32, f32)], pad_id: u32) -> Self {
        let mut chunk = Self { ids: [pad_id; CHUNK], weights: [1.0; CHUNK] };
        let framed = [(START, 1.0)].into_iter().chain(tokens.iter().copied()).chain([(END, 1.0)]);
        let places = chunk.ids.iter_mut().zip(&mut chunk.weights);
        places.zip(framed).for_each(|((id, weight), token)| (*id, *weight) = token);
        chunk
    }
}

/// The ids of a segment in the groups that are kept together. Each `embedding:name` starts a group:
/// embeddings are plain text so far, but where a chunk ends depends on it.
fn token_groups(text: &str) -> impl Iterator<Item = Vec<u32>> {
    let text = text.replace("\nembedding:", " embedding:");
    let texts: Vec<String> = text
        .split(" embedding:")
        .enumerate()
        .map(|(place, part)| if place == 0 { part.into() } else { format!("embedding:{part}") })
        .collect();
    texts.into_iter().map(|text| tokenizer().encode(&text))
}

/// What a prompt is made of.
enum Piece {
    /// A bracket, with the place of the one that closes it.
    Open(Option<usize>),
    Close,
    /// Text between brackets, escapes undone.
    Text(String),
}

/// A stretch of pieces still to be read.
struct Span {
    start: usize,
    end: usize,
    weight: f64,
}

/// Splits `prompt` by weight. Neighbours of equal weight stay apart, as chunks may end between
/// them.
fn segments(prompt: &str) -> Vec<Segment> {
    let mut pieces = pieces(prompt);
    let mut segments = Vec::new();
    let mut waiting = vec![Span { start: 0, end: pieces.len(), weight: 1.0 }];
    while let Some(span) = waiting.pop() {
        let open = plain_end(&pieces, &span);
        push(&mut segments, &pieces, span.start, open, span.weight);
        if open < span.end {
            let (inner, after) = group(&pieces, open, span.end);
            waiting.push(Span { start: after, ..span });
            match inner {
                Some((start, end)) => {
                    let weight = take_weight(&mut pieces, start, end);
                    // Where nothing but the number stood behind the last bracket, that bracket is
                    // the end now.
                    let emptied =
                        matches!(pieces.get(end - 1), Some(Piece::Text(t)) if t.is_empty());
                    let end = if emptied { end - 1 } else { end };
                    let weight = weight.unwrap_or(span.weight * EMPHASIS);
                    waiting.push(Span { start, end, weight });
                }
                None => push(&mut segments, &pieces, open, span.end, span.weight),
            }
        }
    }
    segments
}

fn pieces(prompt: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut open = Vec::new();
    let mut text = String::new();
    let mut characters = prompt.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.push(characters.next_if(|c| matches!(c, '(' | ')')).unwrap_or('\\')),
            '(' | ')' => {
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                let place = pieces.len();
                pieces.push(if character == '(' { Piece::Open(None) } else { Piece::Close });
                if character == '(' {
                    open.push(place);
                } else if let Some(partner) = open.pop().and_then(|open| pieces.get_mut(open)) {
                    *partner = Piece::Open(Some(place));
                }
            }
            _ => text.push(character),
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// Where the plain text at the start of `span` ends: at the first bracket that opens a group, or at
/// the end. After a bracket that closes nothing, the next that opens only makes up for it.
fn plain_end(pieces: &[Piece], span: &Span) -> usize {
    let mut surplus = 0_usize;
    for (place, piece) in pieces.iter().enumerate().take(span.end).skip(span.start) {
        match piece {
            Piece::Open(_) if surplus == 0 => return place,
            Piece::Open(_) => surplus -= 1,
            Piece::Close => surplus += 1,
            Piece::Text(_) => {}
        }
    }
    span.end
}

/// The inside of the group that opens at `open`, and what comes after it. A group that is not
/// closed before `end` is one all the same if the last thing in it is a closing bracket; if not, it
/// is text.
fn group(pieces: &[Piece], open: usize, end: usize) -> (Option<(usize, usize)>, usize) {
    let last = end - 1;
    match (pieces.get(open), pieces.get(last)) {
        (Some(Piece::Open(Some(close))), _) if *close < end => {
            (Some((open + 1, *close)), close + 1)
        }
        (_, Some(Piece::Close)) => (Some((open + 1, last)), end),
        _ => (None, end),
    }
}

/// Cuts `:number` off the end of the group from `start` to `end`. The number is only one if it is
/// finite; a colon with nothing before it is text.
fn take_weight(pieces: &mut [Piece], start: usize, end: usize) -> Option<f64> {
    let Some(Piece::Text(text)) = pieces.get_mut(start..end)?.last_mut() else { return None };
    let colon = text.rfind(':')?;
    let weight: f64 = text.get(colon + 1..)?.trim().parse().ok()?;
    if !(weight as f32).is_finite() || (colon == 0 && end - start == 1) {
        return None;
    }
    text.truncate(colon);
    Some(weight)
}

/// Appends the pieces from `start` to `end` as text. Weights of brackets within brackets without
/// end stop at the largest number.
fn push(segments: &mut Vec<Segment>, pieces: &[Piece], start: usize, end: usize, weight: f64) {
    let mut text = String::new();
    for piece in pieces.iter().take(end).skip(start) {
        match piece {
            Piece::Open(_) => text.push('('),
            Piece::Close => text.push(')'),
            Piece::Text(part) => text.push_str(part),
        }
    }
    if !text.is_empty() {
        segments.push(Segment { text, weight: (weight as f32).clamp(f32::MIN, f32::MAX) });
    }
}

#[cfg(test)]
mod tests;
