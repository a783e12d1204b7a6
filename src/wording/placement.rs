//! Tests: where a model goes, and why, in words.

use super::event;
use crate::engine::{Device, Event, Fit, Mode, Placement, Why};

const FIRST: Device = Device::Cuda(0);
const SECOND: Device = Device::Cuda(1);

fn said(mode: &Mode, why: &Why) -> String {
    let (mode, why) = (mode.clone(), why.clone());
    event(&Event::Placed(Placement { mode, why, fit: Fit::Fits, skipped: Vec::new() }))
}

#[test]
fn a_placement_is_one_sentence_with_its_reason() {
    let apart = Mode::Apart { clip: Device::Cpu, unet: FIRST, vae: SECOND };
    let large = Why::TooLarge { device: FIRST, needed: 8_900_000_000, available: 7_600_000_000 };
    assert_eq!(
        said(&apart, &large),
        "Text encoder on cpu, UNet on cuda:0, VAE on cuda:1: \
         all of it needs 8.9 GB on cuda:0, where 7.6 GB are free"
    );
    let modes = [
        Mode::OneDevice { device: FIRST },
        apart,
        Mode::GuidanceInParallel { clip: FIRST, unet: FIRST, negative: SECOND, vae: FIRST },
        Mode::QueueInParallel { devices: vec![FIRST, SECOND] },
    ];
    let reasons = [
        Why::OnlyOne,
        Why::Best,
        Why::Chosen,
        Why::Pinned,
        large,
        Why::TwoDenoisers,
        Why::PicturesWait { waiting: 3 },
    ];
    for mode in &modes {
        for why in &reasons {
            // A new variant does not compile here until it is among those above.
            match (mode, why) {
                (
                    Mode::OneDevice { .. }
                    | Mode::Apart { .. }
                    | Mode::GuidanceInParallel { .. }
                    | Mode::QueueInParallel { .. },
                    Why::OnlyOne
                    | Why::Best
                    | Why::Chosen
                    | Why::Pinned
                    | Why::TooLarge { .. }
                    | Why::TwoDenoisers
                    | Why::PicturesWait { .. },
                ) => {}
            }
            let said = said(mode, why);
            let gaps = ['{', '}', '_', '$', '"'];
            assert!(said.contains("cuda:") && !said.contains(gaps), "{said}");
        }
    }
}
