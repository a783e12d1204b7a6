//! Prompts to begin with, as buttons, for when there is no picture yet.

use super::accessible::Named;
use crate::i18n::text;
use gtk::prelude::*;
use relm4::{ComponentParts, ComponentSender, SimpleComponent, gtk};

/// Texts that are example prompts.
const EXAMPLES: [fn() -> String; 4] = [
    || text("example-house"),
    || text("example-boat"),
    || text("example-balloon"),
    || text("example-snow"),
];

/// The buttons.
pub struct Examples;

/// What was pressed.
#[derive(Debug)]
pub enum ExamplesOutput {
    /// The button with this prompt.
    Chosen(String),
}

#[relm4::component(pub)]
impl SimpleComponent for Examples {
    type Init = ();
    type Input = String;
    type Output = ExamplesOutput;

    view! {
        gtk::Box {
            add_css_class: "empty-state",
            add_css_class: "examples",
            set_orientation: gtk::Orientation::Vertical,
            set_spacing: 6,
            set_halign: gtk::Align::Center,
            set_valign: gtk::Align::Center,
            gtk::Label {
                set_label: &text("examples-heading"),
                set_wrap: true,
                set_justify: gtk::Justification::Center,
                set_max_width_chars: 56,
                set_margin_bottom: 6,
            },
        }
    }

    fn init(_: (), root: Self::Root, sender: ComponentSender<Self>) -> ComponentParts<Self> {
        let widgets = view_output!();
        for example in EXAMPLES.map(|example| example()) {
            let label = gtk::Label::builder().label(&example).wrap(true).build();
            label.set_justify(gtk::Justification::Center);
            let button = gtk::Button::builder().child(&label).build();
            button.set_spoken_label(&example);
            let sender = sender.clone();
            button.connect_clicked(move |_| sender.input(example.clone()));
            root.append(&button);
        }
        ComponentParts { model: Self, widgets }
    }

    fn update(&mut self, chosen: String, sender: ComponentSender<Self>) {
        let _ = sender.output(ExamplesOutput::Chosen(chosen));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_example_has_a_text_of_its_own() {
        let texts: HashSet<String> = EXAMPLES.iter().map(|example| example()).collect();
        assert_eq!(texts.len(), EXAMPLES.len());
        assert!(texts.iter().all(|text| text.contains(' ')), "{texts:?}");
    }
}
