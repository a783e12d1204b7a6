//! The text encoders: CLIP ViT-L/14 (Radford et al. 2021), OpenCLIP ViT-H/14 and ViT-bigG/14.

use crate::engine::error::Error;
use crate::engine::family::{ClipConfig, ClipKind};
use crate::engine::kernels::{Activation, Kernels, Place};
use crate::engine::nn::layer::{LayerNorm, Linear, Loader};
use burn::tensor::Tensor;

/// Positions of one chunk of a prompt.
pub const POSITIONS: usize = 77;
/// Entries of the vocabulary.
pub const VOCABULARY: usize = 49_408;

/// One `encoder.layers.N`: attention and a two-layer perceptron, normalised before each.
struct Layer<B: Kernels> {
    norms: [LayerNorm<B>; 2],
    q: Linear<B>,
    k: Linear<B>,
    v: Linear<B>,
    out: Linear<B>,
    mlp: [Linear<B>; 2],
}

impl<B: Kernels> Layer<B> {
    fn load(loader: &Loader<B>, width: usize) -> Result<Self, Error> {
        let attn = |name: &str| Linear::load(&loader.at("self_attn").at(name), width, width);
        Ok(Self {
            norms: [
                LayerNorm::load(&loader.at("layer_norm1"), width)?,
                LayerNorm::load(&loader.at("layer_norm2"), width)?,
            ],
            q: attn("q_proj")?,
            k: attn("k_proj")?,
            v: attn("v_proj")?,
            out: attn("out_proj")?,
            mlp: [
                Linear::load(&loader.at("mlp.fc1"), width, 4 * width)?,
                Linear::load(&loader.at("mlp.fc2"), 4 * width, width)?,
            ],
        })
    }

    fn forward(&self, x: Tensor<B, 3>, heads: usize, activation: Activation) -> Tensor<B, 3> {
        let normed = self.norms[0].forward(x.clone());
        let (q, k) = (self.q.forward(normed.clone()), self.k.forward(normed.clone()));
        let mixed = B::attend(q, k, self.v.forward(normed), heads, true);
        let x = self.out.forward_onto(mixed, x);
        let h = self.mlp[0].forward(self.norms[1].forward(x.clone()));
        self.mlp[1].forward_onto(B::activate(h, activation), x)
    }
}

/// A text encoder.
pub struct Clip<B: Kernels> {
    /// Rows of the vocabulary stay on the host: a prompt needs a few of them.
    tokens: Vec<f32>,
    positions: Vec<f32>,
    layers: Vec<Layer<B>>,
    last: Option<Layer<B>>,
    final_norm: LayerNorm<B>,
    projection: Option<Linear<B>>,
    heads: usize,
    width: usize,
    activation: Activation,
    place: Place<B>,
}

/// States of a batch of chunks, each `[chunks, 77, width]`.
pub struct States<B: Kernels> {
    /// Before the last layer, not normalised.
    pub penultimate: Tensor<B, 3>,
    /// After the last layer, not normalised; `None` where that layer was left out.
    pub last: Option<Tensor<B, 3>>,
}

impl<B: Kernels> Clip<B> {
    /// From a text encoder part's tensors; without the last layer, and with it the projection,
    /// where nothing will look at what comes out of it.
    pub fn load(config: &ClipConfig, with_last: bool, loader: &Loader<B>) -> Result<Self, Error> {
        let ClipConfig { kind, width, heads, layers, projection } = *config;
        let embeddings = loader.at("embeddings");
        let layer = |index: usize| Layer::load(&loader.at("encoder.layers").at(index), width);
        Ok(Self {
            tokens: embeddings.values("token_embedding.weight", &[VOCABULARY, width])?,
            positions: embeddings.values("position_embedding.weight", &[POSITIONS, width])?,
            layers: (0..layers.saturating_sub(1)).map(layer).collect::<Result<_, _>>()?,
            last: match with_last && layers > 0 {
                true => Some(layer(layers - 1)?),
                false => None,
            },
            final_norm: LayerNorm::load(&loader.at("final_layer_norm"), width)?,
            projection: match projection && with_last {
                true => Some(Linear::load_unbiased(&loader.at("text_projection"), width, width)?),
                false => None,
            },
            heads,
            width,
            activation: match kind {
                ClipKind::L => Activation::QuickGelu,
                ClipKind::H | ClipKind::G => Activation::Gelu,
            },
            place: loader.place().clone(),
        })
    }

    /// The states for `chunks` of 77 token ids, each below [`VOCABULARY`].
    pub fn forward(&self, chunks: &[[u32; POSITIONS]]) -> States<B> {
        let mut values = Vec::with_capacity(chunks.len() * POSITIONS * self.width);
        for (position, id) in chunks.iter().flat_map(|chunk| chunk.iter().enumerate()) {
            let token = &self.tokens[*id as usize * self.width..][..self.width];
            let place = &self.positions[position * self.width..][..self.width];
            values.extend(token.iter().zip(place).map(|(token, place)| token + place));
        }
        let mut x = self.place.tensor(values, [chunks.len(), POSITIONS, self.width]);
        for layer in &self.layers {
            x = layer.forward(x, self.heads, self.activation);
        }
        let last = self.last.as_ref();
        let last = last.map(|layer| layer.forward(x.clone(), self.heads, self.activation));
        States { penultimate: x, last }
    }

    /// The final layer norm of any state.
    pub fn normalise(&self, state: Tensor<B, 3>) -> Tensor<B, 3> {
        self.final_norm.forward(state)
    }

    /// The projection of one normalised state, where the encoder has one: `[1, 1, width]`.
    pub fn project(&self, state: &[f32]) -> Option<Tensor<B, 3>> {
        let state = || self.place.tensor(state.to_vec(), [1, 1, self.width]);
        self.projection.as_ref().map(|projection| projection.forward(state()))
    }

    /// Whether [`Self::project`] gives anything.
    pub fn projects(&self) -> bool {
        self.projection.is_some()
    }
}
