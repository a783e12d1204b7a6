//! The window in a desktop's session: the machine stays awake while a picture is made, and a
//! picture that is finished while nobody looks is told. Needs what `tests/accessible.rs` needs.
//!
//! The session is played by this test: it answers where GNOME's services would.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

#[path = "support/models.rs"]
#[allow(dead_code, reason = "shared with the tests of the commands")]
mod models;
#[path = "support/program.rs"]
#[allow(dead_code, reason = "shared with the tests of the commands")]
mod program;
#[path = "support/reader.rs"]
#[allow(dead_code, reason = "shared with the test of names")]
mod reader;
#[path = "support/screen.rs"]
#[allow(dead_code, reason = "shared with the tests of the window")]
mod screen;

use gtk4::gio::{BusNameOwnerFlags, DBusNodeInfo, bus_own_name_on_connection};
use gtk4::glib::{MainContext, Variant, prelude::*};
use reader::Bus;
use screen::{Screen, Window};
use std::cell::RefCell;
use std::fs;
use std::rc::Rc;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);
const COOKIE: u32 = 77;
const NOTIFICATION: u32 = 5;

const SLEEP: &str = "<node><interface name='org.gnome.SessionManager'>
    <method name='Inhibit'>
        <arg type='s' direction='in'/><arg type='u' direction='in'/>
        <arg type='s' direction='in'/><arg type='u' direction='in'/>
        <arg type='u' direction='out'/>
    </method>
    <method name='Uninhibit'><arg type='u' direction='in'/></method>
</interface></node>";

const NEWS: &str = "<node><interface name='org.freedesktop.Notifications'>
    <method name='Notify'>
        <arg type='s' direction='in'/><arg type='u' direction='in'/>
        <arg type='s' direction='in'/><arg type='s' direction='in'/>
        <arg type='s' direction='in'/><arg type='as' direction='in'/>
        <arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>
        <arg type='u' direction='out'/>
    </method>
    <method name='CloseNotification'><arg type='u' direction='in'/></method>
    <signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>
</interface></node>";

/// What the program has asked of the session: methods and their arguments.
#[derive(Clone, Default)]
struct Asked(Rc<RefCell<Vec<(String, Variant)>>>);

impl Asked {
    /// Answers for a service with one interface, with `answer` where a method gives a number.
    fn serve(&self, bus: &Bus, path: &str, description: &str, answer: u32) {
        let node = DBusNodeInfo::for_xml(description).unwrap();
        let interface = &node.interfaces()[0];
        let asked = self.clone();
        let object = bus.connection().register_object(path, interface).method_call(
            move |_, _, _, _, method, words, call| {
                asked.0.borrow_mut().push((method.to_owned(), words));
                let gives = ["Inhibit", "Notify"].contains(&method);
                call.return_value(gives.then(|| (answer,).to_variant()).as_ref());
            },
        );
        object.build().unwrap();
        let flags = BusNameOwnerFlags::NONE;
        bus_own_name_on_connection(bus.connection(), interface.name(), flags, |_, _| {}, |_, _| {});
    }

    fn wait_for(&self, method: &str) -> Variant {
        wait(method, || {
            let calls = self.0.borrow();
            calls.iter().find(|(name, _)| name == method).map(|(_, words)| words.clone())
        })
    }
}

/// Waits for something to be there, and lets the session answer meanwhile.
fn wait<T>(what: &str, mut there: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        while MainContext::default().iteration(false) {}
        if let Some(found) = there() {
            return found;
        }
        assert!(begin.elapsed() < PATIENCE, "{what} has not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn text(words: &Variant, place: usize) -> String {
    words.child_value(place).str().unwrap().to_owned()
}

#[test]
fn the_machine_stays_awake_for_a_picture_and_its_end_is_told_where_nobody_looks() {
    let (screen, home) = (Screen::start(), models::home_with_model());
    let settings = home.path().join("settings/config.yaml");
    let steps = fs::read_to_string(&settings).unwrap().replace("steps: 2", "steps: 500");
    fs::write(&settings, steps).unwrap();
    let bus = Bus::start(&screen);
    let asked = Asked::default();
    asked.serve(&bus, "/org/gnome/SessionManager", SLEEP, COOKIE);
    asked.serve(&bus, "/org/freedesktop/Notifications", NEWS, NOTIFICATION);
    // The names are taken before the program looks for them.
    while MainContext::default().iteration(false) {}
    let window = Window::open_with(&screen, home.path(), &bus.variables());
    let seen = || {
        let words = ["search", "--onlyvisible", "--name", "aiimagegen"];
        !screen.tool("xdotool").args(words).output().unwrap().stdout.is_empty()
    };

    window.type_text("a red house");
    window.press("ctrl+Return");
    let words = asked.wait_for("Inhibit");
    assert_eq!(text(&words, 0), "org.aiimagegen.Aiimagegen");
    assert_eq!(text(&words, 2), "A picture is being made");
    assert_eq!(words.child_value(3).get::<u32>(), Some(1 | 4), "log-out and sleep");
    let minimize = ["search", "--onlyvisible", "--name", "aiimagegen", "windowminimize"];
    assert!(screen.tool("xdotool").args(minimize).status().unwrap().success());

    let words = asked.wait_for("Notify");
    assert_eq!(
        (text(&words, 3), text(&words, 4)),
        ("Picture finished".into(), "a red house".into())
    );
    assert!(words.child_value(6).to_string().contains(".png"), "{words}");
    assert_eq!(asked.wait_for("Uninhibit").get::<(u32,)>(), Some((COOKIE,)));

    assert!(!seen(), "the window was to be out of sight");
    let clicked = (NOTIFICATION, "default").to_variant();
    let (path, interface) = ("/org/freedesktop/Notifications", "org.freedesktop.Notifications");
    bus.connection().emit_signal(None, path, interface, "ActionInvoked", Some(&clicked)).unwrap();
    wait("the window", || seen().then_some(()));
}
