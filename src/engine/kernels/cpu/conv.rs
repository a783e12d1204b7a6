//! Convolutions, channels last, as matrix products over the pixels.
//!
//! In a zero-padded picture with its channels last, the three pixels under one row of a 3x3
//! kernel are one contiguous run. So a large map needs no gathering (im2col) at all: three
//! products over overlapping rows, added up. Small maps, where padding would waste much of the
//! work, and other strides are gathered first.

use super::matrix::{Cores, Matrix, add, product};
use super::simd;
use crate::engine::kernels::Geometry;
use rayon::prelude::*;

/// Weights in the form that [`conv`] reads: `[kernel row, kernel column, in, out]`.
#[derive(Debug)]
pub struct PackedConv {
    weight: Vec<f32>,
    bias: Vec<f32>,
    geometry: Geometry,
}

impl PackedConv {
    /// From the checkpoint's `[out, in, k, k]` weight and `[out]` bias.
    pub fn new(weight: &[f32], bias: Vec<f32>, geometry: Geometry) -> Self {
        let Geometry { inputs, outputs, kernel, .. } = geometry;
        let mut packed = vec![0.0; weight.len()];
        // All taps of some inputs at a time: what is read together is written close together.
        const BLOCK: usize = 32;
        let mut taps: Vec<_> = packed
            .chunks_exact_mut(inputs * outputs)
            .map(|tap| tap.chunks_mut(BLOCK * outputs))
            .collect();
        let blocks: Vec<Vec<&mut [f32]>> = (0..inputs.div_ceil(BLOCK))
            .map(|_| taps.iter_mut().filter_map(Iterator::next).collect())
            .collect();
        blocks.into_par_iter().enumerate().for_each(|(block, mut taps)| {
            let first = block * BLOCK * kernel * kernel;
            for output in 0..outputs {
                let from = &weight[output * inputs * kernel * kernel + first..];
                scatter(from, &mut taps, output, outputs);
            }
        });
        Self { weight: packed, bias, geometry }
    }

    /// How the kernel moves.
    pub fn geometry(&self) -> Geometry {
        self.geometry
    }
}

/// Values of one output, all taps of an input side by side, into column `output` of every tap.
fn scatter(from: &[f32], taps: &mut [&mut [f32]], output: usize, outputs: usize) {
    let count = taps.len();
    for (tap, rows) in taps.iter_mut().enumerate() {
        for (input, row) in rows.chunks_exact_mut(outputs).enumerate() {
            row[output] = from[input * count + tap];
        }
    }
}

/// A batch of maps, channels last.
#[derive(Clone, Copy)]
pub struct Maps<'a> {
    /// `[batch, height, width, channels]`.
    pub data: &'a [f32],
    /// Maps.
    pub batch: usize,
    /// Rows.
    pub height: usize,
    /// Pixels per row.
    pub width: usize,
    /// Rows and columns that the kernel sees: the map itself, or each pixel repeated twice in
    /// both directions and cut to this size.
    pub seen: (usize, usize),
}

/// What is added to a convolution's result on the way out.
#[derive(Clone, Copy, Default)]
pub struct Extras<'a> {
    /// `[batch, out]`, the same for every pixel of a map: the time embedding.
    pub shift: Option<&'a [f32]>,
    /// The shape of the result: the skip connection of a residual block.
    pub residual: Option<&'a [f32]>,
}

/// The convolution of `maps`, bias and extras added: `[batch, height', width', out]`.
pub fn conv(maps: Maps, layer: &PackedConv, extras: Extras) -> Vec<f32> {
    let geometry = &layer.geometry;
    let (height, width) = geometry.output(maps.seen);
    let mut out = vec![0.0; maps.batch * height * width * geometry.outputs];
    let plain = geometry.kernel == 3 && geometry.stride == 1 && geometry.padding == (1, 1);
    // Two padding columns per row: below this width they cost more than gathering does.
    if plain && width >= 48 {
        shifted(maps, layer, extras, (height, width), &mut out);
    } else {
        gathered(maps, layer, extras, (height, width), &mut out);
    }
    out
}

/// Adds bias, shift and residual to `rows` output pixels from `first` on (all of one map).
#[inline(always)]
fn finish(out: &mut [f32], first: usize, map: usize, layer: &PackedConv, extras: Extras) {
    let outputs = layer.geometry.outputs;
    let shift = extras.shift.map(|shift| &shift[map * outputs..(map + 1) * outputs]);
    for row in out.chunks_exact_mut(outputs) {
        add(row, &layer.bias);
        if let Some(shift) = shift {
            add(row, shift);
        }
    }
    if let Some(residual) = extras.residual {
        add(out, &residual[first * outputs..][..out.len()]);
    }
}

