//! Group norms of a picture that is computed tile by tile: all tiles are normalised alike, so that
//! none of them has a brightness of its own.

use super::layer::GroupNorm;
use crate::engine::kernels::{Activation, Kernels, NORM_GROUPS};
use burn::tensor::{DType, Tensor};

/// Rows of a map that are looked at together: what is computed of them is small beside the map.
const BAND: usize = 16;

/// Count, mean and sum of squared distances from it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Takes in those of other values (Chan, Golub and LeVeque 1979).
    fn add(&mut self, other: Self) {
        let count = self.count + other.count;
        if count > 0.0 {
            let distance = other.mean - self.mean;
            self.mean += distance * other.count / count;
            self.squares += other.squares + distance * distance * self.count * other.count / count;
            self.count = count;
        }
    }

    fn variance(self) -> f64 {
        self.squares / self.count.max(1.0)
    }
}

/// One norm's groups.
type Groups = [Moments; NORM_GROUPS];

/// What all norms of one picture go by, in the order in which they are computed: what the first
/// tile had, which had better be like the whole.
#[derive(Clone, Debug, Default)]
pub struct PictureNorms {
    groups: Vec<Groups>,
}

impl PictureNorms {
    /// For the next tile.
    pub fn tile(&mut self) -> TileNorms<'_> {
        TileNorms { picture: self, next: 0, fault: None }
    }
}

/// The norms of one tile.
pub struct TileNorms<'a> {
    picture: &'a mut PictureNorms,
    next: usize,
    fault: Option<String>,
}

impl TileNorms<'_> {
    /// The next norm of `x`, `[1, height, width, channels]`, and its activation.
    pub fn forward<B: Kernels>(
        &mut self,
        norm: &GroupNorm<B>,
        x: Tensor<B, 4>,
        activation: Activation,
    ) -> Tensor<B, 4> {
        let index = self.next;
        self.next += 1;
        if let Some(groups) = self.picture.groups.get(index) {
            let pairs = groups.map(|group| (group.mean, group.variance()));
            return norm.forward_as(x, &pairs, activation);
        }
        match count(&x) {
            Ok(groups) => self.picture.groups.push(groups),
            Err(fault) => self.fault = Some(fault),
        }
        norm.forward(x, activation)
    }

    /// Why a norm could not be counted, if one could not.
    pub fn fault(self) -> Option<String> {
        self.fault
    }
}

/// Of every group of a map `[1, height, width, channels]`.
fn count<B: Kernels>(x: &Tensor<B, 4>) -> Result<Groups, String> {
    let [_, height, width, channels] = x.dims();
    let mut groups = [Moments::default(); NORM_GROUPS];
    for top in (0..height).step_by(BAND) {
        let rows = top..(top + BAND).min(height);
        let count = rows.len() * width;
        let band = x.clone().slice([0..1, rows, 0..width, 0..channels]);
        let band = band.cast(DType::F32).reshape([count, channels]);
        let mean = band.clone().mean_dim(0);
        let distance = band - mean.clone();
        let squares = (distance.clone() * distance).sum_dim(0);
        let values = values(mean)?.into_iter().zip(values(squares)?);
        for (channel, (mean, squares)) in values.enumerate() {
            groups[channel * NORM_GROUPS / channels].add(Moments {
                count: count as f64,
                mean: f64::from(mean),
                squares: f64::from(squares),
            });
        }
    }
    Ok(groups)
}

fn values<B: Kernels>(x: Tensor<B, 2>) -> Result<Vec<f32>, String> {
    let data = x.try_into_data().map_err(|error| format!("{error:?}"))?;
    data.into_vec().map_err(|error| format!("{error:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Moments {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares = values.iter().map(|value| (value - mean).powi(2)).sum();
        Moments { count: values.len() as f64, mean, squares }
    }

    #[test]
    fn moments_of_parts_add_up_to_those_of_the_whole() {
        let values: Vec<f64> = (0..50).map(|i| f64::from(i).sin() * 3.0 + 100.0).collect();
        let whole = of(&values);
        let mut sum = Moments::default();
        for part in [&values[..1], &values[1..17], &[], &values[17..]] {
            sum.add(if part.is_empty() { Moments::default() } else { of(part) });
        }
        assert_eq!(sum.count, 50.0);
        assert!((sum.mean - whole.mean).abs() < 1e-12);
        assert!((sum.variance() - whole.variance()).abs() < 1e-12);
        assert_eq!(Moments::default().variance(), 0.0);
    }
}
