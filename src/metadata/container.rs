//! The texts in PNG, JPEG and WebP files, found without decoding a pixel.
//!
//! Lengths in a file are claims: nothing is reserved for them, no text grows beyond
//! [`LONGEST_TEXT`], and a file that ends too early still gives what stands before its end.

use exif::{In, Tag, Value};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use std::io::{self, ErrorKind, Read, Seek};
use std::path::Path;

/// Bytes of the longest text that is read, packed or not.
pub const LONGEST_TEXT: usize = 1 << 20;
/// Texts that are kept of one file.
const MOST_TEXTS: usize = 64;
/// Chunks or segments that are looked at: enough for pictures of gigabytes.
const MOST_CHUNKS: usize = 1 << 17;
/// A keyword has at most 79 bytes, and a zero after it.
const LONGEST_KEYWORD: usize = 79;
/// The keyword under which the EXIF user comment is listed here.
pub const USER_COMMENT: &str = "UserComment";

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";

/// Bytes that tell the three formats apart.
pub const SIGNATURE: usize = 12;

/// A format of picture files that is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// What this program writes.
    Png,
    /// Of photographs, and of pictures that were sent around.
    Jpeg,
    /// The web's.
    WebP,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Png, Self::Jpeg, Self::WebP];

    /// The endings of its files' names, in small letters.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::WebP => &["webp"],
        }
    }

    /// Its name among programs.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
        }
    }

    /// The format that the name of the file at `path` promises.
    pub fn named(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        let has = |format: &Self| format.endings().iter().any(|e| ending.eq_ignore_ascii_case(e));
        Self::ALL.into_iter().find(has)
    }

    /// The format of a file that begins with these bytes.
    pub fn of(start: &[u8]) -> Option<Self> {
        match start {
            _ if start.starts_with(PNG) => Some(Self::Png),
            _ if start.starts_with(JPEG) => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            _ => None,
        }
    }
}

/// One text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its name in the file.
    pub keyword: String,
    /// What it says; `None` when it is too long or broken.
    pub text: Option<String>,
}

/// Turns the contents of a chunk into the text in it.
type Reading = fn(&[u8]) -> Option<Text>;

/// What a file has.
#[derive(Debug, Default)]
pub struct Texts {
    /// In the file's order.
    pub texts: Vec<Text>,
    /// Whether the file ends before it says that it does.
    pub cut_short: bool,
}

/// The texts of a file of that format, read from its start.
pub fn texts(format: Format, file: &mut (impl Read + Seek)) -> io::Result<Texts> {
    let mut texts = Texts::default();
    file.rewind()?;
    let walked = match format {
        Format::Png => png(file, &mut texts.texts),
        Format::Jpeg => jpeg(file, &mut texts.texts),
        Format::WebP => webp(file, &mut texts.texts),
    };
    match walked {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => texts.cut_short = true,
        walked => walked?,
    }
    Ok(texts)
}

fn png(file: &mut (impl Read + Seek), texts: &mut Vec<Text>) -> io::Result<()> {
    skip(file, PNG.len() as u64)?;
    for _ in 0..MOST_CHUNKS {
        let [a, b, c, d, kind @ ..] = bytes::<8>(file)?;
        let length = u64::from(u32::from_be_bytes([a, b, c, d]));
        let read: Option<Reading> = match &kind {
            b"IEND" => return Ok(()),
            b"tEXt" => Some(plain_text),
            b"zTXt" => Some(packed_text),
            b"iTXt" => Some(international_text),
            b"eXIf" => Some(user_comment),
            _ => None,
        };
        match read.filter(|_| texts.len() < MOST_TEXTS) {
            Some(_) if length > LONGEST_TEXT as u64 => {
                let start = some(file, LONGEST_KEYWORD as u64 + 1)?;
                texts.extend(keyword(&start).map(|(keyword, _)| Text { keyword, text: None }));
                skip(file, length - start.len() as u64)?;
            }
            Some(read) => texts.extend(read(&some(file, length)?)),
            None => skip(file, length)?,
        }
        // The check sum: a picture with a wrong one is still worth reading.
        skip(file, 4)?;
    }
    Ok(())
}

fn jpeg(file: &mut (impl Read + Seek), texts: &mut Vec<Text>) -> io::Result<()> {
    skip(file, 2)?;
    for _ in 0..MOST_CHUNKS {
        let [mark, mut kind] = bytes::<2>(file)?;
        while kind == 0xff {
            [kind] = bytes::<1>(file)?;
        }
        // Pixels follow, or nothing that makes sense.
        if mark != 0xff || matches!(kind, 0xd9 | 0xda) {
            return Ok(());
        }
        // Marks without contents.
        if matches!(kind, 0x01 | 0xd0..=0xd8) {
            continue;
        }
        let length = u64::from(u16::from_be_bytes(bytes::<2>(file)?)).saturating_sub(2);
        if kind == 0xe1 && texts.len() < MOST_TEXTS {
            texts.extend(user_comment(&some(file, length)?));
        } else {
            skip(file, length)?;
        }
    }
    Ok(())
}

