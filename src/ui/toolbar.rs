//! The toolbar: load model, clear model, generate (stop while a picture is made), the model in
//! memory, and the queue. What cannot be done now says why.

use super::accessible::{self, Named};
use super::actions::{self, Action};
use super::queue::{Queue, QueueInput, QueueOutput};
use crate::i18n::text;
use gtk::prelude::*;
use relm4::{
    Component, ComponentController, ComponentParts, ComponentSender, Controller, RelmWidgetExt,
    SimpleComponent, gtk,
};

/// What the toolbar shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolbarState {
    /// Whether work is under way.
    pub busy: bool,
    /// Whether it was asked to stop already.
    pub stopping: bool,
    /// Why no model can be loaded now.
    pub no_load: Option<String>,
    /// Why none can be cleared.
    pub no_clear: Option<String>,
    /// Why no picture can be made.
    pub no_picture: Option<String>,
    /// The model in memory.
    pub model: String,
}

/// The toolbar.
pub struct Toolbar {
    state: ToolbarState,
    queue: Controller<Queue>,
}

/// What the toolbar is asked.
#[derive(Debug)]
pub enum ToolbarInput {
    /// Show this.
    Show(ToolbarState),
    /// Pass this on to the queue.
    Queue(QueueInput),
}

/// The action's purpose, and why it cannot be done.
fn tooltip(action: Action, obstacle: Option<&String>) -> String {
    match obstacle {
        Some(obstacle) => format!("{}\n{obstacle}", action.tooltip()),
        None => action.tooltip(),
    }
}

#[relm4::component(pub)]
impl SimpleComponent for Toolbar {
    type Init = ();
    type Input = ToolbarInput;
    type Output = QueueOutput;

    view! {
        gtk::Box {
            add_css_class: "top-bar",
            set_spacing: 8,

            gtk::Button {
                set_action_name: Some(&Action::LoadModel.name()),
                set_spoken_label: &text("button-load-model"),
                #[watch]
                set_tooltip: &tooltip(Action::LoadModel, model.state.no_load.as_ref()),
                gtk::Box {
                    set_spacing: 6,
                    gtk::Image { set_icon_name: Some("document-save-symbolic") },
                    gtk::Label { set_label: &text("button-load-model") },
                },
            },
            gtk::Button {
                set_action_name: Some(&Action::ClearModel.name()),
                set_spoken_label: &text("button-clear-model"),
                #[watch]
                set_tooltip: &tooltip(Action::ClearModel, model.state.no_clear.as_ref()),
                gtk::Box {
                    set_spacing: 6,
                    gtk::Image { set_icon_name: Some("edit-clear-symbolic") },
                    gtk::Label { set_label: &text("button-clear-model") },
                },
            },
            gtk::Separator { set_orientation: gtk::Orientation::Vertical },
            gtk::Box {
                add_css_class: "linked",
                gtk::Button {
                    add_css_class: "suggested-action",
                    set_action_name: Some(&Action::Generate.name()),
                    set_spoken_label: &text("button-generate"),
                    #[watch]
                    set_tooltip: &tooltip(Action::Generate, model.state.no_picture.as_ref()),
                    #[watch]
                    set_visible: !model.state.busy,
                    gtk::Box {
                        set_spacing: 6,
                        gtk::Image { set_icon_name: Some("media-playback-start-symbolic") },
                        gtk::Label { set_label: &text("button-generate") },
                    },
                },
                gtk::Button {
                    set_action_name: Some(&Action::Stop.name()),
                    #[watch]
                    set_spoken_label: &model.stop_label(),
                    set_tooltip: &Action::Stop.tooltip(),
                    #[watch]
                    set_visible: model.state.busy,
                    gtk::Box {
                        set_spacing: 6,
                        gtk::Image { set_icon_name: Some("media-playback-stop-symbolic") },
                        gtk::Label {
                            #[watch]
                            set_label: &model.stop_label(),
                        },
                    },
                },
                #[name(more)]
                gtk::MenuButton {
                    set_menu_model: Some(&actions::generate_menu()),
                    set_tooltip: &text("button-generate-more"),
                },
            },
            gtk::Label {
                #[watch]
                set_label: &model.state.model,
                add_css_class: "dim-label",
                set_hexpand: true,
                set_xalign: 1.0,
                set_ellipsize: gtk::pango::EllipsizeMode::End,
            },
            append: model.queue.widget(),
            gtk::Box {
                add_css_class: "linked",
                gtk::ToggleButton {
                    set_icon_name: "sidebar-show-symbolic",
                    set_action_name: Some(&Action::LeftPanel.name()),
                    set_tooltip: &Action::LeftPanel.tooltip(),
                    set_spoken_label: &text("action-left-panel"),
                },
                gtk::ToggleButton {
                    set_icon_name: "sidebar-show-right-symbolic",
                    set_action_name: Some(&Action::RightPanel.name()),
                    set_tooltip: &Action::RightPanel.tooltip(),
                    set_spoken_label: &text("action-right-panel"),
                },
            },
        }
    }

    fn init(_: (), root: Self::Root, sender: ComponentSender<Self>) -> ComponentParts<Self> {
        let queue = Queue::builder().launch(()).forward(sender.output_sender(), |order| order);
        let model = Self { state: ToolbarState::default(), queue };
        let widgets = view_output!();
        // A screen reader comes to the button inside.
        widgets.more.set_spoken_label(&text("button-generate-more"));
        if let Some(button) = accessible::part(&widgets.more, "toggle") {
            button.set_spoken_label(&text("button-generate-more"));
        }
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: ToolbarInput, _sender: ComponentSender<Self>) {
        match message {
            ToolbarInput::Show(state) => self.state = state,
            ToolbarInput::Queue(input) => self.queue.emit(input),
        }
    }
}

impl Toolbar {
    fn stop_label(&self) -> String {
        if self.state.stopping { text("button-stop-now") } else { text("button-stop") }
    }
}
