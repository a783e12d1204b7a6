//! One graphics card: its check box, where it is, what keeps it from being used, and its test.

use crate::engine::{Device, DeviceFacts, Obstacle};
use crate::i18n::{text, text_with};
use crate::wording;
use gtk::prelude::*;
use relm4::factory::{DynamicIndex, FactoryComponent, FactorySender};
use relm4::gtk;

/// What a row starts with.
#[derive(Debug)]
pub struct CardInit {
    /// The card.
    pub facts: DeviceFacts,
    /// Whether it is used.
    pub is_ticked: bool,
    /// Whether its test can be asked for here.
    pub can_test: bool,
}

/// The row.
#[derive(Debug)]
pub struct Card {
    facts: DeviceFacts,
    is_ticked: bool,
    can_test: bool,
    test: Test,
}

/// How far its test is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Test {
    /// None runs.
    #[default]
    Idle,
    /// Another card's runs.
    Barred,
    /// `done` of `total` parts are over.
    Running {
        /// Parts that are over.
        done: u32,
        /// All parts; 0 while that is not known.
        total: u32,
    },
    /// It came to no end, for this reason.
    Failed(String),
}

/// What the row is asked.
#[derive(Clone, Debug)]
pub enum CardInput {
    /// The box was ticked or unticked.
    Tick(bool),
    /// Say everything again: the language is another.
    Reword,
    /// A test is as far as this.
    Test(Test),
}

/// What became of it.
#[derive(Debug)]
pub enum CardOutput {
    /// The box was ticked or unticked.
    Touched,
    /// The card is to be tested.
    Test(Device),
}

impl Card {
    /// The card.
    pub fn facts(&self) -> &DeviceFacts {
        &self.facts
    }

    /// Whether it is to be used.
    pub fn is_ticked(&self) -> bool {
        self.is_ticked
    }

    /// Whether a test could change what is known of it: not where it cannot even begin.
    fn is_testable(&self) -> bool {
        use Obstacle::{Broken, Software, TooSmall, Unproven, Wrong};
        let obstacle = self.facts.obstacle.as_ref();
        let is_open = obstacle.is_none_or(|it| {
            matches!(it, Unproven | Software | TooSmall { .. } | Wrong { .. } | Broken { .. })
        });
        self.can_test && is_open
    }

    fn test_label(&self) -> String {
        match self.facts.obstacle {
            Some(Obstacle::Unproven | Obstacle::Software) => text("device-test"),
            _ => text("device-test-again"),
        }
    }

    /// How far the test is, or why it came to no end.
    fn news(&self) -> String {
        match &self.test {
            Test::Running { done, total } if *total > 0 => {
                let [done, total] = [(done + 1).min(*total), *total].map(|it| it.to_string());
                text_with("device-testing", [("done", done.into()), ("total", total.into())])
            }
            Test::Failed(reason) => {
                text_with("device-test-failed", [("reason", reason.clone().into())])
            }
            _ => String::new(),
        }
    }
}

/// Name and memory, as far as the driver says how much there is.
fn title(facts: &DeviceFacts) -> String {
    if facts.total == 0 {
        return facts.name.clone();
    }
    let memory = wording::bytes(facts.total);
    text_with("devices-title", [("name", facts.name.clone().into()), ("memory", memory.into())])
}

/// Its id, where it is plugged in, how it is, and what it is linked to.
fn place(facts: &DeviceFacts) -> String {
    let pci = facts.pci.map(|pci| text_with("devices-pci", [("address", pci.to_string().into())]));
    let parts = [facts.device.to_string()].into_iter().chain(pci);
    let parts = parts.chain(wording::device_state(facts)).chain(wording::device_links(facts));
    let parts = parts.chain(wording::device_copies(facts));
    let parts = parts.chain(facts.also.iter().map(wording::other_way));
    parts.collect::<Vec<_>>().join(" \u{b7} ")
}

