//! The three stages with their backends erased: host values in, host values out.
//!
//! A latent is 64 KiB at 512x512, and every step waits for its result anyway, so nothing is lost
//! by crossing to the host; and stages on different devices need no code of their own.

use super::conditioning::Conditioning;
use super::device::{Precision, Stage};
use super::error::Error;
use super::family::ClipKind;
use super::kernels::{Kernels, Place};
use super::latent::Latent;
use super::models::clip::{Clip, POSITIONS};
use super::models::unet::Unet;
use super::models::vae::{Decoder, Encoder};
use super::nn::picture_norm::PictureNorms;
use super::tokenizer::END;
use burn::tensor::{DType, Tensor};

/// Which states of a text encoder a family looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextLayer {
    /// After the last layer, normalised (SD 1.x).
    LastNormed,
    /// Before the last layer, normalised (SD 2.x).
    PenultimateNormed,
    /// Before the last layer (SDXL).
    Penultimate,
}

/// Chunks of a prompt, encoded.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// `[chunks, 77, width]`.
    pub states: Vec<f32>,
    /// Values per token.
    pub width: usize,
    /// The projected state at the end of the first chunk, where the encoder has a projection.
    pub pooled: Option<Vec<f32>>,
}

/// A text encoder on some device.
pub trait TextEncoder: Send {
    /// Which one it is.
    fn kind(&self) -> ClipKind;
    /// The states of `chunks` of token ids at `layer`.
    fn encode(&mut self, chunks: &[[u32; POSITIONS]], layer: TextLayer) -> Result<Encoded, Error>;
}

/// A UNet on some device.
pub trait Denoiser: Send {
    /// The raw output (noise or velocity) for `input` `[batch, in, h, w]` at `timestep`, once per
    /// conditioning: `[batch, 4, h, w]` each.
    fn predict(
        &mut self,
        input: &Latent,
        timestep: f32,
        conditionings: &[&Conditioning],
    ) -> Result<Vec<Latent>, Error>;
}

/// An autoencoder on some device.
pub trait Autoencoder: Send {
    /// What it computes in now.
    fn precision(&self) -> Precision;
    /// Goes over to f32, after a decode that overflowed in less.
    fn widen(&mut self) -> Result<(), Error>;
    /// `[batch, 4, h, w]`, divided by the scaling factor, to pixels `[batch, 3, 8h, 8w]` around
    /// -1..1.
    fn decode(&mut self, latent: &Latent) -> Result<Latent, Error>;
    /// The first part of a decode, for a picture that is finished in tiles: `[1, 4, h, w]` to
    /// features `[1, c, h, w]`.
    fn begin(&mut self, latent: &Latent) -> Result<Latent, Error>;
    /// The rest, for a tile of the features: pixels `[1, 3, 8h, 8w]`. The first one sets the norms
    /// for all that follow. Up to 7 from an edge that is not the picture's, a tile is not as the
    /// picture is.
    fn finish(&mut self, tile: &Latent, norms: &mut PictureNorms) -> Result<Latent, Error>;
    /// Pixels `[batch, 3, h, w]` in -1..1 to the mean latent `[batch, 4, h/8, w/8]`, not scaled.
    fn encode(&mut self, pixels: &Latent) -> Result<Latent, Error>;
}

/// [`Clip`] as a stage.
pub struct HostedClip<B: Kernels> {
    /// The model.
    pub clip: Clip<B>,
    /// Which one it is.
    pub kind: ClipKind,
}

impl<B: Kernels> TextEncoder for HostedClip<B> {
    fn kind(&self) -> ClipKind {
        self.kind
    }

