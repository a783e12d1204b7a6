//! The bar: where its pieces lie, what is under the pointer, and how it is drawn.

use crate::gpu::{DeviceMemory, MemoryPart};
use relm4::gtk::cairo::{Context, Error};
use relm4::gtk::gdk::RGBA;
use std::f64::consts::{FRAC_PI_2, PI};

/// No piece is narrower, so that every one can be seen and pointed at.
const NARROWEST: f64 = 4.0;
/// Between pieces, so that they are told apart without their colours.
const GAP: f64 = 1.5;
/// Between the lines of the hatching.
const HATCH: f64 = 5.0;
const RADIUS: f64 = 4.0;

/// What a piece of the bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Memory as it is.
    Part(MemoryPart),
    /// What a model to be loaded takes beyond what the engine holds now.
    Planned,
}

/// A piece and the pixels that it covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// What it stands for.
    pub piece: Piece,
    /// Its left end.
    pub start: f64,
    /// Its right end.
    pub end: f64,
}

/// The colours by part: Okabe and Ito's, made lighter or darker where they need it, each at 3:1
/// or more against the light and the dark theme.
pub fn colour(part: MemoryPart) -> Option<[u8; 3]> {
    match part {
        MemoryPart::Checkpoint => Some([0x2a, 0x8a, 0xc6]),
        MemoryPart::Vae => Some([0x00, 0x9e, 0x73]),
        MemoryPart::Clip => Some([0xd5, 0x5e, 0x00]),
        MemoryPart::Activations => Some([0xc4, 0x67, 0x9a]),
        MemoryPart::Window => Some([0xb8, 0x7f, 0x00]),
        MemoryPart::Others | MemoryPart::Unaccounted | MemoryPart::Free => None,
    }
}

/// The pieces of `memory`, from the left, on a bar so many pixels wide; `planned` bytes are to
/// come in place of what the engine holds.
pub fn spans(memory: &DeviceMemory, planned: Option<u64>, width: f64) -> Vec<Span> {
    let free = memory.bytes(MemoryPart::Free);
    let engines = memory.to_be_had() - free;
    let beyond = planned.unwrap_or(0).saturating_sub(engines).min(free);
    let mut pieces = Vec::new();
    for &(part, bytes) in &memory.parts {
        if part == MemoryPart::Window {
            pieces.push((Piece::Planned, beyond));
        }
        let bytes = if part == MemoryPart::Free { bytes - beyond } else { bytes };
        pieces.push((Piece::Part(part), bytes));
    }
    pieces.retain(|(_, bytes)| *bytes > 0);
    let total = memory.total.max(1) as f64;
    let mut widths: Vec<f64> =
        pieces.iter().map(|(_, bytes)| (*bytes as f64 / total * width).max(NARROWEST)).collect();
    // What the narrow ones were given, the widest gives.
    let too_much = widths.iter().sum::<f64>() - width;
    if let Some(widest) = widths.iter_mut().max_by(|a, b| a.total_cmp(b)) {
        *widest = (*widest - too_much).max(NARROWEST);
    }
    let mut start = 0.0;
    let spans = pieces.into_iter().zip(widths).map(|((piece, _), width)| {
        let span = Span { piece, start, end: start + width };
        start = span.end;
        span
    });
    spans.collect()
}

/// The piece at `x` pixels from the left.
pub fn piece_at(spans: &[Span], x: f64) -> Option<Piece> {
    let span = spans.iter().find(|span| (span.start..span.end).contains(&x));
    span.map(|span| span.piece)
}

/// Draws the bar in a box of `size`, with `text` as the colour of the theme's texts.
pub fn draw(
    cairo: &Context,
    spans: &[Span],
    (width, height): (f64, f64),
    text: RGBA,
) -> Result<(), Error> {
    outline(cairo, (0.5, 0.5), (width - 1.0, height - 1.0));
    cairo.save()?;
    cairo.clip_preserve();
    set_colour(cairo, text, 0.06);
    cairo.fill()?;
    for span in spans {
        fill(cairo, span, height, text)?;
    }
    cairo.restore()?;
    outline(cairo, (0.5, 0.5), (width - 1.0, height - 1.0));
    set_colour(cairo, text, 0.6);
    cairo.set_line_width(1.0);
    cairo.stroke()
}

fn fill(cairo: &Context, span: &Span, height: f64, text: RGBA) -> Result<(), Error> {
    let (start, width) = (span.start, (span.end - span.start - GAP).max(1.0));
    match span.piece {
        Piece::Part(part) => match colour(part) {
            Some(rgb) => {
                let [r, g, b] = rgb.map(|value| f64::from(value) / 255.0);
                cairo.set_source_rgb(r, g, b);
                cairo.rectangle(start, 0.0, width, height);
                cairo.fill()
            }
            None => match part {
                MemoryPart::Others => hatch(cairo, (start, width), height, (text, false)),
                MemoryPart::Unaccounted => hatch(cairo, (start, width), height, (text, true)),
                _ => Ok(()),
            },
        },
        Piece::Planned => {
            set_colour(cairo, text, 0.9);
            cairo.set_line_width(1.5);
            cairo.set_dash(&[4.0, 3.0], 0.0);
            cairo.rectangle(start + 1.5, 2.5, width - 3.0, height - 5.0);
            cairo.stroke()?;
            cairo.set_dash(&[], 0.0);
            Ok(())
        }
    }
}

