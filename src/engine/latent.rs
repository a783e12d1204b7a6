//! The latent picture on the host, and the arithmetic between it and the model.
//!
//! Everything is plain f32. The functions follow the variance-exploding form that k-diffusion
//! samplers work in: x = clean + sigma * noise (Karras et al. 2022).

use super::error::Error;
use super::family::Prediction;
use rayon::prelude::*;

/// A batch of latent pictures: `[batch, channels, height, width]`, row-major, contiguous.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Latent {
    /// Pictures.
    pub batch: usize,
    /// Channels; 4 for Stable Diffusion.
    pub channels: usize,
    /// Rows: pixels / 8.
    pub height: usize,
    /// Columns: pixels / 8.
    pub width: usize,
    /// The values.
    pub data: Vec<f32>,
}

impl Latent {
    /// A latent of that shape over `data`.
    ///
    /// # Errors
    /// [`Error::Internal`] if the number of values is not what the shape says.
    pub fn new(shape: [usize; 4], data: Vec<f32>) -> Result<Self, Error> {
        let count = shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size));
        if count != Some(data.len()) {
            let detail = format!("a latent of shape {shape:?} got {} values", data.len());
            return Err(Error::Internal { detail });
        }
        let [batch, channels, height, width] = shape;
        Ok(Self { batch, channels, height, width, data })
    }

    /// `[batch, channels, height, width]`.
    pub fn shape(&self) -> [usize; 4] {
        [self.batch, self.channels, self.height, self.width]
    }

    /// Whether there is neither NaN nor infinity in it.
    pub fn is_finite(&self) -> bool {
        is_finite(&self.data)
    }
}

/// Whether there is neither NaN nor infinity among `values`.
pub fn is_finite(values: &[f32]) -> bool {
    // A run is looked at to its end, which the compiler turns into vector instructions.
    values
        .par_chunks(1 << 14)
        .all(|run| run.iter().fold(true, |all, value| all & value.is_finite()))
}

/// Scales unit noise, in place, to the latent that sampling starts from.
///
/// A schedule from the top starts with the variance that training had there, sqrt(1 + sigma^2): the
/// clean picture's share counts too. One from further down (`ddim_uniform`) adds noise to nothing.
/// As ComfyUI.
pub fn scale_start(noise: &mut [f32], sigma: f32, sigma_max: f32) {
    let from_top = sigma > sigma_max || (sigma - sigma_max).abs() <= 1e-5 * sigma.max(sigma_max);
    let scale = if from_top { (1.0 + sigma * sigma).sqrt() } else { sigma };
    noise.iter_mut().for_each(|value| *value *= scale);
}

/// What the UNet gets for `x`: x / sqrt(sigma^2 + 1), of unit variance (Karras et al. 2022, c_in).
pub fn scale_input(x: &[f32], sigma: f32) -> Vec<f32> {
    let divisor = (sigma * sigma + 1.0).sqrt();
    x.iter().map(|value| value / divisor).collect()
}

/// The clean picture that the UNet's raw `output` for `x` stands for.
pub fn denoised(prediction: Prediction, x: &[f32], output: &[f32], sigma: f32) -> Vec<f32> {
    match prediction {
        Prediction::Eps => denoised_eps(x, output, sigma),
        Prediction::V => denoised_v(x, output, sigma),
    }
}

/// From the noise (Ho et al. 2020): x - sigma * output.
fn denoised_eps(x: &[f32], output: &[f32], sigma: f32) -> Vec<f32> {
    x.iter().zip(output).map(|(x, noise)| x - noise * sigma).collect()
}

/// From the velocity (Salimans and Ho 2022): x / v - output * sigma / sqrt(v), v = sigma^2 + 1.
fn denoised_v(x: &[f32], output: &[f32], sigma: f32) -> Vec<f32> {
    let variance = sigma * sigma + 1.0;
    let root = variance.sqrt();
    x.iter().zip(output).map(|(x, v)| x / variance - v * sigma / root).collect()
}

/// Classifier-free guidance (Ho and Salimans 2022): away from `negative`, `cfg` times as far as
/// `positive` is.
pub fn guide(positive: &[f32], negative: &[f32], cfg: f32) -> Vec<f32> {
    positive.iter().zip(negative).map(|(with, without)| without + (with - without) * cfg).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latent_holds_what_its_shape_says() {
        let latent = Latent::new([2, 4, 3, 5], vec![0.0; 120]).unwrap();
        assert_eq!(latent.shape(), [2, 4, 3, 5]);
        let refused = |shape, count| Latent::new(shape, vec![0.0; count]).is_err();
        assert!(refused([1, 4, 3, 5], 120));
        assert!(refused([usize::MAX, 2, 2, 2], 0));
    }

    #[test]
    fn one_bad_value_is_noticed() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(!Latent::new([1, 1, 1, 3], vec![1.0, bad, 2.0]).unwrap().is_finite());
        }
        assert!(Latent::new([1, 1, 1, 2], vec![f32::MAX, f32::MIN]).unwrap().is_finite());
    }

    fn start(sigma: f32, sigma_max: f32) -> f32 {
        let mut noise = [1.0];
        scale_start(&mut noise, sigma, sigma_max);
        noise[0]
    }

    #[test]
    fn only_a_schedule_from_the_top_starts_with_the_full_variance() {
        assert_eq!(start(3.0, 3.0), 10_f32.sqrt());
        assert_eq!(start(2.999_99, 3.0), (1.0 + 2.999_99_f32.powi(2)).sqrt());
        assert_eq!(start(4.0, 3.0), 17_f32.sqrt());
        assert_eq!(start(2.999, 3.0), 2.999);
        assert_eq!(start(1.0, 3.0), 1.0);
    }

    #[test]
    fn input_has_unit_variance() {
        assert_eq!(scale_input(&[5.0, -10.0], 3_f32.sqrt()), [2.5, -5.0]);
    }

    /// For x = clean + sigma * noise, either kind of exact output gives the clean value back.
    #[test]
    fn exact_outputs_give_the_clean_picture() {
        let (clean, noise, sigma) = (0.7_f32, -1.3_f32, 2.5_f32);
        let x = [clean + sigma * noise];
        let velocity = (noise - sigma * clean) / (sigma * sigma + 1.0).sqrt();
        let found = denoised(Prediction::Eps, &x, &[noise], sigma);
        assert!((found[0] - clean).abs() < 1e-6);
        let found = denoised(Prediction::V, &x, &[velocity], sigma);
        assert!((found[0] - clean).abs() < 1e-6);
    }

    /// ComfyUI's own result for sigma 2, output 0.5, x 3.
    #[test]
    fn v_estimate_equals_comfyui() {
        let vectors = include_str!("../../tests/data/samplers.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        let wanted = vectors["v_denoised_of_sigma2_out0.5_in3"].as_f64().unwrap() as f32;
        assert_eq!(denoised(Prediction::V, &[3.0], &[0.5], 2.0), [wanted]);
    }

    #[test]
    fn guidance_goes_from_negative_through_positive() {
        let (positive, negative) = ([2.0, 0.0], [1.0, 1.0]);
        assert_eq!(guide(&positive, &negative, 1.0), positive);
        assert_eq!(guide(&positive, &negative, 0.0), negative);
        assert_eq!(guide(&positive, &negative, 7.0), [8.0, -6.0]);
    }
}
