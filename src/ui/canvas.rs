//! The picture on a neutral dark mat: fitted or at a scale of its own, moved by mouse and keys.
//!
//! `drawing` holds pixels, `view` knows where they go, `scene` draws them, `gestures` listens.

mod drawing;
mod gestures;
mod scene;
mod view;

pub use drawing::Drawing;
pub use gestures::Motion;

use super::accessible::Named;
use crate::i18n::text;
use gestures::{device_pixels, device_size};
use gtk::gdk;
use gtk::prelude::*;
use relm4::{ComponentParts, ComponentSender, SimpleComponent, gtk};
use scene::Scene;
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use view::{Frame, Pair, View};

/// The place for the picture.
pub struct Canvas {
    /// Shared with what draws and listens.
    scene: Rc<RefCell<Scene>>,
    area: gtk::DrawingArea,
}

/// What the place is asked.
#[derive(Debug)]
pub enum CanvasInput {
    /// Show the picture, with a description for those who do not see it.
    Show(Drawing, String),
    /// Show this in its place, smooth: the next picture in the making.
    Preview(Drawing),
    /// Show the picture again.
    EndPreview,
    /// Look at it from nearer or farther.
    Zoom(Zoom),
    /// Follow mouse, wheel or keys.
    Move(Motion),
}

/// How near the picture shall be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zoom {
    /// A step nearer.
    In,
    /// A step farther.
    Out,
    /// All of it.
    Fit,
    /// Pixel for pixel.
    Actual,
    /// Pixel for pixel if all of it is shown, else all of it.
    ToggleFit,
}

/// What happened on it.
#[derive(Debug)]
pub enum CanvasOutput {
    /// A file was dropped here.
    Dropped(PathBuf),
    /// The picture is shown at so many percent; `None`: all of it. Also said of the first picture,
    /// and of the last.
    Zoomed(Option<f64>),
}

#[relm4::component(pub)]
impl SimpleComponent for Canvas {
    type Init = ();
    type Input = CanvasInput;
    type Output = CanvasOutput;

    view! {
        #[root]
        gtk::Box {
            #[local_ref]
            area -> gtk::DrawingArea {
                set_property: ("accessible-role", gtk::AccessibleRole::Img),
                add_css_class: "canvas",
                set_hexpand: true,
                set_vexpand: true,
                set_focusable: true,
                set_content_width: 320,
                set_content_height: 240,
                set_spoken_label: &text("canvas-empty"),
            },
        }
    }

    fn init(_: (), root: Self::Root, sender: ComponentSender<Self>) -> ComponentParts<Self> {
        let model = Self { scene: Rc::default(), area: gtk::DrawingArea::default() };
        let scene = Rc::clone(&model.scene);
        model.area.set_draw_func(move |area, context, width, height| {
            let scale = f64::from(area.scale_factor());
            context.scale(1.0 / scale, 1.0 / scale);
            let size = device_pixels(area, (width.into(), height.into()));
            // An error stays in the context: nothing is drawn, nothing else happens.
            let _ = scene.borrow_mut().draw(context, size);
        });
        gestures::attach(&model.area, &model.scene, &sender);
        let area = &model.area;
        let widgets = view_output!();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: CanvasInput, sender: ComponentSender<Self>) {
        let before = self.outlook();
        match message {
            CanvasInput::Show(drawing, description) => self.show(drawing, &description),
            CanvasInput::Preview(drawing) => {
                let shown = self.scene.borrow_mut().preview(drawing);
                told(shown);
            }
            CanvasInput::EndPreview => self.scene.borrow_mut().end_preview(),
            CanvasInput::Zoom(zoom) => self.zoom(zoom),
            CanvasInput::Move(motion) => self.follow(motion),
        }
        self.area.queue_draw();
        self.area.set_cursor_from_name(self.can_pan().then_some("grab"));
        let after = self.outlook();
        if after != before {
            let _ = sender.output(CanvasOutput::Zoomed(after.1));
        }
    }
}

impl Canvas {
    /// The picture for the clipboard; takes no time.
    pub fn texture(&self) -> Option<gdk::Texture> {
        self.scene.borrow().texture()
    }

    /// Whether a picture is shown, or waits behind a preview.
    pub fn has_picture(&self) -> bool {
        self.scene.borrow().has_picture()
    }

    /// Whether there is a picture, and its percent.
    fn outlook(&self) -> (bool, Option<f64>) {
        let scene = self.scene.borrow();
        (scene.has_picture(), scene.view.percent())
    }

    fn show(&self, drawing: Drawing, description: &str) {
        let shown = self.scene.borrow_mut().show(drawing);
        told(shown);
        let nameless = description.trim().is_empty();
        let name = if nameless { text("canvas-picture") } else { description.to_owned() };
        self.area.set_spoken_label(&name);
    }

    fn zoom(&self, zoom: Zoom) {
        let size = self.size();
        let middle = (size.0 / 2.0, size.1 / 2.0);
        match zoom {
            Zoom::In => self.follow(Motion::ZoomAt(middle, 1.0)),
            Zoom::Out => self.follow(Motion::ZoomAt(middle, -1.0)),
            Zoom::Fit => self.look(|_, _| View::Fit),
            Zoom::Actual => self.look(|view, frame| view.actual(frame, middle)),
            Zoom::ToggleFit => self.follow(Motion::ToggleAt(middle)),
        }
    }

    fn follow(&self, motion: Motion) {
        self.look(|view, frame| match (motion, view) {
            (Motion::Pan(by), _) => view.panned(frame, by),
            (Motion::ZoomAt(at, clicks), _) => view.zoomed(frame, at, clicks),
            (Motion::ToggleAt(at), View::Fit) => view.actual(frame, at),
            (Motion::ToggleAt(_), _) => View::Fit,
        });
    }

    fn look(&self, change: impl FnOnce(View, Frame) -> View) {
        let mut scene = self.scene.borrow_mut();
        if let Some(frame) = scene.frame(self.size()) {
            scene.view = change(scene.view, frame);
        }
    }

    fn can_pan(&self) -> bool {
        let scene = self.scene.borrow();
        let overflows = |frame: Frame| frame.overflows(scene.view.scale(frame));
        scene.frame(self.size()).map(overflows).is_some_and(|(across, down)| across || down)
    }

    fn size(&self) -> Pair {
        device_size(&self.area)
    }
}

fn told(shown: Result<(), cairo::Error>) {
    if let Err(error) = shown {
        log::error!("a picture cannot be drawn: {error}");
    }
}
