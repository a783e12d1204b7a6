//! A latent decoded in tiles that overlap: the memory of one tile, whatever the picture's size.
//!
//! Neighbours are mixed across their overlap, each fading out as the other fades in, so that no
//! edge shows: the approach of `AutoencoderKL.tiled_decode` in diffusers. Norms and the attention
//! in the middle see one tile only, so the result is close to the whole decode's and not equal.

use crate::engine::error::Error;
use crate::engine::latent::Latent;
use std::ops::Range;

/// Side of a tile, in latent pixels: 512 pixels of the picture, the size that the models know best.
pub const TILE: usize = 64;
/// What neighbouring tiles share at least, in latent pixels.
const OVERLAP: usize = 16;
/// Pixels per latent pixel.
const SCALE: usize = 8;
/// Colours.
const CHANNELS: usize = 3;

/// How a latent is cut.
#[derive(Clone, Copy)]
pub struct Cut {
    /// Side of a tile, in latent pixels.
    tile: usize,
    /// What neighbours share at least; less than `tile`.
    overlap: usize,
}

impl Default for Cut {
    fn default() -> Self {
        Self { tile: TILE, overlap: OVERLAP }
    }
}

/// One tile's part of a side.
#[derive(Clone, Debug, PartialEq)]
struct Span {
    /// Latent pixels.
    latent: Range<usize>,
    /// For each of its picture's pixels along this side, its share; those of all tiles at one pixel
    /// make 1.
    shares: Vec<f32>,
}

impl Span {
    /// Pixels of the picture.
    fn places(&self) -> Range<usize> {
        self.latent.start * SCALE..self.latent.end * SCALE
    }
}

impl Cut {
    /// Whether a latent of these sides is cut at all.
    pub fn divides(self, (height, width): (usize, usize)) -> bool {
        height.max(width) > self.tile
    }

    /// The tiles along a side of `size` latent pixels, spread evenly.
    fn spans(self, size: usize) -> Vec<Span> {
        let tile = self.tile.min(size);
        let gaps = (size - tile).div_ceil(self.tile - self.overlap);
        let starts: Vec<usize> =
            (0..=gaps).map(|index| index * (size - tile) / gaps.max(1)).collect();
        let span = |(index, &start): (usize, &usize)| {
            let end = start + tile;
            // Up to where the tile before reaches, and from where the tile after begins.
            let before = index.checked_sub(1).map_or(start, |index| starts[index] + tile);
            let after = starts.get(index + 1).copied().unwrap_or(end);
            let fade = |place| {
                rising(place, start * SCALE, before * SCALE)
                    .min(1.0 - rising(place, after * SCALE, end * SCALE))
            };
            Span { latent: start..end, shares: (start * SCALE..end * SCALE).map(fade).collect() }
        };
        let mut spans: Vec<Span> = starts.iter().enumerate().map(span).collect();
        let mut sums = vec![0.0; size * SCALE];
        for span in &spans {
            span.places().zip(&span.shares).for_each(|(place, share)| sums[place] += share);
        }
        for span in &mut spans {
            let places = span.places();
            span.shares.iter_mut().zip(places).for_each(|(share, place)| *share /= sums[place]);
        }
        spans
    }

    /// Decodes `latent`, one picture, tile by tile with `decode`.
    ///
    /// `on_tile` is told of every tile done, counted from 1, and of how many there are.
    ///
    /// # Errors
    ///
    /// Those of `decode` and `on_tile`, which end the work.
    pub fn decode(
        self,
        latent: &Latent,
        decode: &mut dyn FnMut(&Latent) -> Result<Latent, Error>,
        on_tile: &mut dyn FnMut(u32, u32) -> Result<(), Error>,
    ) -> Result<Latent, Error> {
        let (rows, columns) = (self.spans(latent.height), self.spans(latent.width));
        let (height, width) = (latent.height * SCALE, latent.width * SCALE);
        let mut canvas = vec![0.0; CHANNELS * height * width];
        let tiles = (rows.len() * columns.len()) as u32;
        let pairs = rows.iter().flat_map(|row| columns.iter().map(move |column| (row, column)));
        for (tile, (row, column)) in (1..).zip(pairs) {
            let pixels = decode(&crop(latent, row, column)?)?;
            add(&mut canvas, (height, width), &pixels, (row, column))?;
            on_tile(tile, tiles)?;
        }
        Latent::new([1, CHANNELS, height, width], canvas)
    }
}

/// From 0 before `begin` to 1 from `end` on, in equal steps; 1 where there is nothing between.
fn rising(place: usize, begin: usize, end: usize) -> f32 {
    match place {
        place if place >= end => 1.0,
        place if place < begin => 0.0,
        place => ((place - begin) as f32 + 0.5) / (end - begin) as f32,
    }
}

