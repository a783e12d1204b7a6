//! The two prompts: what the picture shall show, and what it shall not, and those of earlier
//! pictures.

mod emphasis;
mod history;
mod paste;
mod prompt_box;

use crate::i18n::{text, text_with};
use crate::wording;
use gtk::prelude::*;
use history::{Direction, History, Walk};
use prompt_box::{PromptBox, PromptBoxInput, PromptBoxOutput, Side};
use relm4::{
    Component, ComponentController, ComponentParts, ComponentSender, Controller, SimpleComponent,
    gtk,
};

/// Both boxes, and their history.
pub struct Prompts {
    positive: Controller<PromptBox>,
    negative: Controller<PromptBox>,
    history: History,
    /// Where each box is in the history: positive, negative.
    walks: [Walk; 2],
}

/// What the boxes start with.
#[derive(Debug, Default)]
pub struct PromptsInit {
    /// What the picture shall show.
    pub positive: String,
    /// What it shall not.
    pub negative: String,
    /// Earlier prompts of both kinds, newest last.
    pub history: Vec<String>,
}

/// What the boxes are asked.
#[derive(Debug)]
pub enum PromptsInput {
    /// Hold these texts.
    Set {
        /// What the picture shall show.
        positive: String,
        /// What it shall not.
        negative: String,
    },
    /// Show this in the picture.
    SetPositive(String),
    /// Change places.
    Swap,
    /// Be empty.
    Clear,
    /// Remember both texts.
    Remember,
    /// Take the keyboard.
    Focus,
    /// Hear one of the boxes.
    Hear(Side, PromptBoxOutput),
}

/// What happened in them.
#[derive(Debug)]
pub enum PromptsOutput {
    /// A text was changed, and has rested since.
    Changed,
    /// What is to be remembered, newest last.
    HistoryChanged(Vec<String>),
    /// Something could not be done as asked.
    Trouble {
        /// What, and why.
        reason: String,
        /// What to do about it.
        advice: String,
    },
}

#[relm4::component(pub)]
impl SimpleComponent for Prompts {
    type Init = PromptsInit;
    type Input = PromptsInput;
    type Output = PromptsOutput;

    view! {
        gtk::Box {
            set_orientation: gtk::Orientation::Vertical,
            set_spacing: 6,
            add_css_class: "prompts",
            append: model.positive.widget(),
            append: model.negative.widget(),
        }
    }

    fn init(
        init: PromptsInit,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let launch = |side, text| {
            let hear = move |output| PromptsInput::Hear(side, output);
            PromptBox::builder().launch((side, text)).forward(sender.input_sender(), hear)
        };
        let model = Self {
            positive: launch(Side::Positive, init.positive),
            negative: launch(Side::Negative, init.negative),
            history: History::new(init.history),
            walks: Default::default(),
        };
        let widgets = view_output!();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: PromptsInput, sender: ComponentSender<Self>) {
        match message {
            PromptsInput::Set { positive, negative } => self.set(positive, negative),
            PromptsInput::SetPositive(positive) => self.set(positive, self.negative()),
            PromptsInput::Swap => self.set(self.negative(), self.positive()),
            PromptsInput::Clear => self.set(String::new(), String::new()),
            PromptsInput::Remember => self.remember(&sender),
            PromptsInput::Focus => self.positive.emit(PromptBoxInput::Focus),
            PromptsInput::Hear(_, PromptBoxOutput::Changed) => {
                let _ = sender.output(PromptsOutput::Changed);
            }
            PromptsInput::Hear(side, PromptBoxOutput::Walked(direction)) => {
                self.walk(side, direction);
            }
            PromptsInput::Hear(_, PromptBoxOutput::Cut) => {
                let _ = sender.output(cut());
            }
        }
    }
}

impl Prompts {
    /// What the picture shall show.
    pub fn positive(&self) -> String {
        self.positive.model().text()
    }

    /// What it shall not.
    pub fn negative(&self) -> String {
        self.negative.model().text()
    }

    fn set(&mut self, positive: String, negative: String) {
        self.walks = Default::default();
        self.positive.emit(PromptBoxInput::Set(positive));
        self.negative.emit(PromptBoxInput::Set(negative));
    }

    /// The positive prompt comes last: it is the first that a walk meets.
    fn remember(&mut self, sender: &ComponentSender<Self>) {
        self.walks = Default::default();
        let negative = self.history.remember(&self.negative());
        let positive = self.history.remember(&self.positive());
        if negative || positive {
            let lines = self.history.lines().to_vec();
            let _ = sender.output(PromptsOutput::HistoryChanged(lines));
        }
    }

    fn walk(&mut self, side: Side, direction: Direction) {
        let (positive, negative) = (self.positive(), self.negative());
        let [first, second] = &mut self.walks;
        let (walk, shown, other, controller) = match side {
            Side::Positive => (first, positive, negative, &self.positive),
            Side::Negative => (second, negative, positive, &self.negative),
        };
        if let Some(text) = walk.step(&self.history, direction, (&shown, &other)) {
            controller.emit(PromptBoxInput::Set(text));
        }
    }
}

fn cut() -> PromptsOutput {
    let most = [("most", wording::whole(paste::MOST as u64).into())];
    PromptsOutput::Trouble {
        reason: text_with("prompt-cut", most),
        advice: text("prompt-cut-hint"),
    }
}

#[cfg(test)]
mod tests {
    /// The relative luminance of a colour as in CSS (WCAG 2).
    fn luminance(colour: &str) -> f64 {
        let part = |start: usize| {
            let value = u8::from_str_radix(&colour[start..start + 2], 16).unwrap();
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    #[test]
    fn the_frames_are_seen_in_light_and_dark_themes() {
        let style = include_str!("../../assets/style.css");
        for side in ["positive", "negative"] {
            let (_, rule) = style.split_once(&format!(".prompt.{side} {{")).unwrap();
            let (_, colour) = rule.split_once("border-color: ").unwrap();
            // Windows and text boxes of GTK's default theme, light and dark.
            for ground in ["#f6f5f4", "#ffffff", "#353535", "#2d2d2d"] {
                let (a, b) = (luminance(&colour[..7]) + 0.05, luminance(ground) + 0.05);
                assert!(a.max(b) / a.min(b) >= 3.0, "{side} on {ground}");
            }
        }
    }
}
