//! Size, sampler, scheduler, steps, CFG and seed.

use super::accessible::Named;
use crate::config::Defaults;
use crate::engine::{self, Named as Row};
use crate::i18n::text;
use gtk::prelude::*;
use relm4::{ComponentParts, ComponentSender, SimpleComponent, gtk};

/// Largest seed: the generator takes 32 bits.
const MOST_SEED: f64 = 4_294_967_295.0;

/// The entries, which hold the truth about their values.
pub struct Parameters {
    width: gtk::SpinButton,
    height: gtk::SpinButton,
    sampler: Choice,
    scheduler: Choice,
    steps: gtk::SpinButton,
    cfg: gtk::SpinButton,
    seed: gtk::SpinButton,
    last_seed: Option<u64>,
}

/// What the entries say.
#[derive(Clone, Debug, PartialEq)]
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
}

/// What the panel is asked.
#[derive(Debug)]
pub enum ParametersInput {
    /// Draw a seed each time.
    DrawSeed,
    /// Use the last picture's seed.
    RepeatLast,
    /// Remember the seed of the picture in the making.
    Remember(u64),
}

impl Parameters {
    /// The values, with what is being typed.
    pub fn values(&self) -> Values {
        for entry in [&self.width, &self.height, &self.steps, &self.cfg, &self.seed] {
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
        }
    }
}

/// A drop-down of things that requests name.
struct Choice {
    names: Vec<String>,
    drop_down: gtk::DropDown,
}

impl Choice {
    /// The rows by their labels, `chosen` first shown.
    fn new(rows: &[Row], chosen: &str) -> Self {
        let (names, labels, place) = lines(rows, chosen);
        let labels: Vec<_> = labels.iter().map(String::as_str).collect();
        let drop_down = gtk::DropDown::from_strings(&labels);
        drop_down.set_hexpand(true);
        drop_down.set_selected(place);
        Self { names, drop_down }
    }

    fn name(&self) -> String {
        self.names.get(self.drop_down.selected() as usize).cloned().unwrap_or_default()
    }
}

/// Names and labels of the rows, and the place of `chosen`. An unknown name from the settings gets
/// a line of its own: the engine refuses it and says which there are.
fn lines(rows: &[Row], chosen: &str) -> (Vec<String>, Vec<String>, u32) {
    let mut names: Vec<_> = rows.iter().map(|row| row.name.to_owned()).collect();
    let mut labels: Vec<_> = rows.iter().map(|row| row.label.to_owned()).collect();
    if !names.iter().any(|name| name == chosen) {
        names.push(chosen.to_owned());
        labels.push(chosen.to_owned());
    }
    let place = (0..).zip(&names).find(|(_, name)| *name == chosen).map_or(0, |(place, _)| place);
    (names, labels, place)
}

/// The seed that the entry's value means.
fn seed(value: f64) -> Option<u64> {
    (value >= 0.0).then_some(value as u64)
}

fn entry(min: f64, max: f64, step: f64, value: f64) -> gtk::SpinButton {
    let entry = gtk::SpinButton::with_range(min, max, step);
    entry.set_numeric(true);
    entry.set_hexpand(true);
    entry.set_value(value);
    entry
}

fn size_entry(value: u32) -> gtk::SpinButton {
    let entry = entry(8.0, 8192.0, 8.0, f64::from(value));
    entry.set_snap_to_ticks(true);
    entry.set_increments(8.0, 64.0);
    entry.set_width_chars(5);
    entry
}

