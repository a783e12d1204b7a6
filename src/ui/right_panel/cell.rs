//! One square of the grid: a picture as a whole, the ring and the words of one in the making, or the
//! sign for one that cannot be shown.

use super::stock::Card;
use super::{JobRow, Stand, caption};
use crate::gallery::PictureFile;
use crate::i18n::text_with;
use crate::ui::accessible::Named;
use crate::wording;
use gtk::prelude::*;
use gtk::subclass::prelude::*;
use gtk::{gdk, glib, graphene, pango};
use relm4::gtk;
use std::sync::Arc;

/// The narrowest: two stand side by side in a panel of 232.
pub const NARROWEST: i32 = 96;

/// Small pictures grow no further than to twice their size.
const MOST_SCALE: f32 = 2.0;

/// The words in a square, beside the size of others.
const SMALL: f64 = 0.83;
/// Lines of a prompt in a square.
const WORD_LINES: i32 = 2;

/// What a cell shows.
#[derive(Clone, Debug, Default)]
enum Face {
    /// Not known yet.
    #[default]
    Blank,
    Picture(gdk::Texture),
    Flawed,
    Job(JobRow),
}

mod imp {
    use super::Face;
    use crate::gallery::PictureFile;
    use gtk::prelude::*;
    use gtk::subclass::prelude::*;
    use gtk::{glib, graphene};
    use relm4::gtk;
    use std::cell::RefCell;
    use std::sync::Arc;

    /// The widget's inside.
    #[derive(Default)]
    pub struct Cell {
        pub(super) face: RefCell<Face>,
        pub(super) file: RefCell<Option<Arc<PictureFile>>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Cell {
        const NAME: &'static str = "AiimagegenCell";
        type Type = super::Cell;
        type ParentType = gtk::Widget;

        fn class_init(class: &mut Self::Class) {
            class.set_css_name("thumbnail");
            class.set_accessible_role(gtk::AccessibleRole::Img);
        }
    }

    impl ObjectImpl for Cell {}

    impl WidgetImpl for Cell {
        fn request_mode(&self) -> gtk::SizeRequestMode {
            gtk::SizeRequestMode::HeightForWidth
        }

        fn measure(&self, orientation: gtk::Orientation, for_size: i32) -> (i32, i32, i32, i32) {
            let side = match orientation {
                gtk::Orientation::Vertical => for_size.max(super::NARROWEST),
                _ => super::NARROWEST,
            };
            (side, side, -1, -1)
        }

        fn snapshot(&self, snapshot: &gtk::Snapshot) {
            let cell = self.obj();
            let area = graphene::Size::new(cell.width() as f32, cell.height() as f32);
            match &*self.face.borrow() {
                Face::Blank => {}
                Face::Picture(texture) => super::draw_picture(snapshot, &area, texture),
                Face::Flawed => super::draw_sign(snapshot, &area, &cell),
                Face::Job(job) => super::draw_job(snapshot, &area, &cell, job),
            }
        }
    }
}

glib::wrapper! {
    /// One square of the grid.
    pub struct Cell(ObjectSubclass<imp::Cell>)
        @extends gtk::Widget,
        @implements gtk::Buildable, gtk::ConstraintTarget;
}

impl Default for Cell {
    fn default() -> Self {
        glib::Object::new()
    }
}

impl Cell {
    /// The file that it shows.
    pub fn file(&self) -> Option<Arc<PictureFile>> {
        self.imp().file.borrow().clone()
    }

    /// The thumbnail, where there is one.
    pub fn texture(&self) -> Option<gdk::Texture> {
        match &*self.imp().face.borrow() {
            Face::Picture(texture) => Some(texture.clone()),
            _ => None,
        }
    }

    /// Shows `file`, as far as its `card` is known.
    pub fn show_file(&self, file: &Arc<PictureFile>, card: Option<&Card>) {
        *self.imp().file.borrow_mut() = Some(Arc::clone(file));
        self.call(&caption::of_picture(file, card));
        self.show(match card.map(|card| &card.texture) {
            None => Face::Blank,
            Some(Ok(texture)) => Face::Picture(texture.clone().upcast()),
            Some(Err(_)) => Face::Flawed,
        });
    }

    /// Shows what a picture is to be, and how far it is.
    pub fn show_job(&self, job: &JobRow) {
        self.call(&caption::of_job(job));
        self.show(Face::Job(job.clone()));
    }

    /// Shows nothing.
    pub fn clear(&self) {
        self.imp().file.take();
        self.show(Face::Blank);
    }

    fn show(&self, face: Face) {
        self.imp().face.replace(face);
        self.queue_draw();
    }

