//! From prompts to what the UNet is told: which states of which encoder, weighted how, with which
//! numbers beside them, family by family.

use super::error::{Error, Rule};
use super::family::{ClipKind, Family};
use super::models::clip::POSITIONS;
use super::prompt::{Chunk, chunks};
use super::stage::{Encoded, TextEncoder, TextLayer};
use super::tokenizer::{END, START};

/// What the UNet is told of one prompt.
#[derive(Clone, Debug)]
pub struct Conditioning {
    /// `[tokens, width]`.
    pub context: Vec<f32>,
    /// 77 per chunk.
    pub tokens: usize,
    /// Values per token.
    pub width: usize,
    /// Pooled text and size numbers, where the family has them.
    pub vector: Option<Vec<f32>>,
}

/// One prompt, encoded, with what a trace keeps of it.
#[derive(Clone, Debug)]
pub struct EncodedPrompt {
    /// For the UNet.
    pub conditioning: Conditioning,
    /// Token ids of every chunk, per encoder.
    pub ids: Vec<Vec<[u32; POSITIONS]>>,
    /// The pooled text, where the family has it.
    pub pooled: Option<Vec<f32>>,
}

/// Which half of the guidance a prompt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What to show.
    Positive,
    /// What not to show.
    Negative,
}

/// More text than any prompt needs; what lies beyond would only take hours.
const MOST_CHUNKS: usize = 256;
/// Chunks that go through an encoder at once.
const PORTION: usize = 16;
/// Width of the sinusoid of one size number (Podell et al. 2023).
const NUMBER_WIDTH: usize = 256;

/// Encodes `prompt` for a picture of `width` by `height` pixels; `go_on` is asked before every
/// portion of it.
pub fn encode(
    family: Family,
    encoders: &mut [Box<dyn TextEncoder>],
    (prompt, side): (&str, Side),
    (width, height): (u32, u32),
    go_on: &mut dyn FnMut() -> Result<(), Error>,
) -> Result<EncodedPrompt, Error> {
    let layer = match family {
        Family::Sd1 => TextLayer::LastNormed,
        Family::Sd2 => TextLayer::PenultimateNormed,
        Family::Sdxl | Family::SdxlRefiner => TextLayer::Penultimate,
    };
    let mut ids = Vec::new();
    let mut encoded = Vec::new();
    for encoder in encoders.iter_mut() {
        let chunks = chunks(prompt, pad_id(encoder.kind()));
        encoded.push(encode_weighted(encoder.as_mut(), &chunks, layer, go_on)?);
        ids.push(chunks.iter().map(|chunk| chunk.ids).collect());
    }
    let pooled = match family {
        Family::Sd1 | Family::Sd2 => None,
        Family::Sdxl | Family::SdxlRefiner => {
            encoded.iter().rev().find_map(|encoded| encoded.pooled.clone())
        }
    };
    let vector = pooled.clone().map(|pooled| vector(family, pooled, side, (width, height)));
    let (context, tokens, width) = side_by_side(&encoded);
    let conditioning = Conditioning { context, tokens, width, vector };
    Ok(EncodedPrompt { conditioning, ids, pooled })
}

/// OpenAI's CLIP pads with its end token, OpenCLIP with 0.
fn pad_id(kind: ClipKind) -> u32 {
    match kind {
        ClipKind::L => END,
        ClipKind::H | ClipKind::G => 0,
    }
}

/// [`Error::BadValue`] for a prompt of more tokens than any picture can heed.
pub fn check_length(prompt: &str) -> Result<(), Error> {
    let chunks = chunks(prompt, 0).len();
    if chunks <= MOST_CHUNKS {
        return Ok(());
    }
    Err(Error::BadValue {
        field: "prompt_tokens".into(),
        value: (75 * chunks).to_string(),
        rule: Rule::Between { min: 0.0, max: (75 * MOST_CHUNKS) as f64 },
    })
}

