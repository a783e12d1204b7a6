//! Mouse, wheel and keys on the canvas, as motions of the picture. Lengths are the screen's own
//! pixels, as everywhere around the picture.

use super::scene::Scene;
use super::view::Pair;
use super::{Canvas, CanvasInput, CanvasOutput, Zoom};
use gtk::gdk;
use gtk::gdk::{Key, ModifierType};
use gtk::glib::Propagation;
use gtk::prelude::*;
use relm4::{ComponentSender, gtk};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What one click of the wheel, or an arrow key, moves the picture by, before the screen's scale.
const STRIDE: f64 = 64.0;

/// What is done to the picture with mouse, wheel or keys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Motion {
    /// Moved by so much.
    Pan(Pair),
    /// So many clicks nearer to what is at the point.
    ZoomAt(Pair, f64),
    /// From fitted to pixel for pixel at the point, or back.
    ToggleAt(Pair),
}

/// The widget with what it shows, and where its motions go.
#[derive(Clone)]
struct Target {
    area: gtk::DrawingArea,
    scene: Rc<RefCell<Scene>>,
    sender: ComponentSender<Canvas>,
}

/// The size of `area`, or a point in it, in the screen's pixels.
pub fn device_pixels(area: &gtk::DrawingArea, (x, y): Pair) -> Pair {
    let scale = f64::from(area.scale_factor());
    (x * scale, y * scale)
}

/// The size of `area` in the screen's pixels.
pub fn device_size(area: &gtk::DrawingArea) -> Pair {
    device_pixels(area, (area.width().into(), area.height().into()))
}

/// Lets `area` be moved, zoomed, and given files.
pub fn attach(
    area: &gtk::DrawingArea,
    scene: &Rc<RefCell<Scene>>,
    sender: &ComponentSender<Canvas>,
) {
    let target = Target { area: area.clone(), scene: Rc::clone(scene), sender: sender.clone() };
    area.add_controller(target.clicks());
    area.add_controller(target.drags());
    let pointer = Rc::new(Cell::new((0.0, 0.0)));
    area.add_controller(target.pointer(&pointer));
    area.add_controller(target.wheel(pointer));
    area.add_controller(target.keys());
    area.add_controller(target.drops());
}

impl Target {
    fn send(&self, motion: Motion) {
        self.sender.input(CanvasInput::Move(motion));
    }

    fn point(&self, x: f64, y: f64) -> Pair {
        device_pixels(&self.area, (x, y))
    }

    /// Moves the picture where it is larger than its place; whether it is.
    fn pan(&self, (x, y): Pair) -> bool {
        let scene = self.scene.borrow();
        let Some(frame) = scene.frame(device_size(&self.area)) else { return false };
        let (across, down) = frame.overflows(scene.view.scale(frame));
        let by = (if across { x } else { 0.0 }, if down { y } else { 0.0 });
        if by == (0.0, 0.0) {
            return false;
        }
        self.send(Motion::Pan(device_pixels(&self.area, by)));
        true
    }

    fn clicks(&self) -> gtk::GestureClick {
        let (clicks, this) = (gtk::GestureClick::new(), self.clone());
        clicks.connect_pressed(move |_, count, x, y| {
            this.area.grab_focus();
            if count == 2 {
                this.send(Motion::ToggleAt(this.point(x, y)));
            }
        });
        clicks
    }

    fn drags(&self) -> gtk::GestureDrag {
        let (drags, last) = (gtk::GestureDrag::new(), Rc::new(Cell::new((0.0, 0.0))));
        let begun = Rc::clone(&last);
        drags.connect_drag_begin(move |_, _, _| begun.set((0.0, 0.0)));
        let this = self.clone();
        drags.connect_drag_update(move |_, x, y| {
            let before = last.replace((x, y));
            this.pan((x - before.0, y - before.1));
        });
        drags
    }

