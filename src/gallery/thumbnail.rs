//! Thumbnails as the desktop keeps them: the freedesktop.org thumbnail standard 0.9, so that file
//! browsers and this program make each one only once.
//!
//! A thumbnail is a PNG that names the file's URI and time; what cannot be shown is noted too.

use super::PictureFile;
use super::decode::{self, Flaw};
use super::uri::{file_uri, thumbnail_name};
use crate::draft;
use png::{BitDepth, ColorType, Compression};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const PROGRAM: &str = concat!("aiimagegen-", env!("CARGO_PKG_VERSION"));

const URI: &str = "Thumb::URI";
const TIME: &str = "Thumb::MTime";
const BYTES: &str = "Thumb::Size";
/// Ours, as the standard allows: why there is no thumbnail.
const REASON: &str = "X-Aiimagegen::Reason";

/// No thumbnail's file or header comes near this.
const MOST_BYTES: usize = 4 << 20;

/// How large thumbnails are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Size {
    /// At most 128 pixels wide and high.
    Normal,
    /// At most 256.
    Large,
}

impl Size {
    fn edge(self) -> u32 {
        match self {
            Self::Normal => 128,
            Self::Large => 256,
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Large => "large",
        }
    }
}

/// A small picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Red, green, blue and opacity, pixel by pixel.
    pub rgba: Vec<u8>,
}

impl std::fmt::Debug for Thumbnail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Thumbnail {}x{}", self.width, self.height)
    }
}

/// The user's thumbnails.
#[derive(Clone, Debug)]
pub struct Cache {
    /// Nowhere: each is made anew.
    folder: Option<PathBuf>,
}

impl Cache {
    /// Those of the desktop: `~/.cache/thumbnails`.
    pub fn of_user() -> Self {
        Self { folder: dirs::cache_dir().map(|folder| folder.join("thumbnails")) }
    }

    /// Those in `folder`.
    #[cfg(test)]
    pub fn at(folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()) }
    }

    /// The thumbnail of `file`, kept or made now.
    pub fn load(&self, file: &PictureFile, size: Size) -> Result<Thumbnail, Flaw> {
        let Some(folder) = self.folder.as_ref().filter(|folder| !file.path.starts_with(folder))
        else {
            return decode::scaled(&file.path, size.edge());
        };
        let uri = file_uri(&file.path);
        let name = format!("{}.png", thumbnail_name(&uri));
        let (kept, failed) = (folder.join(size.folder()).join(&name), failures(folder).join(&name));
        if let Some(found) = read(&kept, &uri, file, size) {
            return Ok(found);
        }
        if let Some(flaw) = read_failure(&failed, &uri, file) {
            return Err(flaw);
        }
        let made = decode::scaled(&file.path, size.edge());
        let written = match &made {
            Ok(thumbnail) => write(&kept, thumbnail, &keys(&uri, file)),
            Err(flaw) => write_failure(&failed, flaw, &uri, file),
        };
        if let Err(error) = written {
            log::debug!("{}: its thumbnail is not kept: {error}", file.path.display());
        }
        made
    }

    /// Removes what is kept about the file at `path`, which is gone.
    pub fn forget(&self, path: &Path) {
        let Some(folder) = &self.folder else { return };
        let name = format!("{}.png", thumbnail_name(&file_uri(path)));
        let folders = [Size::Normal, Size::Large].map(|size| folder.join(size.folder()));
        for folder in folders.into_iter().chain([failures(folder)]) {
            // Mostly there is none.
            let _ = std::fs::remove_file(folder.join(&name));
        }
    }
}

fn failures(folder: &Path) -> PathBuf {
    folder.join("fail").join(PROGRAM)
}

fn keys(uri: &str, file: &PictureFile) -> Vec<(&'static str, String)> {
    let (time, bytes) = (file.modified.0.to_string(), file.bytes.to_string());
    vec![("Software", PROGRAM.to_owned()), (URI, uri.to_owned()), (TIME, time), (BYTES, bytes)]
}

/// The thumbnail at `kept`, if it is of `file` as that is now.
fn read(kept: &Path, uri: &str, file: &PictureFile, size: Size) -> Option<Thumbnail> {
    let mut reader = reader(kept)?;
    let info = reader.info();
    let (width, height) = (info.width, info.height);
    if !is_of(info, uri, file) || width.max(height) > size.edge() {
        return None;
    }
    let mut pixels = vec![0; reader.output_buffer_size()?];
    reader.next_frame(&mut pixels).ok()?;
    let rgba = match reader.output_color_type() {
        (ColorType::Rgba, BitDepth::Eight) => pixels,
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => {
            let pairs = pixels.as_chunks::<2>().0;
            pairs.iter().flat_map(|&[gray, alpha]| [gray, gray, gray, alpha]).collect()
        }
        _ => return None,
    };
    Some(Thumbnail { width, height, rgba })
}

