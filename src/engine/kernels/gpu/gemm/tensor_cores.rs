//! Products on tensor cores, of f16 and bf16 with sums in f32.

use super::{
    Plan, Sizes, WARP, WARP_COLUMNS, WARP_ROWS, block_of_rows, fetch_input, fetch_weight, finish,
    pixels,
};
use cubecl::ir::StorageType;
use cubecl::prelude::*;

/// Side of a tensor core's tile.
pub const FRAGMENT: usize = 16;
/// Values of such a tile.
const TILE_VALUES: usize = FRAGMENT * FRAGMENT;
/// Tensor core tiles of a warp, down and across.
const FRAGMENTS: (usize, usize) = (WARP_ROWS / FRAGMENT, WARP_COLUMNS / FRAGMENT);
/// Unused values at the end of a row in shared memory, so that columns do not share a bank.
const SKEW: usize = 8;

/// Every warp has its tensor cores multiply 16x16 tiles.
#[cube(launch_unchecked)]
pub fn multiply_in_tensor_cores<E: Float, N: Size>(
    x: &Array<Vector<E, N>>,
    weight: &Array<Vector<E, N>>,
    bias: &ComptimeOption<Array<f32>>,
    shift: &ComptimeOption<Array<E>>,
    residual: &ComptimeOption<Array<E>>,
    y: &mut Array<E>,
    sizes: Sizes,
    #[comptime] plan: Plan,
    #[define(E)] _dtype: StorageType,
) {
    let size = N::value();
    let line = comptime!(plan.slice + SKEW);
    let vectors = comptime!(line / size);
    let per_line = comptime!(plan.slice / size);
    let step = comptime!(plan.units() / per_line);
    let inputs = comptime!(plan.fetches(plan.block_rows(), size));
    let weights = comptime!(plan.fetches(plan.block_columns(), size));
    // Two slices each: one is multiplied while the next is fetched.
    let left_size = comptime!(plan.block_rows() * vectors);
    let right_size = comptime!(plan.block_columns() * vectors);
    let mut left = SharedMemory::<Vector<E, N>>::new_aligned(comptime!(2 * left_size), 128usize);
    let mut right = SharedMemory::<Vector<E, N>>::new_aligned(comptime!(2 * right_size), 128usize);
    let mut results = SharedMemory::<f32>::new_aligned(
        comptime!(plan.warps_down * plan.warps_across * TILE_VALUES),
        128usize,
    );

    let unit = UNIT_POS as usize;
    let (own_line, own_vector) = (unit / per_line, unit % per_line);
    let first_row = block_of_rows() * comptime!(plan.block_rows() as u32);
    let first_column = CUBE_POS_Y * comptime!(plan.block_columns() as u32);
    let pixels = pixels(&sizes, first_row + own_line as u32, step as u32, inputs, plan);
    let mut input = Array::<Vector<E, N>>::new(inputs);
    let mut filter = Array::<Vector<E, N>>::new(weights);
    let filter_row = first_column + own_line as u32;

    let warp = unit / WARP;
    let warp_row = (warp / comptime!(plan.warps_across)) * WARP_ROWS;
    let warp_column = (warp % comptime!(plan.warps_across)) * WARP_COLUMNS;
    let mut sums = Sequence::<cmma::Matrix<f32>>::new();
    #[unroll]
    for _ in 0..comptime!(FRAGMENTS.0 * FRAGMENTS.1) {
        sums.push(cmma::Matrix::<f32>::from_value(
            cmma::MatrixIdent::Accumulator,
            FRAGMENT,
            FRAGMENT,
            FRAGMENT,
            cmma::MatrixLayout::Undefined,
            0.0,
        ));
    }

    let slices = sizes.depth.div_ceil(comptime!(plan.slice as u32));
    let steps = slices * comptime!(plan.taps() as u32);
    fetch_input(x, &pixels, &sizes, 0, own_vector as u32, &mut input, inputs, plan);
    fetch_weight(
        weight,
        &sizes,
        filter_row,
        step as u32,
        0,
        own_vector as u32,
        &mut filter,
        weights,
        plan,
    );
    for slice in 0..steps {
        let half = (slice % 2) as usize;
        #[unroll]
        for i in 0..inputs {
            left[half * left_size + (own_line + i * step) * vectors + own_vector] = input[i];
        }
        #[unroll]
        for i in 0..weights {
            right[half * right_size + (own_line + i * step) * vectors + own_vector] = filter[i];
        }
        // The other half was read before the last of these, so one is enough.
        sync_cube();
        let next = slice + 1;
        if next < steps {
            let tap = next / slices;
            let channel = (next % slices) * per_line as u32 + own_vector as u32;
            fetch_input(x, &pixels, &sizes, tap, channel, &mut input, inputs, plan);
            fetch_weight(
                weight,
                &sizes,
                filter_row,
                step as u32,
                tap,
                channel,
                &mut filter,
                weights,
                plan,
            );
        }
        let right_start = half * right_size + warp_column * vectors;
        let left_start = half * left_size + warp_row * vectors;
        multiply_slice(&left, left_start, &right, right_start, &mut sums, plan);
    }

    let row = first_row + warp_row as u32;
    let column = first_column + warp_column as u32;
    write_tiles(&sums, &mut results, row, column, &sizes, bias, shift, residual, y);
}

