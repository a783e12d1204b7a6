//! The grid of cells: gives each its row when it comes into sight, asks for its thumbnail, and
//! lets both go when it leaves.

use super::JobRow;
use super::cell::{self, Cell};
use super::drag;
use super::menu::Menu;
use super::rows::{Row, Rows, count};
use super::stock::{Card, Stock};
use crate::gallery::{Delivery, PictureFile, Size, Workshop};
use crate::i18n::text;
use crate::ui::accessible::Named;
use gtk::glib;
use gtk::prelude::*;
use relm4::gtk;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

/// Fewer would be larger than their thumbnails.
const FEWEST_COLUMNS: u32 = 2;
/// With what `style.css` puts around it.
const COLUMN_WIDTH: f64 = cell::NARROWEST as f64 + 10.0;

/// What the user does in the grid.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Look at a picture.
    Show(Arc<PictureFile>),
    /// Throw the selected one away.
    Delete,
}

/// Thumbnails and the cells that are waiting for them.
struct Desk {
    workshop: Workshop,
    stock: RefCell<Stock>,
    /// The cells that show files, by file.
    cells: RefCell<HashMap<Arc<Path>, glib::WeakRef<Cell>>>,
    jobs: RefCell<HashMap<u64, glib::WeakRef<Cell>>>,
}

/// The grid.
pub struct Grid {
    /// The widget.
    pub view: gtk::GridView,
    /// What it shows.
    pub rows: Rows,
    selection: gtk::SingleSelection,
    desk: Rc<Desk>,
    scroll: OnceCell<gtk::Adjustment>,
}

impl Grid {
    /// An empty one; thumbnails come from `workshop`, `tell` hears what the user does.
    pub fn new(workshop: Workshop, menu: &Rc<Menu>, tell: impl Fn(Deed) + Clone + 'static) -> Self {
        let rows = Rows::default();
        let selection = gtk::SingleSelection::new(Some(rows.clone()));
        selection.set_autoselect(false);
        selection.set_can_unselect(true);
        selection.set_selected(gtk::INVALID_LIST_POSITION);
        let desk = Rc::new(Desk {
            workshop,
            stock: RefCell::default(),
            cells: RefCell::default(),
            jobs: RefCell::default(),
        });
        let factory = factory(&desk, &selection, menu, &tell);
        let view = gtk::GridView::new(Some(selection.clone()), Some(factory));
        set_columns(&view, FEWEST_COLUMNS);
        view.add_css_class("thumbnails");
        view.set_spoken_label(&text("gallery-label"));
        let (list, show) = (rows.clone(), tell.clone());
        view.connect_activate(move |_, place| {
            if let Some(Row::Picture(file)) = list.row(place) {
                show(Deed::Show(file));
            }
        });
        menu.return_to(&view);
        let grid = Self { view, rows, selection, desk, scroll: OnceCell::new() };
        grid.add_keys(menu, tell);
        grid
    }

    /// Has as many columns as fit into `scroller`, and makes thumbnails first where the user
    /// looks.
    pub fn follow(&self, scroller: &gtk::ScrolledWindow) {
        let view = self.view.downgrade();
        scroller.hadjustment().connect_page_size_notify(move |across| {
            let Some(view) = view.upgrade() else { return };
            let columns = ((across.page_size() / COLUMN_WIDTH) as u32).max(FEWEST_COLUMNS);
            // The width comes while the grid is being placed, too late for other columns.
            glib::idle_add_local_once(move || set_columns(&view, columns));
        });
        let scroll = scroller.vadjustment();
        let _ = self.scroll.set(scroll.clone());
        let (desk, rows) = (Rc::clone(&self.desk), self.rows.clone());
        scroll.connect_value_changed(move |scroll| {
            let middle = (scroll.value() + scroll.page_size() / 2.0) / scroll.upper().max(1.0);
            desk.workshop.look_at((middle * f64::from(rows.n_items())) as usize);
        });
    }

    /// A thumbnail has come: keeps it, and shows it if its cell is still in sight.
    pub fn deliver(&self, delivery: Delivery) {
        let card = Card::from(delivery);
        let cell = self.desk.cells.borrow().get(&card.file.path).and_then(glib::WeakRef::upgrade);
        if let Some(cell) = cell.filter(|cell| cell.file().as_ref() == Some(&card.file)) {
            cell.show_file(&card.file, Some(&card));
        }
        self.desk.stock.borrow_mut().put(card);
    }

