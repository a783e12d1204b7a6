//! Residual blocks of the UNet and of the autoencoder: norm, SiLU, convolution, twice.

use super::layer::{Conv, GroupNorm, Linear, Loader};
use crate::engine::error::Error;
use crate::engine::kernels::{Activation, Extras, Kernels};
use burn::tensor::Tensor;

/// The names of one block's layers in the checkpoint.
struct Names {
    norms: [&'static str; 2],
    convs: [&'static str; 2],
    skip: &'static str,
    epsilon: f64,
}

/// A residual block, with the time embedding added in the middle where there is one.
pub struct ResBlock<B: Kernels> {
    norms: [GroupNorm<B>; 2],
    convs: [Conv<B>; 2],
    time: Option<Linear<B>>,
    skip: Option<Linear<B>>,
}

/// Computes a norm and its activation.
pub type Normalise<'a, B> =
    &'a mut dyn FnMut(&GroupNorm<B>, Tensor<B, 4>, Activation) -> Tensor<B, 4>;

impl<B: Kernels> ResBlock<B> {
    /// The UNet's: `in_layers`, `emb_layers`, `out_layers`, `skip_connection`.
    pub fn load_unet(
        loader: &Loader<B>,
        inputs: usize,
        outputs: usize,
        embedding: usize,
    ) -> Result<Self, Error> {
        let names = Names {
            norms: ["in_layers.0", "out_layers.0"],
            convs: ["in_layers.2", "out_layers.3"],
            skip: "skip_connection",
            epsilon: 1e-5,
        };
        let time = Linear::load(&loader.at("emb_layers.1"), embedding, outputs)?;
        Self::load(loader, &names, inputs, outputs, Some(time))
    }

    /// The autoencoder's: `norm1`, `conv1`, `norm2`, `conv2`, `nin_shortcut`.
    pub fn load_vae(loader: &Loader<B>, inputs: usize, outputs: usize) -> Result<Self, Error> {
        let names = Names {
            norms: ["norm1", "norm2"],
            convs: ["conv1", "conv2"],
            skip: "nin_shortcut",
            epsilon: 1e-6,
        };
        Self::load(loader, &names, inputs, outputs, None)
    }

    fn load(
        loader: &Loader<B>,
        names: &Names,
        inputs: usize,
        outputs: usize,
        time: Option<Linear<B>>,
    ) -> Result<Self, Error> {
        let norm = |index: usize, channels| {
            GroupNorm::load(&loader.at(names.norms[index]), channels, names.epsilon)
        };
        let skip = match inputs == outputs {
            true => None,
            false => Some(Linear::load(&loader.at(names.skip), inputs, outputs)?),
        };
        Ok(Self {
            norms: [norm(0, inputs)?, norm(1, outputs)?],
            convs: [
                Conv::load(&loader.at(names.convs[0]), inputs, outputs)?,
                Conv::load(&loader.at(names.convs[1]), outputs, outputs)?,
            ],
            time,
            skip,
        })
    }

    /// `x` is `[batch, height, width, in]`, `embedding` the SiLU of the time embedding, `[1,
    /// batch, width]`; the result is `[batch, height, width, out]`.
    pub fn forward(&self, x: Tensor<B, 4>, embedding: Option<&Tensor<B, 3>>) -> Tensor<B, 4> {
        self.forward_with(x, embedding, &mut |norm, x, activation| norm.forward(x, activation))
    }

    /// The same with norms that `normalise` computes, in their order.
    pub fn forward_with(
        &self,
        x: Tensor<B, 4>,
        embedding: Option<&Tensor<B, 3>>,
        normalise: Normalise<'_, B>,
    ) -> Tensor<B, 4> {
        let shift = self.time.as_ref().zip(embedding).map(|(time, embedding)| {
            let shift = time.forward(embedding.clone());
            let [_, batch, channels] = shift.dims();
            shift.reshape([batch, channels])
        });
        let h = normalise(&self.norms[0], x.clone(), Activation::Silu);
        let h = self.convs[0].forward_with(h, Extras { shift, ..Extras::default() });
        let h = normalise(&self.norms[1], h, Activation::Silu);
        let residual = match &self.skip {
            Some(skip) => skip.forward_map(x),
            None => x,
        };
        self.convs[1].forward_with(h, Extras { residual: Some(residual), ..Extras::default() })
    }
}