/// The states of `chunks`, each token's moved away from the empty prompt's by its weight, as
/// ComfyUI does; the pooled text is not weighted.
fn encode_weighted(
    encoder: &mut dyn TextEncoder,
    chunks: &[Chunk],
    layer: TextLayer,
    go_on: &mut dyn FnMut() -> Result<(), Error>,
) -> Result<Encoded, Error> {
    let ids: Vec<[u32; POSITIONS]> = chunks.iter().map(|chunk| chunk.ids).collect();
    let mut all: Option<Encoded> = None;
    for portion in ids.chunks(PORTION) {
        go_on()?;
        let encoded = encoder.encode(portion, layer)?;
        match &mut all {
            Some(all) => all.states.extend(encoded.states),
            None => all = Some(encoded),
        }
    }
    let Some(mut all) = all else {
        return Err(Error::Internal { detail: "a prompt without chunks".into() });
    };
    if chunks.iter().any(|chunk| chunk.weights.iter().any(|weight| *weight != 1.0)) {
        let empty = encoder.encode(&[empty_chunk(pad_id(encoder.kind()))], layer)?.states;
        let weights = chunks.iter().flat_map(|chunk| chunk.weights);
        let places = empty.chunks_exact(all.width).cycle();
        let states = all.states.chunks_exact_mut(all.width);
        for ((state, empty), weight) in states.zip(places).zip(weights) {
            if weight != 1.0 {
                let pairs = state.iter_mut().zip(empty);
                pairs.for_each(|(value, empty)| *value = empty + (*value - empty) * weight);
            }
        }
    }
    Ok(all)
}

fn empty_chunk(pad_id: u32) -> [u32; POSITIONS] {
    let mut ids = [pad_id; POSITIONS];
    ids[0] = START;
    ids[1] = END;
    ids
}

/// The encoders' states token by token beside each other: values, tokens, width.
///
/// Encoders see the same text, so their chunks are as many; a shorter one would end the context.
fn side_by_side(encoded: &[Encoded]) -> (Vec<f32>, usize, usize) {
    let width: usize = encoded.iter().map(|encoded| encoded.width).sum();
    let tokens =
        encoded.iter().map(|encoded| encoded.states.len() / encoded.width).min().unwrap_or(0);
    let mut context = Vec::with_capacity(tokens * width);
    for token in 0..tokens {
        for Encoded { states, width, .. } in encoded {
            context.extend_from_slice(&states[token * width..(token + 1) * width]);
        }
    }
    (context, tokens, width)
}

/// Pooled text, then a sinusoid per number: SDXL original height and width, crop top and left,
/// target height and width; its refiner the aesthetic score in the last two's place.
fn vector(family: Family, pooled: Vec<f32>, side: Side, (width, height): (u32, u32)) -> Vec<f32> {
    let (width, height) = (width as f32, height as f32);
    let mut numbers = vec![height, width, 0.0, 0.0];
    match (family, side) {
        (Family::SdxlRefiner, Side::Positive) => numbers.push(6.0),
        (Family::SdxlRefiner, Side::Negative) => numbers.push(2.5),
        _ => numbers.extend([height, width]),
    }
    let mut vector = pooled;
    numbers.iter().for_each(|number| vector.extend(sinusoid(*number, NUMBER_WIDTH)));
    vector
}

