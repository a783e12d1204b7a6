//! Sizes of pictures: those that each model family was trained on, and the step between them.

use crate::config::Defaults;
use crate::engine::ModelFacts;
use crate::i18n::text_with;

/// Sizes come in steps of so many pixels: the latent has an eighth of the picture's size.
pub const STEP: u32 = 8;
/// The smallest and the largest size.
pub const RANGE: (u32, u32) = (8, 8192);

/// Sizes of Stable Diffusion 1.x, trained at 512 x 512.
const SD1: [(u32, u32); 6] =
    [(512, 512), (512, 768), (768, 512), (512, 640), (640, 512), (768, 768)];
/// Sizes of Stable Diffusion 2.x, trained at 768 x 768 (the base model at 512 x 512).
const SD2: [(u32, u32); 6] =
    [(768, 768), (512, 512), (768, 1024), (1024, 768), (640, 896), (896, 640)];
/// Sizes of Stable Diffusion XL, from its training's buckets (Podell et al. 2023, appendix I).
const SDXL: [(u32, u32); 9] = [
    (1024, 1024),
    (1152, 896),
    (896, 1152),
    (1216, 832),
    (832, 1216),
    (1344, 768),
    (768, 1344),
    (1536, 640),
    (640, 1536),
];
/// Sizes to offer while the family is not known.
const ANY: [(u32, u32); 5] = [(512, 512), (512, 768), (768, 512), (768, 768), (1024, 1024)];

/// What is known of the sizes that a model makes pictures of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The model's family.
    family: Option<String>,
    /// The size that its file says it was trained at, where that is not the family's.
    own: Option<(u32, u32)>,
}

impl Sizes {
    /// What `model` says.
    pub fn of(model: &ModelFacts) -> Self {
        let family = model.family.clone();
        let steps = |side: u32| side.is_multiple_of(STEP);
        let own = model.resolution.filter(|(width, height)| steps(*width) && steps(*height));
        let own = own.filter(|size| !of_family(family.as_deref()).contains(size));
        Self { family, own }
    }

    /// Sizes that suit the model, the usual one first.
    pub fn presets(&self) -> Vec<(u32, u32)> {
        let Some((width, height)) = self.own else {
            return of_family(self.family.as_deref()).to_vec();
        };
        // Half as much again, one way or both: beyond that small models fall apart.
        let more = |side: u32| nearest(side + side / 2);
        let (wide, high) = (more(width), more(height));
        vec![(width, height), (wide, height), (width, high), (wide, high)]
    }

    /// The usual size, once the family is known.
    fn usual(&self) -> Option<(u32, u32)> {
        self.own.or(of_family(Some(self.family.as_deref()?)).first().copied())
    }
}

/// Sizes that suit a family.
fn of_family(family: Option<&str>) -> &'static [(u32, u32)] {
    match family {
        Some("sd1") => &SD1,
        Some("sd2") => &SD2,
        Some("sdxl" | "sdxl-refiner") => &SDXL,
        _ => &ANY,
    }
}

/// Whose the size in the entries is: the program proposes the usual size of the chosen model's
/// family for as long as nobody has asked for another.
#[derive(Clone, Copy, Debug, Default)]
pub struct Proposal {
    /// The size that the program has put there.
    made: Option<(u32, u32)>,
    /// The size that came with values from elsewhere, until the family is known that it is for.
    given: Option<(u32, u32)>,
    /// The user's size, while a model with a size of its own is chosen.
    aside: Option<(u32, u32)>,
}

impl Proposal {
    /// The size is that of the settings; one that was saved there is the user's.
    pub fn untouched(size: Option<(u32, u32)>) -> Self {
        let Defaults { width, height, .. } = Defaults::default();
        Self { made: size.filter(|size| *size == (width, height)), given: None, aside: None }
    }

    /// The size is that of an earlier session or of a picture.
    pub fn given(size: (u32, u32)) -> Self {
        Self { made: None, given: Some(size), aside: None }
    }

    /// The checkpoint makes pictures of these `sizes` from now on, and the entries say `size`:
    /// what they are to say instead.
    pub fn for_model(&mut self, sizes: &Sizes, size: Option<(u32, u32)>) -> Option<(u32, u32)> {
        let usual = Some(sizes.usual()?);
        let given = self.given.take();
        let is_untouched = self.made.is_some() && self.made == size;
        if let Some(aside) = self.aside.take().filter(|_| is_untouched) {
            (self.made, self.aside) = (None, None);
            return self.for_model(sizes, Some(aside)).or(Some(aside));
        }
        // A model with a size of its own is made for that one, whatever was asked of another.
        let is_for_it = given == size && given.is_some();
        if sizes.own.is_some() && !is_untouched && !is_for_it {
            (self.made, self.aside) = (usual, size);
            return usual.filter(|usual| Some(*usual) != size);
        }
        let is_ours = self.made.is_some() && self.made == size;
        // Whoever comes back to the usual size has asked for nothing special.
        let is_usual = given.is_some() && given == size && size == usual;
        self.made = usual.filter(|_| is_ours || is_usual);
        self.made.filter(|made| Some(*made) != size)
    }
}

/// `1152 × 896 (9:7)`
pub fn label((width, height): (u32, u32)) -> String {
    text_with(
        "parameter-size-row",
        [
            ("width", width.to_string().into()),
            ("height", height.to_string().into()),
            ("shape", shape(width, height).into()),
        ],
    )
}

