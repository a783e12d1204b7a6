//! What is done to every value by itself: activations, gates, joins.

use super::{dense, empty, vector_size};
use crate::engine::kernels::Activation;
use burn_cubecl::CubeRuntime;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::StorageType;
use cubecl::prelude::*;
use cubecl::{calculate_cube_count_elemwise, prelude::CubeDim};

/// The activation of a vector of f32.
#[cube]
pub fn activated<N: Size>(x: Vector<f32, N>, #[comptime] activation: Activation) -> Vector<f32, N> {
    match comptime!(activation) {
        Activation::Identity => x,
        Activation::Silu => x * sigmoid::<N>(x),
        Activation::Gelu => {
            let half = Vector::new(0.5f32);
            half * x
                * (Vector::new(1.0f32) + (x * Vector::new(std::f32::consts::FRAC_1_SQRT_2)).erf())
        }
        Activation::QuickGelu => x * sigmoid::<N>(x * Vector::new(1.702f32)),
    }
}

#[cube]
fn sigmoid<N: Size>(x: Vector<f32, N>) -> Vector<f32, N> {
    let one = Vector::new(1.0f32);
    // Not `-x`: cubecl 0.10 writes that for vectors in a way that NVRTC refuses.
    one / (one + (Vector::new(0.0f32) - x).exp())
}

#[cube(launch_unchecked)]
fn activate_kernel<E: Float, N: Size>(
    x: &Array<Vector<E, N>>,
    y: &mut Array<Vector<E, N>>,
    count: u32,
    #[comptime] activation: Activation,
    #[define(E)] _dtype: StorageType,
) {
    if ABSOLUTE_POS < count as usize {
        let value = Vector::<f32, N>::cast_from(x[ABSOLUTE_POS]);
        y[ABSOLUTE_POS] = Vector::cast_from(activated::<N>(value, activation));
    }
}

#[cube(launch_unchecked)]
fn geglu_kernel<E: Float, N: Size>(
    x: &Array<Vector<E, N>>,
    y: &mut Array<Vector<E, N>>,
    count: u32,
    width: u32,
    #[define(E)] _dtype: StorageType,
) {
    let place = ABSOLUTE_POS as u32;
    if place < count {
        let first = (place / width) * width * 2 + place % width;
        let value = Vector::<f32, N>::cast_from(x[first as usize]);
        let gate = Vector::<f32, N>::cast_from(x[(first + width) as usize]);
        y[place as usize] = Vector::cast_from(value * activated::<N>(gate, Activation::Gelu));
    }
}

#[cube(launch_unchecked)]
fn concat_kernel<E: Numeric, N: Size>(
    first: &Array<Vector<E, N>>,
    second: &Array<Vector<E, N>>,
    y: &mut Array<Vector<E, N>>,
    count: u32,
    first_width: u32,
    second_width: u32,
    #[define(E)] _dtype: StorageType,
) {
    let place = ABSOLUTE_POS as u32;
    if place < count {
        let width = first_width + second_width;
        let (pixel, channel) = (place / width, place % width);
        if channel < first_width {
            y[place as usize] = first[(pixel * first_width + channel) as usize];
        } else {
            y[place as usize] = second[(pixel * second_width + channel - first_width) as usize];
        }
    }
}

fn spread_out<R: CubeRuntime>(x: &CubeTensor<R>, vectors: usize) -> (CubeCount, CubeDim) {
    let dim = CubeDim::new(&x.client, vectors);
    (calculate_cube_count_elemwise(&x.client, vectors, dim), dim)
}

/// The activation of every value.
pub fn activate<R: CubeRuntime>(x: CubeTensor<R>, activation: Activation) -> CubeTensor<R> {
    let x = dense(x);
    let values = x.meta.num_elements();
    let size = vector_size(&x, &[values]);
    let y = empty(&x, x.meta.shape());
    let (count, dim) = spread_out(&x, values / size);
    let (client, dtype) = (x.client.clone(), x.dtype.into());
    // SAFETY: units beyond the count do nothing.
    unsafe {
        activate_kernel::launch_unchecked::<R>(
            &client,
            count,
            dim,
            size,
            x.into_array_arg(),
            y.clone().into_array_arg(),
            (values / size) as u32,
            activation,
            dtype,
        );
    }
    y
}

/// `value * gelu(gate)` of `[.., value | gate]`.
pub fn geglu<R: CubeRuntime>(x: CubeTensor<R>) -> CubeTensor<R> {
    let x = dense(x);
    let mut shape = x.meta.shape().to_vec();
    let width = shape.last().map_or(0, |last| last / 2);
    if let Some(last) = shape.last_mut() {
        *last = width;
    }
    let size = vector_size(&x, &[width]);
    let y = empty(&x, &shape);
    let vectors = y.meta.num_elements() / size;
    let (count, dim) = spread_out(&x, vectors);
    let (client, dtype) = (x.client.clone(), x.dtype.into());
    // SAFETY: units beyond the count do nothing; every place of `y` has its two in `x`.
    unsafe {
        geglu_kernel::launch_unchecked::<R>(
            &client,
            count,
            dim,
            size,
            x.into_array_arg(),
            y.clone().into_array_arg(),
            vectors as u32,
            (width / size) as u32,
            dtype,
        );
    }
    y
}

/// Two maps of one size, the channels of the second behind those of the first.
pub fn concat<R: CubeRuntime>(first: CubeTensor<R>, second: CubeTensor<R>) -> CubeTensor<R> {
    let (first, second) = (dense(first), dense(second));
    let mut shape = first.meta.shape().to_vec();
    let [a, b] = [&first, &second].map(|x| x.meta.shape().last().copied().unwrap_or(0));
    if let Some(last) = shape.last_mut() {
        *last = a + b;
    }
    let size = vector_size(&first, &[a, b]);
    let y = empty(&first, &shape);
    let vectors = y.meta.num_elements() / size;
    let (count, dim) = spread_out(&y, vectors);
    let (client, dtype) = (y.client.clone(), y.dtype.into());
    // SAFETY: units beyond the count do nothing; every place of `y` has its one in an input.
    unsafe {
        concat_kernel::launch_unchecked::<R>(
            &client,
            count,
            dim,
            size,
            first.into_array_arg(),
            second.into_array_arg(),
            y.clone().into_array_arg(),
            vectors as u32,
            (a / size) as u32,
            (b / size) as u32,
            dtype,
        );
    }
    y
}
