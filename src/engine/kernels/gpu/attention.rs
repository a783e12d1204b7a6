//! Attention without the matrix of scores (Milakov and Gimelshein 2018; Dao et al. 2022): a cube
//! takes some queries of one head past all keys, block by block, and keeps for every query the
//! largest score so far, the sum of the weights and the weighted sum of the values, all in f32.

use super::{dense, empty};
use burn_cubecl::CubeRuntime;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::StorageType;
use cubecl::prelude::*;

/// Units of a cube: 16 share a query, 16 rows of queries go side by side.
const SIDE: usize = 16;
/// Keys of a block.
const KEYS: usize = 32;
/// Keys of a block that a unit scores.
const OWN_KEYS: usize = KEYS / SIDE;
/// A score that no key has.
const HIDDEN: f32 = -1e30;

/// What the kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Plan {
    /// Channels of a head.
    head: usize,
    /// Channels of a head in shared memory at a time.
    slice: usize,
    /// Queries of a cube.
    queries: usize,
    /// Whether a query sees only the keys up to its own position.
    causal: bool,
}

impl Plan {
    /// Queries of a unit.
    const fn own_queries(&self) -> usize {
        self.queries / SIDE
    }

    const fn slices(&self) -> usize {
        self.head.div_ceil(self.slice)
    }

    /// Channels of a slice that a unit sums up.
    const fn own_channels(&self) -> usize {
        self.slice.div_ceil(SIDE)
    }

    /// Sums of a unit.
    const fn own_sums(&self) -> usize {
        self.own_queries() * self.slices() * self.own_channels()
    }

    /// Which of them is that of query `i`, slice `slice`, channel `c`.
    const fn sum(&self, i: usize, slice: usize, c: usize) -> usize {
        (i * self.slices() + slice) * self.own_channels() + c
    }
}

/// Sizes of one attention.
#[derive(CubeLaunch, CubeType, Clone)]
struct Sizes {
    /// Queries of a batch entry.
    queries: u32,
    /// Keys of a batch entry.
    keys: u32,
    /// Channels of a row: heads times the channels of a head.
    channels: u32,
    /// `1 / sqrt(head)`.
    scale: f32,
}

/// Copies a slice of the rows from `first` on into shared memory, `slice + 1` values a row; zeros
/// where there are no more rows or channels.
#[cube]
fn fill<E: Float>(
    from: &Array<E>,
    to: &mut SharedMemory<f32>,
    start: u32,
    first: u32,
    rows: u32,
    channels: u32,
    scale: f32,
    #[comptime] slice: usize,
    #[comptime] count: usize,
    #[comptime] plan: Plan,
) {
    let units = comptime!(SIDE * SIDE);
    let values = comptime!(count * plan.slice);
    let offset = comptime!((slice * plan.slice) as u32);
    #[unroll]
    for part in 0..comptime!(values.div_ceil(units)) {
        let value = UNIT_POS as usize + part * units;
        let (row, channel) = (value / comptime!(plan.slice), value % comptime!(plan.slice));
        if value < values {
            let mut number = 0.0f32;
            let position = first + row as u32;
            let channel_ = offset + channel as u32;
            if position < rows && channel_ < comptime!(plan.head as u32) {
                number =
                    f32::cast_from(from[(start + position * channels + channel_) as usize]) * scale;
            }
            to[row * comptime!(plan.slice + 1) + channel] = number;
        }
    }
}

/// What a cube's units share.
#[derive(CubeType)]
struct Shared {
    /// A slice of the queries, scaled.
    queries: SharedMemory<f32>,
    /// A slice of the keys or the values of a block.
    block: SharedMemory<f32>,
    /// The weights of a block's keys, a row for every query.
    weights: SharedMemory<f32>,
    /// One number of every unit for each of its queries.
    numbers: SharedMemory<f32>,
}

/// What a unit knows of its queries after some of the keys.
#[derive(CubeType)]
struct Running {
    /// The largest score.
    most: Array<f32>,
    /// The sum of the weights of the unit's own keys.
    total: Array<f32>,
    /// The weighted sums of the unit's own channels.
    sums: Array<f32>,
}

