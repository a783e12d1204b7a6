//! Whether a separate VAE or text encoder belongs to a checkpoint, told from what is known of the
//! two files: the same rules that a load goes by.

use super::Shelf;
use crate::engine::{Error, FileKind, ModelFacts};

/// Widths of the published text encoders, whose kind is known for sure.
const PUBLISHED: [usize; 3] = [768, 1024, 1280];

/// Channels of the latents of every family here.
const LATENT_CHANNELS: usize = 4;

/// Why a file cannot be used where it was offered.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// It is something else.
    OtherKind(FileKind),
    /// It cannot be read, or not be computed with.
    Unusable(Error),
    /// Its latents are not the checkpoint's.
    Latent {
        /// Channels of its latents.
        found: usize,
        /// Channels of the checkpoint's.
        wanted: usize,
    },
    /// The checkpoint asks for other text encoders.
    Encoders {
        /// Those in the file, and their widths.
        found: Vec<(String, usize)>,
        /// Those that the checkpoint asks for.
        wanted: Vec<(String, usize)>,
    },
}

/// Whether the file that `part` tells of can be used from `shelf` beside the checkpoint that
/// `checkpoint` tells of, as far as that is known.
pub fn fit(shelf: Shelf, checkpoint: Option<&ModelFacts>, part: &ModelFacts) -> Result<(), Reason> {
    match shelf {
        Shelf::Checkpoints => fit_checkpoint(part),
        Shelf::Vae => fit_vae(part),
        Shelf::Clip => fit_clip(checkpoint, part),
    }
}

fn fit_checkpoint(facts: &ModelFacts) -> Result<(), Reason> {
    if facts.kind != FileKind::Checkpoint {
        return Err(Reason::OtherKind(facts.kind));
    }
    facts.problem.clone().map_or(Ok(()), |problem| Err(Reason::Unusable(problem)))
}

fn fit_vae(part: &ModelFacts) -> Result<(), Reason> {
    match part.parts.get("vae").map(|vae| vae.channels) {
        None => Err(Reason::OtherKind(part.kind)),
        Some(LATENT_CHANNELS) => Ok(()),
        Some(found) => Err(Reason::Latent { found, wanted: LATENT_CHANNELS }),
    }
}

fn fit_clip(checkpoint: Option<&ModelFacts>, part: &ModelFacts) -> Result<(), Reason> {
    let found: Vec<_> = encoders(part).map(|(name, width)| (name.to_owned(), width)).collect();
    if found.is_empty() {
        return Err(Reason::OtherKind(part.kind));
    }
    if encoder_places(checkpoint, part).is_empty() {
        let wanted = checkpoint.map(|facts| facts.encoders.clone().into_iter().collect());
        return Err(Reason::Encoders { found, wanted: wanted.unwrap_or_default() });
    }
    Ok(())
}

/// The places of the checkpoint (`clip_l`, `clip_g`, `clip_h`) that the text encoders of `part`
/// take; their own names where the checkpoint's places are not known. Of two files that take one
/// place, one is too many.
pub fn encoder_places(checkpoint: Option<&ModelFacts>, part: &ModelFacts) -> Vec<String> {
    let own = || encoders(part).map(|(name, _)| name.to_owned()).collect();
    let Some(checkpoint) = checkpoint.filter(|facts| !facts.encoders.is_empty()) else {
        return own();
    };
    let is_taken = |(place, width): &(&String, &usize)| {
        encoders(part).any(|(name, found)| {
            found == **width && (name == place.as_str() || !PUBLISHED.contains(&found))
        })
    };
    checkpoint.encoders.iter().filter(is_taken).map(|(place, _)| place.clone()).collect()
}