    /// Puts `jobs` first.
    pub fn set_jobs(&self, jobs: Vec<JobRow>) {
        if !self.rows.set_jobs(jobs.clone()) {
            return;
        }
        for job in jobs {
            let cell = self.desk.jobs.borrow().get(&job.id).and_then(glib::WeakRef::upgrade);
            if let Some(cell) = cell {
                cell.show_job(&job);
            }
        }
    }

    /// The picture that is selected.
    pub fn selected(&self) -> Option<Arc<PictureFile>> {
        match self.rows.row(self.selection.selected())? {
            Row::Picture(file) => Some(file),
            Row::Job(_) => None,
        }
    }

    /// Selects the picture at `place` among the pictures, or the last, and has it in sight. The
    /// keyboard, if it is here, goes there too.
    pub fn select(&self, place: usize) {
        let file = {
            let pictures = self.rows.pictures();
            let shown = pictures.shown();
            shown.get(place).or(shown.last()).map(|file| (Arc::clone(file), shown.len()))
        };
        let Some((file, length)) = file else { return };
        let place = count(self.rows.jobs() + place.min(length - 1));
        self.selection.set_selected(place);
        let has_focus = self.has_focus();
        if has_focus || !self.is_in_sight(&file) {
            self.scroll_to(place);
        }
        if has_focus {
            self.view.grab_focus();
        }
    }

    /// Shows the beginning.
    pub fn scroll_to_top(&self) {
        if self.rows.n_items() > 0 {
            self.scroll_to(0);
        }
    }

    /// Makes a `change`: who is at the top sees what comes there, others keep what they look at.
    pub fn change(&self, change: impl FnOnce(&Self)) {
        let scroll = self.scroll.get().filter(|scroll| scroll.value() < 1.0);
        change(self);
        let Some(scroll) = scroll.cloned() else { return };
        if !self.has_focus() {
            return self.scroll_to_top();
        }
        // Scrolling to a row would take the keyboard there too; the grid knows better where the
        // top is once it has placed the new rows.
        glib::idle_add_local_once(move || scroll.set_value(0.0));
    }

    fn is_in_sight(&self, file: &PictureFile) -> bool {
        let cell = self.desk.cells.borrow().get(&file.path).and_then(glib::WeakRef::upgrade);
        let bounds = cell.and_then(|cell| cell.compute_bounds(&self.view));
        let height = f64::from(WidgetExt::height(&self.view));
        bounds.is_some_and(|bounds| {
            let (top, side) = (f64::from(bounds.y()), f64::from(bounds.height()));
            side > 0.0 && top >= 0.0 && top + side <= height
        })
    }

    fn scroll_to(&self, place: u32) {
        // It fails only while there is no such row.
        let _ = self.view.activate_action("list.scroll-to-item", Some(&place.to_variant()));
    }

    /// Gives the grid the keyboard, with something selected.
    pub fn focus(&self) {
        if self.selection.selected() == gtk::INVALID_LIST_POSITION {
            self.select(0);
        }
        self.view.grab_focus();
    }

    /// Whether the keyboard is here.
    pub fn has_focus(&self) -> bool {
        self.view.focus_child().is_some() || self.view.has_focus()
    }

    fn add_keys(&self, menu: &Rc<Menu>, tell: impl Fn(Deed) + 'static) {
        let keys = gtk::ShortcutController::new();
        let add = |trigger: &str, act: Box<dyn Fn()>| {
            let action = gtk::CallbackAction::new(move |_, _| {
                act();
                glib::Propagation::Stop
            });
            keys.add_shortcut(gtk::Shortcut::new(
                gtk::ShortcutTrigger::parse_string(trigger),
                Some(action),
            ));
        };
        add("Delete|KP_Delete", Box::new(move || tell(Deed::Delete)));
        let (menu, selection) = (Rc::clone(menu), self.selection.clone());
        let (rows, desk) = (self.rows.clone(), Rc::downgrade(&self.desk));
        let open = move || {
            let Some(Row::Picture(file)) = rows.row(selection.selected()) else { return };
            let Some(desk) = desk.upgrade() else { return };
            let cell = desk.cells.borrow().get(&file.path).and_then(glib::WeakRef::upgrade);
            if let Some(cell) = cell {
                menu.open(&cell, f64::from(cell.width()) / 2.0, f64::from(cell.height()) / 2.0);
            }
        };
        add("Menu|<Shift>F10", Box::new(open));
        self.view.add_controller(keys);
    }
}