fn webp(file: &mut (impl Read + Seek), texts: &mut Vec<Text>) -> io::Result<()> {
    skip(file, 4)?;
    let size = u64::from(u32::from_le_bytes(bytes::<4>(file)?));
    skip(file, 4)?;
    let mut place = 4;
    for _ in 0..MOST_CHUNKS {
        // Chunks start at even places.
        if place + 8 > size {
            return Ok(());
        }
        let [a, b, c, d, length @ ..] = bytes::<8>(file)?;
        let length = u64::from(u32::from_le_bytes(length));
        let padded = length + length % 2;
        if &[a, b, c, d] == b"EXIF" && length <= LONGEST_TEXT as u64 {
            texts.extend(user_comment(&some(file, length)?));
            skip(file, padded - length)?;
        } else {
            skip(file, padded)?;
        }
        place += 8 + padded;
    }
    Ok(())
}

fn bytes<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// As many bytes, none of them reserved before it is there.
fn some(file: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = file.take(length).read_to_end(&mut bytes)?;
    if (read as u64) < length { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
}

/// Goes on behind `length` bytes. Beyond the file's end the next read fails.
fn skip(file: &mut impl Seek, length: u64) -> io::Result<()> {
    file.seek_relative(i64::try_from(length).unwrap_or(i64::MAX))
}

/// A text's keyword, and what stands behind it.
fn keyword(chunk: &[u8]) -> Option<(String, &[u8])> {
    let end = chunk.iter().take(LONGEST_KEYWORD + 1).position(|byte| *byte == 0)?;
    Some((latin1(&chunk[..end]), &chunk[end + 1..]))
}

fn plain_text(chunk: &[u8]) -> Option<Text> {
    let (keyword, rest) = keyword(chunk)?;
    Some(Text { keyword, text: Some(latin1_or_utf8(rest)) })
}

fn packed_text(chunk: &[u8]) -> Option<Text> {
    let (keyword, rest) = keyword(chunk)?;
    // One byte says how it is packed: there is one way only.
    let text = rest.split_first().and_then(|(_, packed)| unpacked(packed));
    Some(Text { keyword, text: text.as_deref().map(latin1_or_utf8) })
}

fn international_text(chunk: &[u8]) -> Option<Text> {
    let (keyword, rest) = keyword(chunk)?;
    let [is_packed, _, rest @ ..] = rest else { return None };
    // Two more texts: a language, and the keyword in it.
    let mut parts = rest.splitn(3, |byte| *byte == 0).skip(2);
    let text = parts.next().and_then(|text| match is_packed {
        0 => Some(text.to_vec()),
        _ => unpacked(text),
    });
    let text = text.map(|text| String::from_utf8_lossy(&text).into_owned());
    Some(Text { keyword, text })
}

fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    decompress_to_vec_zlib_with_limit(packed, LONGEST_TEXT).ok()
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Latin-1 is what the format asks for and what this program writes; others write UTF-8.
fn latin1_or_utf8(bytes: &[u8]) -> String {
    let text = latin1(bytes);
    match std::str::from_utf8(bytes) {
        Ok(utf8) if !is_ours(&text) => utf8.to_owned(),
        _ => text,
    }
}

/// Whether this program wrote `text`, by its last words.
fn is_ours(text: &str) -> bool {
    let last = text.rsplit_once("Version: ").map(|(_, last)| last);
    last.is_some_and(|last| last.starts_with(super::OUR_NAME))
}

/// The user comment of an EXIF block.
fn user_comment(block: &[u8]) -> Option<Text> {
    let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let exif = exif::Reader::new().read_raw(block.to_vec()).ok()?;
    let field = exif.get_field(Tag::UserComment, In::PRIMARY)?;
    let Value::Undefined(bytes, _) = &field.value else { return None };
    let (code, rest) = bytes.split_at_checked(8)?;
    let text = match code {
        b"UNICODE\0" => utf16(rest),
        _ => latin1_or_utf8(rest),
    };
    Some(Text { keyword: USER_COMMENT.to_owned(), text: Some(text) })
}

/// UTF-16 in whichever byte order it is in: most comments are big-endian whatever the block is,
/// and of what people write, most has a zero in the upper byte.
fn utf16(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let zeros = |place: usize| pairs.iter().filter(|pair| pair[place] == 0).count();
    let little = match pairs.first() {
        Some([0xff, 0xfe]) => true,
        Some([0xfe, 0xff]) => false,
        _ => zeros(1) > zeros(0),
    };
    let units = pairs.iter().map(|pair| match little {
        true => u16::from_le_bytes(*pair),
        false => u16::from_be_bytes(*pair),
    });
    let units: Vec<u16> = units.skip_while(|unit| *unit == 0xfeff).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests;
