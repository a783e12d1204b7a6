//! A display without a screen, and the program's window on it, seen and used through X tools.

#![allow(clippy::expect_used, reason = "a test may end at any line")]

use crate::program::program;
use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Windows that compete for the processor would say nothing about how fast one of them is.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// How many X servers are started before there is none to be had.
const SERVERS: usize = 5;

/// An X server with a window manager.
pub struct Screen {
    display: String,
    processes: Vec<Child>,
    _turn: MutexGuard<'static, ()>,
}

impl Screen {
    pub fn start() -> Self {
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let (server, display) = server();
        let mut screen = Self { display, processes: vec![server], _turn: turn };
        let manager = screen.tool("openbox").stderr(Stdio::null()).spawn().expect("openbox starts");
        screen.processes.push(manager);
        screen
    }

    /// A program that is to work on this display.
    pub fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command.env("DISPLAY", &self.display).stdin(Stdio::null());
        command
    }

    fn ask(&self, name: &str, words: &[&str]) -> String {
        let output = self.tool(name).args(words).stderr(Stdio::null()).output().expect(name);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        for process in self.processes.iter_mut().rev() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// An X server that has answered, and its display. On a machine full of work one can end before it
/// serves anybody, or name a display that is not there yet.
fn server() -> (Child, String) {
    for _ in 0..SERVERS {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-noreset", "-screen", "0", "1280x800x24"])
            .args(["-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts (the package is xvfb)");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(10) && server.try_wait().unwrap().is_none() {
            let mut question = Command::new("xdotool");
            question.args(["getdisplaygeometry"]).env("DISPLAY", &display);
            let answer = question.stdout(Stdio::null()).stderr(Stdio::null()).status();
            if !number.is_empty() && answer.expect("xdotool starts").success() {
                return (server, display);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = server.kill();
        let _ = server.wait();
    }
    panic!("no X server answers");
}

/// The program's window. Dropping it kills the program.
pub struct Window<'a> {
    screen: &'a Screen,
    program: Child,
    id: String,
}

impl<'a> Window<'a> {
    /// Starts the program, and waits until its window has the keyboard.
    pub fn open(screen: &'a Screen, home: &Path) -> Self {
        Self::of(screen, program(home))
    }

    /// The same with these variables in the program's environment.
    pub fn open_with(screen: &'a Screen, home: &Path, variables: &[(&str, &str)]) -> Self {
        let mut program = program(home);
        program.envs(variables.iter().copied());
        Self::of(screen, program)
    }

    /// The same for a program with arguments and an environment of its own.
    pub fn of(screen: &'a Screen, mut program: Command) -> Self {
        if program.get_envs().all(|(name, _)| name != "GTK_A11Y") {
            program.env("GTK_A11Y", "none");
        }
        let program = program
            .env("DISPLAY", &screen.display)
            .env("GDK_BACKEND", "x11")
            .env("GSK_RENDERER", "cairo")
            .env_remove("WAYLAND_DISPLAY")
            .spawn()
            .unwrap();
        let mut window = Self { screen, program, id: String::new() };
        let begin = Instant::now();
        while window.id.is_empty() || screen.ask("xdotool", &["getwindowfocus"]) != window.id {
            assert!(begin.elapsed() < Duration::from_secs(60), "no window has come");
            let pid = window.program.id().to_string();
            let words = ["search", "--onlyvisible", "--all", "--pid", &pid, "--name", "aiimagegen"];
            window.id = screen.ask("xdotool", &words);
            std::thread::sleep(Duration::from_millis(50));
        }
        // The list of checkpoints is read after the window is there.
        std::thread::sleep(Duration::from_millis(500));
        window
    }

    /// Waits until another of the program's windows, with this title, has the keyboard.
    pub fn follow_to(&mut self, title: &str) {
        let begin = Instant::now();
        loop {
            let pid = self.program.id().to_string();
            let words = ["search", "--onlyvisible", "--pid", &pid];
            let focused = self.screen.ask("xdotool", &["getwindowfocus"]);
            if self.screen.ask("xdotool", &words).lines().any(|id| id == focused.trim()) {
                self.id = focused;
                if self.title() == title {
                    return;
                }
            }
            assert!(begin.elapsed() < Duration::from_secs(60), "no window {title:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The exit code, once the program has ended.
    pub fn wait_for_end(&mut self) -> Option<i32> {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.program.try_wait().unwrap() {
                return status.code();
            }
            assert!(begin.elapsed() < Duration::from_secs(60), "the program goes on");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn press(&self, keys: &str) {
        self.screen.ask("xdotool", &["key", "--delay", "1", keys]);
    }

    pub fn type_text(&self, text: &str) {
        self.screen.ask("xdotool", &["type", "--delay", "5", text]);
    }

    pub fn title(&self) -> String {
        let property = self.screen.ask("xprop", &["-id", self.id.trim(), "_NET_WM_NAME"]);
        let quoted = property.split_once("= \"").map(|(_, rest)| rest.trim_end()).unwrap_or("");
        quoted.trim_end_matches('"').to_owned()
    }

    pub fn wait_for_title(&self, patience: Duration, is_it: impl Fn(&str) -> bool) {
        let begin = Instant::now();
        let mut seen = Vec::new();
        loop {
            let title = self.title();
            if is_it(&title) {
                return;
            }
            if seen.last() != Some(&title) {
                seen.push(title);
            }
            assert!(begin.elapsed() < patience, "only these titles: {seen:?}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The number of different colours on the screen.
    pub fn colours(&self) -> usize {
        let mut command = self.screen.tool("import");
        let output = command.args(["-window", "root", "-depth", "8", "rgb:-"]).output().unwrap();
        output.stdout.chunks_exact(3).collect::<HashSet<_>>().len()
    }

    /// The program's process.
    pub fn pid(&self) -> u32 {
        self.program.id()
    }

    /// The processes that the program has started.
    pub fn children(&self) -> Vec<u32> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.program.id())).unwrap();
        let children = tasks.flatten().map(|task| fs::read_to_string(task.path().join("children")));
        let all: Vec<String> = children.map(Result::unwrap_or_default).collect();
        all.join(" ").split_whitespace().map(|pid| pid.parse().unwrap()).collect()
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Ends a process without a chance to say anything.
pub fn kill(pid: u32) {
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
}

/// Whether the process is there, and more than a name.
pub fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
}
