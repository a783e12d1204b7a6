//! Files by hand, whole and hostile.

use super::*;
use std::io::Cursor;

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    [&length.to_be_bytes()[..], kind, data, &[0; 4]].concat()
}

fn png_of(chunks: &[Vec<u8>]) -> Vec<u8> {
    [PNG, &chunk(b"IHDR", &[0; 13]), &chunks.concat(), &chunk(b"IEND", b"")].concat()
}

fn found(file: &[u8]) -> Texts {
    texts(Format::of(file).unwrap(), &mut Cursor::new(file)).unwrap()
}

fn one(file: &[u8]) -> (String, Option<String>) {
    let mut texts = found(file).texts;
    assert_eq!(texts.len(), 1, "{texts:?}");
    let text = texts.remove(0);
    (text.keyword, text.text)
}

fn packed(text: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(text, 6)
}

/// An EXIF block with this user comment, big-endian.
fn exif(code: &[u8; 8], comment: &[u8]) -> Vec<u8> {
    let length = u32::try_from(comment.len() + 8).unwrap();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value.to_be_bytes()]
            .concat()
    };
    let mut block = b"MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    block.extend(entry(0x8769, 4, 1, 26));
    block.extend([0; 4]);
    block.extend([0, 1]);
    block.extend(entry(0x9286, 7, length, 44));
    block.extend([0; 4]);
    block.extend([&code[..], comment].concat());
    block
}

fn jpeg_of(block: &[u8]) -> Vec<u8> {
    let block = [b"Exif\0\0", block].concat();
    let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
    let rest = b"\xff\xda\0\x08pixels\xff\xd9";
    [b"\xff\xd8\xff\xe0\0\x04JF\xff\xff\xe1", &length[..], &block, rest].concat()
}

fn webp_of(block: &[u8]) -> Vec<u8> {
    let long = |length: usize| u32::try_from(length).unwrap().to_le_bytes();
    let pad = vec![0; block.len() % 2];
    let body = [b"WEBPVP8X\x05\0\0\0xxxxx\0EXIF", &long(block.len())[..], block, &pad].concat();
    [b"RIFF", &long(body.len())[..], &body].concat()
}

#[test]
fn all_kinds_of_text_in_a_png_are_read() {
    let named = |text: &str| ("parameters".to_owned(), Some(text.to_owned()));
    let cases: [(&[u8; 4], Vec<u8>, &str); 6] = [
        (b"tEXt", b"parameters\0a cat".to_vec(), "a cat"),
        (b"tEXt", b"parameters\0caf\xe9".to_vec(), "café"),
        (b"tEXt", "parameters\0café 猫".as_bytes().to_vec(), "café 猫"),
        (b"zTXt", [b"parameters\0\0".to_vec(), packed(b"caf\xe9")].concat(), "café"),
        (b"iTXt", "parameters\0\0\0en\0name\0猫\0x".as_bytes().to_vec(), "猫\0x"),
        (b"iTXt", [b"parameters\0\x01\0\0\0".to_vec(), packed("猫".as_bytes())].concat(), "猫"),
    ];
    for (kind, data, text) in cases {
        assert_eq!(one(&png_of(&[chunk(kind, &data)])), named(text));
    }
}

#[test]
fn our_own_files_are_latin_1_to_the_letter() {
    let ours = b"parameters\0\xc3\xa9\nVersion: aiimagegen 1.0";
    assert!(one(&png_of(&[chunk(b"tEXt", ours)])).1.unwrap().starts_with("Ã©"));
}

#[test]
fn texts_behind_the_pixels_count_and_an_early_end_keeps_what_came_before() {
    let text = chunk(b"tEXt", b"parameters\0a");
    let pixels = chunk(b"IDAT", &[7; 100_000]);
    assert_eq!(one(&png_of(&[pixels.clone(), text.clone()])).1.as_deref(), Some("a"));
    let whole = png_of(&[text, pixels]);
    let cut = found(&whole[..5000]);
    assert_eq!((cut.texts.len(), cut.cut_short), (1, true));
    for length in SIGNATURE..whole.len().min(300) {
        assert!(found(&whole[..length]).cut_short, "{length}");
    }
}

#[test]
fn bombs_and_claims_are_no_text_and_cost_nothing() {
    let bomb = packed(&vec![b'a'; 64 << 20]);
    assert!(bomb.len() < 100_000);
    for (kind, start) in [(b"zTXt", &b"parameters\0\0"[..]), (b"iTXt", b"parameters\0\x01\0\0\0")] {
        let file = png_of(&[chunk(kind, &[start, &bomb].concat())]);
        assert_eq!(one(&file), ("parameters".to_owned(), None));
    }
    let long = [b"parameters\0".to_vec(), vec![b'a'; LONGEST_TEXT]].concat();
    let after = chunk(b"tEXt", b"Software\0x");
    let texts = found(&png_of(&[chunk(b"tEXt", &long), after])).texts;
    assert_eq!((texts[0].text.as_deref(), texts[1].text.as_deref()), (None, Some("x")));
    // Four gigabytes that are not there.
    for kind in [b"tEXt", b"IDAT", b"eXIf"] {
        let claim = [PNG, &u32::MAX.to_be_bytes(), kind, b"parameters\0a"].concat();
        assert!(found(&claim).cut_short);
    }
    let claim = [&webp_of(b"")[..26], b"EXIF\xff\xff\xff\xffxx"].concat();
    assert!(found(&claim).texts.is_empty());
}

#[test]
fn user_comments_are_read_from_every_container_in_both_byte_orders() {
    let big: Vec<u8> = "a cat, 猫".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let little: Vec<u8> = "a cat, 猫".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [b"\xff\xfe", &little[..]].concat();
    let expected = (USER_COMMENT.to_owned(), Some("a cat, 猫".to_owned()));
    for comment in [&big, &little, &marked] {
        let block = exif(b"UNICODE\0", comment);
        assert_eq!(one(&jpeg_of(&block)), expected);
        assert_eq!(one(&webp_of(&block)), expected);
        assert_eq!(one(&png_of(&[chunk(b"eXIf", &block)])), expected);
    }
    assert_eq!(one(&jpeg_of(&exif(b"ASCII\0\0\0", b"plain"))).1.as_deref(), Some("plain"));
    assert!(found(&jpeg_of(b"no exif")).texts.is_empty());
}

mod arbitrary {
    use super::*;
    use proptest::prelude::*;

    fn starts() -> impl Strategy<Value = Vec<u8>> {
        let block = exif(b"UNICODE\0", b"\0a\0b\0c");
        let text = chunk(b"tEXt", b"parameters\0a");
        let packed = chunk(b"zTXt", &[&b"parameters\0\0"[..], &packed(b"abc")].concat());
        let png = png_of(&[text, packed, chunk(b"eXIf", &block)]);
        prop::sample::select(vec![png, jpeg_of(&block), webp_of(&block)])
    }

    proptest! {
        #[test]
        fn no_change_of_a_file_is_too_much(
            mut file in starts(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
            cut in any::<prop::sample::Index>(),
        ) {
            for (place, value) in changes {
                let place = place.index(file.len());
                file[place] = value;
            }
            file.truncate(cut.index(file.len()) + 1);
            if let Some(format) = Format::of(&file) {
                let texts = texts(format, &mut Cursor::new(&file)).unwrap();
                prop_assert!(texts.texts.len() <= MOST_TEXTS);
            }
        }
    }
}
