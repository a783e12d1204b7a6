//! Group norm and layer norm. Sums are in f32 around a pivot near the mean, so that neither a
//! large mean nor a narrow number type costs digits, and parts are joined as by Chan et al. (1983).

use super::pointwise::activated;
use super::{dense, empty, typed, vector_size};
use crate::engine::kernels::{Activation, LAYER_NORM_EPSILON, NORM_GROUPS};
use burn::tensor::DType;
use burn_cubecl::CubeRuntime;
use burn_cubecl::tensor::CubeTensor;
use cubecl::calculate_cube_count_elemwise;
use cubecl::ir::StorageType;
use cubecl::prelude::*;

/// Units that sum up together.
const UNITS: usize = 64;
/// Values of a group that one cube sums up, about.
const CHUNK: usize = 64 * UNITS;

/// Count, mean and sum of squared deviations of some values.
#[derive(CubeType, CubeTypeMut, Clone, Copy)]
struct Moments {
    count: f32,
    mean: f32,
    squares: f32,
}

#[cube]
fn joined(a: Moments, b: Moments) -> Moments {
    let count = a.count + b.count;
    // Nothing joined with nothing is nothing.
    let share = b.count / max(count, 1.0);
    let distance = b.mean - a.mean;
    Moments {
        count,
        mean: a.mean + distance * share,
        squares: a.squares + b.squares + distance * distance * a.count * share,
    }
}

/// The moments of all units' values, known to every unit.
#[cube]
fn joined_units(own: Moments) -> Moments {
    let mut shared = SharedMemory::<f32>::new(comptime!(3 * UNITS));
    let unit = UNIT_POS as usize;
    let mut all = own;
    write(&mut shared, unit, &all);
    #[unroll]
    for level in 0..comptime!(UNITS.ilog2() as usize) {
        let reach = comptime!(UNITS >> (level + 1));
        sync_cube();
        if unit < reach {
            all = joined(all, read(&shared, unit + reach));
            write(&mut shared, unit, &all);
        }
    }
    sync_cube();
    read(&shared, 0)
}

#[cube]
fn write(shared: &mut SharedMemory<f32>, place: usize, moments: &Moments) {
    shared[place * 3] = moments.count;
    shared[place * 3 + 1] = moments.mean;
    shared[place * 3 + 2] = moments.squares;
}

#[cube]
fn read(shared: &SharedMemory<f32>, place: usize) -> Moments {
    Moments {
        count: shared[place * 3],
        mean: shared[place * 3 + 1],
        squares: shared[place * 3 + 2],
    }
}

/// Sums around a pivot become moments.
#[cube]
fn around(pivot: f32, count: f32, sum: f32, squares: f32) -> Moments {
    let mean = sum / max(count, 1.0);
    Moments { count, mean: pivot + mean, squares: max(squares - sum * mean, 0.0) }
}

/// One part of one group: cube (chunk, group, batch) writes count, mean and squares.
#[cube(launch_unchecked)]
fn group_parts<E: Float>(
    x: &Array<E>,
    parts: &mut Array<f32>,
    pixels: u32,
    channels: u32,
    chunk_pixels: u32,
    #[define(E)] _dtype: StorageType,
) {
    let size = channels / comptime!(NORM_GROUPS as u32);
    let first_pixel = CUBE_POS_X * chunk_pixels;
    let here = min(chunk_pixels, pixels - first_pixel) * size;
    let start = (CUBE_POS_Z * pixels + first_pixel) * channels + CUBE_POS_Y * size;
    let pivot = f32::cast_from(x[start as usize]);
    let mut sum = 0.0f32;
    let mut squares = 0.0f32;
    let mut count = 0.0f32;
    // The unit's next value, as pixel and channel; no divisions inside the loop.
    let (pixel_step, channel_step) =
        (comptime!(UNITS as u32) / size, comptime!(UNITS as u32) % size);
    let mut pixel = UNIT_POS / size;
    let mut channel = UNIT_POS % size;
    let mut value = UNIT_POS;
    while value < here {
        let away = f32::cast_from(x[(start + pixel * channels + channel) as usize]) - pivot;
        sum += away;
        squares += away * away;
        count += 1.0;
        pixel += pixel_step;
        channel += channel_step;
        if channel >= size {
            channel -= size;
            pixel += 1;
        }
        value += comptime!(UNITS as u32);
    }
    let all = joined_units(around(pivot, count, sum, squares));
    if UNIT_POS == 0 {
        let group = CUBE_POS_Z * comptime!(NORM_GROUPS as u32) + CUBE_POS_Y;
        let place = ((group * CUBE_COUNT_X + CUBE_POS_X) * 3) as usize;
        parts[place] = all.count;
        parts[place + 1] = all.mean;
        parts[place + 2] = all.squares;
    }
}