/// Where a cube's work lies.
#[derive(CubeType, Clone)]
struct Part {
    /// The first query.
    first: u32,
    /// Index of the first query's and the first key's head in their tensors.
    query_start: u32,
    key_start: u32,
    /// The unit's row of queries, and its column of keys and channels.
    row: usize,
    column: usize,
}

/// Cube (block of queries, head, batch entry).
#[cube(launch_unchecked)]
fn attend_kernel<E: Float>(
    q: &Array<E>,
    k: &Array<E>,
    v: &Array<E>,
    y: &mut Array<E>,
    sizes: Sizes,
    #[comptime] plan: Plan,
    #[define(E)] _dtype: StorageType,
) {
    let mut shared = Shared {
        queries: SharedMemory::<f32>::new(comptime!(plan.queries * (plan.slice + 1))),
        block: SharedMemory::<f32>::new(comptime!(KEYS * (plan.slice + 1))),
        weights: SharedMemory::<f32>::new(comptime!(plan.queries * (KEYS + 1))),
        numbers: SharedMemory::<f32>::new(comptime!(plan.queries * (SIDE + 1))),
    };
    let head = CUBE_POS_Y * comptime!(plan.head as u32);
    let part = Part {
        first: CUBE_POS_X * comptime!(plan.queries as u32),
        query_start: CUBE_POS_Z * sizes.queries * sizes.channels + head,
        key_start: CUBE_POS_Z * sizes.keys * sizes.channels + head,
        row: UNIT_POS as usize / SIDE,
        column: UNIT_POS as usize % SIDE,
    };
    let mut running = Running {
        most: Array::<f32>::new(comptime!(plan.own_queries())),
        total: Array::<f32>::new(comptime!(plan.own_queries())),
        sums: Array::<f32>::new(comptime!(plan.own_sums())),
    };
    #[unroll]
    for i in 0..comptime!(plan.own_queries()) {
        running.most[i] = f32::new(HIDDEN);
        running.total[i] = 0.0;
    }
    #[unroll]
    for i in 0..comptime!(plan.own_sums()) {
        running.sums[i] = 0.0;
    }
    if comptime!(plan.slices() == 1) {
        fill_queries(q, &mut shared, &part, &sizes, 0usize, plan);
    }
    let mut seen = sizes.keys;
    if comptime!(plan.causal) {
        seen = min(seen, part.first + comptime!(plan.queries as u32));
    }
    let mut scores = Array::<f32>::new(comptime!(plan.own_queries() * OWN_KEYS));
    for number in 0..seen.div_ceil(comptime!(KEYS as u32)) {
        let first_key = number * comptime!(KEYS as u32);
        score(q, k, &mut shared, &part, &sizes, first_key, &mut scores, plan);
        weigh(&mut scores, &mut shared, &part, &sizes, first_key, &mut running, plan);
        gather(v, &mut shared, &part, &sizes, first_key, &mut running, plan);
    }
    finish(&mut shared, &part, &sizes, &running, y, plan);
}

#[cube]
fn fill_queries<E: Float>(
    q: &Array<E>,
    shared: &mut Shared,
    part: &Part,
    sizes: &Sizes,
    #[comptime] slice: usize,
    #[comptime] plan: Plan,
) {
    fill(
        q,
        &mut shared.queries,
        part.query_start,
        part.first,
        sizes.queries,
        sizes.channels,
        sizes.scale,
        slice,
        comptime!(plan.queries),
        plan,
    );
}

/// A slice of a block of keys or values.
#[cube]
fn fill_block<E: Float>(
    from: &Array<E>,
    shared: &mut Shared,
    part: &Part,
    sizes: &Sizes,
    first_key: u32,
    #[comptime] slice: usize,
    #[comptime] plan: Plan,
) {
    fill(
        from,
        &mut shared.block,
        part.key_start,
        first_key,
        sizes.keys,
        sizes.channels,
        1.0f32,
        slice,
        KEYS,
        plan,
    );
}

