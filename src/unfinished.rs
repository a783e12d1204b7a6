//! Latents whose pictures were not made yet, kept on disk: a crash, a kill or a lack of memory in
//! the decode then costs no sampling.
//!
//! One safetensors file each in `<settings>/unfinished`, with the request and the seed beside the
//! latent. Files there are read as if a stranger had written them.

use crate::draft::Draft;
use crate::engine::{
    self, Array, ArrayFile, DecodeRequest, Error, FinishedLatent, Flaw, Latent, Request, Values,
};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Latents that are kept; those beyond them, the oldest, are [`surplus`].
pub const MOST_KEPT: usize = 200;
/// Files that are looked into at one time, the newest.
const MOST_LOOKED_INTO: usize = 10 * MOST_KEPT;
/// Longest header that is read: two prompts of the greatest length, every letter escaped.
const MOST_HEADER: u64 = 16 << 20;
/// The tensor's name.
const LATENT: &str = "latent";
/// Names tried for one file.
const MOST_NAMES: u32 = 1000;

/// One piece of unfinished work.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfinished {
    /// Its name, for [`read`] and [`remove`].
    pub id: String,
    /// What was asked for.
    pub request: Request,
    /// The seed used.
    pub seed: u64,
    /// When it was saved.
    pub saved: SystemTime,
}

/// Keeps `finished`, which `request` led to; gives its id.
///
/// # Errors
///
/// [`Error::Save`]; nothing is left behind then.
pub fn save(
    settings: &Path,
    request: &Request,
    finished: &FinishedLatent,
) -> Result<String, Error> {
    let folder = folder(settings);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let stem = format!("{now:013}-{}", finished.seed);
    let failed = |file: &Path, error: &io::Error| Error::Save {
        file: file.to_owned(),
        reason: error.to_string(),
    };
    let goal = file(&folder, &stem);
    let draft = Draft::new(&folder, |out| write(out, request, finished));
    let draft = draft.map_err(|error| failed(&goal, &error))?;
    let again = (1..MOST_NAMES).map(|number| format!("{stem}-{number}"));
    let names = std::iter::once(stem.clone()).chain(again).map(|id| file(&folder, &id));
    let published = draft.publish(names);
    let published = published.map_err(|refused| failed(&refused.file, &refused.error))?;
    let id = published.file_stem().and_then(|stem| stem.to_str());
    Ok(id.unwrap_or(&stem).to_owned())
}

fn write(out: &mut File, request: &Request, finished: &FinishedLatent) -> io::Result<()> {
    let FinishedLatent { latent, seed } = finished;
    let notes = BTreeMap::from([
        ("request".to_owned(), serde_json::to_string(request)?),
        ("seed".to_owned(), seed.to_string()),
    ]);
    let data = Values::F32(latent.data.clone());
    let array = Array { shape: latent.shape().to_vec(), data };
    engine::write_arrays_to(out, &[(LATENT.to_owned(), array)], &notes)
}

/// The work that can be finished, newest first, and no more than can be kept. What is broken or no
/// such file is passed over.
pub fn list(settings: &Path) -> Vec<Unfinished> {
    found(settings).take(MOST_KEPT).collect()
}

/// The ids of work that is older than as much as is kept, newest first. Files that cannot be read
/// neither count nor are among them: they may be of a newer version, or worth a rescue.
pub fn surplus(settings: &Path) -> Vec<String> {
    found(settings).skip(MOST_KEPT).map(|left| left.id).collect()
}

/// Looks into one file after the other, the newest first.
fn found(settings: &Path) -> impl Iterator<Item = Unfinished> {
    let entries = fs::read_dir(folder(settings)).into_iter().flatten();
    let ids = entries.filter_map(|entry| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        name.strip_suffix(".safetensors").filter(|id| is_id(id)).map(str::to_owned)
    });
    let mut ids: Vec<String> = ids.collect();
    // They begin with the time.
    ids.sort_by(|a, b| b.cmp(a));
    ids.truncate(MOST_LOOKED_INTO);
    let described = ids.into_iter().map(|id| describe(settings, &id));
    described.filter_map(|found| found.inspect_err(|error| log::warn!("{error}")).ok())
}

fn describe(settings: &Path, id: &str) -> Result<Unfinished, Error> {
    let path = file(&folder(settings), id);
    let (_, request, seed, _) = open(&path)?;
    let millis = id.split('-').next().and_then(|millis| millis.parse().ok()).unwrap_or(0);
    let saved = UNIX_EPOCH.checked_add(Duration::from_millis(millis)).unwrap_or(UNIX_EPOCH);
    Ok(Unfinished { id: id.to_owned(), request, seed, saved })
}

/// Where `id` is on disk, as long as it is.
///
/// # Errors
///
/// [`Error::File`] for what is no id.
pub fn path(settings: &Path, id: &str) -> Result<PathBuf, Error> {
    let path = file(&folder(settings), id);
    if is_id(id) { Ok(path) } else { Err(Error::from_io(&path, &ErrorKind::NotFound.into())) }
}

