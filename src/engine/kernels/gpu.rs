//! The kernels of cards, in CubeCL: one source for CUDA and Vulkan.
//!
//! Tensors come and go without gaps, row after row; numbers are read in the tensor's own type and
//! added up in f32, whatever it is.

pub mod attention;
pub mod gemm;
pub mod norm;
pub mod pointwise;

use burn::tensor::{DType, Shape};
use burn_cubecl::CubeRuntime;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;

/// A tensor of this shape with nothing in it yet, beside `like` and of its type.
fn empty<R: CubeRuntime>(like: &CubeTensor<R>, shape: &[usize]) -> CubeTensor<R> {
    typed(like, shape, like.dtype)
}

/// The same of another type.
fn typed<R: CubeRuntime>(like: &CubeTensor<R>, shape: &[usize], dtype: DType) -> CubeTensor<R> {
    let (client, device) = (like.client.clone(), like.device.clone());
    empty_device_contiguous_dtype(client, device, Shape::from(shape.to_vec()), dtype)
}

/// The tensor without gaps between its rows.
fn dense<R: CubeRuntime>(x: CubeTensor<R>) -> CubeTensor<R> {
    if x.is_contiguous() { x } else { into_contiguous(x) }
}

/// How many neighbouring values a unit reads at once: what the card likes best of those that
/// divide all `lengths`.
fn vector_size<R: CubeRuntime>(x: &CubeTensor<R>, lengths: &[usize]) -> usize {
    let mut sizes = x.client.io_optimized_vector_sizes(x.dtype.size());
    sizes.find(|size| lengths.iter().all(|length| length % size == 0)).unwrap_or(1)
}
