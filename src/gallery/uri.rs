//! A file's URI in GLib's form, and the name that its thumbnails have: two programs find the same
//! thumbnail only if they agree to the letter.

use md5::{Digest, Md5};
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// Besides letters and digits, what GLib leaves as it is in a path.
const PLAIN: &[u8] = b"-_.!~*'()/&=:@+$,";

/// `file:///...` for `path`, which may be relative.
pub fn file_uri(path: &Path) -> String {
    let path = absolute(path);
    let mut uri = "file://".to_owned();
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || PLAIN.contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// The name, without ending, of the thumbnails of the file at `uri`.
pub fn thumbnail_name(uri: &str) -> String {
    Md5::digest(uri.as_bytes()).iter().fold(String::new(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

/// The bytes that `text` stands for, `%20` and the like resolved.
pub fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

/// From the root, without `.` and `..`; links stay, as GLib has it.
fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut whole = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            Component::CurDir => {}
            part => whole.push(part),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;

    #[test]
    fn the_example_of_the_standard_has_its_name() {
        let name = thumbnail_name("file:///home/jens/photos/me.png");
        assert_eq!(name, "c6ee772d9e49320e97ec29a7eb5b1697");
    }

    #[test]
    fn paths_are_written_as_glib_writes_them() {
        for (path, uri) in [
            ("/a/b c.png", "file:///a/b%20c.png"),
            ("/é/100%.png", "file:///%C3%A9/100%25.png"),
            ("/x/../y/./z;#?[].png", "file:///y/z%3B%23%3F%5B%5D.png"),
            ("/-_.!~*'()&=:@+$,.png", "file:///-_.!~*'()&=:@+$,.png"),
        ] {
            assert_eq!(file_uri(Path::new(path)), uri);
        }
        let not_text = Path::new(OsStr::from_bytes(b"/\xff.png"));
        assert_eq!(file_uri(not_text), "file:///%FF.png");
        assert!(file_uri(Path::new("here.png")).starts_with("file:///"));
    }

    #[test]
    fn escapes_are_resolved_and_bare_signs_stay() {
        assert_eq!(unescaped("a%20b%C3%a9"), "a b\u{e9}".as_bytes());
        assert_eq!(unescaped("100%, %zz %4"), b"100%, %zz %4");
    }
}
