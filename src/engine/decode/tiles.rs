//! A decode in tiles that overlap: the memory of one tile, whatever the picture's size.
//!
//! Neighbours fade into each other across their overlap, as in `AutoencoderKL.tiled_decode` of
//! diffusers. There every tile has norms and attention of its own, and so a tone of its own; here
//! the attention sees the whole picture before it is cut, and the norms of all tiles are those of
//! one smaller copy, as in "Tiled VAE" (pkuliyi2015), so that no tile differs from the next.

use crate::engine::error::Error;
use crate::engine::latent::Latent;
use crate::engine::nn::picture_norm::PictureNorms;
use crate::engine::stage::Autoencoder;
use std::ops::Range;

/// Side of a tile, in latent pixels: 512 pixels of the picture, the size that the models know best.
pub const TILE: usize = 64;
/// What neighbouring tiles share at least, in latent pixels.
const OVERLAP: usize = 16;
/// How far in from a cut edge a tile is not as the picture is, in latent pixels: that is how far
/// the convolutions after the cut can see.
const EDGE: usize = 7;
/// Pixels per latent pixel.
const SCALE: usize = 8;
/// Colours.
const CHANNELS: usize = 3;

/// How a latent is cut.
#[derive(Clone, Copy)]
pub struct Cut {
    /// Side of a tile, in latent pixels.
    pub(super) tile: usize,
    /// What neighbours share at least; less than `tile`.
    pub(super) overlap: usize,
    /// What of that is of no use, on either side; less than half of it.
    pub(super) edge: usize,
    /// Longest side of the smaller copy that the norms are counted on.
    pub(super) sample: usize,
}

impl Default for Cut {
    fn default() -> Self {
        Self { tile: TILE, overlap: OVERLAP, edge: EDGE, sample: TILE }
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
            // Not where this tile or its neighbour is of no use.
            let edge = |at: usize, other: usize| if at == other { 0 } else { self.edge };
            let (first, last) = (edge(start, before), edge(end, after));
            let fade = |place| {
                rising(place, (start + first) * SCALE, (before - first) * SCALE)
                    .min(1.0 - rising(place, (after + last) * SCALE, (end - last) * SCALE))
            };
            let shares = (start * SCALE..end * SCALE).map(fade).collect();
            Span { latent: start..end, shares }
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

    /// Decodes `latent`, one picture, tile by tile.
    ///
    /// `on_tile` is told of every tile done, counted from 1, and of how many there are; the smaller
    /// copy is the first of them.
    ///
    /// # Errors
    ///
    /// Those of `stage` and `on_tile`, which end the work.
    pub fn decode(
        self,
        latent: &Latent,
        stage: &mut dyn Autoencoder,
        on_tile: &mut dyn FnMut(u32, u32) -> Result<(), Error>,
    ) -> Result<Latent, Error> {
        let features = stage.begin(latent)?;
        let (rows, columns) = (self.spans(latent.height), self.spans(latent.width));
        let (height, width) = (latent.height * SCALE, latent.width * SCALE);
        let divides = self.divides((latent.height, latent.width));
        let tiles = u32::from(divides) + (rows.len() * columns.len()) as u32;
        let mut norms = PictureNorms::default();
        if divides {
            let sample = sample(&features, self.sample)?;
            stage.finish(&sample, &mut norms)?;
            on_tile(1, tiles)?;
        }
        let mut canvas = vec![0.0; CHANNELS * height * width];
        let pairs = rows.iter().flat_map(|row| columns.iter().map(move |column| (row, column)));
        for (tile, (row, column)) in (1 + u32::from(divides)..).zip(pairs) {
            let pixels = stage.finish(&crop(&features, row, column)?, &mut norms)?;
            add(&mut canvas, (height, width), &pixels, (row, column))?;
            on_tile(tile, tiles)?;
        }
        Latent::new([1, CHANNELS, height, width], canvas)
    }
}

/// A copy with sides of at most `most`: every so many rows and columns are left out. Means would
/// be too smooth: the norms would find less contrast than there is.
fn sample(features: &Latent, most: usize) -> Result<Latent, Error> {
    let Latent { height, width, channels, .. } = *features;
    let taken = |size: usize| {
        let count = size.min(most);
        (0..count).map(move |place| (2 * place + 1) * size / (2 * count))
    };
    let mut data = Vec::new();
    for plane in features.data.chunks_exact(height * width) {
        for y in taken(height) {
            data.extend(taken(width).map(|x| plane[y * width + x]));
        }
    }
    Latent::new([1, channels, height.min(most), width.min(most)], data)
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
mod tests;
