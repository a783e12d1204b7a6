//! What the window comes back with after a restart, a crash or a kill: prompts, parameters, the
//! choice of models, the queue, the panels. Kept in `session.json` in the settings folder, written
//! as it changes.

use super::models::ModelChoice;
use super::parameters::Values;
use crate::engine::Request;
use crate::{draft, regular};
use crossbeam_channel::{Receiver, Sender, unbounded};
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

/// No session comes near this size: a queue of thousands of long prompts.
const LONGEST_FILE: u64 = 64 << 20;

/// The window's state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// What the picture shall show.
    pub positive: String,
    /// What it shall not; none leaves that to the settings.
    pub negative: Option<String>,
    /// Prompts used before, the newest last.
    pub history: Vec<String>,
    /// The parameters; none leaves them to the settings.
    pub values: Option<Values>,
    /// The choice of models, likewise.
    pub models: Option<ModelChoice>,
    /// What waits, first the one that was under way.
    pub queue: Vec<Request>,
    /// The window's parts.
    pub view: View,
}

/// How the window is divided up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// Its size.
    pub size: (i32, i32),
    /// Whether it fills the screen's free area.
    pub maximized: bool,
    /// Whether the left panel is there.
    pub left: bool,
    /// Its width.
    pub left_width: i32,
    /// Whether the right panel is there.
    pub right: bool,
    /// Its width.
    pub right_width: i32,
}

impl Default for View {
    fn default() -> Self {
        Self {
            size: (1280, 800),
            maximized: false,
            left: true,
            left_width: 320,
            right: true,
            right_width: 232,
        }
    }
}

impl Session {
    /// The session in `file`, or a new one. A file that cannot be understood is kept beside it.
    pub fn load(file: &Path) -> Self {
        match regular::read(file, LONGEST_FILE) {
            Ok(json) => serde_json::from_slice(&json).unwrap_or_else(|error| {
                keep_aside(file, &error);
                Self::default()
            }),
            Err(error) => {
                match error.kind() {
                    ErrorKind::NotFound => {}
                    // None of ours: neither read nor written over.
                    ErrorKind::FileTooLarge | ErrorKind::InvalidInput | ErrorKind::IsADirectory => {
                        keep_aside(file, &error);
                    }
                    _ => log::warn!("{}: {error}", file.display()),
                }
                Self::default()
            }
        }
    }
}

/// Gives a file that is no session a name beside its own.
fn keep_aside(file: &Path, why: &dyn Display) {
    let aside = file.with_extension("json.broken");
    log::warn!("{}: {why}; kept as {}", file.display(), aside.display());
    if let Err(error) = std::fs::rename(file, &aside) {
        log::warn!("{}: {error}", aside.display());
    }
}

/// Writes sessions on a thread of its own: of several in a row only the last.
pub struct SessionFile {
    sessions: Option<Sender<Session>>,
    writer: Option<JoinHandle<()>>,
    /// Held for as long as the session is this window's.
    lock: Option<File>,
}

impl SessionFile {
    /// A writer for `file`, and the session in it. Where another window has it, this one begins
    /// anew and writes nothing: what both wrote would be neither's.
    pub fn open(file: PathBuf) -> (Self, Session) {
        let lock = lock(&file.with_extension("lock"));
        let Some(lock) = lock else {
            return (Self { sessions: None, writer: None, lock: None }, Session::default());
        };
        let session = Session::load(&file);
        let (sessions, waiting) = unbounded();
        let writer = thread::Builder::new().name("session".into());
        let writer = writer.spawn(move || write_all(&waiting, &file));
        let writer = writer.map_err(|error| log::error!("the session is not kept: {error}")).ok();
        (Self { sessions: Some(sessions), writer, lock: Some(lock) }, session)
    }

    /// Whether the session is this window's.
    pub fn is_ours(&self) -> bool {
        self.lock.is_some()
    }

    /// Has `session` written soon.
    pub fn write(&self, session: Session) {
        if let Some(sessions) = &self.sessions {
            // A writer that is gone has said why.
            let _ = sessions.send(session);
        }
    }
}

impl SessionFile {
    /// Waits until all is written; nothing is afterwards.
    pub fn finish(&mut self) {
        // Without a sender the writer ends, after what it was given.
        self.sessions = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

/// The lock that a window holds on its session; `None` where another has it.
fn lock(file: &Path) -> Option<File> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let opened = std::fs::create_dir_all(folder)
        .and_then(|()| File::options().create(true).append(true).open(file));
    match opened {
        Ok(lock) => lock.try_lock().is_ok().then_some(lock),
        Err(error) => {
            log::warn!("{}: {error}", file.display());
            None
        }
    }
}

impl Drop for SessionFile {
    fn drop(&mut self) {
        self.finish();
    }
}

fn write_all(waiting: &Receiver<Session>, file: &Path) {
    let mut written = None;
    while let Ok(first) = waiting.recv() {
        let session = waiting.try_iter().last().unwrap_or(first);
        if written.as_ref() == Some(&session) {
            continue;
        }
        let json = serde_json::to_vec(&session).map_err(std::io::Error::from);
        let done = json.and_then(|json| draft::replace(file, |out| out.write_all(&json)));
        match done {
            Ok(()) => written = Some(session),
            Err(error) => log::warn!("{}: {error}", file.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session {
            positive: "a red house".into(),
            negative: Some("blurry".into()),
            history: vec!["a cat".into()],
            ..Session::default()
        }
    }

    #[test]
    fn what_was_written_last_is_there_when_the_writer_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/session.json");
        let (file, begin) = SessionFile::open(path.clone());
        assert_eq!(begin, Session::default());
        let (second, begin) = SessionFile::open(path.clone());
        assert!(file.is_ours() && !second.is_ours() && begin == Session::default());
        second.write(Session { positive: "of another window".into(), ..session() });
        drop(second);
        for n in 0..100 {
            file.write(Session { positive: n.to_string(), ..session() });
        }
        file.write(session());
        drop(file);
        assert_eq!(Session::load(&path), session());
    }

    #[test]
    fn broken_files_are_kept_aside_and_foreign_keys_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        assert_eq!(Session::load(&path), Session::default());
        for broken in ["{\"positive\": 7}", "not json", "[1, 2"] {
            std::fs::write(&path, broken).unwrap();
            assert_eq!(Session::load(&path), Session::default());
            let aside = folder.path().join("session.json.broken");
            assert_eq!(std::fs::read_to_string(&aside).unwrap(), broken);
            assert!(!path.exists());
        }
        std::fs::write(&path, "{\"positive\": \"a\", \"newer\": {}}").unwrap();
        assert_eq!(Session::load(&path).positive, "a");
    }
}
