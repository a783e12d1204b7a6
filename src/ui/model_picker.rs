//! A drop-down of model files with a search, for hundreds of them.
//!
//! The search has the keyboard when the list opens; Down goes on into the list, Enter chooses,
//! Escape closes. Lines that cannot be chosen can be reached, so that their reason can be read.

use super::accessible::Named;
use crate::i18n::{text, text_with};
use gtk::gdk::Key;
use gtk::prelude::*;
use gtk::{gio, glib};
use relm4::{ComponentParts, ComponentSender, RelmWidgetExt, SimpleComponent, gtk};
use std::cell::{Ref, RefCell};
use std::path::PathBuf;
use std::rc::Rc;

/// A file to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The file.
    pub path: PathBuf,
    /// What people call it.
    pub name: String,
    /// A few facts.
    pub detail: String,
    /// Why it cannot be chosen, if it cannot.
    pub reason: Option<String>,
}

/// What there is to choose, and what is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The files.
    pub lines: Vec<Line>,
    /// Those chosen.
    pub chosen: Vec<PathBuf>,
    /// Whether more than one can be chosen, so that the list stays open.
    pub several: bool,
}

/// What a picker starts with.
#[derive(Debug)]
pub struct ModelPickerInit {
    /// What is chosen here, to be said aloud.
    pub label: String,
    /// Whether the checkpoint has such a part itself: the first line then says so.
    pub has_own: bool,
}

/// The drop-down.
pub struct ModelPicker {
    has_own: bool,
    content: Content,
    store: gio::ListStore,
    shown: gtk::FilterListModel,
    filter: gtk::CustomFilter,
    words: Rc<RefCell<Vec<String>>>,
    selection: gtk::SingleSelection,
    button: gtk::MenuButton,
}

/// What it is told.
#[derive(Debug)]
pub enum ModelPickerInput {
    /// This is there to choose.
    Show(Content),
    /// The search says something else.
    Search(String),
    /// The list opens.
    Open,
    /// Choose the line at this place of what the search left.
    Pick(u32),
    /// Choose the line that stands out.
    PickSelected,
}

/// What was chosen.
#[derive(Debug)]
pub enum ModelPickerOutput {
    /// This file, or the checkpoint's own part.
    Picked(Option<PathBuf>),
}

/// A row of the list; the first may be the checkpoint's own part, which has no line.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    line: Option<Line>,
    is_chosen: bool,
}

impl Row {
    fn name(&self) -> String {
        self.line.as_ref().map_or_else(|| text("picker-from-checkpoint"), |line| line.name.clone())
    }

    /// The second line: what speaks against the file, or else what it is.
    fn detail(&self) -> &str {
        self.line.as_ref().map_or("", |line| line.reason.as_deref().unwrap_or(&line.detail))
    }

    fn can_be_chosen(&self) -> bool {
        self.line.as_ref().is_none_or(|line| line.reason.is_none())
    }

    /// Whether all `words` occur, in whatever order.
    fn has(&self, words: &[String]) -> bool {
        let detail = self.line.as_ref().map_or("", |line| line.detail.as_str());
        let text = format!("{} {detail}", self.name()).to_lowercase();
        words.iter().all(|word| text.contains(word))
    }
}

/// The row in an item of the list.
fn row(item: &glib::Object) -> Option<Ref<'_, Row>> {
    item.downcast_ref::<glib::BoxedAnyObject>().map(|item| item.borrow::<Row>())
}

impl ModelPicker {
    fn rows(&self) -> Vec<Row> {
        let is_chosen = |line: &Line| self.content.chosen.contains(&line.path);
        let own = Row { line: None, is_chosen: self.content.chosen.is_empty() };
        let lines = self.content.lines.iter();
        let lines = lines.map(|line| Row { line: Some(line.clone()), is_chosen: is_chosen(line) });
        self.has_own.then_some(own).into_iter().chain(lines).collect()
    }

