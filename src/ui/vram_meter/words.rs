//! The bar's contents in words and numbers.

use super::Planned;
use super::bar::{self, Piece};
use crate::engine::Fit;
use crate::gpu::{DeviceMemory, MemoryPart};
use crate::i18n::{text, text_with};
use crate::wording;
use relm4::gtk::glib;

/// Whether it is too little for a figure of gigabytes.
fn is_little(bytes: u64) -> bool {
    (1..50_000_000).contains(&bytes)
}

/// Bytes as gigabytes with one decimal, whatever their size: figures of one bar are compared.
fn gigabytes(bytes: u64) -> String {
    if is_little(bytes) {
        return text("meter-little");
    }
    wording::gigabytes(bytes)
}

/// The same for what is not known exactly. "Under 0.1 GB" is no figure that would have to be one.
fn about(bytes: u64) -> String {
    match gigabytes(bytes) {
        little if is_little(bytes) => little,
        size => text_with("meter-about", [("size", size.into())]),
    }
}

/// The device.
pub fn title(memory: &DeviceMemory) -> String {
    match memory.name.as_str() {
        "" => text("meter-machine"),
        name => text_with(
            "meter-card",
            [("device", memory.device.to_string().into()), ("name", name.to_owned().into())],
        ),
    }
}

/// Used, total and remaining.
pub fn numbers(memory: &DeviceMemory) -> String {
    text_with(
        "meter-numbers",
        [
            ("used", gigabytes(memory.used()).into()),
            ("total", gigabytes(memory.total).into()),
            ("left", gigabytes(memory.bytes(MemoryPart::Free)).into()),
        ],
    )
}

/// A part's name.
fn part_name(part: MemoryPart) -> String {
    match part {
        MemoryPart::Checkpoint => text("meter-checkpoint"),
        MemoryPart::Vae => text("meter-vae"),
        MemoryPart::Clip => text("meter-clip"),
        MemoryPart::Activations => text("meter-activations"),
        MemoryPart::Window => text("meter-window"),
        MemoryPart::Others => text("meter-others"),
        MemoryPart::Unaccounted => text("meter-unaccounted"),
        MemoryPart::Free => text("meter-free"),
    }
}

/// A piece of the bar and its size, for the pointer that rests on it.
pub fn piece(memory: &DeviceMemory, planned: Option<u64>, piece: Piece) -> String {
    match piece {
        Piece::Part(part) => figure(&part_name(part), memory.bytes(part)),
        Piece::Planned => figure(&text("meter-planned"), planned.unwrap_or(0)),
    }
}

fn figure(name: &str, bytes: u64) -> String {
    text_with("meter-part", [("name", name.to_owned().into()), ("size", gigabytes(bytes).into())])
}

/// The parts there are, with their sizes.
fn figures(memory: &DeviceMemory) -> impl Iterator<Item = (MemoryPart, String)> {
    let there = memory.parts.iter().filter(|(part, bytes)| *bytes > 0 && *part != MemoryPart::Free);
    there.map(|(part, bytes)| (*part, figure(&part_name(*part), *bytes)))
}

/// What the colours mean, with each part's size, in Pango's markup.
pub fn legend(memory: &DeviceMemory) -> String {
    let item = |(part, figure): (MemoryPart, String)| {
        let sign = match bar::colour(part) {
            Some([r, g, b]) => {
                format!("<span foreground=\"#{r:02x}{g:02x}{b:02x}\">\u{25a0}</span>")
            }
            None if part == MemoryPart::Unaccounted => "\u{25a9}".to_owned(),
            None => "\u{25a8}".to_owned(),
        };
        // A figure stays on one line with its sign.
        let figure = glib::markup_escape_text(&figure).replace(' ', "\u{a0}");
        // Some languages break lines between any two letters.
        format!("<span allow_breaks=\"false\">{sign}\u{a0}{figure}</span>")
    };
    figures(memory).map(item).collect::<Vec<_>>().join("   ")
}

