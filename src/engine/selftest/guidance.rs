//! Both halves of the guidance at a time: two UNets on one card have to give the bits of one, as
//! two cards of a kind would.

use super::{SelftestRow, Tick, broken, max_difference};
use crate::engine::backend::{self, Site};
use crate::engine::conditioning::Conditioning;
use crate::engine::denoise::{Call, LoadedUnet};
use crate::engine::error::Error;
use crate::engine::latent::Latent;
use crate::engine::loaded::{Files, go_on};
use crate::engine::memory::Room;
use crate::engine::models::clip::POSITIONS;
use crate::engine::seeded::{self, Options, Recipe, Scale};
use crate::engine::weights::Dtype;
use std::sync::Arc;

const RECIPE: Recipe = Recipe::Sd15;
const SCALE: Scale = Scale::Tiny;

/// Compares two UNets at `site`, a half each, with one that computes the halves one by one.
///
/// # Errors
///
/// As [`selftest`](super::selftest).
pub fn selftest_guidance(site: Site, tick: Tick) -> Result<Vec<SelftestRow>, Error> {
    let checkpoint = seeded::checkpoint(RECIPE, SCALE, Dtype::F16, 0, &Options::default());
    let files = Files { checkpoint: Arc::new(checkpoint), vae: None, clip: Vec::new() };
    let (config, part) = files.model()?.unet;
    let read = || backend::denoiser(site, &config, &part, &|_| Ok(()));
    let width = config.context_dim;
    let side = |start: f32| Conditioning {
        context: (0..POSITIONS * width).map(|i| start + (i % 13) as f32 * 0.1).collect(),
        tokens: POSITIONS,
        width,
        vector: None,
    };
    let (positive, negative) = (side(0.2), side(-0.7));
    let (height, width) = (8, 12);
    let values = (0..4 * height * width).map(|i| (i * 37 % 101) as f32 / 50.0 - 1.0).collect();
    let input = Latent::new([1, 4, height, width], values)?;
    let mut halves = |second| {
        go_on(tick(1))?;
        let again = Box::new(|_| Err(broken("read once")));
        let mut unet = LoadedUnet::new(read()?, site, Vec::new(), again);
        if second {
            unet.join(read()?);
        }
        unet.begin(true);
        let conditionings = &[&positive, &negative][..];
        let call = Call { input: &input, timestep: 481.0, conditionings };
        unet.predict(call, Room::default(), &mut |_| Ok(()))
    };
    let [one, two] = [halves(false)?, halves(true)?].map(|halves| {
        let values = halves.iter().flat_map(|half| &half.data);
        values.copied().map(f64::from).collect::<Vec<_>>()
    });
    let max_diff = max_difference(&one, &two);
    Ok(vec![SelftestRow {
        family: RECIPE.name().into(),
        scale: SCALE.name().into(),
        dtype: site.precision.to_string(),
        stage: "guidance".into(),
        max_diff,
        limit: 0.0,
        ok: max_diff == 0.0,
    }])
}
