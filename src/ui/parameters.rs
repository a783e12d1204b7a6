//! Size, sampler, scheduler, steps, CFG scale, seed and number of pictures.

mod choice;
mod defaults;
mod size;

use super::accessible::{Named, without_key};
use crate::config::Defaults;
use crate::engine;
use crate::i18n::{text, text_with};
use crate::wording;
use choice::Choice;
use gtk::glib;
use gtk::prelude::*;
use relm4::{ComponentParts, ComponentSender, RelmWidgetExt, SimpleComponent, gtk};
use serde::{Deserialize, Serialize};
use size::Proposal;

pub use size::Sizes;
use std::time::Duration;

/// Largest seed: the generator takes 32 bits.
const MOST_SEED: f64 = 4_294_967_295.0;
/// What the generator takes of a longer one.
const LOW_BITS: u64 = 0xffff_ffff;
/// Most pictures of one order.
const MOST_PICTURES: f64 = 1000.0;
/// News wait until the entries have been left alone so long.
const CHANGE_DELAY: Duration = Duration::from_millis(400);

/// The entries, which hold the truth about their values.
pub struct Parameters {
    defaults: Defaults,
    sizes: Sizes,
    /// The size that suits the model, or one's own.
    preset: gtk::DropDown,
    /// Tells of the user's choice of a size; silent while the list shows another by itself.
    preset_chosen: Option<glib::SignalHandlerId>,
    width: gtk::SpinButton,
    height: gtk::SpinButton,
    sampler: Choice,
    scheduler: Choice,
    steps: gtk::SpinButton,
    cfg: gtk::SpinButton,
    seed: gtk::SpinButton,
    count: gtk::SpinButton,
    last_seed: Option<u64>,
    /// Whose the size is.
    proposal: Proposal,
    /// What the size becomes, where that is not what is typed.
    snap: String,
    /// Runs until the news are told.
    pending: Option<glib::SourceId>,
}

/// What the entries say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Values {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The sampler's name.
    pub sampler: String,
    /// The scheduler's name.
    pub scheduler: String,
    /// Sampling steps.
    pub steps: u32,
    /// Guidance scale.
    pub cfg: f32,
    /// `None` to draw one.
    pub seed: Option<u64>,
    /// Pictures to make, one after another.
    pub count: u32,
}

/// What the panel is asked.
#[derive(Debug)]
pub enum ParametersInput {
    /// Show these values.
    Set(Values),
    /// No checkpoint was there yet for these values: a size that was nobody's wish is none.
    ForNoModel,
    /// The chosen checkpoint makes pictures of these sizes.
    SetSizes(Sizes),
    /// Put a random seed in.
    DrawSeed,
    /// Have a seed drawn each time.
    RandomEachTime,
    /// Use the last picture's seed.
    RepeatLast,
    /// Remember the seed of the picture in the making.
    Remember(u64),
    /// Go back to the values that are the defaults now.
    ResetToDefaults,
    /// Make the values the defaults.
    SaveAsDefault,
    /// The size at this place of the list was chosen.
    PresetChosen(u32),
    /// Make the picture lie or stand.
    Swap,
    /// An entry says something else.
    Edited,
    /// The entries have been left alone for a while.
    Settled,
}

/// What comes of it.
#[derive(Debug)]
pub enum ParametersOutput {
    /// The values are not what they were; told after a moment.
    Changed,
    /// These values are to be the defaults.
    SaveAsDefault(Values),
}

impl Parameters {
    /// The values, with what is being typed.
    pub fn values(&self) -> Values {
        for entry in self.entries() {
            entry.update();
        }
        Values {
            width: self.width.value() as u32,
            height: self.height.value() as u32,
            sampler: self.sampler.name(),
            scheduler: self.scheduler.name(),
            steps: self.steps.value() as u32,
            cfg: self.cfg.value() as f32,
            seed: seed(self.seed.value()),
            count: self.count.value() as u32,
        }
    }