/// The parts of a group (cube: group, batch) joined into factor and offset for its channels.
#[cube(launch_unchecked)]
fn group_factors(
    parts: &Array<f32>,
    weight: &Array<f32>,
    bias: &Array<f32>,
    factors: &mut Array<f32>,
    offsets: &mut Array<f32>,
    chunks: u32,
    channels: u32,
    epsilon: f32,
) {
    let groups = comptime!(NORM_GROUPS as u32);
    let size = channels / groups;
    let first = (CUBE_POS_Y * groups + CUBE_POS_X) * chunks;
    let mut own = Moments { count: 0.0f32, mean: 0.0f32, squares: 0.0f32 };
    let mut chunk = UNIT_POS;
    while chunk < chunks {
        let place = ((first + chunk) * 3) as usize;
        let part =
            Moments { count: parts[place], mean: parts[place + 1], squares: parts[place + 2] };
        own = joined(own, part);
        chunk += comptime!(UNITS as u32);
    }
    let all = joined_units(own);
    let scale = (all.squares / all.count + epsilon).sqrt().recip();
    let mut channel = UNIT_POS;
    while channel < size {
        let place = CUBE_POS_X * size + channel;
        let factor = weight[place as usize] * scale;
        let to = (CUBE_POS_Y * channels + place) as usize;
        factors[to] = factor;
        offsets[to] = bias[place as usize] - all.mean * factor;
        channel += comptime!(UNITS as u32);
    }
}

/// `activation(x * factor + offset)` for every channel.
#[cube(launch_unchecked)]
fn scale_kernel<E: Float, N: Size>(
    x: &Array<Vector<E, N>>,
    factors: &Array<Vector<f32, N>>,
    offsets: &Array<Vector<f32, N>>,
    y: &mut Array<Vector<E, N>>,
    count: u32,
    map: u32,
    channels: u32,
    #[comptime] activation: Activation,
    #[define(E)] _dtype: StorageType,
) {
    let place = ABSOLUTE_POS as u32;
    if place < count {
        let channel = ((place / map) * channels + place % channels) as usize;
        let value = Vector::<f32, N>::cast_from(x[place as usize]);
        let scaled = value * factors[channel] + offsets[channel];
        y[place as usize] = Vector::cast_from(activated::<N>(scaled, activation));
    }
}

/// One row a cube.
#[cube(launch_unchecked)]
fn row_kernel<E: Float>(
    x: &Array<E>,
    weight: &Array<f32>,
    bias: &Array<f32>,
    y: &mut Array<E>,
    rows: u32,
    channels: u32,
    epsilon: f32,
    #[define(E)] _dtype: StorageType,
) {
    let row = CUBE_POS_Y * CUBE_COUNT_X + CUBE_POS_X;
    // The same for all units of a cube, which so meet at every barrier.
    if row < rows {
        let start = row * channels;
        let pivot = f32::cast_from(x[start as usize]);
        let mut sum = 0.0f32;
        let mut squares = 0.0f32;
        let mut count = 0.0f32;
        let mut channel = UNIT_POS;
        while channel < channels {
            let away = f32::cast_from(x[(start + channel) as usize]) - pivot;
            sum += away;
            squares += away * away;
            count += 1.0;
            channel += comptime!(UNITS as u32);
        }
        let all = joined_units(around(pivot, count, sum, squares));
        let scale = (all.squares / all.count + epsilon).sqrt().recip();
        let mut channel = UNIT_POS;
        while channel < channels {
            let place = (start + channel) as usize;
            let value = (f32::cast_from(x[place]) - all.mean) * scale;
            let value = value * weight[channel as usize] + bias[channel as usize];
            y[place] = E::cast_from(value);
            channel += comptime!(UNITS as u32);
        }
    }
}