/// What makes the pictures of `id`: its model and its latents.
///
/// # Errors
///
/// [`Error::File`] and [`Error::Flawed`].
pub fn read(settings: &Path, id: &str) -> Result<DecodeRequest, Error> {
    let path = path(settings, id)?;
    let (arrays, request, seed, shape) = open(&path)?;
    let latent = Latent::new(shape, arrays.read_f32(LATENT)?)?;
    if !latent.is_finite() {
        return Err(flawed(&path, "a latent with values that are none"));
    }
    Ok(DecodeRequest { model: request.model, finished: FinishedLatent { latent, seed } })
}

/// Forgets `id`: its pictures are there, or nobody wants them. No error where it is gone already.
///
/// # Errors
///
/// [`Error::File`].
pub fn remove(settings: &Path, id: &str) -> Result<(), Error> {
    let path = path(settings, id)?;
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::from_io(&path, &error)),
        _ => Ok(()),
    }
}

type Opened = (ArrayFile, Request, u64, [usize; 4]);

/// The file's header: everything but the numbers, and that they are as many as the request says.
fn open(path: &Path) -> Result<Opened, Error> {
    let arrays = ArrayFile::open(path, MOST_HEADER)?;
    let note = |name: &str| {
        let note = arrays.notes().get(name);
        note.ok_or_else(|| flawed(path, &format!("no {name} in the header")))
    };
    let request: Request =
        serde_json::from_str(note("request")?).map_err(|error| flawed(path, &error.to_string()))?;
    let seed = note("seed")?.parse().map_err(|_| flawed(path, "a seed that is no number"))?;
    let sizes = [request.batch, 4, request.height / 8, request.width / 8];
    let shape = sizes.map(|size| size as usize);
    if arrays.f32_shape(LATENT) != Some(&shape) {
        return Err(flawed(path, "a latent that does not fit its request"));
    }
    Ok((arrays, request, seed, shape))
}

fn folder(settings: &Path) -> PathBuf {
    settings.join("unfinished")
}

fn file(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.safetensors"))
}

/// Digits and dashes: no name for a file elsewhere.
fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() < 100 && id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

