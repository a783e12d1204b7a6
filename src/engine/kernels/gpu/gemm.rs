//! Products with weights: linear layers, and convolutions as products with the pixels that the
//! kernel sees (Chellapilla et al. 2006), gathered on the way.
//!
//! A cube computes a block of the result from slices of both factors in shared memory. Its units
//! multiply register tiles (Volkov and Demmel 2008), or leave that to the tensor cores; sums are
//! in f32 either way.

mod tensor_cores;
mod units;

use super::{dense, empty, vector_size};
use crate::engine::kernels::Geometry;
use burn_cubecl::CubeRuntime;
use burn_cubecl::tensor::CubeTensor;
use cubecl::device::{Device, DeviceId};
use cubecl::ir::features::MmaConfig;
use cubecl::ir::{ElemType, FloatKind, StorageType};
use cubecl::prelude::*;
use std::any::TypeId;
use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};
use tensor_cores::{FRAGMENT, multiply_in_tensor_cores};
use units::multiply_in_units;

/// Units of a warp, as far as the mapping of the work goes; they need not run together.
const WARP: usize = 32;
/// Rows of the result that a warp computes.
const WARP_ROWS: usize = 64;
/// Columns of the result that a warp computes.
const WARP_COLUMNS: usize = 32;

/// Weights in the order that the kernels read them, on a card.
#[derive(Debug)]
pub struct Weights<R: CubeRuntime> {
    /// `[out, taps, in]`.
    pub weight: CubeTensor<R>,
    /// `[out]`, f32.
    pub bias: Option<CubeTensor<R>>,
    /// What the product is over.
    pub geometry: Geometry,
}

/// What is added to the product.
#[derive(Debug)]
pub struct Added<R: CubeRuntime> {
    /// `[batch, out]`, the same for every pixel.
    pub shift: Option<CubeTensor<R>>,
    /// The shape of the result.
    pub residual: Option<CubeTensor<R>>,
}

/// Sizes of one product.
#[derive(CubeLaunch, CubeType, Clone)]
struct Sizes {
    /// Rows of the result: batch times output pixels.
    rows: u32,
    /// Columns of the result: output channels.
    columns: u32,
    /// Input channels.
    depth: u32,
    /// Height of the input.
    height: u32,
    /// Width of the input.
    width: u32,
    /// Height of what the kernel sees of the input.
    seen_height: u32,
    /// Width of it.
    seen_width: u32,
    /// Width of the result.
    out_width: u32,
    /// Pixels of one result.
    out_pixels: u32,
}

/// How a product is cut up: everything that the kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Plan {
    /// Warps of a cube, down.
    warps_down: usize,
    /// Warps of a cube, across.
    warps_across: usize,
    /// Channels in shared memory at a time.
    slice: usize,
    /// Side of the convolution's kernel.
    kernel: usize,
    /// Step between output pixels.
    stride: usize,
    /// Zeros before the first row and column.
    padding: usize,
    /// Whether every input pixel counts for 2x2.
    doubled: bool,
    /// Whether there are bias, shift and residual. Named here although the arguments tell: the
    /// keys of cubecl 0.10's cache on disk leave out which of several options are there.
    added: (bool, bool, bool),
}

impl Plan {
    const fn units(&self) -> usize {
        self.warps_down * self.warps_across * WARP
    }

    const fn block_rows(&self) -> usize {
        self.warps_down * WARP_ROWS
    }

    const fn block_columns(&self) -> usize {
        self.warps_across * WARP_COLUMNS
    }

    const fn taps(&self) -> usize {
        self.kernel * self.kernel
    }

    /// Vectors of `size` that every unit fetches to fill a slice of `lines` rows.
    const fn fetches(&self, lines: usize, size: usize) -> usize {
        lines * self.slice / size / self.units()
    }
}

/// Where the input pixels of one unit's rows are.
#[derive(CubeType)]
struct Pixels {
    /// Index of the row's picture, in pixels.
    picture: Array<u32>,
    /// Uppermost pixel that the kernel sees, which may lie outside.
    top: Array<i32>,
    /// Leftmost.
    left: Array<i32>,
    /// Whether there is such a row.
    present: Array<bool>,
}

#[cube]
fn pixels(
    sizes: &Sizes,
    first_row: u32,
    row_step: u32,
    #[comptime] count: usize,
    #[comptime] plan: Plan,
) -> Pixels {
    let mut picture = Array::<u32>::new(count);
    let mut top = Array::<i32>::new(count);
    let mut left = Array::<i32>::new(count);
    let mut present = Array::<bool>::new(count);
    #[unroll]
    for i in 0..count {
        let row = first_row + i as u32 * row_step;
        let batch = row / sizes.out_pixels;
        let pixel = row % sizes.out_pixels;
        let (y, x) = (pixel / sizes.out_width, pixel % sizes.out_width);
        picture[i] = batch * sizes.height * sizes.width;
        top[i] = (y * comptime!(plan.stride as u32)) as i32 - comptime!(plan.padding as i32);
        left[i] = (x * comptime!(plan.stride as u32)) as i32 - comptime!(plan.padding as i32);
        present[i] = row < sizes.rows;
    }
    Pixels { picture, top, left, present }
}