/// 3x3, stride 1: bands of rows, each on one core, as three products over a padded copy.
fn shifted(
    maps: Maps,
    layer: &PackedConv,
    extras: Extras,
    (height, width): (usize, usize),
    out: &mut [f32],
) {
    /// Bytes of one band's padded copy: small enough for a core's own cache to hold.
    const BAND_BYTES: usize = 1 << 20;
    let Geometry { inputs, outputs, .. } = layer.geometry;
    let padded = width + 2;
    let rows = (BAND_BYTES / (4 * padded * inputs.max(outputs))).clamp(1, height);
    let bands = height.div_ceil(rows);
    // Bands of equal height, so that the cores end together.
    let rows = height.div_ceil(bands);
    let bands: Vec<(usize, usize, &mut [f32])> = out
        .chunks_exact_mut(height * width * outputs)
        .enumerate()
        .flat_map(|(map, out)| {
            let bands = out.chunks_mut(rows * width * outputs).enumerate();
            bands.map(move |(band, out)| (map, band * rows, out))
        })
        .collect();
    let scratch = || (Vec::new(), Vec::new());
    bands.into_par_iter().for_each_init(scratch, |(input, product_rows), (map, top, out)| {
        let rows = out.len() / (width * outputs);
        // One row more than the kernel reaches: the last product's rows run past the end.
        input.clear();
        input.resize((rows + 3) * padded * inputs, 0.0);
        copy_padded(maps, layer.geometry, map, top, rows + 2, input);
        product_rows.resize(rows * padded * outputs, 0.0);
        for tap_row in 0..3 {
            let a = Matrix::new(
                &input[tap_row * padded * inputs..],
                (rows * padded, 3 * inputs),
                (inputs, 1),
            );
            let weight = &layer.weight[tap_row * 3 * inputs * outputs..][..3 * inputs * outputs];
            let b = Matrix::dense(weight, 3 * inputs, outputs);
            product(product_rows, outputs, a, b, tap_row > 0, Cores::One);
        }
        for (row, out) in out.chunks_exact_mut(width * outputs).enumerate() {
            let from = row * padded * outputs;
            out.copy_from_slice(&product_rows[from..from + width * outputs]);
            let first = (map * height + top + row) * width;
            simd(
                #[inline(always)]
                || finish(out, first, map, layer, extras),
            );
        }
    });
}

/// Rows `top - 1 ..` of one map into `padded`, a zero column on either side.
fn copy_padded(
    maps: Maps,
    geometry: Geometry,
    map: usize,
    top: usize,
    rows: usize,
    padded: &mut [f32],
) {
    let channels = geometry.inputs;
    let (height, width) = maps.seen;
    let factor = if geometry.doubled { 2 } else { 1 };
    for (row, padded) in padded.chunks_exact_mut((width + 2) * channels).take(rows).enumerate() {
        let Some(y) = (top + row).checked_sub(1).filter(|y| *y < height) else {
            continue;
        };
        let from = (map * maps.height + y / factor) * maps.width * channels;
        let source = &maps.data[from..from + maps.width * channels];
        let inside = &mut padded[channels..(width + 1) * channels];
        if geometry.doubled {
            let pairs = inside.chunks_mut(2 * channels);
            for (pair, pixel) in pairs.zip(source.chunks_exact(channels)) {
                pair.chunks_exact_mut(channels).for_each(|twin| twin.copy_from_slice(pixel));
            }
        } else {
            inside.copy_from_slice(source);
        }
    }
}

/// Any geometry: the pixels under the kernel gathered into rows, a portion at a time.
fn gathered(
    maps: Maps,
    layer: &PackedConv,
    extras: Extras,
    (height, width): (usize, usize),
    out: &mut [f32],
) {
    /// Values of one portion of gathered rows: 32 MiB.
    const PORTION: usize = 8 << 20;
    let Geometry { inputs, outputs, kernel, .. } = layer.geometry;
    let depth = kernel * kernel * inputs;
    let portion = (PORTION / depth).clamp(1, height * width * maps.batch);
    let mut rows = vec![0.0; portion * depth];
    let weight = Matrix::dense(&layer.weight, depth, outputs);
    for (index, out) in out.chunks_mut(portion * outputs).enumerate() {
        let count = out.len() / outputs;
        let first = index * portion;
        let rows = &mut rows[..count * depth];
        rows.par_chunks_mut(depth).enumerate().for_each(|(i, row)| {
            gather(maps, layer.geometry, (height, width), first + i, row);
        });
        product(out, outputs, Matrix::dense(rows, count, depth), weight, false, Cores::All);
        out.par_chunks_mut(outputs).enumerate().for_each(|(i, out)| {
            let pixel = first + i;
            simd(
                #[inline(always)]
                || finish(out, pixel, pixel / (height * width), layer, extras),
            );
        });
    }
}

