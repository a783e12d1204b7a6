//! Names for screen readers.
//!
//! GTK has had them since 4.0, and Debian 12 has GTK 4.8, but the bindings offer them for 4.10
//! and newer only: so the one call that is needed is declared here.

use gtk::ffi::{
    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, GTK_ACCESSIBLE_PROPERTY_LABEL, GtkAccessible,
    GtkAccessibleProperty,
};
use gtk::glib;
use gtk::glib::gobject_ffi::GValue;
use gtk::glib::translate::ToGlibPtr;
use gtk::prelude::*;
use relm4::gtk;
use std::ffi::c_int;

unsafe extern "C" {
    fn gtk_accessible_update_property_value(
        this: *mut GtkAccessible,
        count: c_int,
        properties: *mut GtkAccessibleProperty,
        values: *const GValue,
    );
}

/// A widget that a screen reader can name.
pub trait Named {
    /// Gives the widget the name that a screen reader says.
    fn set_spoken_label(&self, label: &str);

    /// Gives it what a screen reader says after the name, or on request.
    fn set_spoken_description(&self, description: &str);
}

impl<W: IsA<gtk::Widget>> Named for W {
    fn set_spoken_label(&self, label: &str) {
        update(self.upcast_ref(), GTK_ACCESSIBLE_PROPERTY_LABEL, label);
    }

    fn set_spoken_description(&self, description: &str) {
        update(self.upcast_ref(), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description);
    }
}

/// A label without its access key, as it is said: `_File` is `File`, and so is `File(_F)`, which
/// is how languages write it whose letters are no keys.
pub fn without_key(label: &str) -> String {
    let apart = label.split_once("(_").and_then(|(before, rest)| {
        let (_, after) = rest.split_once(')')?;
        Some(format!("{before}{after}"))
    });
    apart.unwrap_or_else(|| label.replace('_', ""))
}

/// Sets one of the properties whose value is a text.
fn update(widget: &gtk::Widget, mut property: GtkAccessibleProperty, text: &str) {
    let value = glib::Value::from(text);
    // SAFETY: every widget implements the interface; there is one property, as the count says,
    // with a value of its type, a string; and GTK copies the value.
    unsafe {
        gtk_accessible_update_property_value(
            ToGlibPtr::<*mut gtk::ffi::GtkWidget>::to_glib_none(widget).0.cast(),
            1,
            &raw mut property,
            value.to_glib_none().0,
        );
    }
}

/// The widget in `widget`, or it itself, that has the style class `class`: a way to parts of GTK's
/// own widgets that have no name and no way to be reached.
pub fn part(widget: &impl IsA<gtk::Widget>, class: &str) -> Option<gtk::Widget> {
    let widget = widget.upcast_ref::<gtk::Widget>();
    if widget.has_css_class(class) {
        return Some(widget.clone());
    }
    let children = std::iter::successors(widget.first_child(), WidgetExt::next_sibling);
    children.filter_map(|child| part(&child, class)).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_said_without_its_access_key() {
        for (label, said) in [
            ("_File", "File"),
            ("Ver_gr\u{f6}\u{df}ern", "Vergr\u{f6}\u{df}ern"),
            ("\u{6587}\u{4ef6}(_F)", "\u{6587}\u{4ef6}"),
            ("\u{6587}\u{4ef6}(_F)\u{2026}", "\u{6587}\u{4ef6}\u{2026}"),
            ("Seed (-1)", "Seed (-1)"),
        ] {
            assert_eq!(without_key(label), said);
        }
    }
}