/// The products of the unit's queries with its keys of a block.
#[cube]
fn score<E: Float>(
    q: &Array<E>,
    k: &Array<E>,
    shared: &mut Shared,
    part: &Part,
    sizes: &Sizes,
    first_key: u32,
    scores: &mut Array<f32>,
    #[comptime] plan: Plan,
) {
    let line = comptime!(plan.slice + 1);
    #[unroll]
    for i in 0..comptime!(plan.own_queries() * OWN_KEYS) {
        scores[i] = 0.0;
    }
    #[unroll]
    for slice in 0..comptime!(plan.slices()) {
        // What the block held before has been read by all.
        sync_cube();
        if comptime!(plan.slices() > 1) {
            fill_queries(q, shared, part, sizes, slice, plan);
        }
        fill_block(k, shared, part, sizes, first_key, slice, plan);
        sync_cube();
        for channel in 0..comptime!(plan.slice) {
            let mut key = Array::<f32>::new(OWN_KEYS);
            #[unroll]
            for j in 0..OWN_KEYS {
                key[j] = shared.block[(part.column + j * SIDE) * line + channel];
            }
            #[unroll]
            for i in 0..comptime!(plan.own_queries()) {
                let query = shared.queries[(part.row + i * SIDE) * line + channel];
                #[unroll]
                for j in 0..OWN_KEYS {
                    scores[i * OWN_KEYS + j] += query * key[j];
                }
            }
        }
    }
}

/// Turns the scores of a block into weights, and what was summed up so far into what it is beside
/// the new largest score.
#[cube]
fn weigh(
    scores: &mut Array<f32>,
    shared: &mut Shared,
    part: &Part,
    sizes: &Sizes,
    first_key: u32,
    running: &mut Running,
    #[comptime] plan: Plan,
) {
    #[unroll]
    for i in 0..comptime!(plan.own_queries()) {
        let query = part.first + (part.row + i * SIDE) as u32;
        let mut high = f32::new(HIDDEN);
        #[unroll]
        for j in 0..OWN_KEYS {
            let key = first_key + (part.column + j * SIDE) as u32;
            let mut hidden = key >= sizes.keys;
            if comptime!(plan.causal) {
                hidden = hidden || key > query;
            }
            if hidden {
                scores[i * OWN_KEYS + j] = f32::new(HIDDEN);
            }
            high = max(high, scores[i * OWN_KEYS + j]);
        }
        shared.numbers[(part.row + i * SIDE) * comptime!(SIDE + 1) + part.column] = high;
    }
    sync_cube();
    #[unroll]
    for i in 0..comptime!(plan.own_queries()) {
        let row = part.row + i * SIDE;
        let mut high = running.most[i];
        #[unroll]
        for j in 0..SIDE {
            high = max(high, shared.numbers[row * comptime!(SIDE + 1) + j]);
        }
        let shrink = (running.most[i] - high).exp();
        running.most[i] = high;
        let mut added = 0.0f32;
        #[unroll]
        for j in 0..OWN_KEYS {
            let mut weight = (scores[i * OWN_KEYS + j] - high).exp();
            // A hidden key weighs nothing, also where all of a block are hidden.
            if scores[i * OWN_KEYS + j] <= f32::new(HIDDEN) {
                weight = 0.0;
            }
            added += weight;
            shared.weights[row * comptime!(KEYS + 1) + part.column + j * SIDE] = weight;
        }
        running.total[i] = running.total[i] * shrink + added;
        #[unroll]
        for channel in 0..comptime!(plan.slices() * plan.own_channels()) {
            running.sums[i * comptime!(plan.slices() * plan.own_channels()) + channel] *= shrink;
        }
    }
}

/// Adds the weighted values of a block.
#[cube]
fn gather<E: Float>(
    v: &Array<E>,
    shared: &mut Shared,
    part: &Part,
    sizes: &Sizes,
    first_key: u32,
    running: &mut Running,
    #[comptime] plan: Plan,
) {
    #[unroll]
    for slice in 0..comptime!(plan.slices()) {
        sync_cube();
        fill_block(v, shared, part, sizes, first_key, slice, plan);
        sync_cube();
        for key in 0..KEYS {
            let mut value = Array::<f32>::new(comptime!(plan.own_channels()));
            #[unroll]
            for c in 0..comptime!(plan.own_channels()) {
                // Beyond the slice there is something else, whose sum is not written.
                let channel = min(part.column + c * SIDE, comptime!(plan.slice));
                value[c] = shared.block[key * comptime!(plan.slice + 1) + channel];
            }
            #[unroll]
            for i in 0..comptime!(plan.own_queries()) {
                let weight = shared.weights[(part.row + i * SIDE) * comptime!(KEYS + 1) + key];
                #[unroll]
                for c in 0..comptime!(plan.own_channels()) {
                    running.sums[comptime!(plan.sum(i, slice, c))] += weight * value[c];
                }
            }
        }
    }
}