/// Lines from the bottom upwards, and where they `cross` also from the top.
fn hatch(
    cairo: &Context,
    (start, width): (f64, f64),
    height: f64,
    (text, cross): (RGBA, bool),
) -> Result<(), Error> {
    cairo.save()?;
    cairo.rectangle(start, 0.0, width, height);
    cairo.clip();
    set_colour(cairo, text, 0.65);
    cairo.set_line_width(1.5);
    let mut x = start - height;
    while x < start + width {
        cairo.move_to(x, height);
        cairo.line_to(x + height, 0.0);
        if cross {
            cairo.move_to(x, 0.0);
            cairo.line_to(x + height, height);
        }
        x += HATCH;
    }
    cairo.stroke()?;
    cairo.restore()
}

/// A path round a box with round corners.
fn outline(cairo: &Context, (x, y): (f64, f64), (width, height): (f64, f64)) {
    let (right, bottom) = (x + width - RADIUS, y + height - RADIUS);
    cairo.new_sub_path();
    cairo.arc(right, y + RADIUS, RADIUS, -FRAC_PI_2, 0.0);
    cairo.arc(right, bottom, RADIUS, 0.0, FRAC_PI_2);
    cairo.arc(x + RADIUS, bottom, RADIUS, FRAC_PI_2, PI);
    cairo.arc(x + RADIUS, y + RADIUS, RADIUS, PI, PI + FRAC_PI_2);
    cairo.close_path();
}

fn set_colour(cairo: &Context, colour: RGBA, alpha: f64) {
    let [r, g, b] = [colour.red(), colour.green(), colour.blue()].map(f64::from);
    cairo.set_source_rgba(r, g, b, alpha);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Device;

    /// Of 100 bytes.
    fn memory(parts: [u64; 6]) -> DeviceMemory {
        let free = 100 - parts.iter().sum::<u64>();
        let bytes = parts.into_iter().chain([0, free]);
        let parts = MemoryPart::ALL.into_iter().zip(bytes).collect();
        DeviceMemory { device: Device::Cpu, name: String::new(), total: 100, parts }
    }

    fn pieces(spans: &[Span]) -> Vec<(Piece, f64)> {
        spans.iter().map(|span| (span.piece, span.end - span.start)).collect()
    }

    #[test]
    fn pieces_follow_the_order_and_fill_the_bar() {
        let spans = spans(&memory([40, 5, 0, 15, 0, 20]), None, 200.0);
        let expected = [
            (Piece::Part(MemoryPart::Checkpoint), 80.0),
            (Piece::Part(MemoryPart::Vae), 10.0),
            (Piece::Part(MemoryPart::Activations), 30.0),
            (Piece::Part(MemoryPart::Others), 40.0),
            (Piece::Part(MemoryPart::Free), 40.0),
        ];
        assert_eq!(pieces(&spans), expected);
        assert_eq!(piece_at(&spans, 85.0), Some(Piece::Part(MemoryPart::Vae)));
        assert_eq!(piece_at(&spans, 199.9), Some(Piece::Part(MemoryPart::Free)));
        assert_eq!(piece_at(&spans, 250.0), None);
    }

    #[test]
    fn a_sliver_can_still_be_seen() {
        let spans = spans(&memory([97, 1, 1, 0, 0, 0]), None, 100.0);
        let widths: Vec<f64> = pieces(&spans).into_iter().map(|(_, width)| width).collect();
        assert_eq!(widths, [88.0, 4.0, 4.0, 4.0]);
    }

    #[test]
    fn what_is_to_come_takes_from_what_is_free() {
        let planned = |memory: &DeviceMemory, bytes| {
            let spans = spans(memory, Some(bytes), 100.0);
            let mut found =
                pieces(&spans).into_iter().filter(|(piece, _)| *piece == Piece::Planned);
            found.next().map_or(0.0, |(_, width)| width)
        };
        let empty = memory([0, 0, 0, 0, 0, 30]);
        assert_eq!(planned(&empty, 20), 20.0);
        assert_eq!(planned(&empty, 500), 70.0, "no more than there is");
        let loaded = memory([40, 0, 0, 0, 0, 30]);
        assert_eq!(planned(&loaded, 50), 10.0, "in place of what is loaded");
        assert_eq!(planned(&loaded, 20), 0.0);
    }

    #[test]
    fn colours_are_seen_on_both_themes_and_told_apart() {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let light =
            |[r, g, b]: [u8; 3]| 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
        let contrast = |a, b| {
            let (a, b) = (light(a) + 0.05, light(b) + 0.05);
            a.max(b) / a.min(b)
        };
        let mut seen = Vec::new();
        for part in MemoryPart::ALL {
            let Some(rgb) = colour(part) else { continue };
            for background in [[0xf6, 0xf5, 0xf4], [0x35, 0x35, 0x35]] {
                assert!(contrast(rgb, background) >= 3.0, "{part:?} on {background:?}");
            }
            assert!(!seen.contains(&rgb));
            seen.push(rgb);
        }
        assert_eq!(seen.len(), 5);
    }
}
