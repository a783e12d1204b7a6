//! Pictures as files.

use super::*;
use crate::engine::FileProblem;
use crate::engine::Picture;
use crate::metadata::PictureFacts;
use crate::output;
use std::fs;

fn saved(folder: &Path, prompt: &str) -> PathBuf {
    let picture = Picture { width: 8, height: 8, rgb: vec![9; 192] };
    let facts = PictureFacts {
        prompt: prompt.into(),
        steps: 20,
        sampler: "euler".into(),
        scheduler: "normal".into(),
        seed: 7,
        ..PictureFacts::default()
    };
    output::save(folder, &picture, &facts).unwrap()
}

/// A PNG with these texts, and no pixels.
fn png_with(folder: &Path, texts: &[(&str, &str)]) -> PathBuf {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (keyword, text) in texts {
        let data = [keyword.as_bytes(), b"\0", text.as_bytes()].concat();
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend([&b"tEXt"[..], &data, &[0; 4]].concat());
    }
    bytes.extend(b"\0\0\0\0IEND\0\0\0\0");
    let file = folder.join("picture.png");
    fs::write(&file, bytes).unwrap();
    file
}

#[test]
fn what_was_saved_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    for prompt in ["a cat", "café Ã©", "猫"] {
        let file = saved(folder.path(), prompt);
        let found = read(&file).unwrap();
        assert_eq!((found.prompt.as_str(), found.seed), (prompt, Some(7)));
        assert_eq!((found.source, found.unhonoured.len()), (Source::Aiimagegen, 0));
        assert!(is_picture(&file));
    }
}

#[test]
fn pictures_of_other_programs_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&[(&str, &str)], Source); 7] = [
        (&[("prompt", "{}"), ("workflow", "{}")], Source::ComfyUi),
        (&[("invokeai_metadata", "{}")], Source::InvokeAi),
        (&[("parameters", "{\"sui_image_params\": {}}")], Source::SwarmUi),
        (&[("parameters", "{\"a\": 1}"), ("fooocus_scheme", "fooocus")], Source::Fooocus),
        (&[("Software", "NovelAI"), ("Comment", "{}")], Source::NovelAi),
        (&[("parameters", " {}")], Source::Unknown),
        (&[("parameters", ""), ("workflow", "{}")], Source::ComfyUi),
    ];
    for (texts, source) in cases {
        let file = png_with(folder.path(), texts);
        assert_eq!(read(&file), Err(Unread::OtherProgram { file, source }), "{texts:?}");
    }
    let both = png_with(folder.path(), &[("workflow", "{}"), ("parameters", "a cat")]);
    assert_eq!(read(&both).unwrap().prompt, "a cat");
}

#[test]
fn every_reason_is_told_from_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let none = png_with(folder.path(), &[("Software", "paint")]);
    assert_eq!(read(&none), Err(Unread::NoParameters { file: none }));
    let whole = fs::read(saved(folder.path(), "a cat")).unwrap();
    let cut = folder.path().join("cut.png");
    fs::write(&cut, &whole[..40]).unwrap();
    assert_eq!(read(&cut), Err(Unread::CutShort { file: cut.clone() }));
    fs::write(&cut, &whole[..whole.len() - 20]).unwrap();
    assert_eq!(read(&cut).unwrap().prompt, "a cat", "the text is whole");
    let long = png_with(folder.path(), &[("parameters", &"a".repeat(LONGEST_TEXT))]);
    assert!(matches!(read(&long), Err(Unread::BrokenText { .. })));
    let model = folder.path().join("model.safetensors");
    fs::write(&model, b"\x08\0\0\0\0\0\0\0{}      ").unwrap();
    assert!(!is_picture(&model));
    assert_eq!(read(&model), Err(Unread::NotPicture { file: model }));
    for (file, problem) in [
        (folder.path().to_owned(), FileProblem::IsFolder),
        (folder.path().join("gone.png"), FileProblem::NotFound),
        ("/dev/zero".into(), FileProblem::NotRegular),
    ] {
        assert_eq!(read(&file), Err(Unread::File(Error::File { file, problem })));
    }
    assert!(is_picture(Path::new("gone.JPG")) && !is_picture(Path::new("gone.ckpt")));
    assert_eq!(Format::named(Path::new("a.WebP")), Some(Format::WebP));
    assert_eq!(Format::named(Path::new("png")), None);
}

#[test]
fn nobody_waits_for_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = crate::regular::tests::pipe(folder.path());
    let problem = FileProblem::NotRegular;
    assert_eq!(read(&pipe), Err(Unread::File(Error::File { file: pipe, problem })));
}
