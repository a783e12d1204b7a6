//! The memory of the devices in use: a bar for each, with what takes how much of it.

mod bar;
mod words;

use super::accessible::Named;
use crate::engine::{
    Device, DeviceFacts, Error, Event, Fit, Foresight, FreeMemory, ModelSummary, Outlook,
};
use crate::engine_process::{self, DRIVER_PATIENCE, Launch};
use crate::gpu::{DeviceMemory, EngineMemory, Gauge, MemoryView, Readings};
use crate::i18n::text;
use crate::wording;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use gtk::prelude::*;
use relm4::{Component, ComponentParts, ComponentSender, gtk};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Between readings while the engine works.
const WORKING_PERIOD: Duration = Duration::from_secs(1);
/// Between readings while it does not: other programs come and go.
const IDLE_PERIOD: Duration = Duration::from_secs(4);
/// Height of a bar.
const HEIGHT: i32 = 20;

/// The meters.
pub struct VramMeter {
    chosen: Vec<Device>,
    model: Option<ModelSummary>,
    /// What the engine holds of each card.
    held: Vec<(Device, u64)>,
    planned: Option<Outlook>,
    /// Whether that is loaded by now.
    is_there: bool,
    readings: Readings,
    wish: Wish,
    wishes: Sender<Wish>,
    rows: Vec<Row>,
    space: gtk::Box,
}

/// What the meters start with.
#[derive(Debug)]
pub struct VramMeterInit {
    /// The chosen devices; none leaves the choice to the engine.
    pub chosen: Vec<Device>,
    /// The program that asks the drivers.
    pub engine: Launch,
}

/// What the meters are told.
#[derive(Debug)]
pub enum VramMeterInput {
    /// This model is in the engine's memory, or none.
    Model(Option<ModelSummary>),
    /// The engine holds so many bytes of this card.
    Held(Device, u64),
    /// The engines' processes, while they run.
    EngineProcesses(Vec<u32>),
    /// This model is about to be loaded, or is there, and pictures are to be made with it.
    Planned(Option<Outlook>, bool),
    /// These devices are chosen; none leaves the choice to the engine.
    Devices(Vec<Device>),
    /// Whether the engine works.
    Working(bool),
}

/// What is to be read, and how often.
#[derive(Clone, Debug, PartialEq)]
struct Wish {
    engines: Vec<u32>,
    period: Duration,
}

/// The widgets of one device.
struct Row {
    frame: gtk::Box,
    title: gtk::Label,
    area: gtk::DrawingArea,
    numbers: gtk::Label,
    legend: gtk::Label,
    room: gtk::Label,
    shown: Shown,
}

/// What the bar draws, and the model to come.
type Shown = Rc<RefCell<Option<(DeviceMemory, Option<Planned>)>>>;

/// What a model to come means for one device.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Planned {
    /// Bytes of its weights there.
    bytes: u64,
    /// Whether it finds room, and its work beside it.
    fit: Fit,
    /// Where its parts will go, in words, where that is not plain.
    remark: String,
}

impl Planned {
    /// What `foreseen` means for the device of these names, `is_first` of all.
    fn new(foreseen: &Result<Foresight, Error>, names: &[Device], is_first: bool) -> Option<Self> {
        match foreseen {
            Ok(foreseen) => {
                let (placement, bytes) = (&foreseen.placement, foreseen.weights_on(names));
                let remark = match is_first && placement.is_makeshift() {
                    true => wording::event(&Event::Placed(placement.clone())),
                    false => String::new(),
                };
                (bytes > 0 || !remark.is_empty()).then_some(Self {
                    bytes,
                    fit: placement.fit,
                    remark,
                })
            }
            Err(Error::OutOfMemory { needed, .. }) if is_first => {
                Some(Self { bytes: *needed, fit: Fit::WillNot, remark: String::new() })
            }
            Err(_) => None,
        }
    }
}

impl Row {
    fn new() -> Self {
        let line = || gtk::Label::builder().xalign(0.0).wrap(true).build();
        let (title, numbers, legend, room) = (line(), line(), line(), line());
        title.set_wrap(false);
        title.set_ellipsize(gtk::pango::EllipsizeMode::End);
        for quiet in [&numbers, &legend] {
            quiet.add_css_class("meter-figures");
        }
        room.add_css_class("meter-room");
        let shown = Shown::default();
        let area = gtk::DrawingArea::builder()
            .content_height(HEIGHT)
            .hexpand(true)
            .has_tooltip(true)
            .accessible_role(gtk::AccessibleRole::Img)
            .build();
        let drawn = Rc::clone(&shown);
        area.set_draw_func(move |area, cairo, width, height| {
            let Some((memory, planned)) = &*drawn.borrow() else { return };
            let size = (f64::from(width), f64::from(height));
            let spans = bar::spans(memory, bytes(planned), size.0);
            if let Err(error) = bar::draw(cairo, &spans, size, area.style_context().color()) {
                log::debug!("the memory bar is not drawn: {error}");
            }
        });
        let pointed = Rc::clone(&shown);
        area.connect_query_tooltip(move |area, x, _, _, tooltip| {
            let Some((memory, planned)) = &*pointed.borrow() else { return false };
            let spans = bar::spans(memory, bytes(planned), f64::from(area.width()));
            let piece = bar::piece_at(&spans, f64::from(x));
            let words = piece.map(|piece| words::piece(memory, bytes(planned), piece));
            tooltip.set_text(words.as_deref());
            words.is_some()
        });
        let frame = gtk::Box::new(gtk::Orientation::Vertical, 4);
        frame.append(&title);
        frame.append(&area);
        for label in [&numbers, &legend, &room] {
            frame.append(label);
        }
        Self { frame, title, area, numbers, legend, room, shown }
    }