    fn encode(&mut self, chunks: &[[u32; POSITIONS]], layer: TextLayer) -> Result<Encoded, Error> {
        let states = self.clip.forward(chunks);
        let pooled = match (chunks.first(), &states.last) {
            (Some(first), Some(last)) if self.clip.projects() => {
                self.pooled(first, last.clone())?
            }
            _ => None,
        };
        let state = match (layer, states.last) {
            (TextLayer::LastNormed, Some(last)) => self.clip.normalise(last),
            (TextLayer::LastNormed, None) => {
                return Err(Error::Internal { detail: "the last layer was not loaded".into() });
            }
            (TextLayer::PenultimateNormed, _) => self.clip.normalise(states.penultimate),
            (TextLayer::Penultimate, _) => states.penultimate,
        };
        let width = state.dims()[2];
        Ok(Encoded { states: to_host(state, Stage::Clip)?, width, pooled })
    }
}

impl<B: Kernels> HostedClip<B> {
    /// The projection of the first chunk's normalised state at its first end token.
    fn pooled(
        &self,
        chunk: &[u32; POSITIONS],
        last: Tensor<B, 3>,
    ) -> Result<Option<Vec<f32>>, Error> {
        let end = chunk.iter().position(|id| *id == END).unwrap_or(POSITIONS - 1);
        let width = last.dims()[2];
        let states = to_host(self.clip.normalise(last), Stage::Clip)?;
        let projected = self.clip.project(&states[end * width..][..width]);
        projected.map(|projected| to_host(projected, Stage::Clip)).transpose()
    }
}

/// [`Unet`] as a stage.
pub struct HostedUnet<B: Kernels> {
    /// The model.
    pub unet: Unet<B>,
    /// Where it is.
    pub place: Place<B>,
}

impl<B: Kernels> Denoiser for HostedUnet<B> {
    fn predict(
        &mut self,
        input: &Latent,
        timestep: f32,
        conditionings: &[&Conditioning],
    ) -> Result<Vec<Latent>, Error> {
        let Some((first, rest)) = conditionings.split_first() else { return Ok(Vec::new()) };
        // Prompts of one length go through the UNet together.
        if rest.iter().all(|other| other.tokens == first.tokens) {
            return self.predict_together(input, timestep, conditionings);
        }
        let mut outputs = Vec::with_capacity(conditionings.len());
        for conditioning in conditionings {
            outputs.extend(self.predict_together(input, timestep, &[conditioning])?);
        }
        Ok(outputs)
    }
}

impl<B: Kernels> HostedUnet<B> {
    fn predict_together(
        &self,
        input: &Latent,
        timestep: f32,
        conditionings: &[&Conditioning],
    ) -> Result<Vec<Latent>, Error> {
        let (count, batch) = (conditionings.len(), input.batch);
        let x = to_device(input, count, &self.place);
        let (tokens, width) = (conditionings[0].tokens, conditionings[0].width);
        let contexts = conditionings.iter().flat_map(|c| c.context.repeat(batch)).collect();
        let context = self.place.tensor(contexts, [count * batch, tokens, width]);
        let vectors = conditionings.iter().filter_map(|c| c.vector.as_ref());
        let vectors: Vec<f32> = vectors.flat_map(|vector| vector.repeat(batch)).collect();
        let vector = (!vectors.is_empty()).then(|| {
            let width = vectors.len() / (count * batch);
            self.place.tensor(vectors, [1, count * batch, width])
        });
        let output = self.unet.forward(x, timestep, &context, vector);
        let output = to_latent(output, Stage::Unet)?;
        let size = output.data.len() / count;
        let [_, channels, height, width] = output.shape();
        let part = |values: &[f32]| Latent::new([batch, channels, height, width], values.to_vec());
        output.data.chunks_exact(size).map(part).collect()
    }
}

/// Both halves of an autoencoder, the encoder where the family needs it.
pub struct Vae<B: Kernels> {
    /// Latent to pixels.
    pub decoder: Decoder<B>,
    /// Pixels to latent.
    pub encoder: Option<Encoder<B>>,
}

/// Reads the autoencoder's weights once more, to some place.
pub type Reread<B> = Box<dyn Fn(&Place<B>) -> Result<Vae<B>, Error> + Send>;