/// Finishes a warp's tiles, which begin at `row` and `column`, one after another by way of shared
/// memory: only the tensor cores know which unit holds what of a tile.
#[cube]
fn write_tiles<E: Float>(
    sums: &Sequence<cmma::Matrix<f32>>,
    results: &mut SharedMemory<f32>,
    row: u32,
    column: u32,
    sizes: &Sizes,
    bias: &ComptimeOption<Array<f32>>,
    shift: &ComptimeOption<Array<E>>,
    residual: &ComptimeOption<Array<E>>,
    y: &mut Array<E>,
) {
    let (lane, start) = (UNIT_POS as usize % WARP, UNIT_POS as usize / WARP * TILE_VALUES);
    #[unroll]
    for i in 0..comptime!(FRAGMENTS.0) {
        #[unroll]
        for j in 0..comptime!(FRAGMENTS.1) {
            sync_cube();
            let mut own = results.slice_mut(start, start + TILE_VALUES);
            let sum = sums.index(comptime!(i * FRAGMENTS.1 + j));
            cmma::store(&mut own, sum, FRAGMENT as u32, cmma::MatrixLayout::RowMajor);
            sync_cube();
            #[unroll]
            for part in 0..comptime!(TILE_VALUES / WARP) {
                let (down, across) = (part * 2 + lane / FRAGMENT, lane % FRAGMENT);
                let row = row + (i * FRAGMENT + down) as u32;
                let column = column + (j * FRAGMENT + across) as u32;
                let sum = results[start + down * FRAGMENT + across];
                finish(sum, row, column, sizes, bias, shift, residual, y);
            }
        }
    }
}

/// Adds the products of a warp's rows and columns of one slice, which begin at these vectors.
#[cube]
fn multiply_slice<E: Float, N: Size>(
    left: &SharedMemory<Vector<E, N>>,
    left_start: usize,
    right: &SharedMemory<Vector<E, N>>,
    right_start: usize,
    sums: &mut Sequence<cmma::Matrix<f32>>,
    #[comptime] plan: Plan,
) {
    let size = N::value();
    let line = comptime!(plan.slice + SKEW);
    // Vectors between two tiles, one below the other.
    let tile = comptime!(FRAGMENT * line / size);
    #[unroll]
    for k in 0..comptime!(plan.slice / FRAGMENT) {
        let offset = comptime!(k * FRAGMENT / size);
        let mut across = Sequence::<cmma::Matrix<E>>::new();
        #[unroll]
        for j in 0..comptime!(FRAGMENTS.1) {
            let (ident, layout) = comptime!((cmma::MatrixIdent::B, cmma::MatrixLayout::ColMajor));
            let start = right_start + j * tile + offset;
            across.push(operand::<E, N>(ident, layout, right, start, line));
        }
        #[unroll]
        for i in 0..comptime!(FRAGMENTS.0) {
            let (ident, layout) = comptime!((cmma::MatrixIdent::A, cmma::MatrixLayout::RowMajor));
            let start = left_start + i * tile + offset;
            let down = operand::<E, N>(ident, layout, left, start, line);
            #[unroll]
            for j in 0..comptime!(FRAGMENTS.1) {
                let sum = sums.index(comptime!(i * FRAGMENTS.1 + j));
                cmma::execute::<E, E, f32, f32>(&down, across.index(j), sum, sum);
            }
        }
    }
}

/// One factor's tile for the tensor cores, from shared memory with `line` values a row.
#[cube]
fn operand<E: Float, N: Size>(
    #[comptime] ident: cmma::MatrixIdent,
    #[comptime] layout: cmma::MatrixLayout,
    from: &SharedMemory<Vector<E, N>>,
    start: usize,
    #[comptime] line: usize,
) -> cmma::Matrix<E> {
    // SAFETY: it is loaded at once.
    let fragment =
        unsafe { cmma::Matrix::<E>::uninitialized(ident, FRAGMENT, FRAGMENT, FRAGMENT, layout) };
    let size = N::value();
    let end = start + comptime!(((FRAGMENT - 1) * line + FRAGMENT) / size);
    cmma::load(&fragment, &from.slice(start, end), line as u32);
    fragment
}