fn reader(kept: &Path) -> Option<png::Reader<impl io::BufRead + io::Seek>> {
    let limits = png::Limits { bytes: MOST_BYTES };
    let mut decoder = png::Decoder::new_with_limits(decode::open(kept).ok()?, limits);
    decoder.set_transformations(
        png::Transformations::normalize_to_color8() | png::Transformations::ALPHA,
    );
    decoder.read_info().ok()
}

/// Whether a thumbnail's texts name `file` as it is now. Another program may leave out the size.
fn is_of(info: &png::Info<'_>, uri: &str, file: &PictureFile) -> bool {
    let says = |key: &str, value: &str| value_of(info, key).is_some_and(|text| text == value);
    let bytes = value_of(info, BYTES).is_none_or(|bytes| bytes == file.bytes.to_string());
    says(URI, uri) && says(TIME, &file.modified.0.to_string()) && bytes
}

fn value_of(info: &png::Info<'_>, key: &str) -> Option<String> {
    let plain = info.uncompressed_latin1_text.iter().find(|text| text.keyword == key);
    plain
        .map(|text| text.text.clone())
        .or_else(|| info.utf8_text.iter().find(|text| text.keyword == key)?.get_text().ok())
}

fn read_failure(kept: &Path, uri: &str, file: &PictureFile) -> Option<Flaw> {
    let reader = reader(kept)?;
    let info = reader.info();
    if !is_of(info, uri, file) {
        return None;
    }
    match value_of(info, REASON)?.as_str() {
        "too-large" => Some(Flaw::TooLarge),
        "no-picture" => Some(Flaw::NoPicture),
        "damaged" => Some(Flaw::Damaged),
        _ => None,
    }
}

fn write_failure(kept: &Path, flaw: &Flaw, uri: &str, file: &PictureFile) -> io::Result<()> {
    let reason = match flaw {
        Flaw::TooLarge => "too-large",
        Flaw::NoPicture => "no-picture",
        Flaw::Damaged => "damaged",
        // Another time it may go well.
        Flaw::Unreadable(_) => return Ok(()),
    };
    let mut keys = keys(uri, file);
    keys.push((REASON, reason.to_owned()));
    write(kept, &Thumbnail { width: 1, height: 1, rgba: vec![0; 4] }, &keys)
}

fn write(kept: &Path, thumbnail: &Thumbnail, keys: &[(&str, String)]) -> io::Result<()> {
    draft::keep(kept, |file| {
        let mut writer = BufWriter::new(file);
        let mut encoder = png::Encoder::new(&mut writer, thumbnail.width, thumbnail.height);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Fast);
        for (key, value) in keys {
            encoder.add_text_chunk((*key).to_owned(), value.clone())?;
        }
        let mut png = encoder.write_header()?;
        png.write_image_data(&thumbnail.rgba)?;
        png.finish()?;
        writer.flush()
    })
}

#[cfg(test)]
mod tests {
    use super::super::decode::tests::png;
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    struct Place {
        folder: tempfile::TempDir,
        cache: Cache,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let cache = Cache { folder: Some(folder.path().join("thumbnails")) };
            Self { folder, cache }
        }

        fn file(&self, bytes: &[u8]) -> PictureFile {
            let path = self.folder.path().join("a b.png");
            fs::write(&path, bytes).unwrap();
            PictureFile::look(&path).unwrap()
        }