fn crop(latent: &Latent, row: &Span, column: &Span) -> Result<Latent, Error> {
    let (rows, columns) = (&row.latent, &column.latent);
    let mut data = Vec::with_capacity(latent.channels * rows.len() * columns.len());
    for plane in latent.data.chunks_exact(latent.height * latent.width) {
        for line in plane.chunks_exact(latent.width).skip(rows.start).take(rows.len()) {
            data.extend_from_slice(&line[columns.clone()]);
        }
    }
    Latent::new([1, latent.channels, rows.len(), columns.len()], data)
}

/// Adds a tile's pixels to the canvas, each times its share.
fn add(
    canvas: &mut [f32],
    (height, width): (usize, usize),
    pixels: &Latent,
    (row, column): (&Span, &Span),
) -> Result<(), Error> {
    let wanted = [1, CHANNELS, row.shares.len(), column.shares.len()];
    if pixels.shape() != wanted {
        let detail = format!("a tile of {:?} decoded to {:?}", wanted, pixels.shape());
        return Err(Error::Internal { detail });
    }
    let (top, left) = (row.latent.start * SCALE, column.latent.start * SCALE);
    let planes = pixels.data.chunks_exact(pixels.height * pixels.width);
    for (canvas, plane) in canvas.chunks_exact_mut(height * width).zip(planes) {
        let lines = canvas.chunks_exact_mut(width).skip(top);
        for ((out, line), share) in lines.zip(plane.chunks_exact(pixels.width)).zip(&row.shares) {
            for ((out, value), part) in out[left..].iter_mut().zip(line).zip(&column.shares) {
                *out += value * share * part;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Cut = Cut { tile: 8, overlap: 2 };

    #[test]
    fn shares_make_one_everywhere_and_tiles_reach_both_ends() {
        for cut in [SMALL, Cut::default(), Cut { tile: 5, overlap: 4 }, Cut { tile: 3, overlap: 0 }]
        {
            for size in 1..150 {
                let spans = cut.spans(size);
                let mut sums = vec![0.0_f32; size * SCALE];
                for span in &spans {
                    assert!(span.latent.len() == cut.tile.min(size), "{size}: {span:?}");
                    assert_eq!(span.shares.len(), span.places().len());
                    let sums = sums[span.places()].iter_mut();
                    sums.zip(&span.shares).for_each(|(sum, share)| *sum += share);
                }
                assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-5), "{size}: {sums:?}");
                for pair in spans.windows(2) {
                    assert!(pair[0].latent.end >= pair[1].latent.start + cut.overlap, "{size}");
                }
                assert_eq!(cut.divides((size, 1)), spans.len() > 1, "{size}");
            }
        }
    }

    /// Each latent pixel's first three channels as a square of colour: a decoder that sees no
    /// neighbours.
    fn enlarged(latent: &Latent) -> Latent {
        let (height, width) = (latent.height * SCALE, latent.width * SCALE);
        let mut data = Vec::new();
        for plane in latent.data.chunks_exact(latent.height * latent.width).take(CHANNELS) {
            for place in 0..height * width {
                let (y, x) = (place / width / SCALE, place % width / SCALE);
                data.push(plane[y * latent.width + x]);
            }
        }
        Latent::new([1, CHANNELS, height, width], data).unwrap()
    }

    #[test]
    fn tiles_come_together_as_the_whole() {
        for (height, width) in [(20, 9), (8, 31), (7, 5), (8, 8)] {
            let data = (0..4 * height * width).map(|i| (i as f32 * 0.37).sin()).collect();
            let latent = Latent::new([1, 4, height, width], data).unwrap();
            let mut told = Vec::new();
            let joined = SMALL
                .decode(&latent, &mut |tile| Ok(enlarged(tile)), &mut |tile, tiles| {
                    told.push((tile, tiles));
                    Ok(())
                })
                .unwrap();
            let whole = enlarged(&latent);
            assert_eq!(joined.shape(), whole.shape());
            let near = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-5;
            assert!(joined.data.iter().zip(&whole.data).all(near), "{height}x{width}");
            let tiles = told.len() as u32;
            assert_eq!(told, (1..=tiles).map(|tile| (tile, tiles)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_tile_of_another_size_is_an_error() {
        let latent = Latent::new([1, 4, 9, 9], vec![0.0; 4 * 81]).unwrap();
        let wrong = SMALL.decode(&latent, &mut |tile| Ok(tile.clone()), &mut |_, _| Ok(()));
        assert!(matches!(wrong, Err(Error::Internal { .. })));
        let stopped = Error::Cancelled { step: 1, steps: 1 };
        let end = SMALL.decode(&latent, &mut |tile| Ok(enlarged(tile)), &mut |tile, _| {
            assert_eq!(tile, 1, "the first one ends it");
            Err(stopped.clone())
        });
        assert_eq!(end, Err(stopped));
    }
}
