//! Thumbnails in memory, in the form that is drawn: those used last, up to a bound.

use crate::gallery::{Delivery, Facts, Flaw, PictureFile, Thumbnail};
use gtk::{gdk, glib};
use relm4::gtk;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// About a thousand thumbnails of the normal size.
const MOST_BYTES: usize = 64 << 20;

/// What is known about one file.
#[derive(Clone, Debug)]
pub struct Card {
    /// The file, as it was then.
    pub file: Arc<PictureFile>,
    /// The thumbnail, or why there is none.
    pub texture: Result<gdk::MemoryTexture, Flaw>,
    /// What it says about itself.
    pub facts: Option<Facts>,
}

impl From<Delivery> for Card {
    fn from(Delivery { file, thumbnail, facts }: Delivery) -> Self {
        Self { file, texture: thumbnail.map(texture), facts }
    }
}

fn texture(thumbnail: Thumbnail) -> gdk::MemoryTexture {
    let Thumbnail { width, height, rgba } = thumbnail;
    // At most a few hundred pixels.
    let (columns, rows) = (width.cast_signed(), height.cast_signed());
    let bytes = glib::Bytes::from_owned(rgba);
    gdk::MemoryTexture::new(columns, rows, gdk::MemoryFormat::R8g8b8a8, &bytes, width as usize * 4)
}

/// Cards, by file.
#[derive(Default)]
pub struct Stock {
    cards: HashMap<Arc<Path>, (Card, u64)>,
    bytes: usize,
    /// Counts uses, to tell which were last.
    clock: u64,
}

impl Stock {
    /// The card of `file` as it is now.
    pub fn get(&mut self, file: &PictureFile) -> Option<Card> {
        self.clock += 1;
        let (card, used) = self.cards.get_mut(&file.path)?;
        *used = self.clock;
        (*card.file == *file).then(|| card.clone())
    }

    /// Takes up `card`, for which those that were not used for longest may have to go.
    pub fn put(&mut self, card: Card) {
        self.clock += 1;
        self.bytes += bytes(&card);
        let old = self.cards.insert(Arc::clone(&card.file.path), (card, self.clock));
        self.bytes -= old.map_or(0, |(old, _)| bytes(&old));
        while self.bytes > MOST_BYTES {
            let oldest = self.cards.iter().min_by_key(|(_, (_, used))| *used);
            let Some(path) = oldest.map(|(path, _)| Arc::clone(path)) else { return };
            self.bytes -= self.cards.remove(&path).map_or(0, |(card, _)| bytes(&card));
        }
    }
}

fn bytes(card: &Card) -> usize {
    use gtk::prelude::TextureExt;
    let pixels = card.texture.as_ref().map_or(0, |texture| texture.width() * texture.height());
    // The rest of a card, roughly.
    usize::try_from(pixels).unwrap_or_default() * 4 + 512
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str) -> Card {
        let file = PictureFile { path: Path::new(name).into(), modified: (1, 0), bytes: 1 };
        Card { file: Arc::new(file), texture: Err(Flaw::Damaged), facts: None }
    }

    #[test]
    fn the_stock_is_bounded_and_keeps_what_was_used_last() {
        let mut stock = Stock::default();
        let count = MOST_BYTES / bytes(&card("")) + 10;
        stock.put(card("first"));
        for number in 0..count {
            stock.put(card(&number.to_string()));
            assert!(stock.bytes <= MOST_BYTES);
            assert!(number > 100 || stock.get(&card("first").file).is_some());
        }
        assert!(stock.get(&card("first").file).is_some(), "it was used after many others");
        assert!(stock.get(&card("99999999").file).is_none());
    }

    #[test]
    fn a_changed_file_has_no_card() {
        let mut stock = Stock::default();
        stock.put(card("a"));
        let changed = PictureFile { bytes: 2, ..(*card("a").file).clone() };
        assert!(stock.get(&changed).is_none() && stock.get(&card("a").file).is_some());
    }
}