/// The text encoders in a file, and how wide they are.
fn encoders(facts: &ModelFacts) -> impl Iterator<Item = (&str, usize)> {
    let encoders = facts.parts.iter().filter(|(name, _)| name.starts_with("clip_"));
    encoders.map(|(name, part)| (name.as_str(), part.channels))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::PartFacts;

    fn facts(kind: FileKind, parts: &[(&str, usize)], encoders: &[(&str, usize)]) -> ModelFacts {
        let part = |channels| PartFacts { dtype: "f16".into(), bytes: 1, tensors: 9, channels };
        ModelFacts {
            kind,
            format: "safetensors".into(),
            family: None,
            prediction: None,
            inpaint: false,
            parts: parts.iter().map(|(name, width)| ((*name).to_owned(), part(*width))).collect(),
            encoders: encoders.iter().map(|(name, width)| ((*name).to_owned(), *width)).collect(),
            missing: Vec::new(),
            problem: None,
            resolution: None,
        }
    }

    fn sd1() -> ModelFacts {
        let parts = [("unet", 4), ("vae", 4), ("clip_l", 768)];
        facts(FileKind::Checkpoint, &parts, &[("clip_l", 768)])
    }

    fn sdxl() -> ModelFacts {
        let encoders = [("clip_l", 768), ("clip_g", 1280)];
        let parts = [("unet", 4), ("vae", 4), encoders[0], encoders[1]];
        facts(FileKind::Checkpoint, &parts, &encoders)
    }

    fn clip(name: &str, width: usize) -> ModelFacts {
        facts(FileKind::Clip, &[(name, width)], &[])
    }

    #[test]
    fn a_vae_fits_by_the_channels_of_its_latents() {
        let vae = |channels| facts(FileKind::Vae, &[("vae", channels)], &[]);
        let sd1 = sd1();
        assert_eq!(fit(Shelf::Vae, Some(&sd1), &vae(4)), Ok(()));
        let latent = Err(Reason::Latent { found: 16, wanted: 4 });
        assert_eq!(fit(Shelf::Vae, Some(&sd1), &vae(16)), latent);
        assert_eq!(fit(Shelf::Vae, None, &vae(16)), latent, "no family here has such latents");
        assert_eq!(fit(Shelf::Vae, Some(&sdxl()), &sd1), Ok(()), "out of a whole checkpoint");
        let lora = facts(FileKind::Lora, &[], &[]);
        assert_eq!(fit(Shelf::Vae, None, &lora), Err(Reason::OtherKind(FileKind::Lora)));
    }

    #[test]
    fn a_text_encoder_fits_where_the_checkpoint_has_a_place_for_it() {
        for (checkpoint, part, places) in [
            (sd1(), clip("clip_l", 768), vec!["clip_l"]),
            (sdxl(), clip("clip_l", 768), vec!["clip_l"]),
            (sdxl(), clip("clip_g", 1280), vec!["clip_g"]),
            (sdxl(), sdxl(), vec!["clip_g", "clip_l"]),
            (sdxl(), clip("clip_h", 1024), vec![]),
            (sd1(), clip("clip_g", 1280), vec![]),
            (sd1(), clip("clip_l", 64), vec![]),
        ] {
            assert_eq!(encoder_places(Some(&checkpoint), &part), places);
            let fits = fit(Shelf::Clip, Some(&checkpoint), &part);
            assert_eq!(fits.is_ok(), !places.is_empty(), "{fits:?}");
        }
        assert_eq!(encoder_places(None, &clip("clip_h", 1024)), ["clip_h"]);
        let refused = fit(Shelf::Clip, Some(&sd1()), &clip("clip_g", 1280));
        let (found, wanted) = (vec![("clip_g".to_owned(), 1280)], vec![("clip_l".to_owned(), 768)]);
        assert_eq!(refused, Err(Reason::Encoders { found, wanted }));
    }

    #[test]
    fn an_encoder_of_an_unpublished_size_goes_by_its_width() {
        let small = facts(FileKind::Checkpoint, &[], &[("clip_l", 64), ("clip_g", 128)]);
        assert_eq!(encoder_places(Some(&small), &clip("clip_l", 128)), ["clip_g"]);
        assert_eq!(encoder_places(Some(&small), &clip("clip_h", 64)), ["clip_l"]);
    }

    #[test]
    fn a_checkpoint_is_one_that_can_be_computed_with() {
        assert_eq!(fit(Shelf::Checkpoints, None, &sd1()), Ok(()));
        let problem = Error::UnsupportedModel { file: "x".into(), evidence: "edm_mean".into() };
        let odd = ModelFacts { problem: Some(problem.clone()), ..sd1() };
        assert_eq!(fit(Shelf::Checkpoints, None, &odd), Err(Reason::Unusable(problem)));
        let vae = facts(FileKind::Vae, &[("vae", 4)], &[]);
        assert_eq!(fit(Shelf::Checkpoints, None, &vae), Err(Reason::OtherKind(FileKind::Vae)));
    }
}
