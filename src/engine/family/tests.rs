//! Detection of every family at every scale, on names and shapes alone.

use super::super::seeded::{self, Options, Recipe, Scale};
use super::super::weights::{Dtype, Source};
use super::*;
use std::sync::Arc;

fn seeded(recipe: Recipe, scale: Scale, options: &Options) -> Arc<dyn Source> {
    Arc::new(seeded::checkpoint(recipe, scale, Dtype::F16, 0, options))
}

#[test]
fn every_family_is_told_at_every_scale() {
    for recipe in Recipe::ALL {
        for scale in Scale::ALL {
            let source = seeded(recipe, scale, &Options::default());
            let model = resolve(&source, None, &[]).unwrap();
            let expected = recipe.dimensions(scale);
            assert_eq!(model.unet.0, expected.unet, "{recipe:?} {scale:?}");
            assert_eq!(model.vae.0, expected.vae, "{recipe:?} {scale:?}");
            let clips: Vec<_> = model.clips.iter().map(|(config, _)| config.clone()).collect();
            let expected: Vec<_> = expected.clips.into_iter().map(|(_, config)| config).collect();
            assert_eq!(clips, expected, "{recipe:?} {scale:?}");
        }
    }
}