        fn kept(&self, kind: &str, file: &PictureFile) -> PathBuf {
            let name = format!("{}.png", thumbnail_name(&file_uri(&file.path)));
            self.folder.path().join("thumbnails").join(kind).join(name)
        }
    }

    #[test]
    fn a_thumbnail_is_kept_as_the_standard_says_and_used_again() {
        let place = Place::new();
        let file = place.file(&png(300, 200, ""));
        let made = place.cache.load(&file, Size::Normal).unwrap();
        assert_eq!((made.width, made.height), (128, 85));
        let kept = place.kept("normal", &file);
        let rights = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((rights(&kept), rights(kept.parent().unwrap())), (0o600, 0o700));
        let png = reader(&kept).unwrap();
        let time = file.modified.0.to_string();
        for (key, value) in [(URI, file_uri(&file.path)), (TIME, time)] {
            assert_eq!(value_of(png.info(), key), Some(value));
        }
        // The original cannot be what the second comes from.
        fs::write(&file.path, "gone").unwrap();
        assert_eq!(place.cache.load(&file, Size::Normal).unwrap(), made);
        assert!(place.cache.load(&file, Size::Large).is_err());
        place.cache.forget(&file.path);
        assert!(!kept.exists() && place.cache.load(&file, Size::Normal).is_err());
    }

    #[test]
    fn a_thumbnail_of_another_time_size_or_file_is_made_anew() {
        let place = Place::new();
        let file = place.file(&png(30, 20, ""));
        place.cache.load(&file, Size::Normal).unwrap();
        let kept = place.kept("normal", &file);
        let uri = file_uri(&file.path);
        assert!(read(&kept, &uri, &file, Size::Normal).is_some());
        let later = PictureFile { modified: (file.modified.0 + 1, 0), ..file.clone() };
        let longer = PictureFile { bytes: file.bytes + 1, ..file.clone() };
        for other in [later, longer] {
            assert!(read(&kept, &uri, &other, Size::Normal).is_none());
        }
        assert!(read(&kept, "file:///other.png", &file, Size::Normal).is_none());
    }

    #[test]
    fn others_thumbnails_are_read_and_oversized_or_broken_ones_are_not() {
        let place = Place::new();
        let file = place.file(&png(30, 20, ""));
        let (kept, uri) = (place.kept("normal", &file), file_uri(&file.path));
        fs::create_dir_all(kept.parent().unwrap()).unwrap();
        let gray = |edge: u32| {
            let mut bytes = Vec::new();
            let mut encoder = png::Encoder::new(&mut bytes, edge, edge);
            encoder.set_color(ColorType::Grayscale);
            encoder.add_text_chunk(URI.into(), uri.clone()).unwrap();
            encoder.add_text_chunk(TIME.into(), file.modified.0.to_string()).unwrap();
            let mut writer = encoder.write_header().unwrap();
            writer.write_image_data(&vec![7; (edge * edge) as usize]).unwrap();
            writer.finish().unwrap();
            bytes
        };
        fs::write(&kept, gray(2)).unwrap();
        let found = read(&kept, &uri, &file, Size::Normal).unwrap();
        assert_eq!(found.rgba, [7, 7, 7, 255].repeat(4));
        fs::write(&kept, gray(129)).unwrap();
        assert!(read(&kept, &uri, &file, Size::Normal).is_none());
        fs::write(&kept, &gray(2)[..60]).unwrap();
        assert!(read(&kept, &uri, &file, Size::Normal).is_none());
        assert!(place.cache.load(&file, Size::Normal).is_ok());
    }

    #[test]
    fn failures_are_noted_but_not_those_that_may_pass() {
        let place = Place::new();
        let file = place.file(b"no picture");
        assert_eq!(place.cache.load(&file, Size::Normal), Err(Flaw::NoPicture));
        let noted = place.kept(&format!("fail/{PROGRAM}"), &file);
        assert_eq!(read_failure(&noted, &file_uri(&file.path), &file), Some(Flaw::NoPicture));
        let whole = place.file(&png(9, 9, ""));
        assert!(place.cache.load(&whole, Size::Normal).is_ok(), "it is another file by now");
        fs::remove_file(&whole.path).unwrap();
        place.cache.forget(&whole.path);
        assert!(matches!(place.cache.load(&whole, Size::Large), Err(Flaw::Unreadable(_))));
        assert!(!noted.exists());
    }

    #[test]
    fn without_a_place_to_keep_them_thumbnails_are_made_all_the_same() {
        let place = Place::new();
        let file = place.file(&png(9, 9, ""));
        assert!(Cache { folder: None }.load(&file, Size::Normal).is_ok());
        let blocked = place.folder.path().join("blocked");
        fs::write(&blocked, "").unwrap();
        assert!(Cache { folder: Some(blocked) }.load(&file, Size::Normal).is_ok());
        let inside = Cache { folder: Some(place.folder.path().to_owned()) };
        assert!(inside.load(&file, Size::Normal).is_ok());
        assert!(!place.folder.path().join("normal").exists(), "a thumbnail has none itself");
    }
}