    fn entries(&self) -> [&gtk::SpinButton; 6] {
        [&self.width, &self.height, &self.steps, &self.cfg, &self.seed, &self.count]
    }

    fn new(defaults: Defaults) -> Self {
        let (least, most) = size::RANGE;
        let size = |value: u32| {
            let entry = entry((least.into(), most.into()), size::STEP.into(), value.into());
            entry.set_snap_to_ticks(true);
            entry.set_increments(size::STEP.into(), 64.0);
            entry.set_width_chars(5);
            entry
        };
        let model = Self {
            sizes: Sizes::default(),
            preset: gtk::DropDown::from_strings(&[]),
            preset_chosen: None,
            width: size(defaults.width),
            height: size(defaults.height),
            sampler: Choice::new(&engine::samplers(), &defaults.sampler),
            scheduler: Choice::new(&engine::schedulers(), &defaults.scheduler),
            steps: entry((1.0, 1000.0), 1.0, f64::from(defaults.steps)),
            cfg: entry((0.0, 100.0), 0.5, f64::from(defaults.cfg)),
            seed: entry((-1.0, MOST_SEED), 1.0, defaults.seed as f64),
            count: entry((1.0, MOST_PICTURES), 1.0, 1.0),
            last_seed: None,
            proposal: Proposal::untouched(Some((defaults.width, defaults.height))),
            snap: String::new(),
            pending: None,
            defaults,
        };
        model.cfg.set_digits(1);
        write_as_the_language_does(&model.cfg);
        model.seed.set_width_chars(10);
        model.list_presets();
        model
    }

    /// Names for screen readers, and news of every change.
    fn connect(&mut self, sender: &ComponentSender<Self>) {
        let label = |id: &str| without_key(&text(id));
        let named: [(&gtk::Widget, String); 9] = [
            (self.preset.upcast_ref(), label("parameter-size")),
            (self.width.upcast_ref(), label("parameter-width")),
            (self.height.upcast_ref(), label("parameter-height")),
            (self.sampler.drop_down.upcast_ref(), label("parameter-sampler")),
            (self.scheduler.drop_down.upcast_ref(), label("parameter-scheduler")),
            (self.steps.upcast_ref(), label("parameter-steps")),
            (self.cfg.upcast_ref(), label("parameter-cfg")),
            (self.seed.upcast_ref(), label("parameter-seed")),
            (self.count.upcast_ref(), label("parameter-count")),
        ];
        for (widget, label) in named {
            widget.set_spoken_label(&label);
        }
        for entry in self.entries() {
            let sender = sender.clone();
            entry.connect_changed(move |_| sender.input(ParametersInput::Edited));
        }
        for choice in [&self.sampler, &self.scheduler] {
            let sender = sender.clone();
            let edited = move |_: &gtk::DropDown| sender.input(ParametersInput::Edited);
            choice.drop_down.connect_selected_notify(edited);
        }
        let sender = sender.clone();
        self.preset_chosen = Some(self.preset.connect_selected_notify(move |preset| {
            sender.input(ParametersInput::PresetChosen(preset.selected()));
        }));
    }

    fn presets(&self) -> Vec<(u32, u32)> {
        self.sizes.presets()
    }

    /// Fills the list of sizes. The last line stands for any other size.
    fn list_presets(&self) {
        let labels = self.presets().into_iter().map(size::label);
        let labels: Vec<String> = labels.chain([text("parameter-size-own")]).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        self.in_silence(|| self.preset.set_model(Some(&gtk::StringList::new(&labels))));
        self.show_preset();
    }

    /// Offers the sizes that suit another model, and takes its usual size unless the user has
    /// chosen one.
    fn set_sizes(&mut self, sizes: Sizes) {
        if self.sizes == sizes {
            return;
        }
        self.sizes = sizes;
        let size = self.size();
        if let Some((width, height)) = self.proposal.for_model(&self.sizes, size) {
            self.width.set_value(width.into());
            self.height.set_value(height.into());
        }
        self.list_presets();
    }

