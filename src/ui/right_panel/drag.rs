//! Dragging a picture out of the grid: other programs get the file, or its bytes as a picture.

use super::cell::Cell;
use crate::gallery::PictureFile;
use gtk::prelude::*;
use gtk::{gdk, gio, glib};
use relm4::gtk;
use std::path::Path;

/// Larger files go by name alone: reading them would hold the pointer up.
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
    match picture(file) {
        Some(picture) => gdk::ContentProvider::new_union(&[name, picture]),
        None => name,
    }
}

fn picture(file: &PictureFile) -> Option<gdk::ContentProvider> {
    let kind = media_type(&file.path).filter(|_| file.bytes <= MOST_BYTES)?;
    let bytes = std::fs::read(&file.path).ok()?;
    Some(gdk::ContentProvider::for_bytes(kind, &glib::Bytes::from_owned(bytes)))
}

fn media_type(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "png" => Some("image/png"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        "webp" => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_s_kind_is_known_by_its_ending() {
        assert_eq!(media_type(Path::new("/p/a.PNG")), Some("image/png"));
        assert_eq!(media_type(Path::new("/p/a.jpeg")), Some("image/jpeg"));
        assert_eq!(media_type(Path::new("/p/a")), None);
    }
}
