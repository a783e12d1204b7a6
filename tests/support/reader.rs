//! What a screen reader finds: a private accessibility bus, and the tree of a program on it.
//!
//! One `dbus-daemon` with the configuration of at-spi2-core is enough: it starts the registry when
//! GTK asks for it, and nothing of the machine's own session takes part.

#![allow(clippy::expect_used, reason = "a test may end at any line")]

use crate::screen::Screen;
use gtk4::gio::prelude::*;
use gtk4::gio::{DBusCallFlags, DBusConnection, DBusConnectionFlags};
use gtk4::glib::{self, Variant, VariantTy};
use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Deeper than any window.
const DEEPEST: usize = 64;
/// Milliseconds for one answer.
const ANSWER: i32 = 20_000;

/// Controls, by AT-SPI's numbers for their roles; the names of roles differ between versions.
const CONTROLS: [u32; 20] = [
    CHECK_BOX,
    8, // check menu item
    COMBO_BOX,
    31, // list
    35, // menu item
    37, // page tab
    40, // password text
    43, // push button
    44, // radio button
    45, // radio menu item
    51, // slider
    SPIN_BUTTON,
    55, // table, which a grid is
    61, // text
    62, // toggle button, which a switch is
    65, // tree
    66, // tree table
    79, // entry
    88, // link
    98, // list box
];
const CHECK_BOX: u32 = 7;
const COMBO_BOX: u32 = 11;
const SPIN_BUTTON: u32 = 52;
const LABEL: u32 = 29;
/// Fillers and panels: a name there is that of a place and not of a control.
const WHOLE_PARTS: [u32; 2] = [38, 39];
/// The bit of the state, among the first 32.
const FOCUSED: u32 = 1 << 12;
/// What is inside these is theirs: GTK's own buttons and fields in them have no names.
const WHOLE: [u32; 3] = [CHECK_BOX, COMBO_BOX, SPIN_BUTTON];

/// An accessibility bus of the test's own. Dropping it ends the bus and what it started.
pub struct Bus {
    daemon: Child,
    address: String,
    connection: DBusConnection,
    _folder: TempDir,
}

