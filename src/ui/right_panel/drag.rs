//! Dragging a picture out of the grid: other programs get the file, or its bytes as a picture.

use super::cell::Cell;
use crate::gallery::PictureFile;
use crate::metadata::Format;
use gtk::prelude::*;
use gtk::subclass::prelude::*;
use gtk::{gdk, gio, glib};
use relm4::gtk;
use std::path::PathBuf;

/// Larger files go by name alone.
const MOST_BYTES: u64 = 32 << 20;

/// Lets what `cell` shows be dragged out.
pub fn offer(cell: &Cell) {
    let source = gtk::DragSource::builder().actions(gdk::DragAction::COPY).build();
    source.connect_prepare(|source, x, y| {
        let cell = source.widget().and_downcast::<Cell>()?;
        let texture = cell.texture();
        source.set_icon(texture.as_ref(), x as i32, y as i32);
        cell.file().map(|file| content(&file))
    });
    cell.add_controller(source);
}

fn content(file: &PictureFile) -> gdk::ContentProvider {
    let name = gdk::ContentProvider::for_value(&gio::File::for_path(&file.path).to_value());
    match Format::named(&file.path).filter(|_| file.bytes <= MOST_BYTES) {
        Some(format) => {
            let bytes = FileBytes::new(file.path.to_path_buf(), format);
            gdk::ContentProvider::new_union(&[name, bytes.upcast()])
        }
        None => name,
    }
}

glib::wrapper! {
    /// A file's bytes, read when another program takes them, and away from the window's thread.
    pub struct FileBytes(ObjectSubclass<imp::FileBytes>)
        @extends gdk::ContentProvider;
}

impl FileBytes {
    fn new(path: PathBuf, format: Format) -> Self {
        let this: Self = glib::Object::new();
        this.imp().file.replace(Some((path, format)));
        this
    }
}

mod imp {
    use super::{Format, MOST_BYTES};
    use crate::regular;
    use gtk::prelude::*;
    use gtk::subclass::prelude::*;
    use gtk::{gdk, gio, glib};
    use relm4::gtk;
    use std::cell::RefCell;
    use std::future::Future;
    use std::path::PathBuf;
    use std::pin::Pin;

    /// The provider's inside.
    #[derive(Default)]
    pub struct FileBytes {
        pub(super) file: RefCell<Option<(PathBuf, Format)>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for FileBytes {
        const NAME: &'static str = "AiimagegenFileBytes";
        type Type = super::FileBytes;
        type ParentType = gdk::ContentProvider;
    }

    impl ObjectImpl for FileBytes {}

    impl ContentProviderImpl for FileBytes {
        fn formats(&self) -> gdk::ContentFormats {
            let formats = gdk::ContentFormatsBuilder::new();
            match &*self.file.borrow() {
                Some((_, format)) => formats.add_mime_type(format.media_type()).build(),
                None => formats.build(),
            }
        }

        fn write_mime_type_future(
            &self,
            _media_type: &str,
            stream: &gio::OutputStream,
            priority: glib::Priority,
        ) -> Pin<Box<dyn Future<Output = Result<(), glib::Error>> + 'static>> {
            let (file, stream) = (self.file.borrow().clone(), stream.clone());
            Box::pin(async move {
                let read = gio::spawn_blocking(move || {
                    file.map(|(path, _)| regular::read(&path, MOST_BYTES)).transpose()
                });
                let failed = |reason: &str| glib::Error::new(gio::IOErrorEnum::Failed, reason);
                let read = read.await.map_err(|_| failed("the reading broke off"))?;
                let bytes = read.map_err(|error| failed(&error.to_string()))?.unwrap_or_default();
                let written = stream.write_all_future(bytes, priority).await;
                match written.map_err(|(_, error)| error)? {
                    (_, _, Some(error)) => Err(error),
                    _ => Ok(()),
                }
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::sync::{Mutex, PoisonError};

    /// GDK goes through the one main context, which tests have to share.
    static CONTEXT: Mutex<()> = Mutex::new(());

    /// What another program gets of the file at `path`.
    fn taken(path: PathBuf) -> Result<Vec<u8>, glib::Error> {
        let _turn = CONTEXT.lock().unwrap_or_else(PoisonError::into_inner);
        let stream = gio::MemoryOutputStream::new_resizable();
        let bytes = FileBytes::new(path, Format::Png);
        let written = bytes.write_mime_type_future("image/png", &stream, glib::Priority::DEFAULT);
        glib::MainContext::default().block_on(written)?;
        stream.close(gio::Cancellable::NONE).unwrap();
        Ok(stream.steal_as_bytes().to_vec())
    }

    #[test]
    fn a_picture_is_read_when_it_is_taken_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.PNG");
        fs::write(&path, "before").unwrap();
        let file = PictureFile::look(&path).unwrap();
        let formats = content(&file).formats();
        assert!(formats.contain_mime_type("image/png"), "{formats}");
        assert!(formats.contains_type(gio::File::static_type()), "{formats}");
        fs::write(&path, "now").unwrap();
        assert_eq!(taken(path).unwrap(), b"now");
    }

    #[test]
    fn what_cannot_be_read_by_then_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(taken(folder.path().join("gone.png")).is_err());
        assert!(taken(crate::regular::tests::pipe(folder.path())).is_err());
        let large = folder.path().join("large.png");
        fs::File::create(&large).unwrap().set_len(MOST_BYTES + 1).unwrap();
        let file = PictureFile::look(&large).unwrap();
        assert!(!content(&file).formats().contain_mime_type("image/png"), "by name alone");
        assert!(taken(large).is_err());
    }
}