    /// Does something with the list of sizes that is no choice.
    fn in_silence(&self, change: impl FnOnce()) {
        let Some(chosen) = &self.preset_chosen else { return change() };
        self.preset.block_signal(chosen);
        change();
        self.preset.unblock_signal(chosen);
    }

    fn size(&self) -> Option<(u32, u32)> {
        Some((size::snapped(&self.width.text())?, size::snapped(&self.height.text())?))
    }

    /// Shows the line of the size in the entries.
    fn show_preset(&self) {
        let presets = self.presets();
        let place = self.size().and_then(|size| presets.iter().position(|preset| *preset == size));
        let place = place.unwrap_or(presets.len()) as u32;
        self.in_silence(|| self.preset.set_selected(place));
    }

    fn choose_preset(&self, place: u32) {
        // The last line is no size: it stays with the one that is there.
        if let Some(&(width, height)) = self.presets().get(place as usize)
            && self.size() != Some((width, height))
        {
            self.width.set_value(width.into());
            self.height.set_value(height.into());
        }
        self.show_preset();
    }

    fn set(&mut self, values: &Values) {
        self.proposal = Proposal::given((values.width, values.height));
        self.width.set_value(values.width.into());
        self.height.set_value(values.height.into());
        self.sampler.choose(&values.sampler);
        self.scheduler.choose(&values.scheduler);
        self.steps.set_value(values.steps.into());
        self.cfg.set_value(values.cfg.into());
        self.seed.set_value(values.seed.map_or(-1.0, |seed| seed as f64));
        self.count.set_value(values.count.into());
        self.show_preset();
    }

    fn draw_seed(&self) {
        match getrandom::u32() {
            Ok(seed) => self.seed.set_value(seed.into()),
            Err(error) => log::warn!("no random numbers: {error}"),
        }
    }

    fn save_as_default(&mut self, sender: &ComponentSender<Self>) {
        let values = self.values();
        values.become_defaults(&mut self.defaults);
        let _ = sender.output(ParametersOutput::SaveAsDefault(values));
    }

    /// Says in time what the size becomes, and tells of the change once the entries rest.
    fn edited(&mut self, sender: &ComponentSender<Self>) {
        let as_typed = |entry: &gtk::SpinButton| entry.text().trim().parse().ok();
        let typed = (as_typed(&self.width), as_typed(&self.height));
        self.snap = match self.size() {
            Some((width, height)) if typed != (Some(width), Some(height)) => text_with(
                "parameter-size-snap",
                [("width", width.to_string().into()), ("height", height.to_string().into())],
            ),
            _ => String::new(),
        };
        self.show_preset();
        if let Some(pending) = self.pending.take() {
            pending.remove();
        }
        let sender = sender.clone();
        let tell = move || sender.input(ParametersInput::Settled);
        self.pending = Some(glib::timeout_add_local_once(CHANGE_DELAY, tell));
    }
}

/// The seed that the entry's value means.
fn seed(value: f64) -> Option<u64> {
    (value >= 0.0).then_some(value as u64)
}

fn entry((min, max): (f64, f64), step: f64, value: f64) -> gtk::SpinButton {
    let entry = gtk::SpinButton::with_range(min, max, step);
    entry.set_numeric(true);
    // The wheel scrolls the panel; a value that it changed on the way would go unnoticed.
    let all = entry.observe_controllers();
    let controllers = (0..all.n_items()).filter_map(|place| all.item(place));
    let wheels = controllers.filter_map(|it| it.downcast::<gtk::EventControllerScroll>().ok());
    for wheel in wheels.collect::<Vec<_>>() {
        entry.remove_controller(&wheel);
    }
    entry.set_hexpand(true);
    entry.set_value(value);
    entry
}

/// GTK writes decimals as the system does, which may speak another language than the texts.
fn write_as_the_language_does(entry: &gtk::SpinButton) {
    entry.set_numeric(false);
    entry.connect_input(|entry| Some(wording::typed(&entry.text()).ok_or(())));
    entry.connect_output(|entry| {
        let written = wording::decimal(entry.value(), entry.digits() as usize);
        if entry.text() != written {
            entry.set_text(&written);
        }
        glib::Propagation::Stop
    });
    entry.set_text(&wording::decimal(entry.value(), entry.digits() as usize));
}

