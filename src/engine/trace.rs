//! What a generation keeps of its way, when asked: the reference kit's names and shapes, so that
//! two programs can be compared stage by stage.

use super::conditioning::{EncodedPrompt, Side};
use super::latent::Latent;
use super::models::clip::POSITIONS;
use super::picture::{Array, Values};
use super::schedule::NoiseSchedule;

/// Named arrays of one generation, or nothing at all.
pub struct Trace {
    arrays: Option<Vec<(String, Array)>>,
    called: bool,
}

fn floats(shape: &[usize], values: &[f32]) -> Array {
    Array { shape: shape.to_vec(), data: Values::F32(values.to_vec()) }
}

impl Trace {
    /// One that keeps what it is shown, or forgets it.
    pub fn new(keep: bool) -> Self {
        Self { arrays: keep.then(Vec::new), called: false }
    }

    fn keep(&mut self, name: &str, array: impl FnOnce() -> Array) {
        if let Some(arrays) = &mut self.arrays {
            arrays.push((name.to_owned(), array()));
        }
    }

    /// `pos_ids_N`, `pos_context`, `pos_pooled`, and the same with `neg`.
    pub fn prompt(&mut self, side: Side, prompt: &EncodedPrompt) {
        let side = match side {
            Side::Positive => "pos",
            Side::Negative => "neg",
        };
        for (index, chunks) in prompt.ids.iter().enumerate() {
            let ids = || chunks.iter().flatten().map(|id| i64::from(*id)).collect();
            let shape = vec![chunks.len(), POSITIONS];
            let array = || Array { shape, data: Values::I64(ids()) };
            self.keep(&format!("{side}_ids_{index}"), array);
        }
        let conditioning = &prompt.conditioning;
        let shape = [1, conditioning.tokens, conditioning.width];
        self.keep(&format!("{side}_context"), || floats(&shape, &conditioning.context));
        if let Some(pooled) = &prompt.pooled {
            self.keep(&format!("{side}_pooled"), || floats(&[1, pooled.len()], pooled));
        }
    }

    /// `sigmas`, and the `timesteps` of all but the closing 0.
    pub fn schedule(&mut self, sigmas: &[f32], schedule: &NoiseSchedule) {
        self.keep("sigmas", || floats(&[sigmas.len()], sigmas));
        let levels = &sigmas[..sigmas.len().saturating_sub(1)];
        let timesteps = || levels.iter().map(|sigma| schedule.timestep(*sigma) as i64).collect();
        self.keep("timesteps", || Array {
            shape: vec![levels.len()],
            data: Values::I64(timesteps()),
        });
    }

    /// `noise`, before it is scaled.
    pub fn noise(&mut self, noise: &[f32], shape: [usize; 4]) {
        self.keep("noise", || floats(&shape, noise));
    }

    /// `unet_input_0`, `timestep_0`, `eps_pos_0`, `eps_neg_0`, from the first call only.
    pub fn first_call(&mut self, input: &Latent, timestep: f32, outputs: &[Latent]) {
        if std::mem::replace(&mut self.called, true) {
            return;
        }
        self.keep("unet_input_0", || floats(&input.shape(), &input.data));
        let timestep = Values::I64(vec![timestep as i64]);
        self.keep("timestep_0", || Array { shape: vec![1], data: timestep });
        for (name, output) in ["eps_pos_0", "eps_neg_0"].iter().zip(outputs) {
            self.keep(name, || floats(&output.shape(), &output.data));
        }
    }

    /// `latents` after every step, `[steps, batch, 4, h, w]`.
    pub fn latents(&mut self, values: Vec<f32>, shape: [usize; 4]) {
        let steps = values.len() / shape.iter().product::<usize>().max(1);
        let shape = [&[steps], &shape[..]].concat();
        self.keep("latents", || Array { shape, data: Values::F32(values) });
    }

    /// `image`, `[h, w, 3]` in 0..1; a batch has one more dimension in front.
    pub fn image(&mut self, pixels: &Latent) {
        let [batch, _, height, width] = pixels.shape();
        let size = height * width;
        let values = || {
            let pictures = pixels.data.chunks_exact(3 * size);
            let interleaved =
                pictures.flat_map(|planes| (0..3 * size).map(|i| planes[(i % 3) * size + i / 3]));
            interleaved.map(|value| ((value + 1.0) / 2.0).clamp(0.0, 1.0)).collect()
        };
        let mut shape = vec![height, width, 3];
        if batch > 1 {
            shape.insert(0, batch);
        }
        self.keep("image", || Array { shape, data: Values::F32(values()) });
    }

    /// Everything kept.
    pub fn finish(self) -> Vec<(String, Array)> {
        self.arrays.unwrap_or_default()
    }
}
