//! CUDA and Vulkan: our own kernels over burn's tensors, one source for both.

use super::faults;
use crate::engine::copies::{CopyRates, PIECE, PIECES};
use crate::engine::device::Device;
use crate::engine::error::Error;
use crate::engine::kernels::gpu::gemm::{self, Added, Weights};
use crate::engine::kernels::gpu::{attention, norm, pointwise};
use crate::engine::kernels::{Activation, Affine, Extras, Geometry, Kernels, Place};
use burn::tensor::backend::{Backend, DeviceOps};
use burn::tensor::{DType, Tensor, TensorData, TensorPrimitive};
use burn_cubecl::tensor::CubeTensor;
use burn_cubecl::{BoolElement, CubeBackend, CubeRuntime, FloatElement, IntElement};
use cubecl::device::DeviceId;
use cubecl::features::TypeUsage;
use cubecl::server::ComputeServer;
use rayon::prelude::*;
use std::cell::Cell;
use std::time::{Duration, Instant};

pub use cubecl::cuda::CudaRuntime;
pub use cubecl::wgpu::WgpuRuntime as VulkanRuntime;

/// NVIDIA cards through the driver and NVRTC.
pub type Cuda = burn_cuda::Cuda<f32, i32>;
/// Any card with a Vulkan driver.
pub type Vulkan = burn::backend::Vulkan<f32, i32>;

/// Whether a card stores, converts and computes numbers of this type.
pub fn supports<R: CubeRuntime>(device: &R::Device, dtype: DType) -> bool {
    let usage = R::client(device).properties().type_usage(dtype.into());
    usage.is_superset(TypeUsage::Buffer | TypeUsage::Conversion | TypeUsage::Arithmetic)
}

/// Bytes of the card's memory that cubecl's pools hold, in use or not; `None` where it does not
/// say.
pub fn held<R: CubeRuntime>(device: &R::Device) -> Option<u64> {
    R::client(device).memory_usage().ok().map(|usage| usage.bytes_reserved)
}

/// cubecl's name for its thread that serves a card.
pub fn thread_name(device: &impl cubecl::device::Device) -> String {
    let DeviceId { type_id, index_id } = device.to_id();
    format!("DSD-{type_id}-{index_id}")
}

/// Starts a card's driver, and has what goes wrong on cubecl's thread for it be the fault of
/// `name`.
pub fn claim_thread<R: CubeRuntime>(device: &R::Device, name: Device) -> Result<(), Error> {
    let claimed = R::client(device).exclusive(move || faults::this_thread_serves(name));
    claimed.map_err(|error| Error::Internal { detail: error.to_string() })
}

/// Copies to a card and back: each piece for itself, the first one there and back uncounted.
pub fn copy_rates<B: Backend>(device: &B::Device) -> Result<CopyRates, Error> {
    let failed = |error: &dyn std::fmt::Debug| Error::Internal { detail: format!("{error:?}") };
    let mut values = vec![1.0_f32; PIECE / size_of::<f32>()];
    let (mut to_card, mut from_card) = (Duration::ZERO, Duration::ZERO);
    for piece in 0..=PIECES {
        let count = values.len();
        let data = TensorData::new(values, [count]);
        let started = Instant::now();
        let tensor = Tensor::<B, 1>::from_data(data, (device, DType::F32));
        B::sync(device).map_err(|error| failed(&error))?;
        let there = started.elapsed();
        let started = Instant::now();
        let data = tensor.try_into_data().map_err(|error| failed(&error))?;
        let back = started.elapsed();
        if piece > 0 {
            (to_card, from_card) = (to_card + there, from_card + back);
        }
        values = data.into_vec().map_err(|error| failed(&error))?;
    }
    B::memory_cleanup(device);
    Ok(CopyRates::of(to_card, from_card))
}