/// Fetches the input's vectors for channel vector `channel` of tap `tap`.
#[cube]
fn fetch_input<E: Float, N: Size>(
    x: &Array<Vector<E, N>>,
    pixels: &Pixels,
    sizes: &Sizes,
    tap: u32,
    channel: u32,
    fetched: &mut Array<Vector<E, N>>,
    #[comptime] count: usize,
    #[comptime] plan: Plan,
) {
    let vectors = sizes.depth / N::value() as u32;
    let down = (tap / comptime!(plan.kernel as u32)) as i32;
    let across = (tap % comptime!(plan.kernel as u32)) as i32;
    let in_depth = channel < vectors;
    #[unroll]
    for i in 0..count {
        let y = pixels.top[i] + down;
        let x_ = pixels.left[i] + across;
        let inside =
            y >= 0 && x_ >= 0 && y < sizes.seen_height as i32 && x_ < sizes.seen_width as i32;
        let mut value = Vector::<E, N>::new(E::from_int(0));
        if inside && in_depth && pixels.present[i] {
            let mut row = y as u32;
            let mut column = x_ as u32;
            if comptime!(plan.doubled) {
                row /= 2;
                column /= 2;
            }
            let pixel = pixels.picture[i] + row * sizes.width + column;
            value = x[(pixel * vectors + channel) as usize];
        }
        fetched[i] = value;
    }
}

/// The same of the weights: rows are output channels.
#[cube]
fn fetch_weight<E: Float, N: Size>(
    weight: &Array<Vector<E, N>>,
    sizes: &Sizes,
    first_row: u32,
    row_step: u32,
    tap: u32,
    channel: u32,
    fetched: &mut Array<Vector<E, N>>,
    #[comptime] count: usize,
    #[comptime] plan: Plan,
) {
    let vectors = sizes.depth / N::value() as u32;
    #[unroll]
    for i in 0..count {
        let row = first_row + i as u32 * row_step;
        let mut value = Vector::<E, N>::new(E::from_int(0));
        if row < sizes.columns && channel < vectors {
            let line = row * comptime!(plan.taps() as u32) + tap;
            value = weight[(line * vectors + channel) as usize];
        }
        fetched[i] = value;
    }
}

/// Adds what is to be added to `sum`, and writes it to the result.
#[cube]
fn finish<E: Float>(
    sum: f32,
    row: u32,
    column: u32,
    sizes: &Sizes,
    bias: &ComptimeOption<Array<f32>>,
    shift: &ComptimeOption<Array<E>>,
    residual: &ComptimeOption<Array<E>>,
    y: &mut Array<E>,
) {
    if row < sizes.rows && column < sizes.columns {
        let place = (row * sizes.columns + column) as usize;
        let mut sum = sum;
        #[comptime]
        if let ComptimeOption::Some(bias) = bias {
            sum += bias[column as usize];
        }
        #[comptime]
        if let ComptimeOption::Some(shift) = shift {
            let batch = row / sizes.out_pixels;
            sum += f32::cast_from(shift[(batch * sizes.columns + column) as usize]);
        }
        #[comptime]
        if let ComptimeOption::Some(residual) = residual {
            sum += f32::cast_from(residual[place]);
        }
        y[place] = E::cast_from(sum);
    }
}