/// [`Vae`] as a stage.
pub struct HostedVae<B: Kernels> {
    /// The model.
    pub vae: Vae<B>,
    /// Where it is.
    pub place: Place<B>,
    /// For going over to f32.
    pub reread: Reread<B>,
}

impl<B: Kernels> Autoencoder for HostedVae<B> {
    fn precision(&self) -> Precision {
        match self.place.dtype {
            DType::F16 => Precision::F16,
            DType::BF16 => Precision::Bf16,
            _ => Precision::F32,
        }
    }

    fn widen(&mut self) -> Result<(), Error> {
        let place = Place { device: self.place.device.clone(), dtype: DType::F32 };
        self.vae = (self.reread)(&place)?;
        self.place = place;
        Ok(())
    }

    fn decode(&mut self, latent: &Latent) -> Result<Latent, Error> {
        to_latent(self.vae.decoder.forward(to_device(latent, 1, &self.place)), Stage::Vae)
    }

    fn begin(&mut self, latent: &Latent) -> Result<Latent, Error> {
        to_latent(self.vae.decoder.begin(to_device(latent, 1, &self.place)), Stage::Vae)
    }

    fn finish(&mut self, tile: &Latent, norms: &mut PictureNorms) -> Result<Latent, Error> {
        let mut norms = norms.tile();
        let pixels = self.vae.decoder.finish(to_device(tile, 1, &self.place), &mut norms);
        let pixels = to_latent(pixels, Stage::Vae)?;
        match norms.fault() {
            Some(fault) => Err(Error::Internal { detail: format!("{}: {fault}", Stage::Vae) }),
            None => Ok(pixels),
        }
    }

    fn encode(&mut self, pixels: &Latent) -> Result<Latent, Error> {
        let Some(encoder) = &self.vae.encoder else {
            return Err(Error::Internal { detail: "the VAE's encoder was not loaded".into() });
        };
        let moments = encoder.forward(to_device(pixels, 1, &self.place));
        let moments = to_latent(moments, Stage::Vae)?;
        // The mean comes first; the log variance behind it is for training.
        let [batch, channels, height, width] = moments.shape();
        let size = channels * height * width;
        let means = moments.data.chunks_exact(size).flat_map(|both| &both[..size / 2]);
        Latent::new([batch, channels / 2, height, width], means.copied().collect())
    }
}

/// `[batch, channels, h, w]` on the host to `[count batch, h, w, channels]` on a device.
fn to_device<B: Kernels>(latent: &Latent, count: usize, place: &Place<B>) -> Tensor<B, 4> {
    let [batch, channels, height, width] = latent.shape();
    let values = turned(&latent.data, channels, height * width).repeat(count);
    place.tensor(values, [count * batch, height, width, channels])
}

/// The other way round.
fn to_latent<B: Kernels>(x: Tensor<B, 4>, stage: Stage) -> Result<Latent, Error> {
    let [batch, height, width, channels] = x.dims();
    let data = turned(&to_host(x, stage)?, height * width, channels);
    Latent::new([batch, channels, height, width], data)
}

/// Every `rows` by `columns` matrix of `values` transposed.
fn turned(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(values.len());
    for matrix in values.chunks_exact((rows * columns).max(1)) {
        for column in 0..columns {
            out.extend((0..rows).map(|row| matrix[row * columns + column]));
        }
    }
    out
}

/// A tensor's values. This is where a device's failures show.
fn to_host<B: Kernels, const D: usize>(x: Tensor<B, D>, stage: Stage) -> Result<Vec<f32>, Error> {
    let failed = |detail: String| Error::Internal { detail: format!("{stage}: {detail}") };
    let data = x.try_into_data().map_err(|error| failed(format!("{error:?}")))?;
    data.convert::<f32>().into_vec().map_err(|error| failed(format!("{error:?}")))
}