fn primitive<R, F, I, BT, const D: usize>(x: Tensor<CubeBackend<R, F, I, BT>, D>) -> CubeTensor<R>
where
    R: CubeRuntime,
    R::Server: ComputeServer,
    R::Device: DeviceOps,
    F: FloatElement,
    I: IntElement,
    BT: BoolElement,
{
    x.into_primitive().tensor()
}

impl<R, F, I, BT> Kernels for CubeBackend<R, F, I, BT>
where
    R: CubeRuntime,
    R::Server: ComputeServer,
    R::Device: DeviceOps,
    F: FloatElement,
    I: IntElement,
    BT: BoolElement,
{
    type Linear = Weights<R>;
    type Conv = Weights<R>;

    fn pack_linear(
        weight: Vec<f32>,
        bias: Option<Vec<f32>>,
        inputs: usize,
        outputs: usize,
        place: &Place<Self>,
    ) -> Weights<R> {
        let geometry =
            Geometry { inputs, outputs, kernel: 1, stride: 1, padding: (0, 0), doubled: false };
        pack(weight, bias, geometry, place)
    }

    fn pack_conv(
        weight: Vec<f32>,
        bias: Vec<f32>,
        geometry: Geometry,
        place: &Place<Self>,
    ) -> Weights<R> {
        pack(taps_first(&weight, geometry), Some(bias), geometry, place)
    }

    fn run_linear(
        x: Tensor<Self, 3>,
        layer: &Weights<R>,
        residual: Option<Tensor<Self, 3>>,
    ) -> Tensor<Self, 3> {
        let added = Added { shift: None, residual: residual.map(primitive) };
        tensor(gemm::multiply(primitive(x), layer, added, None))
    }

    fn run_conv(x: Tensor<Self, 4>, layer: &Weights<R>, extras: Extras<Self>) -> Tensor<Self, 4> {
        let [_, height, width, _] = x.dims();
        let seen = layer.geometry.seen((height, width), extras.crop);
        let (shift, residual) = (extras.shift.map(primitive), extras.residual.map(primitive));
        tensor(gemm::multiply(primitive(x), layer, Added { shift, residual }, Some(seen)))
    }

    fn norm_groups(
        x: Tensor<Self, 4>,
        norm: &Affine<Self>,
        epsilon: f64,
        activation: Activation,
    ) -> Tensor<Self, 4> {
        let (weight, bias) = (primitive(norm.weight.clone()), primitive(norm.bias.clone()));
        tensor(norm::group_norm(primitive(x), weight, bias, epsilon as f32, activation))
    }

    fn norm_rows(x: Tensor<Self, 3>, norm: &Affine<Self>) -> Tensor<Self, 3> {
        let (weight, bias) = (primitive(norm.weight.clone()), primitive(norm.bias.clone()));
        tensor(norm::layer_norm(primitive(x), weight, bias))
    }

    fn attend(
        q: Tensor<Self, 3>,
        k: Tensor<Self, 3>,
        v: Tensor<Self, 3>,
        heads: usize,
        causal: bool,
    ) -> Tensor<Self, 3> {
        tensor(attention::attend(primitive(q), primitive(k), primitive(v), heads, causal))
    }

    fn geglu(x: Tensor<Self, 3>) -> Tensor<Self, 3> {
        tensor(pointwise::geglu(primitive(x)))
    }

    fn activate(x: Tensor<Self, 3>, activation: Activation) -> Tensor<Self, 3> {
        tensor(pointwise::activate(primitive(x), activation))
    }

    fn concat(first: Tensor<Self, 4>, second: Tensor<Self, 4>) -> Tensor<Self, 4> {
        tensor(pointwise::concat(primitive(first), primitive(second)))
    }
}

fn tensor<R, F, I, BT, const D: usize>(x: CubeTensor<R>) -> Tensor<CubeBackend<R, F, I, BT>, D>
where
    R: CubeRuntime,
    R::Server: ComputeServer,
    R::Device: DeviceOps,
    F: FloatElement,
    I: IntElement,
    BT: BoolElement,
{
    Tensor::from_primitive(TensorPrimitive::Float(x))
}

