//! Saving, and failing to.

use super::*;
use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt;

fn picture() -> Picture {
    Picture { width: 3, height: 2, rgb: (0..18).map(|value| value * 9).collect() }
}

fn facts(prompt: &str) -> PictureFacts {
    PictureFacts { prompt: prompt.into(), seed: 42, ..Default::default() }
}

fn read(file: &Path) -> (png::Info<'static>, Vec<u8>) {
    let decoder = png::Decoder::new(io::BufReader::new(File::open(file).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    (reader.info().clone(), pixels)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_saved_picture_has_its_pixels_and_its_text() {
    let folder = tempfile::tempdir().unwrap();
    let latin = save(&folder.path().join("new/one"), &picture(), &facts("café")).unwrap();
    let (info, pixels) = read(&latin);
    assert_eq!((info.width, info.height, pixels), (3, 2, picture().rgb));
    let chunk = &info.uncompressed_latin1_text[0];
    assert_eq!(chunk.keyword, "parameters");
    assert!(chunk.text.starts_with("café\nSteps: "), "{}", chunk.text);

    let other = save(folder.path(), &picture(), &facts("猫")).unwrap();
    let (info, _) = read(&other);
    assert!(info.uncompressed_latin1_text.is_empty());
    assert!(info.utf8_text[0].get_text().unwrap().starts_with("猫\nSteps: "));
}

#[test]
fn names_have_day_number_and_seed() {
    let folder = tempfile::tempdir().unwrap();
    let today = date::today();
    let name = |number: u32| folder.path().join(format!("{today}-{number:04}-42.png"));
    assert_eq!(save(folder.path(), &picture(), &facts("")).unwrap(), name(1));
    assert_eq!(save(folder.path(), &picture(), &facts("")).unwrap(), name(2));
    fs::write(folder.path().join(format!("{today}-0041-7.png")), "").unwrap();
    fs::write(folder.path().join(format!("{today}-holiday.png")), "").unwrap();
    fs::write(folder.path().join("2020-01-01-9999-7.png"), "").unwrap();
    assert_eq!(save(folder.path(), &picture(), &facts("")).unwrap(), name(42));
}

#[test]
fn the_files_are_readable_as_the_user_s_umask_allows() {
    let folder = tempfile::tempdir().unwrap();
    let reference = folder.path().join("reference");
    fs::write(&reference, "").unwrap();
    let saved = save(folder.path(), &picture(), &facts("")).unwrap();
    let mode = |file: &Path| fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode(&saved), mode(&reference));
}

#[test]
fn a_named_file_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cat.v1.png");
    let saved: Vec<_> = (0..3).map(|_| save_as(&file, &picture(), &facts("")).unwrap()).collect();
    assert_eq!(saved[0], file);
    assert_eq!(names(folder.path()), ["cat.v1-1.png", "cat.v1-2.png", "cat.v1.png"]);
    let link = folder.path().join("link.png");
    std::os::unix::fs::symlink("nowhere", &link).unwrap();
    assert!(save_as(&link, &picture(), &facts("")).unwrap().ends_with("link-1.png"));
}

#[test]
fn many_at_once_all_get_a_name_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let folder = folder.path().to_owned();
            std::thread::spawn(move || {
                (0..10).map(|_| save(&folder, &picture(), &facts("")).unwrap()).collect::<Vec<_>>()
            })
        })
        .collect();
    let saved: HashSet<_> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
    assert_eq!(saved.len(), 80);
    assert_eq!(names(folder.path()).len(), 80);
}

#[test]
fn a_failure_names_the_file_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let blocker = folder.path().join("file");
    fs::write(&blocker, "").unwrap();
    let failed = |result: Result<PathBuf, Error>| match result {
        Err(Error::Save { file, .. }) => file,
        other => panic!("{other:?}"),
    };
    assert_eq!(failed(save(&blocker, &picture(), &facts(""))), blocker);
    let below = blocker.join("a.png");
    assert_eq!(failed(save_as(&below, &picture(), &facts(""))), below);
    assert_eq!(failed(save_as(folder.path(), &picture(), &facts(""))), folder.path());
    let device = Path::new("/dev/full");
    assert_eq!(failed(save_as(device, &picture(), &facts(""))), device);
    let short = Picture { rgb: vec![0; 3], ..picture() };
    failed(save(folder.path(), &short, &facts("")));
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn probing_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    probe_folder(&folder.path().join("a/b")).unwrap();
    probe_file(&folder.path().join("a/b.png")).unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    probe_file(&folder.path().join("file")).unwrap();
    assert!(probe_folder(&folder.path().join("file")).is_err());
    assert!(probe_file(&folder.path().join("file/b")).is_err());
    assert_eq!(names(folder.path()), ["file"]);
}
