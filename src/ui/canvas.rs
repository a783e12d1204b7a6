//! The picture, drawn with Cairo: fitted into its place on a dark mat, pixels kept sharp when they
//! are shown larger than twice their size.

use super::accessible::Named;
use crate::engine::Picture;
use crate::i18n::text;
use cairo::{Filter, Format, ImageSurface};
use gtk::prelude::*;
use image::{ImageBuffer, Rgb};
use relm4::{ComponentParts, ComponentSender, SimpleComponent, gtk};
use std::cell::RefCell;
use std::rc::Rc;

/// From this size on single pixels are shown as squares.
const SHARP_FROM: f64 = 2.0;

/// A picture in the form that Cairo draws.
pub struct Drawing {
    width: i32,
    height: i32,
    stride: i32,
    /// Blue, green, red and a byte of nothing, pixel by pixel.
    bytes: Vec<u8>,
}

impl std::fmt::Debug for Drawing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Drawing {}x{}", self.width, self.height)
    }
}

impl Drawing {
    /// `picture` in Cairo's form; `None` for sizes beyond Cairo's, and if pixels are missing.
    pub fn new(picture: &Picture) -> Option<Self> {
        let (width, height) =
            (i32::try_from(picture.width).ok()?, i32::try_from(picture.height).ok()?);
        let pixels = ImageBuffer::<Rgb<u8>, &[u8]>::from_raw(
            picture.width,
            picture.height,
            picture.rgb.as_slice(),
        )?;
        let stride = Format::Rgb24.stride_for_width(picture.width).ok()?;
        let row_bytes = usize::try_from(stride).ok()?;
        let mut bytes = vec![0; row_bytes.checked_mul(usize::try_from(height).ok()?)?];
        for (row, pixels) in bytes.chunks_exact_mut(row_bytes.max(1)).zip(pixels.rows()) {
            for (to, Rgb([red, green, blue])) in row.as_chunks_mut::<4>().0.iter_mut().zip(pixels) {
                *to = u32::from_be_bytes([0, *red, *green, *blue]).to_ne_bytes();
            }
        }
        Some(Self { width, height, stride, bytes })
    }
}

/// The place for the picture.
pub struct Canvas {
    surface: Rc<RefCell<Option<ImageSurface>>>,
    area: gtk::DrawingArea,
}

/// What the place is asked.
#[derive(Debug)]
pub enum CanvasInput {
    /// Show the picture, described by its prompt.
    Show(Drawing, String),
}

#[relm4::component(pub)]
impl SimpleComponent for Canvas {
    type Init = ();
    type Input = CanvasInput;
    type Output = ();

    view! {
        #[root]
        gtk::Box {
            #[local_ref]
            area -> gtk::DrawingArea {
                set_property: ("accessible-role", gtk::AccessibleRole::Img),
                add_css_class: "canvas",
                set_hexpand: true,
                set_vexpand: true,
                set_content_width: 320,
                set_content_height: 240,
                set_spoken_label: &text("canvas-empty"),
            },
        }
    }

    fn init(_: (), root: Self::Root, _sender: ComponentSender<Self>) -> ComponentParts<Self> {
        let model = Self { surface: Rc::default(), area: gtk::DrawingArea::default() };
        let surface = Rc::clone(&model.surface);
        model.area.set_draw_func(move |area, context, width, height| {
            if let Some(surface) = &*surface.borrow() {
                let area = (f64::from(width), f64::from(height), f64::from(area.scale_factor()));
                // An error stays in the context: nothing is drawn, nothing else happens.
                let _ = draw(context, surface, area);
            }
        });
        let area = &model.area;
        let widgets = view_output!();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: CanvasInput, _sender: ComponentSender<Self>) {
        let CanvasInput::Show(drawing, prompt) = message;
        let Drawing { width, height, stride, bytes } = drawing;
        match ImageSurface::create_for_data(bytes, Format::Rgb24, width, height, stride) {
            Ok(surface) => *self.surface.borrow_mut() = Some(surface),
            Err(error) => log::error!("a picture of {width}x{height} cannot be drawn: {error}"),
        }
        let label = format!("{} {prompt}", text("canvas-picture"));
        self.area.set_spoken_label(&label);
        self.area.queue_draw();
    }
}

fn draw(
    context: &cairo::Context,
    surface: &ImageSurface,
    (width, height, device_scale): (f64, f64, f64),
) -> Result<(), cairo::Error> {
    let picture = (f64::from(surface.width()), f64::from(surface.height()));
    let place = fit(picture, (width * device_scale, height * device_scale));
    context.scale(1.0 / device_scale, 1.0 / device_scale);
    context.translate(place.x, place.y);
    context.scale(place.scale, place.scale);
    context.set_source_surface(surface, 0.0, 0.0)?;
    context.source().set_filter(place.filter);
    context.rectangle(0.0, 0.0, picture.0, picture.1);
    context.fill()
}

/// Where and how large the picture is drawn, in the screen's own pixels.
#[derive(Debug, PartialEq)]
struct Place {
    x: f64,
    y: f64,
    scale: f64,
    filter: Filter,
}

/// The whole picture as large as it fits, in the middle.
fn fit(picture: (f64, f64), area: (f64, f64)) -> Place {
    let scale = (area.0 / picture.0).min(area.1 / picture.1);
    let filter = if scale >= SHARP_FROM { Filter::Nearest } else { Filter::Good };
    let middle = |area: f64, picture: f64| ((area - picture * scale) / 2.0).floor();
    Place { x: middle(area.0, picture.0), y: middle(area.1, picture.1), scale, filter }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_get_cairos_order_and_rows_their_padding() {
        let picture = Picture { width: 1, height: 2, rgb: vec![1, 2, 3, 4, 5, 6] };
        let drawing = Drawing::new(&picture).unwrap();
        assert_eq!(drawing.bytes, [0x0001_0203_u32, 0x0004_0506].map(u32::to_ne_bytes).concat());
        assert_eq!((drawing.width, drawing.height, drawing.stride), (1, 2, 4));
    }

    #[test]
    fn a_picture_with_fewer_pixels_than_it_says_is_none() {
        assert!(Drawing::new(&Picture { width: 4, height: 4, rgb: vec![255; 47] }).is_none());
        assert!(Drawing::new(&Picture { width: 4, height: 4, rgb: vec![255; 48] }).is_some());
        assert!(Drawing::new(&Picture { width: u32::MAX, height: 1, rgb: vec![] }).is_none());
        assert!(Drawing::new(&Picture { width: 0, height: 0, rgb: vec![] }).is_some());
    }

    #[test]
    fn pictures_fit_and_pixels_stay_sharp_from_twice_their_size() {
        let wide = fit((100.0, 50.0), (150.0, 150.0));
        assert_eq!(wide, Place { x: 0.0, y: 37.0, scale: 1.5, filter: Filter::Good });
        assert_eq!(fit((64.0, 64.0), (640.0, 480.0)).filter, Filter::Nearest);
    }
}