#[relm4::component(pub)]
impl SimpleComponent for Parameters {
    type Init = Defaults;
    type Input = ParametersInput;
    type Output = ParametersOutput;

    view! {
        gtk::Grid {
            set_row_spacing: 6,
            set_column_spacing: 8,
            add_css_class: "parameters",

            attach[0, 0, 3, 1] = &gtk::Label {
                set_label: &text("parameters-heading"),
                add_css_class: "heading",
                set_xalign: 0.0,
            },
            #[template]
            attach[0, 1, 1, 1] = &FieldLabel {
                set_label: &text("parameter-size"),
                set_mnemonic_widget: Some(&model.preset),
            },
            #[local_ref]
            attach[1, 1, 2, 1] = preset -> gtk::DropDown {},
            #[template]
            attach[0, 2, 1, 1] = &FieldLabel {
                set_label: &text("parameter-width"),
                set_mnemonic_widget: Some(&model.width),
            },
            #[local_ref]
            attach[1, 2, 1, 1] = width -> gtk::SpinButton {},
            #[template]
            attach[0, 3, 1, 1] = &FieldLabel {
                set_label: &text("parameter-height"),
                set_mnemonic_widget: Some(&model.height),
            },
            #[local_ref]
            attach[1, 3, 1, 1] = height -> gtk::SpinButton {},
            attach[2, 2, 1, 2] = &gtk::Button {
                set_icon_name: "object-rotate-right-symbolic",
                // Tab goes by the middles: in the row of the height, it comes after it.
                set_valign: gtk::Align::End,
                set_tooltip: &text("size-swap"),
                set_spoken_label: &text("size-swap"),
                connect_clicked => ParametersInput::Swap,
            },
            attach[0, 4, 3, 1] = &gtk::Label {
                #[watch]
                set_label: &model.snap,
                #[watch]
                set_visible: !model.snap.is_empty(),
                add_css_class: "objection",
                set_wrap: true,
                set_xalign: 0.0,
            },
            #[template]
            attach[0, 5, 1, 1] = &FieldLabel {
                set_label: &text("parameter-sampler"),
                set_mnemonic_widget: Some(&model.sampler.drop_down),
            },
            #[local_ref]
            attach[1, 5, 2, 1] = sampler -> gtk::DropDown {},
            #[template]
            attach[0, 6, 1, 1] = &FieldLabel {
                set_label: &text("parameter-scheduler"),
                set_mnemonic_widget: Some(&model.scheduler.drop_down),
            },
            #[local_ref]
            attach[1, 6, 2, 1] = scheduler -> gtk::DropDown {},
            #[template]
            attach[0, 7, 1, 1] = &FieldLabel {
                set_label: &text("parameter-steps"),
                set_mnemonic_widget: Some(&model.steps),
            },
            #[local_ref]
            attach[1, 7, 2, 1] = steps -> gtk::SpinButton {},
            #[template]
            attach[0, 8, 1, 1] = &FieldLabel {
                set_label: &text("parameter-cfg"),
                set_mnemonic_widget: Some(&model.cfg),
                set_tooltip: &text("parameter-cfg-tooltip"),
            },
            #[local_ref]
            attach[1, 8, 2, 1] = cfg -> gtk::SpinButton {},
            #[template]
            attach[0, 9, 1, 1] = &FieldLabel {
                set_label: &text("parameter-seed"),
                set_mnemonic_widget: Some(&model.seed),
            },
            #[local_ref]
            attach[1, 9, 2, 1] = seed_entry -> gtk::SpinButton {
                set_tooltip: &text("parameter-seed-tooltip"),
            },
            attach[1, 10, 2, 1] = &gtk::Box {
                add_css_class: "linked",
                gtk::Button {
                    set_icon_name: "media-playlist-shuffle-symbolic",
                    set_tooltip: &text("seed-dice"),
                    set_spoken_label: &text("seed-dice"),
                    set_hexpand: true,
                    connect_clicked => ParametersInput::DrawSeed,
                },
                gtk::Button {
                    set_icon_name: "media-playlist-repeat-symbolic",
                    set_tooltip: &text("seed-each-time"),
                    set_spoken_label: &text("seed-each-time"),
                    set_hexpand: true,
                    connect_clicked => ParametersInput::RandomEachTime,
                },
                gtk::Button {
                    set_icon_name: "edit-undo-symbolic",
                    set_tooltip: &text("seed-last"),
                    set_spoken_label: &text("seed-last"),
                    set_hexpand: true,
                    #[watch]
                    set_sensitive: model.last_seed.is_some(),
                    connect_clicked => ParametersInput::RepeatLast,
                },
            },
            #[template]
            attach[0, 11, 1, 1] = &FieldLabel {
                set_label: &text("parameter-count"),
                set_mnemonic_widget: Some(&model.count),
            },
            #[local_ref]
            attach[1, 11, 2, 1] = count -> gtk::SpinButton {
                set_tooltip: &text("parameter-count-tooltip"),
            },
            attach[0, 12, 3, 1] = &gtk::Box {
                set_spacing: 8,
                gtk::Button {
                    set_hexpand: true,
                    set_label: &text("button-save-defaults"),
                    set_tooltip: &text("button-save-defaults-tooltip"),
                    connect_clicked => ParametersInput::SaveAsDefault,
                },
                gtk::Button {
                    set_hexpand: true,
                    set_label: &text("button-reset-defaults"),
                    set_tooltip: &text("button-reset-defaults-tooltip"),
                    connect_clicked => ParametersInput::ResetToDefaults,
                },
            },
        }
    }

