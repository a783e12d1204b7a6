//! Attention in tiles: a few queries against a block of keys at a time, softmax as it goes
//! (Milakov and Gimelshein 2018; Dao et al. 2022), so that no `S x S` matrix is ever made.

use super::activation::exp;
use super::matrix::{Cores, Matrix, product};
use super::norm::lanes_sum;
use super::simd;
use rayon::prelude::*;

/// Sizes of one attention.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Samples.
    pub batch: usize,
    /// Heads.
    pub heads: usize,
    /// Query positions.
    pub queries: usize,
    /// Key and value positions.
    pub keys: usize,
    /// Channels per head.
    pub head: usize,
    /// Whether position `i` sees only keys `0..=i`.
    pub causal: bool,
}

/// Queries of one task.
const TILE: usize = 128;
/// Keys of one block: with [`TILE`] queries, 256 KiB of scores.
const BLOCK: usize = 512;

/// `softmax(q k' / sqrt(head)) v` for `q` `[batch, queries, heads * head]` and `k`, `v`
/// `[batch, keys, heads * head]`; the result has `q`'s shape.
pub fn attention(q: &[f32], k: &[f32], v: &[f32], sizes: Sizes) -> Vec<f32> {
    let Sizes { batch, heads, queries, head, .. } = sizes;
    let mut out = vec![0.0; q.len()];
    let packed: Vec<PackedHead> = (0..batch * heads)
        .into_par_iter()
        .map(|i| PackedHead::new(k, v, sizes, i / heads, i % heads))
        .collect();
    // Small maps in smaller tiles, so that every core has some.
    let cores = rayon::current_num_threads();
    let tile = (batch * queries).div_ceil(2 * cores).clamp(1, TILE);
    let width = heads * head;
    let tasks: Vec<(usize, usize, &mut [f32])> = out
        .chunks_exact_mut(queries * width)
        .enumerate()
        .flat_map(|(sample, out)| {
            let tiles = out.chunks_mut(tile * width).enumerate();
            tiles.map(move |(index, out)| (sample, index * tile, out))
        })
        .collect();
    tasks.into_par_iter().for_each_init(Scratch::default, |scratch, (sample, first, out)| {
        let rows = out.len() / width;
        let from = (sample * queries + first) * width;
        let q = &q[from..from + rows * width];
        for index in 0..heads {
            let q = Matrix::new(&q[index * head..], (rows, head), (width, 1));
            let tile = Tile { q, rows, first };
            tile.attend(&packed[sample * heads + index], sizes, scratch);
            scratch.write(out, index * head, width, head);
        }
    });
    out
}

/// One head's keys and values in the order in which the products read them.
struct PackedHead {
    /// `[head, keys]`, scaled by `1 / sqrt(head)`.
    keys: Vec<f32>,
    /// `[keys, padded head]`: a whole number of vectors per row.
    values: Vec<f32>,
}

impl PackedHead {
    fn new(k: &[f32], v: &[f32], sizes: Sizes, sample: usize, index: usize) -> Self {
        let Sizes { heads, keys, head, .. } = sizes;
        let width = heads * head;
        let start = sample * keys * width + index * head;
        let scale = 1.0 / (head as f32).sqrt();
        let padded = padded(head);
        let mut packed = Self { keys: vec![0.0; head * keys], values: vec![0.0; keys * padded] };
        for key in 0..keys {
            let row = start + key * width;
            for (channel, value) in k[row..row + head].iter().enumerate() {
                packed.keys[channel * keys + key] = value * scale;
            }
            packed.values[key * padded..][..head].copy_from_slice(&v[row..row + head]);
        }
        packed
    }
}

/// `head` rounded up to whole vectors of 16.
fn padded(head: usize) -> usize {
    head.next_multiple_of(16)
}

/// Working memory of one thread.
#[derive(Default)]
struct Scratch {
    scores: Vec<f32>,
    sums: Vec<f32>,
    highest: Vec<f32>,
    total: Vec<f32>,
}

impl Scratch {
    /// The weighted sums, divided by the weights, into columns `column..` of `out`.
    fn write(&self, out: &mut [f32], column: usize, width: usize, head: usize) {
        let padded = padded(head);
        let rows = out.chunks_exact_mut(width).zip(self.sums.chunks_exact(padded));
        for ((out, sums), total) in rows.zip(&self.total) {
            for (out, sum) in out[column..column + head].iter_mut().zip(sums) {
                *out = sum / total;
            }
        }
    }
}

/// Some queries of one head.
struct Tile<'a> {
    q: Matrix<'a>,
    rows: usize,
    /// Position of the first query, for the causal mask.
    first: usize,
}

impl Tile<'_> {
    /// Leaves the unnormalised weighted sums of the values in `scratch`.
    fn attend(&self, packed: &PackedHead, sizes: Sizes, scratch: &mut Scratch) {
        let Sizes { keys, head, causal, .. } = sizes;
        let (rows, padded) = (self.rows, padded(head));
        let Scratch { scores, sums, highest, total } = scratch;
        sums.clear();
        sums.resize(rows * padded, 0.0);
        highest.clear();
        highest.resize(rows, f32::NEG_INFINITY);
        total.clear();
        total.resize(rows, 0.0);
        scores.resize(rows * BLOCK, 0.0);
        for start in (0..keys).step_by(BLOCK) {
            if causal && start >= self.first + rows {
                break;
            }
            let count = BLOCK.min(keys - start);
            let scores = &mut scores[..rows * count];
            let k = Matrix::new(&packed.keys[start..], (head, count), (keys, 1));
            product(scores, count, self.q, k, false, Cores::One);
            simd(
                #[inline(always)]
                || {
                    for (row, scores) in scores.chunks_exact_mut(count).enumerate() {
                        if causal {
                            let visible = (self.first + row + 1).saturating_sub(start).min(count);
                            scores[visible..].fill(f32::NEG_INFINITY);
                        }
                        let sums = &mut sums[row * padded..(row + 1) * padded];
                        weigh(scores, sums, &mut highest[row], &mut total[row]);
                    }
                },
            );
            let v =
                Matrix::dense(&packed.values[start * padded..][..count * padded], count, padded);
            product(sums, padded, Matrix::dense(scores, rows, count), v, true, Cores::One);
        }
    }
}