    fn show(&mut self, content: Content) {
        if self.content == content {
            return;
        }
        self.content = content;
        let rows = self.rows();
        let item = |row: Row| glib::BoxedAnyObject::new(row);
        // Facts come in while the list is open: lines that stay are left alone.
        if rows.len() == self.store.n_items() as usize {
            for (place, new) in (0..).zip(rows) {
                let old = self.store.item(place);
                if old.as_ref().and_then(row).is_none_or(|old| *old != new) {
                    self.store.splice(place, 1, &[item(new)]);
                }
            }
        } else {
            let items: Vec<_> = rows.into_iter().map(item).collect();
            self.store.splice(0, self.store.n_items(), &items);
        }
        let (label, detail) = (self.label(), self.detail());
        let spoken = if detail.is_empty() { label } else { format!("{label}, {detail}") };
        self.button.set_tooltip(&spoken);
        self.button.set_spoken_description(&spoken);
        if let Some(inner) = self.button.first_child() {
            inner.set_spoken_description(&spoken);
        }
    }

    fn search(&self, words: &str) {
        let words = words.to_lowercase();
        self.words.replace(words.split_whitespace().map(str::to_owned).collect());
        self.filter.changed(gtk::FilterChange::Different);
        self.selection.set_selected(0);
    }

    /// Puts the first chosen line forward.
    fn open(&self) {
        let is_chosen = |place: &u32| {
            let item = self.shown.item(*place);
            item.as_ref().and_then(row).is_some_and(|row| row.is_chosen)
        };
        let chosen = (0..self.shown.n_items()).find(is_chosen);
        self.selection.set_selected(chosen.unwrap_or(0));
    }

    fn pick(&self, place: u32, sender: &ComponentSender<Self>) {
        let item = self.shown.item(place);
        let Some(row) = item.as_ref().and_then(row) else { return };
        if !row.can_be_chosen() {
            return;
        }
        let path = row.line.as_ref().map(|line| line.path.clone());
        if !self.content.several || path.is_none() {
            self.button.popdown();
        }
        let _ = sender.output(ModelPickerOutput::Picked(path));
    }

    fn chosen(&self) -> impl Iterator<Item = &Line> {
        self.content
            .chosen
            .iter()
            .filter_map(|path| self.content.lines.iter().find(|line| line.path == *path))
    }

    fn label(&self) -> String {
        let mut chosen = self.chosen();
        let Some(first) = chosen.next() else {
            let none = !self.has_own && self.content.lines.is_empty();
            return if none { text("picker-nothing") } else { self.own_label() };
        };
        match chosen.count() {
            0 => first.name.clone(),
            more => text_with(
                "picker-several",
                [("first", first.name.clone().into()), ("more", more.into())],
            ),
        }
    }

    fn own_label(&self) -> String {
        if self.has_own { text("picker-from-checkpoint") } else { String::new() }
    }

    fn detail(&self) -> String {
        let details: Vec<&str> = self.chosen().map(|line| line.detail.as_str()).collect();
        details.join("; ")
    }
}

#[relm4::component(pub)]
impl SimpleComponent for ModelPicker {
    type Init = ModelPickerInit;
    type Input = ModelPickerInput;
    type Output = ModelPickerOutput;

    view! {
        #[name(root_button)]
        gtk::MenuButton {
            set_hexpand: true,
            set_always_show_arrow: true,
            #[watch]
            set_sensitive: model.has_own || !model.content.lines.is_empty(),

            #[wrap(Some)]
            set_child = &gtk::Label {
                #[watch]
                set_label: &model.label(),
                set_hexpand: true,
                set_xalign: 0.0,
                set_width_chars: 12,
                set_ellipsize: gtk::pango::EllipsizeMode::Middle,
            },

            #[wrap(Some)]
            #[name(popover)]
            set_popover = &gtk::Popover {
                add_css_class: "model-picker",
                connect_map => ModelPickerInput::Open,

                gtk::Box {
                    set_orientation: gtk::Orientation::Vertical,
                    set_spacing: 6,

                    #[name(search)]
                    gtk::SearchEntry {
                        set_placeholder_text: Some(&text("picker-search")),
                        set_spoken_label: &text("picker-search"),
                        connect_changed[sender] => move |entry| {
                            sender.input(ModelPickerInput::Search(entry.text().into()));
                        },
                        connect_activate => ModelPickerInput::PickSelected,
                    },
                    #[name(scroller)]
                    gtk::ScrolledWindow {
                        set_hscrollbar_policy: gtk::PolicyType::Never,
                        set_width_request: 380,
                        set_min_content_height: 96,
                        set_max_content_height: 380,
                        set_propagate_natural_height: true,
                        #[local_ref]
                        list -> gtk::ListView {
                            set_single_click_activate: true,
                            connect_activate[sender] => move |_, place| {
                                sender.input(ModelPickerInput::Pick(place));
                            },
                        },
                    },
                    #[name(nothing)]
                    gtk::Label {
                        set_label: &text("picker-none"),
                        add_css_class: "dim-label",
                        set_visible: false,
                    },
                },
            },
        }
    }