#[relm4::component(pub)]
impl SimpleComponent for Parameters {
    type Init = Defaults;
    type Input = ParametersInput;
    type Output = ();

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
            attach[0, 1, 1, 1] = &gtk::Label {
                set_label: &text("parameter-width"),
                set_use_underline: true,
                set_mnemonic_widget: Some(&model.width),
                set_xalign: 0.0,
            },
            #[local_ref]
            attach[1, 1, 2, 1] = width -> gtk::SpinButton {},
            attach[0, 2, 1, 1] = &gtk::Label {
                set_label: &text("parameter-height"),
                set_use_underline: true,
                set_mnemonic_widget: Some(&model.height),
                set_xalign: 0.0,
            },
            #[local_ref]
            attach[1, 2, 2, 1] = height -> gtk::SpinButton {},
            attach[0, 3, 1, 1] = &gtk::Label {
                set_label: &text("parameter-sampler"),
                set_use_underline: true,
                set_mnemonic_widget: Some(&model.sampler.drop_down),
                set_xalign: 0.0,
            },
            #[local_ref]
            attach[1, 3, 2, 1] = sampler -> gtk::DropDown {},
            attach[0, 4, 1, 1] = &gtk::Label {
                set_label: &text("parameter-scheduler"),
                set_use_underline: true,
                set_mnemonic_widget: Some(&model.scheduler.drop_down),
                set_xalign: 0.0,
            },
            #[local_ref]
            attach[1, 4, 2, 1] = scheduler -> gtk::DropDown {},
            attach[0, 5, 1, 1] = &gtk::Label {
                set_label: &text("parameter-steps"),
                set_use_underline: true,
                set_mnemonic_widget: Some(&model.steps),
                set_xalign: 0.0,
            },
            #[local_ref]
            attach[1, 5, 2, 1] = steps -> gtk::SpinButton {},
            attach[0, 6, 1, 1] = &gtk::Label {
                set_label: &text("parameter-cfg"),
                set_use_underline: true,
                set_mnemonic_widget: Some(&model.cfg),
                set_xalign: 0.0,
                set_tooltip_text: Some(&text("parameter-cfg-tooltip")),
            },
            #[local_ref]
            attach[1, 6, 2, 1] = cfg -> gtk::SpinButton {},
            attach[0, 7, 1, 1] = &gtk::Label {
                set_label: &text("parameter-seed"),
                set_use_underline: true,
                set_mnemonic_widget: Some(&model.seed),
                set_xalign: 0.0,
            },
            #[local_ref]
            attach[1, 7, 1, 1] = seed_entry -> gtk::SpinButton {
                set_tooltip_text: Some(&text("parameter-seed-tooltip")),
            },
            attach[2, 7, 1, 1] = &gtk::Box {
                add_css_class: "linked",
                gtk::Button {
                    set_icon_name: "media-playlist-shuffle-symbolic",
                    set_tooltip_text: Some(&text("seed-random")),
                    set_spoken_label: &text("seed-random"),
                    connect_clicked => ParametersInput::DrawSeed,
                },
                gtk::Button {
                    set_icon_name: "edit-undo-symbolic",
                    set_tooltip_text: Some(&text("seed-last")),
                    set_spoken_label: &text("seed-last"),
                    #[watch]
                    set_sensitive: model.last_seed.is_some(),
                    connect_clicked => ParametersInput::RepeatLast,
                },
            },
        }
    }

    fn init(
        defaults: Defaults,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let model = Self {
            width: size_entry(defaults.width),
            height: size_entry(defaults.height),
            sampler: Choice::new(&engine::samplers(), &defaults.sampler),
            scheduler: Choice::new(&engine::schedulers(), &defaults.scheduler),
            steps: entry(1.0, 1000.0, 1.0, f64::from(defaults.steps)),
            cfg: entry(0.0, 100.0, 0.5, f64::from(defaults.cfg)),
            seed: entry(-1.0, MOST_SEED, 1.0, defaults.seed as f64),
            last_seed: None,
        };
        model.cfg.set_digits(1);
        model.seed.set_width_chars(10);
        let (width, height, steps) = (&model.width, &model.height, &model.steps);
        let (sampler, scheduler) = (&model.sampler.drop_down, &model.scheduler.drop_down);
        let (cfg, seed_entry) = (&model.cfg, &model.seed);
        let widgets = view_output!();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: ParametersInput, _sender: ComponentSender<Self>) {
        match message {
            ParametersInput::DrawSeed => self.seed.set_value(-1.0),
            ParametersInput::RepeatLast => {
                if let Some(seed) = self.last_seed {
                    self.seed.set_value(seed as f64);
                }
            }
            ParametersInput::Remember(seed) => self.last_seed = Some(seed),
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

    #[test]
    fn the_configured_name_is_chosen_also_when_nobody_knows_it() {
        let rows = engine::samplers();
        let (names, labels, place) = lines(&rows, "heun");
        assert_eq!(
            (names[place as usize].as_str(), labels[place as usize].as_str()),
            ("heun", "Heun")
        );
        assert_eq!(names.len(), rows.len());
        let (names, labels, place) = lines(&rows, "mine");
        assert_eq!((place as usize, names.len()), (rows.len(), rows.len() + 1));
        assert_eq!((names.last(), labels.last()), (Some(&"mine".into()), Some(&"mine".into())));
    }
}
