//! A drop-down of things that requests name.

use crate::engine::Named as Row;
use gtk::prelude::*;
use relm4::gtk;

/// The drop-down, and the names in the order of its lines.
pub struct Choice {
    rows: Vec<Row>,
    names: Vec<String>,
    /// The widget.
    pub drop_down: gtk::DropDown,
}

impl Choice {
    /// The rows by their labels, `chosen` first shown.
    pub fn new(rows: &[Row], chosen: &str) -> Self {
        let drop_down = gtk::DropDown::from_strings(&[]);
        drop_down.set_hexpand(true);
        let mut choice = Self { rows: rows.to_vec(), names: Vec::new(), drop_down };
        choice.choose(chosen);
        choice
    }

    /// The name of the chosen one.
    pub fn name(&self) -> String {
        self.names.get(self.drop_down.selected() as usize).cloned().unwrap_or_default()
    }

    /// Chooses `name`.
    pub fn choose(&mut self, name: &str) {
        let (names, labels, place) = lines(&self.rows, name);
        if names != self.names {
            let labels: Vec<_> = labels.iter().map(String::as_str).collect();
            self.drop_down.set_model(Some(&gtk::StringList::new(&labels)));
            self.names = names;
        }
        self.drop_down.set_selected(place);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;

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
