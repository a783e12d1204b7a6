//! The two prompt boxes: what the picture shall show, and what it shall not.

use super::accessible::Named;
use crate::i18n::text;
use gtk::prelude::*;
use relm4::{ComponentParts, ComponentSender, SimpleComponent, gtk};

/// Height of a line of text, about; the boxes are three and two of them high and grow to six.
const LINE: i32 = 20;

/// The boxes' contents.
pub struct Prompts {
    positive: gtk::TextBuffer,
    negative: gtk::TextBuffer,
}

impl Prompts {
    /// What the picture shall show.
    pub fn positive(&self) -> String {
        contents(&self.positive)
    }

    /// What it shall not.
    pub fn negative(&self) -> String {
        contents(&self.negative)
    }
}

fn contents(buffer: &gtk::TextBuffer) -> String {
    buffer.text(&buffer.start_iter(), &buffer.end_iter(), false).into()
}

#[relm4::component(pub)]
impl SimpleComponent for Prompts {
    /// The negative prompt to start with.
    type Init = String;
    type Input = ();
    type Output = ();

    view! {
        gtk::Box {
            set_orientation: gtk::Orientation::Vertical,
            set_spacing: 6,
            add_css_class: "prompts",

            gtk::Label {
                set_label: &text("prompt-positive"),
                set_use_underline: true,
                set_mnemonic_widget: Some(&positive),
                set_xalign: 0.0,
            },
            gtk::ScrolledWindow {
                add_css_class: "prompt",
                add_css_class: "positive",
                set_hscrollbar_policy: gtk::PolicyType::Never,
                set_min_content_height: 3 * LINE,
                set_max_content_height: 6 * LINE,
                set_propagate_natural_height: true,
                #[name(positive)]
                gtk::TextView {
                    set_buffer: Some(&model.positive),
                    set_wrap_mode: gtk::WrapMode::WordChar,
                    set_accepts_tab: false,
                },
            },
            gtk::Label {
                set_label: &text("prompt-negative"),
                set_use_underline: true,
                set_mnemonic_widget: Some(&negative),
                set_xalign: 0.0,
            },
            gtk::ScrolledWindow {
                add_css_class: "prompt",
                add_css_class: "negative",
                set_hscrollbar_policy: gtk::PolicyType::Never,
                set_min_content_height: 2 * LINE,
                set_max_content_height: 6 * LINE,
                set_propagate_natural_height: true,
                #[name(negative)]
                gtk::TextView {
                    set_buffer: Some(&model.negative),
                    set_wrap_mode: gtk::WrapMode::WordChar,
                    set_accepts_tab: false,
                },
            },
        }
    }

    fn init(
        negative: String,
        root: Self::Root,
        _sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let model =
            Self { positive: gtk::TextBuffer::default(), negative: gtk::TextBuffer::default() };
        model.negative.set_text(&negative);
        let widgets = view_output!();
        let label = |name: &str| text(name).replace('_', "");
        let (positive, negative) = (label("prompt-positive"), label("prompt-negative"));
        widgets.positive.set_spoken_label(&positive);
        widgets.negative.set_spoken_label(&negative);
        ComponentParts { model, widgets }
    }
}
