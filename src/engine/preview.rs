//! What a latent will look like, without the autoencoder: each pixel's four values times a matrix.
//!
//! The autoencoder's latents are close to linear in the colours, so this is a picture an eighth of
//! the size, roughly right, for a millisecond's work.

use super::family::Family;
use super::picture::Picture;
use std::time::{Duration, Instant};

/// Least time between two previews: more would be seen by nobody and cost the pipe.
const GAP: Duration = Duration::from_millis(200);

/// Channels of a latent.
const CHANNELS: usize = 4;

/// From a latent's four values to a colour's bytes: red, green and blue are rows of factors.
struct ColourMap {
    factors: [[f32; CHANNELS]; 3],
    bias: [f32; 3],
}

/// SD 1.x and 2.x: found by keturn and torridgristle, as InvokeAI has them, from -1..1 to bytes.
/// <https://discuss.huggingface.co/t/decoding-latents-to-rgb-without-upscaling/23204>
static SD: ColourMap = ColourMap {
    factors: [
        [127.5 * 0.3444, 127.5 * 0.1247, 127.5 * -0.3192, 127.5 * -0.1307],
        [127.5 * 0.1385, 127.5 * 0.4027, 127.5 * 0.2513, 127.5 * -0.1874],
        [127.5 * 0.0670, 127.5 * 0.1494, 127.5 * 0.2103, 127.5 * -0.7445],
    ],
    bias: [127.5; 3],
};

/// SDXL, whose autoencoder was trained anew: Vass 2023, "Explaining the SDXL latent space".
/// <https://huggingface.co/blog/TimothyAlexisVass/explaining-the-sdxl-latent-space>
static SDXL: ColourMap = ColourMap {
    factors: [[60.0, -60.0, 25.0, -70.0], [60.0, -5.0, 15.0, -50.0], [60.0, 10.0, -5.0, -35.0]],
    bias: [150.0, 140.0, 130.0],
};

fn colours(family: Family) -> &'static ColourMap {
    match family {
        Family::Sd1 | Family::Sd2 => &SD,
        Family::Sdxl | Family::SdxlRefiner => &SDXL,
    }
}

/// The picture that `latent`, one of `[4, height, width]` as the sampler has it, stands for. `None`
/// where there are too few values for one.
pub fn preview(family: Family, latent: &[f32], height: usize, width: usize) -> Option<Picture> {
    let size = height * width;
    let planes: [&[f32]; CHANNELS] =
        [0, 1, 2, 3].map(|channel| latent.get(channel * size..(channel + 1) * size).unwrap_or(&[]));
    if size == 0 || planes.iter().any(|plane| plane.is_empty()) {
        return None;
    }
    let ColourMap { factors, bias } = colours(family);
    let mut rgb = Vec::with_capacity(3 * size);
    let [a, b, c, d] = planes;
    for (((a, b), c), d) in a.iter().zip(b).zip(c).zip(d) {
        for ([p, q, r, s], bias) in factors.iter().zip(bias) {
            let value = a * p + b * q + c * r + d * s + bias;
            rgb.push(value.round() as u8); // saturates
        }
    }
    Some(Picture { width: width as u32, height: height as u32, rgb })
}

/// Lets the first preview through, and then no more than a few a second.
#[derive(Default)]
pub struct Pace {
    last: Option<Instant>,
}

impl Pace {
    /// Whether it is time for one, which is then taken to be made.
    pub fn is_due(&mut self) -> bool {
        let due = self.last.is_none_or(|last| last.elapsed() >= GAP);
        if due {
            self.last = Some(Instant::now());
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One pixel of the given channels.
    fn pixel(family: Family, values: [f32; 4]) -> [u8; 3] {
        preview(family, &values, 1, 1).unwrap().rgb.try_into().unwrap()
    }

    #[test]
    fn nothing_is_grey_and_each_channel_has_its_colour() {
        assert_eq!(pixel(Family::Sd1, [0.0; 4]), [128, 128, 128]);
        assert_eq!(pixel(Family::Sdxl, [0.0; 4]), [150, 140, 130]);
        assert_eq!(pixel(Family::Sdxl, [0.0, 1.0, 0.0, 0.0]), [90, 135, 140]);
        assert_eq!(pixel(Family::Sd2, [0.0, 0.0, 0.0, 1.0]), [111, 104, 33]);
        assert_eq!(pixel(Family::SdxlRefiner, [9.0, 0.0, 0.0, 0.0]), [255; 3]);
        assert_eq!(pixel(Family::Sd1, [-99.0; 4]), [0, 0, 255]);
    }

    #[test]
    fn pixels_keep_their_places() {
        // Two rows of three; one bright pixel in the last row's middle.
        let mut latent = vec![0.0; 4 * 6];
        latent[4] = 1.0;
        let picture = preview(Family::Sdxl, &latent, 2, 3).unwrap();
        assert_eq!((picture.width, picture.height, picture.rgb.len()), (3, 2, 18));
        assert_eq!(picture.rgb[12..15], [210, 200, 190]);
        assert_eq!(picture.rgb[9..12], [150, 140, 130]);
        assert_eq!(preview(Family::Sdxl, &latent, 2, 4), None);
        assert_eq!(preview(Family::Sdxl, &[], 0, 4), None);
    }

    #[test]
    fn a_preview_of_a_thousand_pixels_square_takes_a_millisecond() {
        let latent = vec![0.3; 4 * 128 * 128];
        let times = (0..20).map(|_| {
            let begin = Instant::now();
            assert!(preview(Family::Sdxl, &latent, 128, 128).is_some());
            begin.elapsed()
        });
        let best = times.min().unwrap();
        // Ten times what it takes, for builds without optimisation and machines at work.
        assert!(best < Duration::from_millis(10), "{best:?}");
    }

    #[test]
    fn the_first_is_always_due_and_the_next_is_not() {
        let mut pace = Pace::default();
        assert!(pace.is_due());
        assert!(!pace.is_due());
        std::thread::sleep(GAP);
        assert!(pace.is_due());
    }
}
