//! What is in the models folder, which of its files a choice means, and what they add up to.

use super::ModelChoice;
use super::knowledge::Finding;
use crate::catalog::{self, Entry, Shelf};
use crate::engine::{Error, FileProblem, ModelFacts, PartFacts};
use crate::i18n::text;
use std::path::{Path, PathBuf};

/// A look into the models folder.
#[derive(Debug)]
pub struct Scan {
    /// The files, in the order of [`Shelf::ALL`].
    pub shelves: [Vec<Entry>; 3],
    /// The files that were to be chosen.
    pub wanted: Option<Wanted>,
}

/// The files that a choice means, or what keeps them from being chosen.
#[derive(Debug)]
pub struct Wanted {
    /// The checkpoint.
    pub checkpoint: Option<Result<Entry, Error>>,
    /// The VAE.
    pub vae: Option<Result<Entry, Error>>,
    /// Text encoders.
    pub clip: Vec<Result<Entry, Error>>,
}

impl Scan {
    /// Looks into the folder `models`, for the files that `wanted` means too; `demo` is the model
    /// that comes with the program. Takes its time.
    pub fn of(models: &Path, demo: Option<&Path>, wanted: Option<ModelChoice>) -> Self {
        let mut shelves = Shelf::ALL.map(|shelf| catalog::list(models, shelf));
        // Behind one's own: it is chosen by itself only where there are none.
        shelves[0].extend(demo.map(|file| catalog::demo(file, text("model-built-in-demo"))));
        let [checkpoints, vaes, clips] = &shelves;
        let wanted = wanted.map(|wanted| Wanted {
            checkpoint: wanted
                .checkpoint
                .map(|file| resolve(models, (Shelf::Checkpoints, checkpoints), &file)),
            vae: wanted.vae.map(|file| resolve(models, (Shelf::Vae, vaes), &file)),
            clip: wanted
                .clip
                .iter()
                .map(|file| resolve(models, (Shelf::Clip, clips), file))
                .collect(),
        });
        Self { shelves, wanted }
    }

    /// All files to look into, those first that are chosen or will be.
    pub fn paths(&self, chosen: &ModelChoice) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = Vec::new();
        if let Some(wanted) = &self.wanted {
            let found = wanted.checkpoint.iter().chain(&wanted.vae).chain(&wanted.clip);
            paths.extend(found.flatten().map(|entry| entry.path.clone()));
        }
        paths.extend(chosen.checkpoint.iter().chain(&chosen.vae).chain(&chosen.clip).cloned());
        let first: std::collections::HashSet<_> = paths.iter().cloned().collect();
        let rest = self.shelves.iter().flatten().map(|entry| entry.path.clone());
        paths.extend(rest.filter(|path| !first.contains(path)));
        paths
    }
}

/// A file that is on none of our shelves.
pub fn elsewhere(path: PathBuf) -> Entry {
    let bytes = path.metadata().map_or(0, |facts| facts.len());
    Entry { name: path.with_extension("").display().to_string(), bytes, path }
}

/// The file that `wanted` means: one anywhere, or a name in the folder `models`, whose files on
/// the shelf are in `list`.
fn resolve(models: &Path, (shelf, list): (Shelf, &[Entry]), wanted: &Path) -> Result<Entry, Error> {
    let path = catalog::find(models, shelf, wanted)?;
    let is_same = |entry: &&Entry| entry.path == path || is_same_file(&entry.path, &path);
    if let Some(entry) = list.iter().find(is_same) {
        return Ok(entry.clone());
    }
    let is_demo = |entry: &&Entry| catalog::is_demo(&entry.path) && !path.exists();
    if let Some(demo) = list.iter().find(is_demo).filter(|_| catalog::is_demo(wanted)) {
        return Ok(demo.clone());
    }
    match path.try_exists() {
        Ok(true) => Ok(elsewhere(path)),
        Ok(false) => Err(Error::File { file: path, problem: FileProblem::NotFound }),
        Err(error) => Err(Error::from_io(&path, &error)),
    }
}

/// Whether two paths of one file name lead to the same file.
fn is_same_file(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    a.file_name() == b.file_name() && real(a).is_some_and(|a| real(b) == Some(a))
}

/// The text encoders `chosen`, with `path` among them or, if it is there, without it. A file
/// replaces those that take one of its `places`.
pub fn toggled(
    chosen: &[PathBuf],
    path: PathBuf,
    places: impl Fn(&PathBuf) -> Option<Vec<String>>,
) -> Vec<PathBuf> {
    let mut rest: Vec<_> = chosen.iter().filter(|old| **old != path).cloned().collect();
    if rest.len() < chosen.len() {
        return rest;
    }
    let taken = places(&path);
    // What a file is for shows once it was looked into; until then it is one too many.
    rest.retain(|old| match (&taken, places(old)) {
        (Some(taken), Some(places)) => !places.iter().any(|place| taken.contains(place)),
        _ => false,
    });
    rest.push(path);
    rest
}

