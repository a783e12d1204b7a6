//! Products on any card: every unit keeps a tile of the result in its registers.

use super::{
    Plan, Sizes, WARP, WARP_COLUMNS, WARP_ROWS, block_of_rows, fetch_input, fetch_weight, finish,
    pixels,
};
use cubecl::ir::StorageType;
use cubecl::prelude::*;

/// Rows of one unit's register tile, and columns of it.
const TILE: usize = 8;

/// Every unit multiplies 8x8 tiles in its registers.
#[cube(launch_unchecked)]
pub fn multiply_in_units<E: Float, N: Size>(
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
    let line = comptime!(plan.slice + 1);
    let per_line = comptime!(plan.slice / size);
    let step = comptime!(plan.units() / per_line);
    let inputs = comptime!(plan.fetches(plan.block_rows(), size));
    let weights = comptime!(plan.fetches(plan.block_columns(), size));
    let mut left = SharedMemory::<f32>::new(comptime!(plan.block_rows() * line));
    let mut right = SharedMemory::<f32>::new(comptime!(plan.block_columns() * line));

    let unit = UNIT_POS as usize;
    let (own_line, own_vector) = (unit / per_line, unit % per_line);
    let first_row = block_of_rows() * comptime!(plan.block_rows() as u32);
    let first_column = CUBE_POS_Y * comptime!(plan.block_columns() as u32);
    let pixels = pixels(&sizes, first_row + own_line as u32, step as u32, inputs, plan);
    let mut input = Array::<Vector<E, N>>::new(inputs);
    let mut filter = Array::<Vector<E, N>>::new(weights);

    let lane = unit % WARP;
    let warp = unit / WARP;
    let warp_row = (warp / comptime!(plan.warps_across)) * WARP_ROWS + lane / 4;
    let warp_column = (warp % comptime!(plan.warps_across)) * WARP_COLUMNS + (lane % 4) * TILE;
    let mut sums = Array::<f32>::new(comptime!(TILE * TILE));
    #[unroll]
    for i in 0..comptime!(TILE * TILE) {
        sums[i] = 0.0;
    }

    let slices = sizes.depth.div_ceil(comptime!(plan.slice as u32));
    for slice in 0..slices * comptime!(plan.taps() as u32) {
        let tap = slice / slices;
        let channel = (slice % slices) * per_line as u32 + own_vector as u32;
        fetch_input(x, &pixels, &sizes, tap, channel, &mut input, inputs, plan);
        let row = first_column + own_line as u32;
        fetch_weight(weight, &sizes, row, step as u32, tap, channel, &mut filter, weights, plan);
        sync_cube();
        #[unroll]
        for i in 0..inputs {
            spread(input[i], &mut left, (own_line + i * step) * line + own_vector * size);
        }
        #[unroll]
        for i in 0..weights {
            spread(filter[i], &mut right, (own_line + i * step) * line + own_vector * size);
        }
        sync_cube();
        for k in 0..comptime!(plan.slice) {
            let mut across = Array::<f32>::new(TILE);
            #[unroll]
            for j in 0..TILE {
                across[j] = right[(warp_column + j) * line + k];
            }
            #[unroll]
            for i in 0..TILE {
                let down = left[(warp_row + i * 8) * line + k];
                #[unroll]
                for j in 0..TILE {
                    sums[i * TILE + j] += down * across[j];
                }
            }
        }
    }
    #[unroll]
    for i in 0..TILE {
        #[unroll]
        for j in 0..TILE {
            let row = first_row + (warp_row + i * 8) as u32;
            let column = first_column + (warp_column + j) as u32;
            finish(sums[i * TILE + j], row, column, &sizes, bias, shift, residual, y);
        }
    }
}

/// Writes the values of a vector one by one.
#[cube]
fn spread<E: Float, N: Size>(vector: Vector<E, N>, to: &mut SharedMemory<f32>, at: usize) {
    #[unroll]
    for i in 0..N::value() {
        to[at + i] = f32::cast_from(vector[i]);
    }
}