/// Turns one row of scores into weights relative to the highest score so far, and rescales what
/// was summed with the former highest.
#[inline(always)]
fn weigh(scores: &mut [f32], sums: &mut [f32], highest: &mut f32, total: &mut f32) {
    let top = lanes_max(scores).max(*highest);
    if top == f32::NEG_INFINITY && !scores.iter().any(|score| score.is_nan()) {
        // Nothing to see in this block: all of it is masked.
        scores.fill(0.0);
        return;
    }
    if top > *highest {
        let rescale = exp(*highest - top);
        sums.iter_mut().for_each(|sum| *sum *= rescale);
        *total *= rescale;
        *highest = top;
    }
    scores.iter_mut().for_each(|score| *score = exp(*score - top));
    *total += lanes_sum(scores, |v| v);
}

/// The largest value, in sixteen partial maxima. NaN is passed over: it shows in the sum.
#[inline(always)]
fn lanes_max(x: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; 16];
    let chunks = x.chunks_exact(16);
    let rest = chunks.remainder().iter().fold(f32::NEG_INFINITY, |a, b| a.max(*b));
    for chunk in chunks {
        for (lane, v) in lanes.iter_mut().zip(chunk) {
            *lane = if *v > *lane { *v } else { *lane };
        }
    }
    lanes.iter().fold(rest, |a, b| a.max(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(q: &[f32], k: &[f32], v: &[f32], s: Sizes) -> Vec<f32> {
        let width = s.heads * s.head;
        let mut out = vec![0.0; q.len()];
        for b in 0..s.batch {
            for h in 0..s.heads {
                for i in 0..s.queries {
                    let visible = if s.causal { i + 1 } else { s.keys };
                    let score = |j: usize| -> f64 {
                        let dot: f64 = (0..s.head)
                            .map(|c| {
                                let a = q[(b * s.queries + i) * width + h * s.head + c];
                                let b = k[(b * s.keys + j) * width + h * s.head + c];
                                f64::from(a) * f64::from(b)
                            })
                            .sum();
                        dot / (s.head as f64).sqrt()
                    };
                    let scores: Vec<f64> = (0..visible).map(score).collect();
                    let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let total: f64 = scores.iter().map(|x| (x - top).exp()).sum();
                    for c in 0..s.head {
                        let sum: f64 = (0..visible)
                            .map(|j| {
                                let v = v[(b * s.keys + j) * width + h * s.head + c];
                                (scores[j] - top).exp() / total * f64::from(v)
                            })
                            .sum();
                        out[(b * s.queries + i) * width + h * s.head + c] = sum as f32;
                    }
                }
            }
        }
        out
    }

    fn check(sizes: Sizes, spread: f32) {
        let width = sizes.heads * sizes.head;
        let wave = |count: usize, step: f32| -> Vec<f32> {
            (0..count).map(|i| (i as f32 * step).sin() * spread).collect()
        };
        let q = wave(sizes.batch * sizes.queries * width, 0.37);
        let k = wave(sizes.batch * sizes.keys * width, 0.71);
        let v = wave(sizes.batch * sizes.keys * width, 0.13);
        let want = slow(&q, &k, &v, sizes);
        for (got, want) in attention(&q, &k, &v, sizes).iter().zip(&want) {
            assert!((got - want).abs() < 2e-5 * spread, "{got} is not {want} ({sizes:?})");
        }
    }

    #[test]
    fn every_published_head_size() {
        for head in [40, 64, 80, 160, 512] {
            check(Sizes { batch: 2, heads: 2, queries: 70, keys: 77, head, causal: false }, 1.0);
        }
    }

    #[test]
    fn more_keys_than_a_block_and_ragged_tiles() {
        check(Sizes { batch: 1, heads: 3, queries: 300, keys: 1111, head: 8, causal: false }, 4.0);
        check(Sizes { batch: 3, heads: 1, queries: 1, keys: 1, head: 4, causal: false }, 1.0);
    }

    #[test]
    fn causal_rows_see_only_the_past() {
        check(Sizes { batch: 2, heads: 2, queries: 77, keys: 77, head: 8, causal: true }, 3.0);
        check(Sizes { batch: 1, heads: 1, queries: 600, keys: 600, head: 8, causal: true }, 1.0);
    }

    #[test]
    fn nan_is_not_swallowed() {
        let sizes = Sizes { batch: 1, heads: 1, queries: 1, keys: 20, head: 1, causal: false };
        let mut k = vec![1.0; 20];
        k[3] = f32::NAN;
        assert!(attention(&[1.0], &k, &[1.0; 20], sizes)[0].is_nan());
        // A whole block of it, before and after a good one.
        let sizes = Sizes { keys: 2 * BLOCK, ..sizes };
        for bad in [0..BLOCK, BLOCK..2 * BLOCK] {
            let mut k = vec![1.0; 2 * BLOCK];
            k[bad].fill(f32::NAN);
            assert!(attention(&[1.0], &k, &vec![1.0; 2 * BLOCK], sizes)[0].is_nan());
        }
    }
}
