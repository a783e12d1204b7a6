//! One graphics card: its check box, where it is, and what keeps it from being used.

use super::is_usable;
use crate::engine::DeviceFacts;
use crate::i18n::text_with;
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
}

/// The row.
#[derive(Debug)]
pub struct Card {
    facts: DeviceFacts,
    is_ticked: bool,
}

/// What the row is asked.
#[derive(Clone, Debug)]
pub enum CardInput {
    /// The box was ticked or unticked.
    Tick(bool),
    /// Say everything again: the language is another.
    Reword,
}

/// What became of it.
#[derive(Debug)]
pub enum CardOutput {
    /// The box was ticked or unticked.
    Touched,
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
}

/// Name and memory, as far as the driver says how much there is.
fn title(facts: &DeviceFacts) -> String {
    if facts.total == 0 {
        return facts.name.clone();
    }
    let memory = wording::bytes(facts.total);
    text_with("devices-title", [("name", facts.name.clone().into()), ("memory", memory.into())])
}

/// Its id, where it is plugged in, and what it is linked to.
fn place(facts: &DeviceFacts) -> String {
    let pci = facts.pci.map(|pci| text_with("devices-pci", [("address", pci.to_string().into())]));
    let parts = [facts.device.to_string()].into_iter().chain(pci);
    parts.chain(facts.links.iter().cloned()).collect::<Vec<_>>().join(" \u{b7} ")
}

/// What is in its way, and what to do about it.
fn remark(facts: &DeviceFacts) -> String {
    let Some(obstacle) = &facts.obstacle else { return String::new() };
    let reason = [("reason", wording::obstacle(obstacle).into())];
    let said = match is_usable(facts) {
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
                set_sensitive: is_usable(&self.facts),
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
        }
    }

    fn init_model(init: CardInit, _index: &DynamicIndex, _sender: FactorySender<Self>) -> Self {
        Self { facts: init.facts, is_ticked: init.is_ticked }
    }

    fn update(&mut self, message: CardInput, sender: FactorySender<Self>) {
        match message {
            CardInput::Tick(is_ticked) => {
                self.is_ticked = is_ticked;
                let _ = sender.output(CardOutput::Touched);
            }
            CardInput::Reword => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Device, Obstacle};

    #[test]
    fn a_card_says_name_memory_place_links_and_what_is_in_its_way() {
        let mut facts = DeviceFacts {
            device: Device::Cuda(1),
            name: "Card 9000".into(),
            driver: "550".into(),
            pci: "0000:41:00.0".parse().ok(),
            uuid: None,
            total: 25_800_000_000,
            used: 0,
            free: 0,
            links: vec!["NVLink to cuda:0".into()],
            obstacle: None,
        };
        assert_eq!(title(&facts), "Card 9000, 25.8 GB");
        assert_eq!(place(&facts), "cuda:1 \u{b7} PCI 0000:41:00.0 \u{b7} NVLink to cuda:0");
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
}