    fn init(
        init: ModelPickerInit,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let store = gio::ListStore::new::<glib::BoxedAnyObject>();
        let words = Rc::<RefCell<Vec<String>>>::default();
        let wanted = Rc::clone(&words);
        let filter = gtk::CustomFilter::new(move |item| {
            row(item).is_some_and(|row| row.has(&wanted.borrow()))
        });
        let shown = gtk::FilterListModel::new(Some(store.clone()), Some(filter.clone()));
        let selection = gtk::SingleSelection::new(Some(shown.clone()));
        let list = gtk::ListView::new(Some(selection.clone()), Some(factory()));
        list.set_spoken_label(&init.label);
        let model = Self {
            has_own: init.has_own,
            content: Content::default(),
            store,
            shown,
            filter,
            words,
            selection,
            button: root.clone(),
        };
        let list = &list;
        let widgets = view_output!();
        // GTK puts label and arrow in the middle.
        if let Some(inside) = root.first_child().and_then(|inner| inner.first_child()) {
            inside.set_halign(gtk::Align::Fill);
        }
        for named in [Some(root.clone().upcast()), root.first_child()].into_iter().flatten() {
            let named: gtk::Widget = named;
            named.set_spoken_label(&init.label);
        }
        let (nothing, scroller) = (widgets.nothing.clone(), widgets.scroller.clone());
        model.shown.connect_items_changed(move |shown, _, _, _| {
            nothing.set_visible(shown.n_items() == 0);
            scroller.set_visible(shown.n_items() > 0);
        });
        let search = widgets.search.clone();
        widgets.popover.connect_show(move |_| {
            search.delete_text(0, -1);
            search.grab_focus();
        });
        connect_keys(&widgets.popover, &widgets.search, list, &model.selection);
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: ModelPickerInput, sender: ComponentSender<Self>) {
        match message {
            ModelPickerInput::Show(content) => self.show(content),
            ModelPickerInput::Search(words) => self.search(&words),
            ModelPickerInput::Open => self.open(),
            ModelPickerInput::Pick(place) => self.pick(place, &sender),
            ModelPickerInput::PickSelected => self.pick(self.selection.selected(), &sender),
        }
    }
}

/// Down leads from the search into the list, Up from its first line back; Escape closes, and
/// whatever is typed in the list is searched for.
fn connect_keys(
    popover: &gtk::Popover,
    search: &gtk::SearchEntry,
    list: &gtk::ListView,
    selection: &gtk::SingleSelection,
) {
    search.set_key_capture_widget(Some(popover));
    let closing = popover.clone();
    search.connect_stop_search(move |_| closing.popdown());
    let down = gtk::EventControllerKey::new();
    down.set_propagation_phase(gtk::PropagationPhase::Capture);
    let (into, selected) = (list.clone(), selection.clone());
    down.connect_key_pressed(move |_, key, _, _| {
        if !matches!(key, Key::Down | Key::KP_Down | Key::Page_Down) {
            return glib::Propagation::Proceed;
        }
        let place = selected.selected();
        let scrolled = into.activate_action("list.scroll-to-item", Some(&place.to_variant()));
        if let Err(error) = scrolled {
            log::debug!("the list does not scroll: {error}");
        }
        into.grab_focus();
        glib::Propagation::Stop
    });
    search.add_controller(down);
    let up = gtk::EventControllerKey::new();
    up.set_propagation_phase(gtk::PropagationPhase::Capture);
    let (back, selected) = (search.clone(), selection.clone());
    up.connect_key_pressed(move |_, key, _, _| {
        if matches!(key, Key::Up | Key::KP_Up) && selected.selected() == 0 {
            back.grab_focus();
            return glib::Propagation::Stop;
        }
        glib::Propagation::Proceed
    });
    list.add_controller(up);
}

