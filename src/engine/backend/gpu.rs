//! CUDA and Vulkan on burn's own kernels: the plain bodies, right before fast.

use crate::engine::kernels::plain::{self, PlainConv, PlainLinear};
use crate::engine::kernels::{Activation, Affine, Extras, Geometry, Kernels};
use burn::backend::wgpu::WgpuDevice;
use burn::tensor::Tensor;
use burn_cuda::CudaDevice;

/// NVIDIA cards through the driver and NVRTC.
pub type Cuda = burn_cuda::Cuda<f32, i32>;
/// Any card with a Vulkan driver.
pub type Vulkan = burn::backend::Vulkan<f32, i32>;

/// A card by its CUDA ordinal.
pub fn cuda_device(index: usize) -> CudaDevice {
    CudaDevice { index }
}

/// A card by its place among Vulkan's, or the driver that computes in software.
pub fn vulkan_device(index: usize, software: bool) -> WgpuDevice {
    if software { WgpuDevice::Cpu } else { WgpuDevice::DiscreteGpu(index) }
}

macro_rules! plain_kernels {
    ($backend:ty) => {
        impl Kernels for $backend {
            type Linear = PlainLinear<Self>;
            type Conv = PlainConv<Self>;

            fn pack_linear(
                weight: Vec<f32>,
                bias: Option<Vec<f32>>,
                inputs: usize,
                outputs: usize,
                device: &Self::Device,
            ) -> Self::Linear {
                plain::pack_linear(weight, bias, inputs, outputs, device)
            }

            fn pack_conv(
                weight: Vec<f32>,
                bias: Vec<f32>,
                geometry: Geometry,
                device: &Self::Device,
            ) -> Self::Conv {
                plain::pack_conv(weight, bias, geometry, device)
            }

            fn run_linear(
                x: Tensor<Self, 3>,
                layer: &Self::Linear,
                residual: Option<Tensor<Self, 3>>,
            ) -> Tensor<Self, 3> {
                plain::linear(x, layer, residual)
            }

            fn run_conv(
                x: Tensor<Self, 4>,
                layer: &Self::Conv,
                extras: Extras<Self>,
            ) -> Tensor<Self, 4> {
                plain::conv(x, layer, extras)
            }

            fn norm_groups(
                x: Tensor<Self, 4>,
                norm: &Affine<Self>,
                epsilon: f64,
                activation: Activation,
            ) -> Tensor<Self, 4> {
                plain::group_norm(x, norm, epsilon, activation)
            }

            fn norm_rows(x: Tensor<Self, 3>, norm: &Affine<Self>) -> Tensor<Self, 3> {
                plain::layer_norm(x, norm)
            }

            fn attend(
                q: Tensor<Self, 3>,
                k: Tensor<Self, 3>,
                v: Tensor<Self, 3>,
                heads: usize,
                causal: bool,
            ) -> Tensor<Self, 3> {
                plain::attention(q, k, v, heads, causal)
            }

            fn geglu(x: Tensor<Self, 3>) -> Tensor<Self, 3> {
                plain::geglu(x)
            }

            fn activate(x: Tensor<Self, 3>, activation: Activation) -> Tensor<Self, 3> {
                plain::activate(x, activation)
            }

            fn concat(first: Tensor<Self, 4>, second: Tensor<Self, 4>) -> Tensor<Self, 4> {
                plain::concat(first, second)
            }
        }
    };
}

plain_kernels!(Cuda);
plain_kernels!(Vulkan);
