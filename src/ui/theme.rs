//! Light or dark: GTK's own preference, and what the desktop says where none is set.

use crate::config::Theme;
use relm4::gtk;

const DARK: &str = "gtk-application-prefer-dark-theme";
const NAME: &str = "gtk-theme-name";

/// Gives all windows the colours of `theme`, from now on.
pub fn apply(theme: Theme) {
    let Some(settings) = gtk::Settings::default() else { return };
    // What this program has set before is taken back, and with it the desktop's word is known.
    settings.reset_property(DARK);
    settings.reset_property(NAME);
    match theme {
        Theme::System => {}
        Theme::Dark => settings.set_gtk_application_prefer_dark_theme(true),
        Theme::Light => {
            settings.set_gtk_application_prefer_dark_theme(false);
            let name = settings.gtk_theme_name().unwrap_or_default();
            if let Some(light) = light_form(&name) {
                settings.set_gtk_theme_name(Some(light));
            }
        }
    }
}

/// The light form of a theme that is dark by its name.
fn light_form(name: &str) -> Option<&str> {
    ["-dark", "-Dark", ":dark"].iter().find_map(|ending| name.strip_suffix(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn themes_that_are_dark_by_name_have_a_light_form() {
        for (name, light) in [("Adwaita-dark", Some("Adwaita")), ("Yaru-dark", Some("Yaru"))] {
            assert_eq!(light_form(name), light);
        }
        assert_eq!(light_form("Adwaita"), None);
    }
}