    fn pointer(&self, pointer: &Rc<Cell<Pair>>) -> gtk::EventControllerMotion {
        let (motion, this) = (gtk::EventControllerMotion::new(), self.clone());
        let pointer = Rc::clone(pointer);
        motion.connect_motion(move |_, x, y| pointer.set(this.point(x, y)));
        motion
    }

    fn wheel(&self, pointer: Rc<Cell<Pair>>) -> gtk::EventControllerScroll {
        let wheel = gtk::EventControllerScroll::new(gtk::EventControllerScrollFlags::BOTH_AXES);
        let this = self.clone();
        wheel.connect_scroll(move |wheel, across, down| {
            let unit = unit(wheel);
            let state = wheel.current_event_state();
            if state.contains(ModifierType::CONTROL_MASK) {
                this.send(Motion::ZoomAt(pointer.get(), -down * unit / STRIDE));
                return Propagation::Stop;
            }
            let swap = state.contains(ModifierType::SHIFT_MASK);
            let (across, down) = if swap { (down, across) } else { (across, down) };
            stop_if(this.pan((-across * unit, -down * unit)))
        });
        wheel
    }

    fn keys(&self) -> gtk::EventControllerKey {
        let (keys, this) = (gtk::EventControllerKey::new(), self.clone());
        keys.connect_key_pressed(move |_, key, _, state| {
            if state.intersects(ModifierType::CONTROL_MASK | ModifierType::ALT_MASK) {
                return Propagation::Proceed;
            }
            if let Some(zoom) = zoom_key(key) {
                this.sender.input(CanvasInput::Zoom(zoom));
                return Propagation::Stop;
            }
            stop_if(arrow_key(key).is_some_and(|by| this.pan(by)))
        });
        keys
    }

    fn drops(&self) -> gtk::DropTarget {
        let drops = gtk::DropTarget::new(gdk::FileList::static_type(), gdk::DragAction::COPY);
        let sender = self.sender.clone();
        drops.connect_drop(move |_, value, _, _| {
            let files = value.get::<gdk::FileList>().map(|list| list.files()).unwrap_or_default();
            let Some(file) = files.iter().find_map(gtk::gio::File::path) else { return false };
            let _ = sender.output(CanvasOutput::Dropped(file));
            true
        });
        drops
    }
}

fn stop_if(handled: bool) -> Propagation {
    if handled { Propagation::Stop } else { Propagation::Proceed }
}

/// What one unit of scrolling moves: touchpads on Wayland count pixels since GTK 4.8, all else
/// counts clicks of a wheel. (The question to the event itself came with 4.8, too.)
fn unit(wheel: &gtk::EventControllerScroll) -> f64 {
    let touchpad = |device: gdk::Device| device.source() == gdk::InputSource::Touchpad;
    let is_touchpad = wheel.current_event_device().is_some_and(touchpad);
    let is_wayland = wheel
        .widget()
        .is_some_and(|widget| widget.display().type_().name().starts_with("GdkWayland"));
    if is_touchpad && is_wayland && gtk::minor_version() >= 8 { 1.0 } else { STRIDE }
}

fn zoom_key(key: Key) -> Option<Zoom> {
    match key {
        Key::f | Key::F => Some(Zoom::ToggleFit),
        Key::_1 | Key::KP_1 => Some(Zoom::Actual),
        Key::plus | Key::equal | Key::KP_Add => Some(Zoom::In),
        Key::minus | Key::KP_Subtract => Some(Zoom::Out),
        _ => None,
    }
}

/// The picture moves against the arrow, as the view moves with it.
fn arrow_key(key: Key) -> Option<Pair> {
    match key {
        Key::Left | Key::KP_Left => Some((STRIDE, 0.0)),
        Key::Right | Key::KP_Right => Some((-STRIDE, 0.0)),
        Key::Up | Key::KP_Up => Some((0.0, STRIDE)),
        Key::Down | Key::KP_Down => Some((0.0, -STRIDE)),
        _ => None,
    }
}