/// Whether the model to be loaded finds room; empty where none is.
pub fn room(memory: &DeviceMemory, planned: Option<&Planned>) -> String {
    let Some(Planned { bytes, fit, remark }) = planned else { return String::new() };
    let room = memory.to_be_had();
    let (id, size) = match fit {
        Fit::Fits => ("meter-fits", about(*bytes)),
        Fit::Tight => ("meter-tight", about(*bytes)),
        Fit::WillNot if *bytes <= room => ("meter-picture-too-large", about(*bytes)),
        Fit::WillNot => ("meter-too-small", gigabytes(*bytes)),
    };
    let room = text_with(id, [("size", size.into()), ("room", gigabytes(room).into())]);
    if remark.is_empty() { room } else { format!("{room}. {remark}") }
}

/// The bar, to be said aloud.
pub fn description(memory: &DeviceMemory, planned: Option<&Planned>) -> String {
    let parts: Vec<_> = figures(memory).map(|(_, figure)| figure).collect();
    let sentences = [numbers(memory), parts.join(", "), room(memory, planned)];
    let sentences: Vec<_> = sentences.into_iter().filter(|part| !part.is_empty()).collect();
    sentences.join(". ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Device;

    fn memory() -> DeviceMemory {
        let gb = 1_000_000_000;
        let bytes = [5 * gb, gb / 5, gb, 2 * gb, 0, gb / 2, gb / 2, 14_800_000_000];
        DeviceMemory {
            device: Device::Cuda(0),
            name: "RTX <3090>".into(),
            total: 24 * gb,
            parts: MemoryPart::ALL.into_iter().zip(bytes).collect(),
        }
    }

    #[test]
    fn the_bar_reads_aloud() {
        let planned = |bytes, fit| Planned { bytes, fit, remark: String::new() };
        let spoken = description(&memory(), Some(&planned(30_000_000_000, Fit::WillNot)));
        let expected = "9.2 GB of 24.0 GB used, 14.8 GB left. Checkpoint 5.0 GB, VAE 0.2 GB, \
                        CLIP 1.0 GB, Activations 2.0 GB, Other programs 0.5 GB, Driver and rest 0.5 GB. \
                        The chosen model will not fit: it needs 30.0 GB, and 23.0 GB can be had";
        assert_eq!(spoken, expected);
        assert_eq!(title(&memory()), "cuda:0 \u{2013} RTX <3090>");
        let short =
            Planned { remark: "VAE on cpu".into(), ..planned(20_000_000_000, Fit::WillNot) };
        assert_eq!(
            room(&memory(), Some(&short)),
            "The chosen model fits, but a picture of this size will not: \
             about 20.0 GB of 23.0 GB are weights. VAE on cpu"
        );
    }

    #[test]
    fn what_is_little_is_not_about_little() {
        let fits = |bytes| {
            let planned = Planned { bytes, fit: Fit::Fits, remark: String::new() };
            room(&memory(), Some(&planned))
        };
        assert_eq!(fits(1_000_000), "The chosen model fits: under 0.1 GB of 23.0 GB");
        assert_eq!(fits(2_000_000_000), "The chosen model fits: about 2.0 GB of 23.0 GB");
    }

    #[test]
    fn the_legend_names_parts_beside_their_colours() {
        let legend = legend(&memory());
        assert!(
            legend.contains("foreground=\"#009e73\">\u{25a0}</span>\u{a0}VAE\u{a0}0.2\u{a0}GB")
        );
        assert!(legend.contains("\u{25a8}\u{a0}Other\u{a0}programs"), "{legend}");
        assert!(legend.contains("\u{25a9}\u{a0}Driver\u{a0}and\u{a0}rest"), "{legend}");
        assert!(!legend.contains("Window") && !legend.contains("Free"), "{legend}");
    }

    #[test]
    fn a_piece_has_its_name_and_size() {
        let vae = piece(&memory(), None, Piece::Part(MemoryPart::Vae));
        assert_eq!(vae, "VAE 0.2 GB");
        assert_eq!((gigabytes(1), gigabytes(0)), ("under 0.1 GB".into(), "0.0 GB".into()));
        let planned = piece(&memory(), Some(2_500_000_000), Piece::Planned);
        assert_eq!(planned, "To be loaded 2.5 GB");
    }
}