    fn init(
        defaults: Defaults,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let mut model = Self::new(defaults);
        model.connect(&sender);
        let (preset, width, height) = (&model.preset, &model.width, &model.height);
        let (sampler, scheduler) = (&model.sampler.drop_down, &model.scheduler.drop_down);
        let (steps, cfg, seed_entry, count) = (&model.steps, &model.cfg, &model.seed, &model.count);
        let widgets = view_output!();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: ParametersInput, sender: ComponentSender<Self>) {
        match message {
            ParametersInput::Set(values) => self.set(&values),
            ParametersInput::ForNoModel => self.proposal = Proposal::untouched(self.size()),
            ParametersInput::SetSizes(sizes) => self.set_sizes(sizes),
            ParametersInput::DrawSeed => self.draw_seed(),
            ParametersInput::RandomEachTime => self.seed.set_value(-1.0),
            ParametersInput::RepeatLast => {
                if let Some(seed) = self.last_seed {
                    self.seed.set_value(seed as f64);
                }
            }
            ParametersInput::Remember(seed) => self.last_seed = Some(seed & LOW_BITS),
            ParametersInput::ResetToDefaults => {
                self.set(&Values::of(&self.defaults));
                self.proposal = Proposal::untouched(self.size());
            }
            ParametersInput::SaveAsDefault => self.save_as_default(&sender),
            ParametersInput::PresetChosen(place) => self.choose_preset(place),
            ParametersInput::Swap => {
                let (width, height) = (self.width.value(), self.height.value());
                self.width.set_value(height);
                self.height.set_value(width);
            }
            ParametersInput::Edited => self.edited(&sender),
            ParametersInput::Settled => {
                self.pending = None;
                let _ = sender.output(ParametersOutput::Changed);
            }
        }
    }
}

/// The name beside an entry.
#[relm4::widget_template(pub)]
impl relm4::WidgetTemplate for FieldLabel {
    view! {
        gtk::Label {
            set_use_underline: true,
            set_xalign: 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_seed_is_drawn_and_all_32_bits_can_be_given() {
        assert_eq!(seed(-1.0), None);
        assert_eq!(seed(0.0), Some(0));
        assert_eq!(seed(MOST_SEED), Some(u64::from(u32::MAX)));
    }
}