impl Bus {
    pub fn start(screen: &Screen) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the socket");
        let socket = format!("unix:path={}", folder.path().join("bus").display());
        let mut daemon = screen
            .tool("dbus-daemon")
            .arg("--config-file=/usr/share/defaults/at-spi2/accessibility.conf")
            .arg(format!("--address={socket}"))
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            // For the registry, which would otherwise start a second bus and register there.
            .env("AT_SPI_BUS_ADDRESS", &socket)
            .env("DBUS_SESSION_BUS_ADDRESS", &socket)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon starts (the packages are dbus-daemon and at-spi2-core)");
        let mut address = String::new();
        let output = daemon.stdout.take().expect("its output is ours");
        BufReader::new(output).read_line(&mut address).expect("it says where it is");
        let address = address.trim().to_owned();
        let flags = DBusConnectionFlags::AUTHENTICATION_CLIENT
            | DBusConnectionFlags::MESSAGE_BUS_CONNECTION;
        let connection = DBusConnection::for_address_sync(
            &address,
            flags,
            None,
            None::<&gtk4::gio::Cancellable>,
        )
        .expect("the bus takes a connection");
        Self { daemon, address, connection, _folder: folder }
    }

    /// What a program needs to be found here.
    pub fn variables(&self) -> [(&str, &str); 4] {
        [
            ("LC_ALL", "C.UTF-8"),
            ("AT_SPI_BUS_ADDRESS", &self.address),
            ("GTK_A11Y", "atspi"),
            // Without a session GTK 4.8 shows a reader nothing; the machine's own is not for tests.
            ("DBUS_SESSION_BUS_ADDRESS", &self.address),
        ]
    }

    /// The test's own place on the bus.
    pub fn connection(&self) -> &DBusConnection {
        &self.connection
    }

    /// The windows that are on the bus, once there are some and they have stopped growing.
    pub fn windows(&self, patience: Duration) -> Vec<Node> {
        let begin = Instant::now();
        let mut last = Vec::new();
        loop {
            let now = self.look();
            if !now.is_empty() && now == last {
                return now;
            }
            assert!(begin.elapsed() < patience, "no window came to rest on the bus: {last:?}");
            last = now;
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    fn look(&self) -> Vec<Node> {
        let registry = "org.a11y.atspi.Registry".to_owned();
        let desktop = (registry, "/org/a11y/atspi/accessible/root".to_owned());
        let programs = self.children(&desktop).unwrap_or_default();
        let windows = programs.iter().filter_map(|program| self.children(program)).flatten();
        windows.filter_map(|window| self.node(&window, 0)).collect()
    }

    /// A place in the tree; `None` when it has gone meanwhile.
    fn node(&self, place: &Place, depth: usize) -> Option<Node> {
        let (kind,) = self.ask::<(u32,)>(place, "GetRole")?;
        let (role,) = self.ask::<(String,)>(place, "GetRoleName")?;
        let name = self.property(place, "Name")?;
        let children = if WHOLE.contains(&kind) || depth == DEEPEST {
            Vec::new()
        } else {
            let children = self.children(place)?;
            children.iter().filter_map(|child| self.node(child, depth + 1)).collect()
        };
        Some(Node { kind, role, name: spoken(&name), children })
    }

    /// What the control is called that has the keyboard.
    pub fn focus(&self) -> Option<String> {
        let registry = "org.a11y.atspi.Registry".to_owned();
        let desktop = (registry, "/org/a11y/atspi/accessible/root".to_owned());
        let programs = self.children(&desktop)?;
        let windows = programs.iter().filter_map(|program| self.children(program)).flatten();
        windows.into_iter().find_map(|window| self.focus_in(&window, "", 0))
    }

    /// The same below `place`; parts of a control have its `name`.
    fn focus_in(&self, place: &Place, name: &str, depth: usize) -> Option<String> {
        let node = Node {
            kind: self.ask::<(u32,)>(place, "GetRole")?.0,
            role: String::new(),
            name: spoken(&self.property(place, "Name")?),
            children: Vec::new(),
        };
        let is_named = node.has_name() && !WHOLE_PARTS.contains(&node.kind);
        let name = if is_named { &node.name } else { name };
        let (states,) = self.ask::<(Vec<u32>,)>(place, "GetState")?;
        if states.first().is_some_and(|states| states & FOCUSED != 0) {
            return Some(name.to_owned());
        }
        if depth == DEEPEST {
            return None;
        }
        let children = self.children(place)?;
        children.iter().find_map(|child| self.focus_in(child, name, depth + 1))
    }

    fn children(&self, place: &Place) -> Option<Vec<Place>> {
        let reply = self.call(place, (ACCESSIBLE, "GetChildren"), None, "(a(so))")?;
        let list = reply.child_value(0);
        let text = |value: &Variant| value.str().map(str::to_owned);
        list.iter().map(|it| Some((text(&it.child_value(0))?, text(&it.child_value(1))?))).collect()
    }

    fn property(&self, place: &Place, name: &str) -> Option<String> {
        let words = (ACCESSIBLE, name).to_variant();
        let method = ("org.freedesktop.DBus.Properties", "Get");
        let reply = self.call(place, method, Some(&words), "(v)")?;
        reply.child_value(0).as_variant()?.str().map(str::to_owned)
    }

    fn ask<T: glib::variant::FromVariant>(&self, place: &Place, method: &str) -> Option<T> {
        let kind = T::static_variant_type();
        self.call(place, (ACCESSIBLE, method), None, kind.as_str())?.get()
    }

    fn call(
        &self,
        (program, path): &Place,
        (interface, method): (&str, &str),
        words: Option<&Variant>,
        kind: &str,
    ) -> Option<Variant> {
        let kind = VariantTy::new(kind).ok();
        let flags = DBusCallFlags::NONE;
        let never = None::<&gtk4::gio::Cancellable>;
        let reply = self.connection.call_sync(
            Some(program),
            path,
            interface,
            method,
            words,
            kind,
            flags,
            ANSWER,
            never,
        );
        reply.ok()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";

/// A program on the bus, and a path in it.
type Place = (String, String);

/// GTK 4.8 says a button's text twice, once with the mark of its key: `_Load model Load model`.
fn spoken(name: &str) -> String {
    let unmarked = name.replace('_', "");
    let middle = unmarked.len() / 2;
    match (unmarked.get(..middle), unmarked.get(middle..)) {
        (Some(first), Some(rest)) if rest.strip_prefix(' ') == Some(first) => first.to_owned(),
        _ => name.to_owned(),
    }
}

/// Something that a screen reader can come to, with what is in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Node {
    /// AT-SPI's number for what it is.
    kind: u32,
    /// What it is, as in "push button".
    pub role: String,
    /// What it is called; a class name like "GtkButton" when it has no name.
    pub name: String,
    pub children: Vec<Node>,
}

impl Node {
    /// It and everything below it.
    pub fn all(&self) -> Vec<&Node> {
        let below = self.children.iter().flat_map(Node::all);
        std::iter::once(self).chain(below).collect()
    }

    pub fn is_control(&self) -> bool {
        CONTROLS.contains(&self.kind)
    }

    pub fn is_label(&self) -> bool {
        self.kind == LABEL
    }

    /// GTK 4.8 gives what has no name that of its class.
    pub fn has_name(&self) -> bool {
        let is_class = ["Gtk", "Gdk"].iter().any(|library| self.name.starts_with(library))
            && !self.name.contains(' ');
        !self.name.trim().is_empty() && !is_class
    }

    /// The controls without a name, each with what leads to it.
    pub fn nameless(&self) -> Vec<String> {
        let own = (self.is_control() && !self.has_name()).then(|| self.label());
        let below = self.children.iter().flat_map(Node::nameless);
        let below = below.map(|path| format!("{} > {path}", self.label()));
        own.into_iter().chain(below).collect()
    }

    fn label(&self) -> String {
        format!("{} {} \"{}\"", self.role, self.kind, self.name)
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        writeln!(f, "{:depth$}{}", "", self.label())?;
        self.children.iter().try_for_each(|child| child.print(f, depth + 2))
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, 0)
    }
}