    fn show(&self, memory: DeviceMemory, planned: Option<Planned>) {
        let new = Some((memory, planned));
        if *self.shown.borrow() == new {
            return;
        }
        if let Some((memory, planned)) = &new {
            let title = words::title(memory);
            self.title.set_label(&title);
            self.title.set_tooltip_text(Some(&title));
            self.numbers.set_label(&words::numbers(memory));
            self.legend.set_markup(&words::legend(memory));
            let room = words::room(memory, planned.as_ref());
            self.room.set_visible(!room.is_empty());
            self.room.set_label(&room);
            self.area.set_spoken_label(&title);
            self.area.set_spoken_description(&words::description(memory, planned.as_ref()));
        }
        self.shown.replace(new);
        self.area.queue_draw();
    }
}

impl VramMeter {
    fn wish(&mut self, wish: Wish) {
        if self.wish != wish {
            self.wish = wish.clone();
            // Without a reader the window is closing.
            let _ = self.wishes.send(wish);
        }
    }

    fn show(&mut self) {
        let engine = EngineMemory {
            processes: &self.wish.engines,
            model: self.model.as_ref(),
            held: &self.held,
        };
        let view = MemoryView::new(&self.readings, engine, &self.chosen);
        while self.rows.len() < view.devices.len() {
            let row = Row::new();
            self.space.append(&row.frame);
            self.rows.push(row);
        }
        for row in self.rows.drain(view.devices.len()..) {
            self.space.remove(&row.frame);
        }
        let foreseen = self.planned.as_ref().map(|it| it.foresee(&self.free(&view)));
        for (index, (row, memory)) in self.rows.iter().zip(view.devices).enumerate() {
            let names = self.names(memory.device);
            let planned = foreseen.as_ref().and_then(|it| Planned::new(it, &names, index == 0));
            // That it fits shows in its being there; a larger picture may not.
            let planned = planned.filter(|it| !self.is_there || it.fit == Fit::WillNot);
            row.show(memory, planned);
        }
    }

    /// What a model to come can have: of the devices in view, and of the machine.
    fn free(&self, view: &MemoryView) -> Vec<FreeMemory> {
        let seen = view.devices.iter().map(|memory| FreeMemory {
            devices: self.names(memory.device),
            bytes: memory.to_be_had(),
        });
        let mut free: Vec<_> = seen.collect();
        if let Some(machine) = &self.readings.machine
            && view.devices.iter().all(|memory| memory.device != Device::Cpu)
        {
            free.push(FreeMemory { devices: vec![Device::Cpu], bytes: machine.available });
        }
        free
    }

    /// All names of the device with this one.
    fn names(&self, device: Device) -> Vec<Device> {
        let card = self.readings.cards.iter().find(|card| card.devices.contains(&device));
        card.map_or_else(|| vec![device], |card| card.devices.clone())
    }
}

fn bytes(planned: &Option<Planned>) -> Option<u64> {
    planned.as_ref().map(|planned| planned.bytes)
}