/// The values under the kernel at output pixel `pixel` of the whole batch.
fn gather(
    maps: Maps,
    geometry: Geometry,
    (height, width): (usize, usize),
    pixel: usize,
    row: &mut [f32],
) {
    let Geometry { inputs, kernel, stride, padding, doubled, .. } = geometry;
    let factor = if doubled { 2 } else { 1 };
    let (map, y, x) = (pixel / (height * width), pixel / width % height, pixel % width);
    for (tap, values) in row.chunks_exact_mut(inputs).enumerate() {
        let source_y = (y * stride + tap / kernel).checked_sub(padding.0);
        let source_x = (x * stride + tap % kernel).checked_sub(padding.0);
        match (source_y, source_x) {
            (Some(sy), Some(sx)) if sy < maps.seen.0 && sx < maps.seen.1 => {
                let at = ((map * maps.height + sy / factor) * maps.width + sx / factor) * inputs;
                values.copy_from_slice(&maps.data[at..at + inputs]);
            }
            _ => values.fill(0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, in f64.
    fn slow(maps: Maps, weight: &[f32], bias: &[f32], g: Geometry, extras: Extras) -> Vec<f32> {
        let (height, width) = g.output(maps.seen);
        let factor = if g.doubled { 2 } else { 1 };
        let mut out = Vec::new();
        for pixel in 0..maps.batch * height * width {
            let (map, y, x) = (pixel / (height * width), pixel / width % height, pixel % width);
            for o in 0..g.outputs {
                let mut sum = f64::from(bias[o]);
                sum += extras.shift.map_or(0.0, |s| f64::from(s[map * g.outputs + o]));
                sum += extras.residual.map_or(0.0, |r| f64::from(r[pixel * g.outputs + o]));
                for ky in 0..g.kernel {
                    for kx in 0..g.kernel {
                        let sy = (y * g.stride + ky) as isize - g.padding.0 as isize;
                        let sx = (x * g.stride + kx) as isize - g.padding.0 as isize;
                        let inside = |v: isize, side: usize| v >= 0 && v < side as isize;
                        if !inside(sy, maps.seen.0) || !inside(sx, maps.seen.1) {
                            continue;
                        }
                        let (sy, sx) = (sy as usize / factor, sx as usize / factor);
                        for i in 0..g.inputs {
                            let at = ((map * maps.height + sy) * maps.width + sx) * g.inputs + i;
                            let w = weight[((o * g.inputs + i) * g.kernel + ky) * g.kernel + kx];
                            sum += f64::from(maps.data[at]) * f64::from(w);
                        }
                    }
                }
                out.push(sum as f32);
            }
        }
        out
    }

    fn noise(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    fn check(geometry: Geometry, batch: usize, height: usize, width: usize) {
        let factor = if geometry.doubled { 2 } else { 1 };
        check_seen(geometry, batch, (height, width), (height * factor, width * factor));
    }

    fn check_seen(
        geometry: Geometry,
        batch: usize,
        (height, width): (usize, usize),
        seen: (usize, usize),
    ) {
        let data = noise(batch * height * width * geometry.inputs, 1);
        let taps = geometry.kernel * geometry.kernel;
        let weight = noise(geometry.outputs * geometry.inputs * taps, 2);
        let bias = noise(geometry.outputs, 3);
        let (out_height, out_width) = geometry.output(seen);
        let shift = noise(batch * geometry.outputs, 4);
        let residual = noise(batch * out_height * out_width * geometry.outputs, 5);
        let extras = Extras { shift: Some(&shift), residual: Some(&residual) };
        let maps = Maps { data: &data, batch, height, width, seen };
        let packed = PackedConv::new(&weight, bias.clone(), geometry);
        let want = slow(maps, &weight, &bias, geometry, extras);
        for (got, want) in conv(maps, &packed, extras).iter().zip(&want) {
            assert!((got - want).abs() < 1e-4, "{got} is not {want} ({geometry:?})");
        }
    }

    const PLAIN: Geometry =
        Geometry { inputs: 5, outputs: 7, kernel: 3, stride: 1, padding: (1, 1), doubled: false };

    #[test]
    fn small_maps_and_odd_sides() {
        for (height, width) in [(1, 1), (1, 5), (3, 2), (7, 9)] {
            check(PLAIN, 2, height, width);
        }
    }

    #[test]
    fn wide_maps_take_the_shifted_way() {
        check(PLAIN, 2, 3, 50);
        check(Geometry { doubled: true, ..PLAIN }, 2, 9, 25);
        check_seen(Geometry { doubled: true, ..PLAIN }, 1, (5, 26), (9, 51));
        // More bands than one.
        check(Geometry { inputs: 64, outputs: 16, ..PLAIN }, 1, 70, 100);
    }

    #[test]
    fn strides_kernels_and_one_sided_padding() {
        check(Geometry { stride: 2, ..PLAIN }, 2, 8, 6);
        check(Geometry { stride: 2, ..PLAIN }, 1, 9, 7);
        check(Geometry { stride: 2, padding: (0, 1), ..PLAIN }, 1, 8, 10);
        check(Geometry { kernel: 1, padding: (0, 0), ..PLAIN }, 2, 4, 60);
        check(Geometry { doubled: true, ..PLAIN }, 1, 4, 5);
        check_seen(Geometry { doubled: true, ..PLAIN }, 2, (3, 2), (5, 3));
    }
}