    fn call(&self, caption: &str) {
        self.set_tooltip_text(Some(caption));
        self.set_spoken_label(caption);
        // The focus is on the row that the grid has put around it.
        if let Some(row) = self.parent() {
            row.set_spoken_label(caption);
        }
    }
}

fn draw_picture(snapshot: &gtk::Snapshot, area: &graphene::Size, texture: &gdk::Texture) {
    let size = (texture.width() as f32, texture.height() as f32);
    let place = fit(size, (area.width(), area.height()));
    snapshot.append_texture(texture, &place);
}

/// The whole picture in the middle, its edges on pixels.
fn fit((width, height): (f32, f32), area: (f32, f32)) -> graphene::Rect {
    let scale = (area.0 / width).min(area.1 / height).min(MOST_SCALE);
    let (width, height) = ((width * scale).round().max(1.0), (height * scale).round().max(1.0));
    let (x, y) = (((area.0 - width) / 2.0).floor(), ((area.1 - height) / 2.0).floor());
    graphene::Rect::new(x, y, width, height)
}

fn draw_sign(snapshot: &gtk::Snapshot, area: &graphene::Size, cell: &Cell) {
    const SIDE: f32 = 32.0;
    let theme = gtk::IconTheme::for_display(&cell.display());
    let icon = theme.lookup_icon(
        "image-missing-symbolic",
        &[],
        SIDE as i32,
        cell.scale_factor(),
        cell.direction(),
        gtk::IconLookupFlags::FORCE_SYMBOLIC,
    );
    let (x, y) = ((area.width() - SIDE) / 2.0, (area.height() - SIDE) / 2.0);
    snapshot.save();
    snapshot.translate(&graphene::Point::new(x.floor(), y.floor()));
    let color = cell.style_context().color();
    icon.snapshot_symbolic(snapshot, f64::from(SIDE), f64::from(SIDE), &[color]);
    snapshot.restore();
}

/// A ring with the work done or the place in the queue in it, and the prompt's beginning below.
fn draw_job(snapshot: &gtk::Snapshot, area: &graphene::Size, cell: &Cell, job: &JobRow) {
    const MARGIN: f32 = 6.0;
    let color = cell.style_context().color();
    let words = layout(cell, &job.prompt);
    words.set_width(((area.width() - 2.0 * MARGIN) * pango::SCALE as f32) as i32);
    words.set_height(-WORD_LINES);
    words.set_ellipsize(pango::EllipsizeMode::End);
    words.set_wrap(pango::WrapMode::WordChar);
    words.set_alignment(pango::Alignment::Center);
    let top = area.height() - words.pixel_size().1 as f32 - MARGIN;
    append(snapshot, &words, (MARGIN, top), &color);
    let side = (area.width() * 0.44).min(top - 2.0 * MARGIN);
    let center = (area.width() / 2.0, top / 2.0);
    draw_ring(snapshot, center, side / 2.0, &color, &job.stand);
    let inside = match job.stand {
        Stand::Waits(place) => wording::whole(place.into()),
        Stand::Runs(fraction) => text_with(
            "percent",
            [("percent", wording::decimal(fraction.clamp(0.0, 1.0) * 100.0, 0).into())],
        ),
    };
    let inside = layout(cell, &inside);
    let (width, height) = inside.pixel_size();
    let corner = (center.0 - width as f32 / 2.0, center.1 - height as f32 / 2.0);
    append(snapshot, &inside, corner, &color);
}

/// `text` in small letters of the cell's font.
fn layout(cell: &Cell, text: &str) -> pango::Layout {
    let layout = cell.create_pango_layout(Some(text));
    let attributes = pango::AttrList::new();
    attributes.insert(pango::AttrFloat::new_scale(SMALL));
    layout.set_attributes(Some(&attributes));
    layout
}

fn append(snapshot: &gtk::Snapshot, layout: &pango::Layout, (x, y): (f32, f32), color: &gdk::RGBA) {
    snapshot.save();
    snapshot.translate(&graphene::Point::new(x.floor(), y.floor()));
    snapshot.append_layout(layout, color);
    snapshot.restore();
}

fn draw_ring(
    snapshot: &gtk::Snapshot,
    (x, y): (f32, f32),
    radius: f32,
    color: &gdk::RGBA,
    stand: &Stand,
) {
    const TOP: f64 = -std::f64::consts::FRAC_PI_2;
    let bounds = graphene::Rect::new(x - radius, y - radius, 2.0 * radius, 2.0 * radius);
    let [red, green, blue] = [color.red(), color.green(), color.blue()].map(f64::from);
    let (x, y, radius) = (f64::from(x), f64::from(y), f64::from(radius));
    let context = snapshot.append_cairo(&bounds);
    let line = (radius * 0.2).max(2.0);
    let radius = (radius - line / 2.0).max(1.0);
    context.set_line_width(line);
    context.set_source_rgba(red, green, blue, 0.2);
    context.arc(x, y, radius, 0.0, std::f64::consts::TAU);
    // An error stays in the context: nothing is drawn, nothing else happens.
    let _ = context.stroke();
    if let Stand::Runs(fraction) = stand
        && *fraction > 0.0
    {
        context.set_source_rgba(red, green, blue, 1.0);
        context.arc(x, y, radius, TOP, TOP + fraction.min(1.0) * std::f64::consts::TAU);
        let _ = context.stroke();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_fit_in_the_middle_and_small_ones_grow_to_twice_their_size() {
        let place = |size, area| {
            let place = fit(size, area);
            (place.x(), place.y(), place.width(), place.height())
        };
        assert_eq!(place((128.0, 64.0), (108.0, 108.0)), (0.0, 27.0, 108.0, 54.0));
        assert_eq!(place((16.0, 16.0), (108.0, 108.0)), (38.0, 38.0, 32.0, 32.0));
        assert_eq!(place((1.0, 4000.0), (108.0, 108.0)), (53.0, 0.0, 1.0, 108.0));
    }
}
