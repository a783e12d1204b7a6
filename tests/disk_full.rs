//! A disk without room: the picture's file is named, and no half of it stays.
//!
//! The limit holds for a whole process, so this test is alone in its own.

use aiimagegen::engine::{Array, Error, Picture, Values, write_arrays};
use aiimagegen::metadata::PictureFacts;
use aiimagegen::{cli, output};

#[test]
fn a_picture_that_does_not_fit_leaves_nothing() {
    cli::outlive_size_limit();
    let folder = tempfile::tempdir().unwrap();
    let picture = Picture { width: 64, height: 64, rgb: vec![0; 64 * 64 * 3] };
    let facts = PictureFacts::default();
    let fits = output::save(folder.path(), &picture, &facts).unwrap();
    let named = folder.path().join("cat.png");

    limit_file_size(64);
    let numbered_error = output::save(folder.path(), &picture, &facts);
    let array = Array { shape: vec![64], data: Values::F32(vec![0.0; 64]) };
    let latent = folder.path().join("latent.safetensors");
    let latent_error = write_arrays(&latent, &[("latent".to_owned(), array)]);
    let named_error = output::save_as(&named, &picture, &facts);
    // The test's own report may go to a file.
    limit_file_size(libc::RLIM_INFINITY);

    let failed_at = |result| match result {
        Err(Error::Save { file, .. }) => file,
        other => panic!("{other:?}"),
    };
    assert_eq!(failed_at(numbered_error), folder.path());
    assert_eq!(failed_at(named_error), named);
    match latent_error {
        Err(Error::Save { file, reason }) => {
            assert!(file == latent && !reason.contains("path"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, [fits]);
}

fn limit_file_size(bytes: u64) {
    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: the pointer is to a live local, which the call only reads.
    let done = unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) };
    assert_eq!(done, 0);
}