/// `[batch, height, width, in]` to `[batch, height', width', out]`, or for a kernel of 1 any
/// shape ending in the channels; `seen` are height and width of what the kernel sees.
pub fn multiply<R: CubeRuntime>(
    x: CubeTensor<R>,
    layer: &Weights<R>,
    added: Added<R>,
    seen: Option<(usize, usize)>,
) -> CubeTensor<R> {
    let Geometry { inputs, outputs, kernel, .. } = layer.geometry;
    let x = dense(x);
    let shape = x.meta.shape().to_vec();
    let (mut out_shape, values) = (shape.clone(), shape.iter().product::<usize>());
    let (batch, height, width) = match kernel {
        1 => (1, 1, values / inputs),
        _ => (shape[0], shape[1], shape[2]),
    };
    let seen = seen.filter(|_| kernel != 1).unwrap_or((height, width));
    let out = if kernel == 1 { seen } else { layer.geometry.output(seen) };
    if let Some(last) = out_shape.last_mut() {
        *last = outputs;
    }
    if kernel != 1 {
        (out_shape[1], out_shape[2]) = out;
    }
    let y = empty(&x, &out_shape);
    // Rows of a linear layer are the pixels of one wide picture.
    let rows = batch * out.0 * out.1;
    // Places are counted in 32 bits: 4 billion values, 8 GB in f16.
    assert!(rows * outputs.max(inputs) <= u32::MAX as usize, "a map of over 4 billion values");
    let size = vector_size(&x, &[inputs]);
    let sizes = SizesLaunch::new(
        rows as u32,
        outputs as u32,
        inputs as u32,
        height as u32,
        width as u32,
        seen.0 as u32,
        seen.1 as u32,
        out.1 as u32,
        (out.0 * out.1) as u32,
    );
    let dtype: StorageType = x.dtype.into();
    let tensor_cores = has_tensor_cores(&x.client, dtype) && may_use_tensor_cores::<R>(&x.device);
    let present = (layer.bias.is_some(), added.shift.is_some(), added.residual.is_some());
    let plan = Plan { added: present, ..plan(layer.geometry, rows, outputs, tensor_cores) };
    let (across, deep) = spread(rows.div_ceil(plan.block_rows()));
    let columns = outputs.div_ceil(plan.block_columns()) as u32;
    let count = CubeCount::Static(across, columns, deep);
    let dim = CubeDim::new_2d(WARP as u32, (plan.units() / WARP) as u32);
    let client = y.client.clone();
    macro_rules! launch {
        ($kernel:ident) => {
            // SAFETY: rows, columns and channels beyond the sizes are neither read nor written,
            // and the loops end with the sizes.
            unsafe {
                $kernel::launch_unchecked::<R>(
                    &client,
                    count,
                    dim,
                    size,
                    x.into_array_arg(),
                    layer.weight.clone().into_array_arg(),
                    layer.bias.clone().map(CubeTensor::into_array_arg).into(),
                    added.shift.map(|shift| dense(shift).into_array_arg()).into(),
                    added.residual.map(|residual| dense(residual).into_array_arg()).into(),
                    y.clone().into_array_arg(),
                    sizes,
                    plan,
                    dtype,
                );
            }
        };
    }
    if tensor_cores {
        launch!(multiply_in_tensor_cores);
    } else {
        launch!(multiply_in_units);
    }
    y
}

/// `blocks` along two axes, none of which may count above 65,535; at most one block in 32,768 is
/// too many.
fn spread(blocks: usize) -> (u32, u32) {
    const SIDE: usize = 32_768;
    let deep = blocks.div_ceil(SIDE).max(1);
    (blocks.div_ceil(deep) as u32, deep as u32)
}

/// Which of the blocks of rows this cube computes: see [`spread`].
#[cube]
fn block_of_rows() -> u32 {
    CUBE_POS_Z * CUBE_COUNT_X + CUBE_POS_X
}

/// Large blocks where there are enough of them to go round.
fn plan(geometry: Geometry, rows: usize, columns: usize, tensor_cores: bool) -> Plan {
    /// Blocks that keep the largest cards busy.
    const ENOUGH: usize = 160;
    let Geometry { kernel, stride, padding, doubled, .. } = geometry;
    let plan = |warps_down, warps_across| {
        let slice = if tensor_cores { 32 } else { 16 };
        Plan {
            warps_down,
            warps_across,
            slice,
            kernel,
            stride,
            padding: padding.0,
            doubled,
            added: (false, false, false),
        }
    };
    let (large, small) = (plan(2, 4), plan(1, 2));
    let blocks = rows.div_ceil(large.block_rows()) * columns.div_ceil(large.block_columns());
    if blocks >= ENOUGH { large } else { small }
}

/// Cards whose tensor cores are left alone, by runtime and number.
static WITHOUT_TENSOR_CORES: RwLock<BTreeSet<(TypeId, DeviceId)>> = RwLock::new(BTreeSet::new());

/// Has a card multiply with its tensor cores from now on, or without.
pub fn use_tensor_cores<R: CubeRuntime>(device: &R::Device, yes: bool) {
    let mut without = WITHOUT_TENSOR_CORES.write().unwrap_or_else(PoisonError::into_inner);
    let card = (TypeId::of::<R>(), device.to_id());
    if yes {
        without.remove(&card)
    } else {
        without.insert(card)
    };
}

fn may_use_tensor_cores<R: CubeRuntime>(device: &R::Device) -> bool {
    let without = WITHOUT_TENSOR_CORES.read().unwrap_or_else(PoisonError::into_inner);
    !without.contains(&(TypeId::of::<R>(), device.to_id()))
}

/// Whether tensor cores multiply this type and add up in f32, in the tiles used here.
fn has_tensor_cores<R: CubeRuntime>(client: &ComputeClient<R>, dtype: StorageType) -> bool {
    let side = FRAGMENT as u32;
    let hardware = &client.properties().hardware;
    let one_warp = hardware.plane_size_min == WARP as u32 && hardware.plane_size_max == WARP as u32;
    one_warp
        && client.properties().features.matmul.cmma.contains(&MmaConfig {
            a_type: dtype,
            b_type: dtype,
            cd_type: ElemType::Float(FloatKind::F32).into(),
            m: side,
            n: side,
            k: side,
        })
}