/// Lines that a reason may take; all of it is in the tooltip.
const REASON_LINES: i32 = 4;
/// Characters of such a line, about: the list's height is reckoned with them.
const REASON_CHARS: i32 = 44;

/// Makes the rows' widgets: a check mark, the name, and a smaller line below it.
fn factory() -> gtk::SignalListItemFactory {
    let factory = gtk::SignalListItemFactory::new();
    factory.connect_setup(|_, item| {
        let Some(item) = item.downcast_ref::<gtk::ListItem>() else { return };
        let line = || {
            let label = gtk::Label::builder().xalign(0.0).hexpand(true).build();
            label.set_ellipsize(gtk::pango::EllipsizeMode::Middle);
            label
        };
        let (name, detail) = (line(), line());
        detail.add_css_class("line-detail");
        detail.set_ellipsize(gtk::pango::EllipsizeMode::End);
        detail.set_wrap_mode(gtk::pango::WrapMode::WordChar);
        let texts = gtk::Box::new(gtk::Orientation::Vertical, 0);
        texts.append(&name);
        texts.append(&detail);
        texts.set_valign(gtk::Align::Center);
        let mark = gtk::Image::from_icon_name("object-select-symbolic");
        let whole = gtk::Box::new(gtk::Orientation::Horizontal, 8);
        whole.append(&mark);
        whole.append(&texts);
        item.set_child(Some(&whole));
    });
    factory.connect_bind(|_, item| {
        if let Some(item) = item.downcast_ref::<gtk::ListItem>()
            && bind(item).is_none()
        {
            log::warn!("a line of the model list has another form");
        }
    });
    factory
}

fn bind(item: &gtk::ListItem) -> Option<()> {
    let object = item.item()?;
    let row = row(&object)?;
    let whole = item.child()?;
    let mark = whole.first_child()?;
    let texts = whole.last_child()?;
    let name = texts.first_child()?.downcast::<gtk::Label>().ok()?;
    let detail = texts.last_child()?.downcast::<gtk::Label>().ok()?;
    name.set_label(&row.name());
    detail.set_label(row.detail());
    // Facts are short, and lines of one height are easier to go through; a reason is to be read.
    detail.set_wrap(!row.can_be_chosen());
    let (lines, chars) = if row.can_be_chosen() { (1, -1) } else { (REASON_LINES, REASON_CHARS) };
    detail.set_lines(lines);
    detail.set_max_width_chars(chars);
    detail.set_visible(!row.detail().is_empty());
    // Not hidden, so that names stay in line.
    mark.set_opacity(if row.is_chosen { 1.0 } else { 0.0 });
    // The reason stays readable.
    name.set_sensitive(row.can_be_chosen());
    item.set_activatable(row.can_be_chosen());
    let spoken = [row.name().as_str(), row.detail()].join(", ");
    whole.set_tooltip(spoken.trim_end_matches(", "));
    // The row itself has the focus, and screen readers ask it.
    whole.parent()?.set_spoken_label(spoken.trim_end_matches(", "));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_by_any_of_its_words() {
        let line = Line {
            path: "/m/xl/Juggernaut_v9.safetensors".into(),
            name: "xl/Juggernaut_v9".into(),
            detail: "SDXL \u{2013} f16 \u{2013} 6.9 GB".into(),
            reason: Some("This is a LoRA".into()),
        };
        let row = Row { line: Some(line), is_chosen: false };
        let has =
            |words: &str| row.has(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert!(has("") && has("v9 sdxl") && has("jugger") && has("xl/"));
        assert!(!has("sd1") && !has("jugger sd1"));
        assert!(!row.can_be_chosen());
        assert_eq!(row.detail(), "This is a LoRA", "what speaks against it goes first");
        let own = Row { line: None, is_chosen: true };
        assert!(own.can_be_chosen() && own.has(&["from".into()]));
    }
}