/// The ratio of the sides in small numbers: exact where it can be, else the nearest.
fn shape(width: u32, height: u32) -> String {
    let ratio = f64::from(width) / f64::from(height.max(1));
    let off = |across: u32, up: u32| (f64::from(across) / f64::from(up) / ratio - 1.0).abs();
    let shapes = (1..=21).flat_map(|across| (1..=21).map(move |up| (across, up)));
    // Larger numbers have to be clearly nearer.
    let rated = shapes.map(|(a, b)| (off(a, b) + 0.002 * f64::from(a + b), a, b));
    let best = rated.min_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or_else(String::new, |(_, across, up)| format!("{across}:{up}"))
}

/// The size that the entry makes of what is typed into it; `None` for what is no number.
pub fn snapped(typed: &str) -> Option<u32> {
    typed.trim().parse().ok().map(nearest)
}

/// The size that can be made and is nearest to `pixels`: one half-way between two becomes the
/// larger, so that nothing of what was asked for is cut off.
pub fn nearest(pixels: u32) -> u32 {
    let steps = pixels.saturating_add(STEP / 2) / STEP;
    (steps * STEP).clamp(RANGE.0, RANGE.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(name: &str) -> Sizes {
        Sizes { family: (!name.is_empty()).then(|| name.to_owned()), own: None }
    }

    #[test]
    fn every_preset_can_be_made_and_comes_in_both_directions() {
        for family in [None, Some("sd1"), Some("sd2"), Some("sdxl"), Some("sdxl-refiner")] {
            let sizes = of_family(family);
            for &(width, height) in sizes {
                assert!(width.is_multiple_of(STEP) && height.is_multiple_of(STEP));
                assert!(sizes.contains(&(height, width)), "{family:?} {width} {height}");
            }
        }
        assert_eq!(of_family(Some("sdxl"))[0], (1024, 1024));
        assert_eq!(of_family(Some("sd1"))[0], (512, 512));
    }

    #[test]
    fn a_size_that_nobody_asked_for_becomes_the_usual_one_of_the_family() {
        let mut first = Proposal::untouched(Some((1024, 1024)));
        assert_eq!(first.for_model(&family(""), Some((1024, 1024))), None, "not known yet");
        assert_eq!(first.for_model(&family("sd1"), Some((1024, 1024))), Some((512, 512)));
        assert_eq!(first.for_model(&family("sd2"), Some((512, 512))), Some((768, 768)));
        assert_eq!(first.for_model(&family("sdxl"), Some((768, 768))), Some((1024, 1024)));
        assert_eq!(first.for_model(&family("sdxl-refiner"), Some((1024, 1024))), None);
        assert_eq!(first.for_model(&family("sd1"), Some((640, 1536))), None, "the user's by now");
        assert_eq!(first.for_model(&family("sdxl"), Some((640, 1536))), None);
    }

    #[test]
    fn sizes_from_the_settings_a_session_or_a_picture_stay() {
        let mut saved = Proposal::untouched(Some((768, 512)));
        assert_eq!(saved.for_model(&family("sd1"), Some((768, 512))), None);
        assert_eq!(saved.for_model(&family("sdxl"), Some((768, 512))), None);
        let mut back = Proposal::given((1024, 1024));
        assert_eq!(back.for_model(&family("sd1"), Some((1024, 1024))), None);
        assert_eq!(back.for_model(&family("sd2"), Some((1024, 1024))), None);
        let mut usual = Proposal::given((1024, 1024));
        assert_eq!(usual.for_model(&family("sdxl"), Some((1024, 1024))), None);
        assert_eq!(usual.for_model(&family("sd1"), Some((1024, 1024))), Some((512, 512)));
    }

    #[test]
    fn a_model_with_a_size_of_its_own_takes_it_and_gives_the_user_s_back() {
        let own = Sizes { own: Some((128, 128)), ..family("sd1") };
        assert_eq!(own.presets(), [(128, 128), (192, 128), (128, 192), (192, 192)]);
        let mut saved = Proposal::untouched(Some((768, 512)));
        assert_eq!(saved.for_model(&own, Some((768, 512))), Some((128, 128)));
        assert_eq!(saved.for_model(&family("sd1"), Some((128, 128))), Some((768, 512)));
        assert_eq!(saved.for_model(&family("sdxl"), Some((768, 512))), None, "the user's still");
        let mut first = Proposal::untouched(Some((1024, 1024)));
        assert_eq!(first.for_model(&own, Some((1024, 1024))), Some((128, 128)));
        assert_eq!(first.for_model(&family("sdxl"), Some((128, 128))), Some((1024, 1024)));
        assert_eq!(saved.for_model(&own, Some((768, 512))), Some((128, 128)));
        assert_eq!(saved.for_model(&family("sd1"), Some((256, 256))), None, "the user's by now");
        let mut back = Proposal::given((256, 192));
        assert_eq!(back.for_model(&own, Some((256, 192))), None, "as the session was left");
    }

    #[test]
    fn a_size_is_named_with_its_shape() {
        for ((width, height), named) in [
            ((1024, 1024), "1024 \u{d7} 1024 (1:1)"),
            ((512, 768), "512 \u{d7} 768 (2:3)"),
            ((1344, 768), "1344 \u{d7} 768 (7:4)"),
            ((1152, 896), "1152 \u{d7} 896 (9:7)"),
        ] {
            assert_eq!(label((width, height)), named);
        }
    }

    #[test]
    fn what_is_typed_snaps_to_the_nearest_step() {
        for (typed, size) in [("512", 512), ("500", 504), ("499", 496), ("3", 8), ("99999", 8192)] {
            assert_eq!(snapped(typed), Some(size), "{typed}");
        }
        assert_eq!(snapped("wide"), None);
        let all = [0, 1001, 1004, 1003, u32::MAX].map(nearest);
        assert_eq!(all, [8, 1000, 1008, 1000, 8192]);
    }
}
