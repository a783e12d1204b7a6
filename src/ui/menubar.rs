//! The menubar: menus made from the table of actions.

use super::actions;
use relm4::{ComponentParts, ComponentSender, SimpleComponent, gtk};

/// The menubar.
pub struct Menubar;

#[relm4::component(pub)]
impl SimpleComponent for Menubar {
    type Init = ();
    type Input = ();
    type Output = ();

    view! {
        gtk::PopoverMenuBar::from_model(Some(&actions::menubar())) {}
    }

    fn init(_: (), root: Self::Root, _sender: ComponentSender<Self>) -> ComponentParts<Self> {
        let widgets = view_output!();
        ComponentParts { model: Self, widgets }
    }
}
