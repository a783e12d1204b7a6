//! The processor's kernels on burn-flex: tensors' values as slices, in and out.

use crate::engine::kernels::cpu;
use crate::engine::kernels::cpu::conv::{self, Maps, PackedConv};
use crate::engine::kernels::cpu::matrix::{self, PackedLinear};
use crate::engine::kernels::{
    Activation, Affine, Extras, Geometry, Kernels, LAYER_NORM_EPSILON, NORM_GROUPS, Place,
};
use burn::tensor::{Bytes, DType, Shape, Tensor, TensorPrimitive};
use burn_flex::{Flex, FlexTensor, Layout};
use rayon::prelude::*;

/// The processor's backend.
pub type Cpu = Flex;

/// A tensor's primitive with its values in order and without gaps.
struct Contiguous(FlexTensor);

impl Contiguous {
    fn new<const D: usize>(tensor: Tensor<Cpu, D>) -> Self {
        Self(tensor.into_primitive().tensor().to_contiguous())
    }

    fn values(&self) -> &[f32] {
        self.0.storage::<f32>()
    }
}

/// A tensor over `values`.
fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<Cpu, D> {
    let layout = Layout::contiguous(Shape::from(shape));
    let primitive = FlexTensor::new(Bytes::from_elems(values), layout, DType::F32);
    Tensor::from_primitive(TensorPrimitive::Float(primitive))
}

impl Kernels for Cpu {
    type Linear = PackedLinear;
    type Conv = PackedConv;

    fn pack_linear(
        weight: Vec<f32>,
        bias: Option<Vec<f32>>,
        inputs: usize,
        outputs: usize,
        _place: &Place<Self>,
    ) -> PackedLinear {
        PackedLinear::new(&weight, bias, inputs, outputs)
    }

    fn pack_conv(
        weight: Vec<f32>,
        bias: Vec<f32>,
        geometry: Geometry,
        _place: &Place<Self>,
    ) -> PackedConv {
        PackedConv::new(&weight, bias, geometry)
    }

    fn run_linear(
        x: Tensor<Self, 3>,
        layer: &PackedLinear,
        residual: Option<Tensor<Self, 3>>,
    ) -> Tensor<Self, 3> {
        let [batch, positions, _] = x.dims();
        let (x, residual) = (Contiguous::new(x), residual.map(Contiguous::new));
        let y = matrix::linear(x.values(), layer, residual.as_ref().map(Contiguous::values));
        tensor(y, [batch, positions, layer.outputs()])
    }

    fn run_conv(x: Tensor<Self, 4>, layer: &PackedConv, extras: Extras<Self>) -> Tensor<Self, 4> {
        let [batch, height, width, _] = x.dims();
        let geometry = layer.geometry();
        let seen = geometry.seen((height, width), extras.crop);
        let (out_height, out_width) = geometry.output(seen);
        let x = Contiguous::new(x);
        let shift = extras.shift.map(Contiguous::new);
        let residual = extras.residual.map(Contiguous::new);
        let maps = Maps { data: x.values(), batch, height, width, seen };
        let extras = conv::Extras {
            shift: shift.as_ref().map(Contiguous::values),
            residual: residual.as_ref().map(Contiguous::values),
        };
        let y = conv::conv(maps, layer, extras);
        tensor(y, [batch, out_height, out_width, geometry.outputs])
    }

    fn norm_groups(
        x: Tensor<Self, 4>,
        norm: &Affine<Self>,
        epsilon: f64,
        activation: Activation,
    ) -> Tensor<Self, 4> {
        let shape = x.dims();
        let (weight, bias) = affine(norm);
        let affine = (weight.values(), bias.values());
        let x = Contiguous::new(x);
        let y =
            cpu::norm::group_norm(x.values(), shape[0], affine, NORM_GROUPS, epsilon, activation);
        tensor(y, shape)
    }

    fn norm_rows(x: Tensor<Self, 3>, norm: &Affine<Self>) -> Tensor<Self, 3> {
        let shape = x.dims();
        let (weight, bias) = affine(norm);
        let affine = (weight.values(), bias.values());
        let y = cpu::norm::layer_norm(Contiguous::new(x).values(), affine, LAYER_NORM_EPSILON);
        tensor(y, shape)
    }

    fn attend(
        q: Tensor<Self, 3>,
        k: Tensor<Self, 3>,
        v: Tensor<Self, 3>,
        heads: usize,
        causal: bool,
    ) -> Tensor<Self, 3> {
        let shape @ [batch, queries, channels] = q.dims();
        let keys = k.dims()[1];
        let sizes =
            cpu::attention::Sizes { batch, heads, queries, keys, head: channels / heads, causal };
        let (q, k, v) = (Contiguous::new(q), Contiguous::new(k), Contiguous::new(v));
        tensor(cpu::attention::attention(q.values(), k.values(), v.values(), sizes), shape)
    }

    fn geglu(x: Tensor<Self, 3>) -> Tensor<Self, 3> {
        let [batch, positions, channels] = x.dims();
        let y = cpu::activation::geglu(Contiguous::new(x).values(), channels / 2);
        tensor(y, [batch, positions, channels / 2])
    }

    fn activate(x: Tensor<Self, 3>, activation: Activation) -> Tensor<Self, 3> {
        let shape = x.dims();
        let mut values = Contiguous::new(x).values().to_vec();
        cpu::activation::activate(&mut values, activation);
        tensor(values, shape)
    }

    fn concat(first: Tensor<Self, 4>, second: Tensor<Self, 4>) -> Tensor<Self, 4> {
        let [batch, height, width, a] = first.dims();
        let b = second.dims()[3];
        let (first, second) = (Contiguous::new(first), Contiguous::new(second));
        let mut out = vec![0.0; batch * height * width * (a + b)];
        let pixels = first.values().par_chunks(a).zip(second.values().par_chunks(b));
        out.par_chunks_mut(a + b).zip(pixels).with_min_len(64).for_each(|(out, (x, y))| {
            out[..a].copy_from_slice(x);
            out[a..].copy_from_slice(y);
        });
        tensor(out, [batch, height, width, a + b])
    }
}

fn affine(norm: &Affine<Cpu>) -> (Contiguous, Contiguous) {
    (Contiguous::new(norm.weight.clone()), Contiguous::new(norm.bias.clone()))
}