/// What is in its way, and what to do about it.
fn remark(facts: &DeviceFacts) -> String {
    let Some(obstacle) = &facts.obstacle else { return String::new() };
    let reason = [("reason", wording::obstacle(obstacle).into())];
    let said = match facts.is_usable() {
        true => text_with("devices-remark", reason),
        false => text_with("devices-unusable", reason),
    };
    [Some(said), wording::obstacle_hint(obstacle, facts.device)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

#[relm4::factory(pub)]
impl FactoryComponent for Card {
    type Init = CardInit;
    type Input = CardInput;
    type Output = CardOutput;
    type CommandOutput = ();
    type ParentWidget = gtk::Box;

    view! {
        gtk::Box {
            set_orientation: gtk::Orientation::Vertical,
            set_spacing: 2,

            gtk::CheckButton {
                #[watch]
                set_label: Some(&title(&self.facts)),
                set_active: self.is_ticked,
                set_sensitive: self.facts.is_usable(),
                connect_toggled[sender] => move |button| {
                    sender.input(CardInput::Tick(button.is_active()));
                },
            },
            gtk::Label {
                #[watch]
                set_label: &place(&self.facts),
                add_css_class: "dim-label",
                add_css_class: "card-remark",
                set_xalign: 0.0,
                set_wrap: true,
            },
            gtk::Label {
                #[watch]
                set_label: &remark(&self.facts),
                set_visible: self.facts.obstacle.is_some(),
                add_css_class: "card-remark",
                set_xalign: 0.0,
                set_wrap: true,
            },
            gtk::Box {
                set_visible: self.is_testable(),
                add_css_class: "card-remark",
                set_spacing: 8,
                gtk::Button {
                    #[watch]
                    set_label: &self.test_label(),
                    set_use_underline: true,
                    #[watch]
                    set_sensitive: matches!(self.test, Test::Idle | Test::Failed(_)),
                    connect_clicked[sender, device = self.facts.device] => move |_| {
                        let _ = sender.output(CardOutput::Test(device));
                    },
                },
                gtk::Spinner {
                    #[watch]
                    set_visible: matches!(self.test, Test::Running { .. }),
                    #[watch]
                    set_spinning: matches!(self.test, Test::Running { .. }),
                },
                gtk::Label {
                    #[watch]
                    set_label: &self.news(),
                    set_hexpand: true,
                    set_xalign: 0.0,
                    set_wrap: true,
                },
            },
        }
    }

    fn init_model(init: CardInit, _index: &DynamicIndex, _sender: FactorySender<Self>) -> Self {
        let CardInit { facts, is_ticked, can_test } = init;
        Self { facts, is_ticked, can_test, test: Test::Idle }
    }

    fn update(&mut self, message: CardInput, sender: FactorySender<Self>) {
        match message {
            CardInput::Tick(is_ticked) => {
                self.is_ticked = is_ticked;
                let _ = sender.output(CardOutput::Touched);
            }
            CardInput::Reword => {}
            CardInput::Test(test) => self.test = test,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cards::Bond;
    use crate::engine::OtherWay;

    #[test]
    fn a_card_says_name_memory_place_links_and_what_is_in_its_way() {
        let mut facts = DeviceFacts {
            name: "Card 9000".into(),
            driver: "550".into(),
            pci: "0000:41:00.0".parse().ok(),
            total: 25_800_000_000,
            temperature: Some(61),
            links: vec![Bond { peer: "42:00.0".parse().ok(), links: 4, active: 4 }],
            also: vec![OtherWay { device: Device::Vulkan(0), obstacle: None }],
            ..DeviceFacts::of(Device::Cuda(1))
        };
        assert_eq!(title(&facts), "Card 9000, 25.8 GB");
        let parts = [
            "cuda:1",
            "PCI 0000:41:00.0",
            "61 \u{b0}C",
            "NVLink \u{d7}4 \u{2194} 0000:42:00.0",
            "also reached as vulkan:0",
        ];
        assert_eq!(place(&facts), parts.join(" \u{b7} "));
        assert_eq!(remark(&facts), "");
        facts.obstacle = Some(Obstacle::NoCudaDriver);
        let said = remark(&facts);
        assert!(said.starts_with("Cannot be used: NVIDIA") && said.contains("Install"), "{said}");
        facts.obstacle = Some(Obstacle::Unproven);
        assert!(remark(&facts).starts_with("Note: "), "{}", remark(&facts));
        (facts.total, facts.pci) = (0, None);
        assert_eq!(
            (title(&facts).as_str(), place(&facts).matches("PCI").count()),
            ("Card 9000", 0)
        );
    }

    #[test]
    fn a_test_is_offered_where_it_can_begin_and_says_how_far_it_is() {
        let with = |can_test, obstacle| {
            let facts = DeviceFacts { obstacle, ..DeviceFacts::of(Device::Cuda(0)) };
            Card { facts, is_ticked: false, can_test, test: Test::Idle }
        };
        let broken = || Some(Obstacle::Broken { detail: "lost".into() });
        for (obstacle, label) in
            [(None, "_Test again"), (broken(), "_Test again"), (Some(Obstacle::Unproven), "_Test")]
        {
            assert!(with(true, obstacle.clone()).is_testable());
            assert_eq!(with(true, obstacle.clone()).test_label(), label);
            assert!(!with(false, obstacle).is_testable());
        }
        assert!(!with(true, Some(Obstacle::NoCudaDriver)).is_testable());
        let news = |test| Card { test, ..with(true, None) }.news();
        assert_eq!(news(Test::Running { done: 2, total: 9 }), "Testing: part 3 of 9");
        assert_eq!(news(Test::Running { done: 0, total: 0 }), "");
        assert_eq!(
            news(Test::Failed("signal 9".into())),
            "The test could not be finished: signal 9."
        );
    }
}