/// Not only a bound for the columns: the grid keeps cells for thirty rows of as many as there may
/// be, and keeping hundreds out of sight costs more than changing the number.
fn set_columns(view: &gtk::GridView, columns: u32) {
    if view.max_columns() != columns {
        // A moment with more of them at most than at least would be an error.
        view.set_min_columns(columns.min(view.max_columns()));
        view.set_max_columns(columns);
        view.set_min_columns(columns);
    }
}

fn factory(
    desk: &Rc<Desk>,
    selection: &gtk::SingleSelection,
    menu: &Rc<Menu>,
    tell: &(impl Fn(Deed) + Clone + 'static),
) -> gtk::SignalListItemFactory {
    let factory = gtk::SignalListItemFactory::new();
    let (selection, menu, tell) = (selection.clone(), Rc::clone(menu), tell.clone());
    factory.connect_setup(move |_, item| {
        let cell = Cell::default();
        add_clicks(&cell, item, &selection, &menu, tell.clone());
        drag::offer(&cell);
        item.set_child(Some(&cell));
    });
    let bound = Rc::clone(desk);
    factory.connect_bind(move |_, item| {
        let Some((cell, row)) = parts(item) else { return };
        let is_picture = matches!(row, Row::Picture(_));
        item.set_selectable(is_picture);
        item.set_activatable(is_picture);
        match row {
            Row::Job(job) => bound.bind_job(&cell, &job),
            Row::Picture(file) => bound.bind_picture(&cell, &file, item.position()),
        }
    });
    let unbound = Rc::clone(desk);
    factory.connect_unbind(move |_, item| {
        if let Some((cell, row)) = parts(item) {
            unbound.unbind(&cell, &row);
        }
    });
    factory
}

fn parts(item: &gtk::ListItem) -> Option<(Cell, Row)> {
    let cell = item.child().and_downcast::<Cell>()?;
    let row = item.item().and_downcast::<glib::BoxedAnyObject>()?.try_borrow::<Row>().ok()?.clone();
    Some((cell, row))
}

impl Desk {
    fn bind_job(&self, cell: &Cell, job: &JobRow) {
        self.jobs.borrow_mut().insert(job.id, cell.downgrade());
        cell.show_job(job);
    }

    fn bind_picture(&self, cell: &Cell, file: &Arc<PictureFile>, place: u32) {
        self.cells.borrow_mut().insert(Arc::clone(&file.path), cell.downgrade());
        let card = self.stock.borrow_mut().get(file);
        cell.show_file(file, card.as_ref());
        if card.is_none() {
            let size = if cell.scale_factor() > 1 { Size::Large } else { Size::Normal };
            self.workshop.want(file, place as usize, size);
        }
    }

    /// Another cell may have the row already.
    fn unbind(&self, cell: &Cell, row: &Row) {
        let is_this = |other: &glib::WeakRef<Cell>| other.upgrade().as_ref() == Some(cell);
        match row {
            Row::Job(job) => {
                self.jobs.borrow_mut().retain(|id, other| *id != job.id || !is_this(other));
            }
            Row::Picture(file) => {
                let mut cells = self.cells.borrow_mut();
                if cells.get(&file.path).is_some_and(is_this) {
                    cells.remove(&file.path);
                    self.workshop.drop_order(&file.path);
                }
            }
        }
        cell.clear();
    }
}

/// A click shows the picture, a right click opens its menu.
fn add_clicks(
    cell: &Cell,
    item: &gtk::ListItem,
    selection: &gtk::SingleSelection,
    menu: &Rc<Menu>,
    tell: impl Fn(Deed) + 'static,
) {
    let show = gtk::GestureClick::builder().button(gtk::gdk::BUTTON_PRIMARY).build();
    show.connect_released(move |gesture, presses, _, _| {
        let cell = gesture.widget().and_downcast::<Cell>();
        if let Some(file) = cell.and_then(|cell| cell.file()).filter(|_| presses == 1) {
            tell(Deed::Show(file));
        }
    });
    cell.add_controller(show);
    let open = gtk::GestureClick::builder().button(gtk::gdk::BUTTON_SECONDARY).build();
    let (item, selection, menu) = (item.downgrade(), selection.clone(), Rc::clone(menu));
    open.connect_pressed(move |gesture, _, x, y| {
        let Some(cell) = gesture.widget().and_downcast::<Cell>() else { return };
        let Some(item) = item.upgrade().filter(|_| cell.file().is_some()) else { return };
        gesture.set_state(gtk::EventSequenceState::Claimed);
        selection.set_selected(item.position());
        menu.open(&cell, x, y);
    });
    cell.add_controller(open);
}