/// Divides by the sums of the weights, and writes the result.
#[cube]
fn finish<E: Float>(
    shared: &mut Shared,
    part: &Part,
    sizes: &Sizes,
    running: &Running,
    y: &mut Array<E>,
    #[comptime] plan: Plan,
) {
    #[unroll]
    for i in 0..comptime!(plan.own_queries()) {
        let row = part.row + i * SIDE;
        // Every unit has summed up its own columns of keys.
        sync_cube();
        shared.numbers[row * comptime!(SIDE + 1) + part.column] = running.total[i];
        sync_cube();
        let mut whole = 0.0f32;
        #[unroll]
        for j in 0..SIDE {
            whole += shared.numbers[row * comptime!(SIDE + 1) + j];
        }
        let query = part.first + row as u32;
        #[unroll]
        for slice in 0..comptime!(plan.slices()) {
            #[unroll]
            for c in 0..comptime!(plan.own_channels()) {
                let within = part.column + c * SIDE;
                let channel = comptime!(slice * plan.slice) + within;
                let inside = within < comptime!(plan.slice) && channel < comptime!(plan.head);
                if query < sizes.queries && inside {
                    let place = (part.query_start + query * sizes.channels) as usize + channel;
                    y[place] = E::cast_from(running.sums[comptime!(plan.sum(i, slice, c))] / whole);
                }
            }
        }
    }
}

/// `softmax(q k' / sqrt(head)) v` for every head: `q` is `[batch, queries, channels]`, `k` and `v`
/// are `[batch, keys, channels]`.
pub fn attend<R: CubeRuntime>(
    q: CubeTensor<R>,
    k: CubeTensor<R>,
    v: CubeTensor<R>,
    heads: usize,
    causal: bool,
) -> CubeTensor<R> {
    let (q, k, v) = (dense(q), dense(k), dense(v));
    let shape = q.meta.shape().to_vec();
    let (batch, queries, channels) = (shape[0], shape[1], shape[2]);
    let keys = k.meta.shape()[1];
    let y = empty(&q, &shape);
    let client = q.client.clone();
    let plan = plan(channels / heads, causal, client.properties().hardware.max_shared_memory_size);
    let count =
        CubeCount::Static(queries.div_ceil(plan.queries) as u32, heads as u32, batch as u32);
    let dtype = q.dtype.into();
    let scale = 1.0 / (plan.head as f32).sqrt();
    let sizes = SizesLaunch::new(queries as u32, keys as u32, channels as u32, scale);
    // SAFETY: queries, keys and channels beyond the sizes are neither read nor written, and the
    // loops end with the keys.
    unsafe {
        attend_kernel::launch_unchecked::<R>(
            &client,
            count,
            CubeDim::new_1d((SIDE * SIDE) as u32),
            q.into_array_arg(),
            k.into_array_arg(),
            v.into_array_arg(),
            y.clone().into_array_arg(),
            sizes,
            plan,
            dtype,
        );
    }
    y
}

/// As many queries together as shared memory and registers take.
fn plan(head: usize, causal: bool, shared: usize) -> Plan {
    /// Sums in the registers of a unit.
    const SUMS: usize = 64;
    // Whole rows of 16 units, and none of them idle.
    let slice = match head {
        0..=80 => head,
        _ if head.is_multiple_of(80) => 80,
        _ => 64,
    };
    let slices = head.div_ceil(slice);
    let fits = |queries: usize| {
        let numbers = (queries + KEYS) * (slice + 1) + queries * (KEYS + 1) + queries * (SIDE + 1);
        let sums = queries / SIDE * slices * slice.div_ceil(SIDE);
        4 * numbers <= shared && sums <= SUMS
    };
    let queries = if fits(4 * SIDE) {
        4 * SIDE
    } else if fits(2 * SIDE) {
        2 * SIDE
    } else {
        SIDE
    };
    Plan { head, slice, queries, causal }
}
