//! How latents are cut and put together, with a decoder that sees no neighbours.

use super::*;
use crate::engine::device::Precision;

const SMALL: Cut = Cut { tile: 8, overlap: 2, edge: 0, sample: 4 };

#[test]
fn shares_make_one_everywhere_and_tiles_reach_both_ends() {
    let cuts = [
        SMALL,
        Cut::default(),
        Cut { tile: 5, overlap: 4, edge: 1, ..SMALL },
        Cut { tile: 3, overlap: 0, ..SMALL },
    ];
    for cut in cuts {
        for size in 1..150 {
            let spans = cut.spans(size);
            let mut sums = vec![0.0_f32; size * SCALE];
            for span in &spans {
                assert_eq!(span.latent.len(), cut.tile.min(size), "{size}: {span:?}");
                assert_eq!(span.shares.len(), span.places().len());
                let sums = sums[span.places()].iter_mut();
                sums.zip(&span.shares).for_each(|(sum, share)| *sum += share);
            }
            assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-5), "{size}: {sums:?}");
            for pair in spans.windows(2) {
                assert!(pair[0].latent.end >= pair[1].latent.start + cut.overlap, "{size}");
            }
            assert_eq!(cut.divides((size, 1)), spans.len() > 1, "{size}");
        }
    }
}

#[test]
fn nothing_is_taken_from_cut_edges() {
    for span in Cut::default().spans(200).iter().skip(1) {
        assert!(span.shares[..EDGE * SCALE].iter().all(|share| *share == 0.0), "{span:?}");
    }
    let first = &Cut::default().spans(200)[0];
    assert_eq!(first.shares[0], 1.0);
}

/// Each latent pixel's first three channels as a square of colour; counts what it is asked.
#[derive(Default)]
struct Enlarger {
    begun: u32,
    wrong: bool,
}

fn enlarged(latent: &Latent) -> Latent {
    let (height, width) = (latent.height * SCALE, latent.width * SCALE);
    let mut data = Vec::new();
    for plane in latent.data.chunks_exact(latent.height * latent.width).take(CHANNELS) {
        for place in 0..height * width {
            let (y, x) = (place / width / SCALE, place % width / SCALE);
            data.push(plane[y * latent.width + x]);
        }
    }
    Latent::new([1, CHANNELS, height, width], data).unwrap()
}

impl Autoencoder for Enlarger {
    fn precision(&self) -> Precision {
        Precision::F32
    }

    fn widen(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn decode(&mut self, latent: &Latent) -> Result<Latent, Error> {
        Ok(enlarged(latent))
    }

    fn begin(&mut self, latent: &Latent) -> Result<Latent, Error> {
        self.begun += 1;
        Ok(latent.clone())
    }

    fn finish(&mut self, tile: &Latent, _: &mut PictureNorms) -> Result<Latent, Error> {
        Ok(if self.wrong { tile.clone() } else { enlarged(tile) })
    }

    fn encode(&mut self, pixels: &Latent) -> Result<Latent, Error> {
        Ok(pixels.clone())
    }
}

#[test]
fn tiles_come_together_as_the_whole() {
    for (height, width, samples) in [(20, 9, 1), (8, 31, 1), (7, 5, 0), (8, 8, 0)] {
        let data = (0..4 * height * width).map(|i| (i as f32 * 0.37).sin()).collect();
        let latent = Latent::new([1, 4, height, width], data).unwrap();
        let mut told = Vec::new();
        let mut stage = Enlarger::default();
        let joined = SMALL.decode(&latent, &mut stage, &mut |tile, tiles| {
            told.push((tile, tiles));
            Ok(())
        });
        let (joined, whole) = (joined.unwrap(), enlarged(&latent));
        assert_eq!((joined.shape(), stage.begun), (whole.shape(), 1));
        let near = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-5;
        assert!(joined.data.iter().zip(&whole.data).all(near), "{height}x{width}");
        let tiles = samples + (SMALL.spans(height).len() * SMALL.spans(width).len()) as u32;
        assert_eq!(told, (1..=tiles).map(|tile| (tile, tiles)).collect::<Vec<_>>());
    }
}

#[test]
fn a_sample_is_spread_evenly_over_the_whole() {
    let data = (0..2 * 6 * 3).map(|i| i as f32).collect();
    let features = Latent::new([1, 2, 6, 3], data).unwrap();
    let small = sample(&features, 2).unwrap();
    assert_eq!(small.shape(), [1, 2, 2, 2]);
    // Rows 1 and 4, columns 0 and 2.
    assert_eq!(small.data, [3.0, 5.0, 12.0, 14.0, 21.0, 23.0, 30.0, 32.0]);
    assert_eq!(sample(&features, 6), Ok(features));
}

#[test]
fn a_tile_of_another_size_is_an_error() {
    let latent = Latent::new([1, 4, 9, 9], vec![0.0; 4 * 81]).unwrap();
    let mut wrong = Enlarger { wrong: true, ..Enlarger::default() };
    let refused = SMALL.decode(&latent, &mut wrong, &mut |_, _| Ok(()));
    assert!(matches!(refused, Err(Error::Internal { .. })));
    let stopped = Error::Cancelled { step: 1, steps: 1 };
    let end = SMALL.decode(&latent, &mut Enlarger::default(), &mut |tile, _| {
        assert_eq!(tile, 1, "the first one ends it");
        Err(stopped.clone())
    });
    assert_eq!(end, Err(stopped));
}