/// The checkpoint to begin with: the first of `entries` that makes pictures of words alone, else
/// the first that works, else the first. What is not `known` yet may be anything.
pub fn first<'a, 'b>(
    entries: impl Iterator<Item = &'a Entry>,
    known: impl Fn(&Path) -> Option<&'b Finding>,
) -> Option<&'a Entry> {
    entries.min_by_key(|entry| match known(&entry.path) {
        None => 0,
        Some(Ok(facts)) if catalog::fit(Shelf::Checkpoints, None, facts).is_ok() => {
            u8::from(!makes_pictures_of_words(facts))
        }
        Some(_) => 2,
    })
}

/// Whether the checkpoint needs no picture to begin with: one for inpainting and a refiner do.
fn makes_pictures_of_words(facts: &ModelFacts) -> bool {
    !facts.inpaint && facts.family.as_deref() != Some("sdxl-refiner")
}

/// Values in the weights of a model from these files: text encoders, UNet and VAE.
pub fn planned_values(
    checkpoint: &ModelFacts,
    vae: &ModelFacts,
    clips: &[&ModelFacts],
) -> [u64; 3] {
    let values = |part: &PartFacts| part.bytes / stored_bytes(&part.dtype);
    let of = |facts: &ModelFacts, name: &str| facts.parts.get(name).map_or(0, values);
    let replaced: Vec<_> =
        clips.iter().flat_map(|clip| catalog::encoder_places(Some(checkpoint), clip)).collect();
    let own = checkpoint.encoders.keys().filter(|place| !replaced.contains(place));
    let own: u64 = own.map(|place| of(checkpoint, place)).sum();
    let separate = clips.iter().flat_map(|clip| clip.parts.iter());
    let separate = separate.filter(|(name, _)| name.starts_with("clip_"));
    let separate: u64 = separate.map(|(_, part)| values(part)).sum();
    [own + separate, of(checkpoint, "unet"), of(vae, "vae")]
}