/// Reads until nobody listens any more.
fn watch(
    report: &impl Fn(Readings) -> bool,
    names: &impl Fn() -> Result<Vec<DeviceFacts>, Error>,
    mut wish: Wish,
    wishes: &Receiver<Wish>,
) {
    let mut gauge = Gauge::open();
    loop {
        if gauge.wants_names() {
            let unknown = |error| log::warn!("the cards cannot be told apart: {error}");
            gauge.name(names().map_err(unknown).unwrap_or_default());
        }
        if !report(gauge.read(&wish.engines)) {
            return;
        }
        match wishes.recv_timeout(wish.period) {
            Ok(new) => wish = wishes.try_iter().last().unwrap_or(new),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[relm4::component(pub)]
impl Component for VramMeter {
    type Init = VramMeterInit;
    type Input = VramMeterInput;
    type Output = ();
    type CommandOutput = Readings;

    view! {
        gtk::Box {
            set_orientation: gtk::Orientation::Vertical,
            set_spacing: 6,

            gtk::Label {
                set_label: &text("meter-heading"),
                add_css_class: "heading",
                set_xalign: 0.0,
            },
            #[local_ref]
            space -> gtk::Box {
                set_orientation: gtk::Orientation::Vertical,
                set_spacing: 12,
            },
        }
    }

    fn init(
        init: VramMeterInit,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let (wishes, heard) = unbounded();
        let wish = Wish { engines: Vec::new(), period: IDLE_PERIOD };
        let first = wish.clone();
        sender.spawn_command(move |out| {
            let names = || engine_process::devices(&init.engine, DRIVER_PATIENCE);
            watch(&|readings| out.send(readings).is_ok(), &names, first, &heard);
        });
        let model = Self {
            chosen: init.chosen,
            model: None,
            held: Vec::new(),
            planned: None,
            is_there: false,
            readings: Readings::default(),
            wish,
            wishes,
            rows: Vec::new(),
            space: gtk::Box::default(),
        };
        let space = &model.space;
        let widgets = view_output!();
        ComponentParts { model, widgets }
    }

    fn update(
        &mut self,
        message: VramMeterInput,
        _sender: ComponentSender<Self>,
        _root: &Self::Root,
    ) {
        match message {
            VramMeterInput::Model(model) => self.model = model,
            VramMeterInput::Held(device, bytes) => {
                self.held.retain(|(held, _)| *held != device);
                self.held.push((device, bytes));
            }
            VramMeterInput::EngineProcesses(engines) => {
                // What one that is gone held is said nowhere; the others say theirs again.
                if self.wish.engines.iter().any(|engine| !engines.contains(engine)) {
                    self.held.clear();
                }
                self.wish(Wish { engines, ..self.wish });
            }
            VramMeterInput::Planned(outlook, is_there) => {
                (self.planned, self.is_there) = (outlook, is_there);
            }
            VramMeterInput::Devices(devices) => self.chosen = devices,
            VramMeterInput::Working(working) => {
                let period = if working { WORKING_PERIOD } else { IDLE_PERIOD };
                self.wish(Wish { period, ..self.wish.clone() });
            }
        }
        self.show();
    }

    fn update_cmd(
        &mut self,
        readings: Readings,
        _sender: ComponentSender<Self>,
        _root: &Self::Root,
    ) {
        self.readings = readings;
        self.show();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Precision;
    use std::cell::Cell;

    #[test]
    fn a_model_to_come_is_shown_where_its_parts_go() {
        let outlook = Outlook {
            family: Some("sdxl".into()),
            values: [817_000_000, 2_567_000_000, 50_000_000],
            devices: Vec::new(),
            place: Vec::new(),
            precision: Precision::Auto,
            size: (1024, 1024),
            batch: 1,
        };
        let (first, cpu) = ([Device::Cuda(0), Device::Vulkan(0)], [Device::Cpu]);
        let shown = |card: u64| {
            let free = |devices: &[Device], bytes| FreeMemory { devices: devices.into(), bytes };
            let foreseen = outlook.foresee(&[free(&first, card), free(&cpu, 20_000_000_000)]);
            [(&first[..], true), (&cpu[..], false)]
                .map(|(names, is_first)| Planned::new(&foreseen, names, is_first))
        };
        let [card, machine] = shown(24_000_000_000);
        assert_eq!(card.unwrap().bytes, 6_968_000_000);
        assert_eq!(machine, None);
        let [card, machine] = shown(7_600_000_000).map(Option::unwrap);
        assert_eq!((card.bytes, machine.bytes), (5_334_000_000, 3_268_000_000));
        assert_eq!((card.fit, machine.fit), (Fit::Tight, Fit::Tight));
        assert!(card.remark.starts_with("Text encoder on cpu, UNet on cuda:0"), "{}", card.remark);
        assert_eq!(machine.remark, "", "it is said once");
    }

    #[test]
    fn readings_follow_wishes_and_end_with_their_listener() {
        let (wishes, heard) = unbounded();
        let wish = Wish { engines: Vec::new(), period: Duration::from_secs(600) };
        wishes.send(Wish { engines: vec![1], ..wish.clone() }).unwrap();
        wishes.send(Wish { engines: vec![std::process::id()], ..wish.clone() }).unwrap();
        let engines = RefCell::new(Vec::new());
        let report = |readings: Readings| {
            let machine = readings.machine.unwrap();
            engines.borrow_mut().push(machine.engine.is_some());
            engines.borrow().len() < 2
        };
        let nobody = || Ok(Vec::new());
        watch(&report, &nobody, wish.clone(), &heard);
        assert_eq!(engines.into_inner(), [false, true], "the last wish counts");
        let count = Cell::new(0);
        drop(wishes);
        let always = |_| {
            count.set(count.get() + 1);
            true
        };
        watch(&always, &nobody, wish, &heard);
        assert_eq!(count.get(), 1);
    }
}