/// Group norm of `[batch, height, width, channels]`, then the activation. `weight` and `bias` are
/// f32.
pub fn group_norm<R: CubeRuntime>(
    x: CubeTensor<R>,
    weight: CubeTensor<R>,
    bias: CubeTensor<R>,
    epsilon: f32,
    activation: Activation,
) -> CubeTensor<R> {
    let x = dense(x);
    let shape = x.meta.shape().to_vec();
    let (batch, channels) = (shape[0], shape[3]);
    let pixels = shape[1] * shape[2];
    let chunk_pixels = (CHUNK * NORM_GROUPS / channels).clamp(1, pixels.max(1));
    let chunks = pixels.div_ceil(chunk_pixels);
    let parts = typed(&x, &[batch, NORM_GROUPS, chunks, 3], DType::F32);
    let factors = typed(&x, &[batch, channels], DType::F32);
    let offsets = typed(&x, &[batch, channels], DType::F32);
    let y = empty(&x, &shape);
    let size = vector_size(&x, &[channels]);
    let (client, dtype) = (x.client.clone(), x.dtype.into());
    let dim = CubeDim::new_1d(UNITS as u32);
    let groups = NORM_GROUPS as u32;
    let vectors = y.meta.num_elements() / size;
    let own_dim = CubeDim::new(&client, vectors);
    // SAFETY: chunks end with the pixels, groups with the channels, units beyond the count of
    // vectors do nothing, and every loop counts up to a size.
    unsafe {
        group_parts::launch_unchecked::<R>(
            &client,
            CubeCount::Static(chunks as u32, groups, batch as u32),
            dim,
            x.clone().into_array_arg(),
            parts.clone().into_array_arg(),
            pixels as u32,
            channels as u32,
            chunk_pixels as u32,
            dtype,
        );
        group_factors::launch_unchecked::<R>(
            &client,
            CubeCount::Static(groups, batch as u32, 1),
            dim,
            parts.into_array_arg(),
            dense(weight).into_array_arg(),
            dense(bias).into_array_arg(),
            factors.clone().into_array_arg(),
            offsets.clone().into_array_arg(),
            chunks as u32,
            channels as u32,
            epsilon,
        );
        scale_kernel::launch_unchecked::<R>(
            &client,
            calculate_cube_count_elemwise(&client, vectors, own_dim),
            own_dim,
            size,
            x.into_array_arg(),
            factors.into_array_arg(),
            offsets.into_array_arg(),
            y.clone().into_array_arg(),
            vectors as u32,
            (pixels * channels / size) as u32,
            (channels / size) as u32,
            activation,
            dtype,
        );
    }
    y
}

/// Layer norm of `[.., channels]`. `weight` and `bias` are f32.
pub fn layer_norm<R: CubeRuntime>(
    x: CubeTensor<R>,
    weight: CubeTensor<R>,
    bias: CubeTensor<R>,
) -> CubeTensor<R> {
    /// Cubes along one side of the grid, which some cards limit to 65,535.
    const SIDE: usize = 32_768;
    let x = dense(x);
    let shape = x.meta.shape().to_vec();
    let channels = shape.last().copied().unwrap_or(1);
    let rows = x.meta.num_elements() / channels;
    let y = empty(&x, &shape);
    let (client, dtype) = (x.client.clone(), x.dtype.into());
    let across = rows.clamp(1, SIDE);
    // SAFETY: cubes beyond the rows do nothing, and the loops count up to the channels.
    unsafe {
        row_kernel::launch_unchecked::<R>(
            &client,
            CubeCount::Static(across as u32, rows.div_ceil(across) as u32, 1),
            CubeDim::new_1d(UNITS as u32),
            x.into_array_arg(),
            dense(weight).into_array_arg(),
            dense(bias).into_array_arg(),
            y.clone().into_array_arg(),
            rows as u32,
            channels as u32,
            LAYER_NORM_EPSILON,
            dtype,
        );
    }
    y
}