/// Bytes of a stored value.
fn stored_bytes(dtype: &str) -> u64 {
    match dtype {
        "f64" => 8,
        "f16" | "bf16" => 2,
        name if name.starts_with("f8") => 1,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{self, Dtype, FileKind, Recipe, Scale, SeededOptions, write_seeded};
    use std::collections::HashMap;

    #[test]
    fn a_configured_file_is_found_by_name_or_path_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let models = folder.path().join("models");
        let shelf = models.join("checkpoints");
        std::fs::create_dir_all(shelf.join("x")).unwrap();
        std::fs::create_dir_all(shelf.join("y")).unwrap();
        let files = ["a.ckpt", "x/b.ckpt", "y/b.ckpt", "x/c.pt"].map(|name| shelf.join(name));
        let outside = folder.path().join("outside.ckpt");
        for file in files.iter().chain([&outside]) {
            std::fs::write(file, "12345").unwrap();
        }
        let found = |wanted: &Path| {
            let wanted = ModelChoice { checkpoint: Some(wanted.into()), ..ModelChoice::default() };
            Scan::of(&models, None, Some(wanted)).wanted.unwrap().checkpoint.unwrap()
        };
        for wanted in ["c", "x/c", "c.pt"] {
            let c = found(Path::new(wanted)).unwrap();
            assert_eq!((c.name.as_str(), &c.path), ("x/c", &files[3]), "{wanted}");
        }
        let roundabout = found(&shelf.join("x/../a.ckpt")).unwrap();
        assert_eq!(roundabout.path, files[0], "the line that is there already");
        let elsewhere = found(&outside).unwrap();
        assert_eq!((elsewhere.path, elsewhere.bytes), (outside, 5));
        assert!(matches!(found(Path::new("b")), Err(Error::BadValue { .. })), "two fit");
        let gone = Err(Error::File { file: "gone".into(), problem: FileProblem::NotFound });
        assert_eq!(found(Path::new("gone")), gone);
    }

    #[test]
    fn the_model_that_comes_with_the_program_is_the_last_and_found_wherever_it_was() {
        let models = tempfile::tempdir().unwrap();
        let demo = models.path().join("built-in-demo.safetensors");
        std::fs::write(&demo, "12345").unwrap();
        std::fs::create_dir(models.path().join("checkpoints")).unwrap();
        std::fs::write(models.path().join("checkpoints/own.ckpt"), "1").unwrap();
        for wanted in [
            demo.as_path(),
            Path::new("built-in-demo"),
            Path::new("/gone/built-in-demo.safetensors"),
        ] {
            let wanted = ModelChoice { checkpoint: Some(wanted.into()), ..ModelChoice::default() };
            let scan = Scan::of(models.path(), Some(&demo), Some(wanted));
            let names: Vec<_> = scan.shelves[0].iter().map(|entry| entry.name.as_str()).collect();
            assert_eq!(names, ["own", "Built-in demo"]);
            assert_eq!(scan.wanted.unwrap().checkpoint.unwrap().unwrap(), scan.shelves[0][1]);
        }
    }

    #[test]
    fn the_chosen_files_are_looked_into_first_and_each_once() {
        let entry = |path: &str| Entry { name: path.into(), path: path.into(), bytes: 1 };
        let scan = Scan {
            shelves: [vec![entry("a"), entry("b")], vec![entry("v")], vec![]],
            wanted: Some(Wanted { checkpoint: Some(Ok(entry("b"))), vae: None, clip: vec![] }),
        };
        let chosen = ModelChoice { vae: Some("v".into()), ..ModelChoice::default() };
        assert_eq!(scan.paths(&chosen), ["b", "v", "a"].map(PathBuf::from));
    }

    #[test]
    fn the_first_checkpoint_makes_pictures_of_words_alone() {
        let folder = tempfile::tempdir().unwrap();
        let seeds = [("a inpaint", Recipe::Sd15Inpaint), ("b refiner", Recipe::SdxlRefiner)];
        let seeds = seeds.into_iter().chain([("d", Recipe::Sd15), ("e", Recipe::Sdxl)]);
        let mut known = HashMap::new();
        for (name, recipe) in seeds {
            let path = folder.path().join(name);
            let options = SeededOptions::default();
            write_seeded(recipe, Scale::Tiny, Dtype::F32, 0, &options, &path).unwrap();
            let facts = engine::inspect(&path).unwrap();
            known.insert(PathBuf::from(name), Ok(facts));
        }
        let broken = Error::flawed(Path::new("c"), engine::Flaw::UnknownFormat);
        known.insert("c broken".into(), Err(broken));
        let entry = |name: &&str| Entry { name: (*name).into(), path: name.into(), bytes: 1 };
        let first = |names: &[&str]| {
            let entries: Vec<_> = names.iter().map(entry).collect();
            first(entries.iter(), |path| known.get(path)).map(|entry| entry.name.clone())
        };
        let all = ["a inpaint", "b refiner", "c broken", "d", "e"];
        assert_eq!(first(&all).as_deref(), Some("d"));
        assert_eq!(first(&all[..3]).as_deref(), Some("a inpaint"), "better than nothing");
        assert_eq!(first(&all[2..3]).as_deref(), Some("c broken"));
        assert_eq!(first(&["a inpaint", "not looked into"]).as_deref(), Some("not looked into"));
        assert_eq!(first(&[]), None);
    }

    #[test]
    fn text_encoders_are_chosen_one_for_each_place() {
        let places = |path: &PathBuf| match path.to_str()? {
            "unknown" => None,
            "both" => Some(vec!["clip_l".to_owned(), "clip_g".to_owned()]),
            name => Some(vec![name.trim_end_matches('2').to_owned()]),
        };
        let mut chosen = Vec::new();
        for (pick, left) in [
            ("clip_l", vec!["clip_l"]),
            ("clip_g", vec!["clip_l", "clip_g"]),
            ("clip_l2", vec!["clip_g", "clip_l2"]),
            ("clip_l2", vec!["clip_g"]),
            ("both", vec!["both"]),
            ("unknown", vec!["unknown"]),
            ("clip_g", vec!["clip_g"]),
        ] {
            chosen = toggled(&chosen, pick.into(), places);
            assert_eq!(chosen, left.iter().map(PathBuf::from).collect::<Vec<_>>(), "{pick}");
        }
    }

    #[test]
    fn values_are_counted_whatever_type_they_are_stored_in() {
        let facts = |parts: &[(&str, &str, u64)]| ModelFacts {
            kind: FileKind::Checkpoint,
            format: String::new(),
            family: None,
            prediction: None,
            inpaint: false,
            parts: parts
                .iter()
                .map(|&(name, dtype, bytes)| {
                    let dtype = dtype.to_owned();
                    (name.to_owned(), PartFacts { dtype, bytes, tensors: 1, channels: 768 })
                })
                .collect(),
            encoders: [("clip_l".to_owned(), 768)].into(),
            missing: Vec::new(),
            problem: None,
            resolution: None,
        };
        let checkpoint = facts(&[("unet", "f16", 800), ("vae", "f32", 80), ("clip_l", "f16", 100)]);
        assert_eq!(planned_values(&checkpoint, &checkpoint, &[]), [50, 400, 20]);
        let (vae, clip) = (facts(&[("vae", "bf16", 60)]), facts(&[("clip_l", "f8e4m3", 30)]));
        assert_eq!(planned_values(&checkpoint, &vae, &[&clip]), [30, 400, 30]);
    }
}