fn flawed(path: &Path, detail: &str) -> Error {
    Error::flawed(path, Flaw::HeaderUnreadable { detail: detail.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Defaults;
    use crate::engine::ModelRequest;
    use proptest::prelude::*;

    fn request() -> Request {
        let model = ModelRequest { checkpoint: "models/a.ckpt".into(), ..ModelRequest::default() };
        let asked = Defaults::default().request(model, "a \"cat\"\n\u{1f600}".into());
        Request { width: 24, height: 16, batch: 2, ..asked }
    }

    fn finished(seed: u64) -> FinishedLatent {
        let data = (0..2 * 4 * 2 * 3).map(|i| i as f32 - 0.1).collect();
        FinishedLatent { latent: Latent::new([2, 4, 2, 3], data).unwrap(), seed }
    }

    #[test]
    fn work_is_kept_listed_read_and_forgotten() {
        let settings = tempfile::tempdir().unwrap();
        assert_eq!(list(settings.path()), []);
        let begin = SystemTime::now() - Duration::from_millis(1);
        let first = save(settings.path(), &request(), &finished(u64::MAX)).unwrap();
        let again = save(settings.path(), &request(), &finished(u64::MAX)).unwrap();
        assert_ne!(first, again);
        std::thread::sleep(Duration::from_millis(2));
        let last = save(settings.path(), &request(), &finished(3)).unwrap();
        let listed = list(settings.path());
        assert_eq!(listed.len(), 3);
        let newest = &listed[0];
        assert_eq!((&newest.id, newest.seed, &newest.request), (&last, 3, &request()));
        assert!(newest.saved >= begin && newest.saved <= SystemTime::now(), "{newest:?}");
        let back = read(settings.path(), &first).unwrap();
        assert_eq!((back.model, back.finished), (request().model, finished(u64::MAX)));
        for id in [&first, &again, &first] {
            remove(settings.path(), id).unwrap();
        }
        assert_eq!(list(settings.path()).len(), 1);
        assert!(matches!(read(settings.path(), &first), Err(Error::File { .. })));
    }

    #[test]
    fn a_full_disk_or_a_folder_in_the_way_leaves_nothing() {
        let settings = tempfile::tempdir().unwrap();
        fs::write(settings.path().join("unfinished"), "in the way").unwrap();
        let refused = save(settings.path(), &request(), &finished(1));
        assert!(matches!(refused, Err(Error::Save { .. })), "{refused:?}");
        assert_eq!(list(settings.path()), []);
    }

    #[test]
    fn ids_name_no_file_elsewhere() {
        let settings = tempfile::tempdir().unwrap();
        let outside = settings.path().join("1.safetensors");
        fs::write(&outside, "keep").unwrap();
        for id in ["", "../1", "/etc/1", "1/../../1", "..", "1.safetensors", "a"] {
            assert!(remove(settings.path(), id).is_err(), "{id}");
            assert!(read(settings.path(), id).is_err(), "{id}");
        }
        assert!(outside.exists());
    }

    #[test]
    fn beyond_what_is_kept_the_oldest_are_surplus_and_nothing_that_cannot_be_read() {
        let settings = tempfile::tempdir().unwrap();
        let saved = save(settings.path(), &request(), &finished(1)).unwrap();
        let first = file(&folder(settings.path()), &saved);
        let place = |number: usize| file(&folder(settings.path()), &format!("{number:013}"));
        // 0, 4 and 100 are broken, 1 to 3 are older than 200 others, that of today among them.
        let broken = [0, 4, 100];
        for number in 0..MOST_KEPT + broken.len() + 2 {
            if broken.contains(&number) {
                fs::write(place(number), "of another version").unwrap();
            } else {
                fs::copy(&first, place(number)).unwrap();
            }
        }
        let listed = list(settings.path());
        assert_eq!((listed.len(), &listed[0].id), (MOST_KEPT, &saved));
        let surplus = surplus(settings.path());
        assert_eq!(surplus, [3, 2, 1].map(|number| format!("{number:013}")));
        assert!(
            surplus.iter().all(|id| path(settings.path(), id).unwrap().is_file()),
            "asked only"
        );
        for id in surplus {
            remove(settings.path(), &id).unwrap();
        }
        assert!(super::surplus(settings.path()).is_empty());
        assert_eq!(list(settings.path()), listed);
        assert!(broken.iter().all(|number| place(*number).exists()));
    }

    /// Writes a file of that shape, request and seed; gives its id.
    fn forged(settings: &Path, shape: &[usize], request: &str, seed: &str, value: f32) -> String {
        let notes = [("request", request), ("seed", seed)];
        let notes = notes.map(|(name, note)| (name.to_owned(), note.to_owned())).into();
        let data = Values::F32(vec![value; shape.iter().product()]);
        let array = Array { shape: shape.to_vec(), data };
        fs::create_dir_all(folder(settings)).unwrap();
        let mut out = File::create(file(&folder(settings), "7")).unwrap();
        engine::write_arrays_to(&mut out, &[(LATENT.to_owned(), array)], &notes).unwrap();
        "7".to_owned()
    }

    #[test]
    fn files_of_strangers_are_passed_over() {
        let settings = tempfile::tempdir().unwrap();
        let json = serde_json::to_string(&request()).unwrap();
        let deep = "[".repeat(100_000);
        let shape = [2, 4, 2, 3];
        for (shape, request, seed) in [
            (&shape[..], "{}", "1"),
            (&shape, &deep, "1"),
            (&shape, &json, "-1"),
            (&[2, 4, 3, 2], &json, "1"),
            (&[48], &json, "1"),
        ] {
            let id = forged(settings.path(), shape, request, seed, 0.5);
            let refused = read(settings.path(), &id);
            assert!(matches!(refused, Err(Error::Flawed { .. })), "{seed} {shape:?}: {refused:?}");
            assert_eq!(list(settings.path()), []);
        }
        let id = forged(settings.path(), &shape, &json, "1", f32::NAN);
        assert!(matches!(read(settings.path(), &id), Err(Error::Flawed { .. })));
        let id = forged(settings.path(), &shape, &json, "1", 0.5);
        assert!(read(settings.path(), &id).is_ok());
        // Not even looked into: a header that is too long, other kinds of file, other names.
        let path = file(&folder(settings.path()), "8");
        fs::write(&path, [&(MOST_HEADER + 1).to_le_bytes()[..], b"{"].concat()).unwrap();
        fs::create_dir(file(&folder(settings.path()), "9")).unwrap();
        fs::write(folder(settings.path()).join("x.safetensors"), "").unwrap();
        let pickle = b"\x80\x02cos\nsystem\n";
        fs::write(file(&folder(settings.path()), "10"), pickle).unwrap();
        assert!(matches!(
            read(settings.path(), "8"),
            Err(Error::Flawed { flaw: Flaw::HeaderTooLarge { .. }, .. })
        ));
        assert_eq!(list(settings.path()).len(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_changed_file_is_read_or_refused(
            edits in prop::collection::vec((0usize..3000, any::<u8>()), 1..6),
            cut in 0usize..3000,
        ) {
            let settings = tempfile::tempdir().unwrap();
            let id = save(settings.path(), &request(), &finished(1)).unwrap();
            let path = file(&folder(settings.path()), &id);
            let mut bytes = fs::read(&path).unwrap();
            for (at, value) in edits {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = value;
                }
            }
            bytes.truncate(cut.max(1));
            fs::write(&path, bytes).unwrap();
            if let Ok(request) = read(settings.path(), &id) {
                prop_assert!(request.finished.latent.is_finite());
            }
            prop_assert!(list(settings.path()).len() <= 1);
        }
    }
}