/// Sinusoidal embedding of one number (Vaswani et al. 2017), cosines first, `width` values.
///
/// The frequencies are rounded to f32 at every step, as the published implementations do: at
/// timestep 999 the sines feel the difference.
pub fn sinusoid(value: f32, width: usize) -> Vec<f32> {
    let half = width / 2;
    let frequency = |i: usize| (-(10_000.0_f64.ln() as f32) * i as f32 / half as f32).exp();
    let angles: Vec<f32> = (0..half).map(|i| value * frequency(i)).collect();
    let mut row: Vec<f32> = angles.iter().map(|angle| angle.cos()).collect();
    row.extend(angles.iter().map(|angle| angle.sin()));
    row.resize(width, 0.0);
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    /// States that name their token: `id + position / 100`, two values per token.
    struct Scripted(ClipKind);

    impl TextEncoder for Scripted {
        fn kind(&self) -> ClipKind {
            self.0
        }

        fn encode(
            &mut self,
            chunks: &[[u32; POSITIONS]],
            _layer: TextLayer,
        ) -> Result<Encoded, Error> {
            let ids = chunks.iter().flatten();
            let states = ids.flat_map(|id| [*id as f32, 1.0]).collect();
            Ok(Encoded { states, width: 2, pooled: Some(vec![chunks[0][1] as f32]) })
        }
    }

    fn encoders(kinds: &[ClipKind]) -> Vec<Box<dyn TextEncoder>> {
        kinds.iter().map(|kind| Box::new(Scripted(*kind)) as Box<dyn TextEncoder>).collect()
    }

    fn run(family: Family, kinds: &[ClipKind], prompt: &str) -> EncodedPrompt {
        let text = (prompt, Side::Positive);
        encode(family, &mut encoders(kinds), text, (64, 32), &mut || Ok(())).unwrap()
    }

    #[test]
    fn weights_move_tokens_away_from_the_empty_prompt() {
        let plain = run(Family::Sd1, &[ClipKind::L], "cat").conditioning.context;
        let strong = run(Family::Sd1, &[ClipKind::L], "(cat:2)").conditioning.context;
        let empty = run(Family::Sd1, &[ClipKind::L], "").conditioning.context;
        assert_eq!(strong[2], empty[2] + 2.0 * (plain[2] - empty[2]));
        assert_eq!(strong[4..], plain[4..]);
    }

    #[test]
    fn two_encoders_stand_side_by_side_and_pad_differently() {
        let both = run(Family::Sdxl, &[ClipKind::L, ClipKind::G], "");
        assert_eq!(both.conditioning.width, 4);
        assert_eq!(both.conditioning.context[8..12], [END as f32, 1.0, 0.0, 1.0]);
        assert_eq!(both.ids[0][0][2], END);
        assert_eq!(both.ids[1][0][2], 0);
    }

    #[test]
    fn size_numbers_come_height_first() {
        let vector = run(Family::Sdxl, &[ClipKind::G], "cat").conditioning.vector.unwrap();
        assert_eq!(vector.len(), 1 + 6 * NUMBER_WIDTH);
        assert_eq!(vector[1..][..NUMBER_WIDTH], sinusoid(32.0, NUMBER_WIDTH));
        assert_eq!(vector[1 + NUMBER_WIDTH..][..NUMBER_WIDTH], sinusoid(64.0, NUMBER_WIDTH));
        let refiner = run(Family::SdxlRefiner, &[ClipKind::G], "cat").conditioning.vector.unwrap();
        assert_eq!(refiner[1 + 4 * NUMBER_WIDTH..], sinusoid(6.0, NUMBER_WIDTH));
    }

    #[test]
    fn a_book_is_refused() {
        let book = "word ".repeat(75 * MOST_CHUNKS + 1);
        let result = check_length(&book);
        assert!(matches!(result, Err(Error::BadValue { field, .. }) if field == "prompt_tokens"));
        assert_eq!(check_length("a short one"), Ok(()));
    }

    #[test]
    fn a_long_prompt_can_be_stopped_on_the_way() {
        let mut portions = 0;
        let mut stop_after_one = || {
            portions += 1;
            if portions > 1 { Err(Error::Cancelled { step: 0, steps: 0 }) } else { Ok(()) }
        };
        let text = ("word ".repeat(75 * 2 * PORTION), Side::Positive);
        let mut encoders = encoders(&[ClipKind::L]);
        let text = (text.0.as_str(), text.1);
        let result = encode(Family::Sd1, &mut encoders, text, (64, 64), &mut stop_after_one);
        assert!(matches!(result, Err(Error::Cancelled { .. })));
    }

    #[test]
    fn sinusoid_of_zero_is_ones_then_zeros() {
        assert_eq!(sinusoid(0.0, 4), [1.0, 1.0, 0.0, 0.0]);
    }
}
