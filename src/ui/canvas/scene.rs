//! What the canvas shows, drawn with Cairo: the picture, or what can be seen of the next one
//! already. Shown smaller, the picture is drawn from a copy not much larger than the screen.

use super::drawing::Drawing;
use super::view::{Frame, Pair, Place, View};
use cairo::{Context, Extend, Filter, Format, ImageSurface};
use gtk::gdk;
use relm4::gtk;

/// From this size on single pixels are shown as squares.
const SHARP_FROM: f64 = 2.0;
/// A preview whose shape differs by less is one of the picture: sizes are rounded.
const SAME_SHAPE: f64 = 0.02;

/// What there is to see.
#[derive(Default)]
pub struct Scene {
    picture: Option<Layers>,
    /// The same for other programs.
    texture: Option<gdk::Texture>,
    preview: Option<ImageSurface>,
    /// How the picture is looked at.
    pub view: View,
    /// The picture as it was last fitted.
    fitted: Option<Fitted>,
}

/// A picture with its smaller copies.
struct Layers(Vec<ImageSurface>);

/// A copy in the size that the screen needs.
struct Fitted {
    scale: f64,
    surface: ImageSurface,
}

fn size(surface: &ImageSurface) -> Pair {
    (f64::from(surface.width()), f64::from(surface.height()))
}

impl Scene {
    /// Puts `drawing` in the picture's place. The view stays as it is for one of the same size.
    pub fn show(&mut self, drawing: Drawing) -> Result<(), cairo::Error> {
        let texture = drawing.texture();
        let layers = Layers(drawing.into_surfaces()?);
        if self.picture.as_ref().and_then(Layers::size) != layers.size() {
            self.view = View::Fit;
        }
        self.picture = layers.size().is_some().then_some(layers);
        self.texture = texture;
        (self.preview, self.fitted) = (None, None);
        Ok(())
    }

    /// Puts what can be seen of the next picture over this one.
    pub fn preview(&mut self, drawing: Drawing) -> Result<(), cairo::Error> {
        let layers = Layers(drawing.into_surfaces()?);
        self.preview = layers.size().and(layers.0.into_iter().next());
        Ok(())
    }

    /// Takes it away.
    pub fn end_preview(&mut self) {
        self.preview = None;
    }

    /// Whether there is a picture.
    pub fn has_picture(&self) -> bool {
        self.picture.is_some()
    }

    /// The picture in `area`, if there is one.
    pub fn frame(&self, area: Pair) -> Option<Frame> {
        let picture = self.picture.as_ref().and_then(Layers::size)?;
        (area.0 > 0.0 && area.1 > 0.0).then_some(Frame { picture, area })
    }

    /// The picture for other programs; takes no time.
    pub fn texture(&self) -> Option<gdk::Texture> {
        self.texture.clone()
    }

    /// Draws into `context`, whose units are the screen's pixels.
    pub fn draw(&mut self, context: &Context, area: Pair) -> Result<(), cairo::Error> {
        let frame = self.frame(area);
        if let Some(preview) = &self.preview {
            return draw_preview(context, preview, self.view, frame, area);
        }
        let (Some(layers), Some(frame)) = (&self.picture, frame) else { return Ok(()) };
        let place = self.view.place(frame);
        if self.view != View::Fit || place.scale >= 1.0 {
            return layers.draw(context, place, Filter::Bilinear);
        }
        let kept = self.fitted.take().filter(|fitted| fitted.scale == place.scale);
        let fitted = match kept {
            Some(fitted) => fitted,
            None => Fitted { scale: place.scale, surface: layers.scaled(frame, place.scale)? },
        };
        let fitted = self.fitted.insert(fitted);
        let place = Place { scale: 1.0, ..place };
        draw_at(context, &fitted.surface, place, Filter::Nearest)
    }
}

impl Layers {
    /// Width and height, unless there is nothing to see.
    fn size(&self) -> Option<Pair> {
        self.0.first().map(size).filter(|(width, height)| *width > 0.0 && *height > 0.0)
    }

    /// Draws from the smallest copy that is not enlarged by it.
    fn draw(&self, context: &Context, place: Place, smooth: Filter) -> Result<(), cairo::Error> {
        let halvings = (1.0 / place.scale).log2().floor().max(0.0) as usize;
        let halvings = halvings.min(self.0.len() - 1);
        let Some(surface) = self.0.get(halvings) else { return Ok(()) };
        let scale = place.scale * (1_u64 << halvings) as f64;
        let is_sharp = scale == 1.0 || scale >= SHARP_FROM;
        let filter = if is_sharp { Filter::Nearest } else { smooth };
        draw_at(context, surface, Place { scale, ..place }, filter)
    }

    /// A copy at `scale`, as good as Cairo can.
    fn scaled(&self, frame: Frame, scale: f64) -> Result<ImageSurface, cairo::Error> {
        let length = |length: f64| (length * scale).round().max(1.0) as i32;
        let (width, height) = (length(frame.picture.0), length(frame.picture.1));
        let surface = ImageSurface::create(Format::Rgb24, width, height)?;
        self.draw(&Context::new(&surface)?, Place { x: 0.0, y: 0.0, scale }, Filter::Good)?;
        Ok(surface)
    }
}

/// Draws the preview where the picture of its shape is looked at, else fitted; always smooth.
fn draw_preview(
    context: &Context,
    preview: &ImageSurface,
    view: View,
    frame: Option<Frame>,
    area: Pair,
) -> Result<(), cairo::Error> {
    let (width, height) = size(preview);
    let is_same = |frame: &Frame| {
        let shape = frame.picture.0 / frame.picture.1;
        (width / height / shape - 1.0).abs() < SAME_SHAPE
    };
    let place = match frame.filter(is_same) {
        Some(frame) => {
            let place = view.place(frame);
            Place { scale: place.scale * frame.picture.0 / width, ..place }
        }
        None => View::Fit.place(Frame { picture: (width, height), area }),
    };
    draw_at(context, preview, place, Filter::Good)
}

fn draw_at(
    context: &Context,
    surface: &ImageSurface,
    place: Place,
    filter: Filter,
) -> Result<(), cairo::Error> {
    let (width, height) = size(surface);
    context.save()?;
    context.translate(place.x, place.y);
    context.scale(place.scale, place.scale);
    context.set_source_surface(surface, 0.0, 0.0)?;
    let source = context.source();
    source.set_filter(filter);
    // Edges stay hard: nothing of what is outside is mixed in.
    source.set_extend(Extend::Pad);
    context.rectangle(0.0, 0.0, width, height);
    context.fill()?;
    context.restore()
}

#[cfg(test)]
mod tests;