/// `[out, in, k, k]` to `[out, k k, in]`: a tap's channels side by side, as they are in the maps.
fn taps_first(weight: &[f32], geometry: Geometry) -> Vec<f32> {
    let (inputs, taps) = (geometry.inputs, geometry.kernel * geometry.kernel);
    let mut out = vec![0.0; weight.len()];
    let size = (inputs * taps).max(1);
    out.par_chunks_mut(size).zip(weight.par_chunks(size)).for_each(|(out, weight)| {
        for (tap, line) in out.chunks_exact_mut(inputs).enumerate() {
            let values = weight.iter().skip(tap).step_by(taps);
            line.iter_mut().zip(values).for_each(|(to, from)| *to = *from);
        }
    });
    out
}

fn pack<R, F, I, BT>(
    weight: Vec<f32>,
    bias: Option<Vec<f32>>,
    geometry: Geometry,
    place: &Place<CubeBackend<R, F, I, BT>>,
) -> Weights<R>
where
    R: CubeRuntime,
    R::Server: ComputeServer,
    R::Device: DeviceOps,
    F: FloatElement,
    I: IntElement,
    BT: BoolElement,
{
    let bytes = weight.len() * place.dtype.size();
    let shape = [geometry.outputs, geometry.kernel * geometry.kernel, geometry.inputs];
    // Each in an allocation of its own size: the pools round up to their pages.
    let keep = |values: Vec<f32>, wide: bool| {
        CubeBackend::<R, F, I, BT>::memory_persistent_allocations(&place.device, values, |values| {
            let count = values.len();
            if wide { place.wide::<1>(values, [count]) } else { place.tensor(values, [count]) }
        })
    };
    let weight = primitive(keep(weight, false).reshape(shape));
    let bias = bias.map(|bias| primitive(keep(bias, true)));
    flush_now_and_then::<R>(&place.device, bytes);
    Weights { weight, bias, geometry }
}

/// Lets go of the copies on the host: cubecl keeps them until it is told, or until it computes.
fn flush_now_and_then<R: CubeRuntime>(device: &R::Device, bytes: usize) {
    /// Bytes of weights that may wait.
    const MOST: usize = 64 << 20;
    thread_local! {
        static WAITING: Cell<usize> = const { Cell::new(0) };
    }
    let waiting = WAITING.get() + bytes;
    WAITING.set(if waiting < MOST { waiting } else { 0 });
    if waiting >= MOST {
        let client = R::client(device);
        // The copies are in two lists that take turns.
        if let Err(error) = client.flush().and_then(|()| client.flush()) {
            faults::report(&error.to_string());
        }
    }
}

/// Held by tests that look at the memory of the software device, or fill it.
#[cfg(test)]
pub static SOFTWARE: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::kernels::check::MORE;
    use burn::backend::wgpu::WgpuDevice;

    #[test]
    fn copies_are_measured_where_they_are_made() {
        let _alone = SOFTWARE.lock();
        let rates = copy_rates::<Vulkan>(&WgpuDevice::Cpu).unwrap();
        for rate in [rates.to_card, rates.from_card] {
            assert!((1e7..1e12).contains(&rate), "{rates:?}");
        }
    }

    /// The self test has the other sizes.
    #[test]
    fn kernels_are_right_at_the_sizes_of_the_published_models() {
        let _alone = SOFTWARE.lock();
        for (dtype, limit) in [(DType::F32, 1e-4), (DType::F16, 1e-2)] {
            for case in MORE {
                let place = Place::<Vulkan> { device: WgpuDevice::Cpu, dtype };
                let found = case.difference(&place).unwrap();
                assert!(found <= limit, "{case:?} in {dtype:?} is off by {found:.1e}");
            }
        }
    }
}
