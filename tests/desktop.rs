//! The program as a desktop finds it: installed and taken away without a trace, and with icons
//! that exist. Needs adwaita-icon-theme.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ID: &str = "org.aiimagegen.Aiimagegen";

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` whose name `is_it`.
fn files(folder: &Path, is_it: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, is_it));
        } else if is_it(&entry.file_name().to_string_lossy()) {
            found.push(path);
        }
    }
    found
}

/// `scripts/install.sh` for a person with this home.
fn script(home: &Path, words: &[&str], variables: &[(&str, &Path)]) -> Output {
    let mut command = Command::new(project().join("scripts/install.sh"));
    command.env_remove("PREFIX").env_remove("DESTDIR").env("HOME", home);
    let output = command.envs(variables.iter().copied()).args(words).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    output
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_aiimagegen");

#[test]
fn an_installed_program_starts_from_the_menu_keeps_its_own_folder_and_goes_without_a_trace() {
    let home = tempfile::tempdir().unwrap();
    let prefix = home.path().join(".local");
    script(home.path(), &["install", PROGRAM], &[]);
    let entry = fs::read_to_string(prefix.join(format!("share/applications/{ID}.desktop")));
    let program = prefix.join("bin/aiimagegen");
    for line in ["Exec", "TryExec"].map(|key| format!("\n{key}={}\n", program.display())) {
        assert!(entry.as_ref().unwrap().contains(&line), "{line} in {entry:?}");
    }
    for (file, part) in [
        ("share/man/man1/aiimagegen.1", "inspect"),
        ("share/bash-completion/completions/aiimagegen", "--scheduler"),
        ("share/zsh/site-functions/_aiimagegen", "--scheduler"),
        ("share/fish/vendor_completions.d/aiimagegen.fish", "scheduler"),
        ("share/icons/hicolor/scalable/apps/org.aiimagegen.Aiimagegen.svg", "<svg"),
        ("share/icons/hicolor/symbolic/apps/org.aiimagegen.Aiimagegen-symbolic.svg", "<svg"),
        ("share/metainfo/org.aiimagegen.Aiimagegen.metainfo.xml", ID),
        ("share/doc/aiimagegen/LICENSE-MIT", "MIT"),
    ] {
        let text = fs::read_to_string(prefix.join(file)).unwrap_or_default();
        assert!(text.contains(part), "{part} in {file}");
    }

    let shelf = prefix.join("share/aiimagegen/models/checkpoints");
    fs::create_dir_all(&shelf).unwrap();
    fs::write(shelf.join("mine.safetensors"), "1").unwrap();
    let mut command = Command::new(&program);
    command.env("HOME", home.path()).env_remove("XDG_DATA_HOME");
    command.env_remove("CARGO_PKG_NAME").env_remove("CARGO_MANIFEST_DIR");
    let output = command.args(["list", "models"]).output().unwrap();
    let listed = String::from_utf8_lossy(&output.stdout);
    let names: Vec<_> = listed.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, ["mine", "built-in-demo"], "{output:?}");

    script(home.path(), &["uninstall"], &[]);
    let left = files(&prefix, &|name| name != "mimeinfo.cache");
    assert_eq!(left, [shelf.join("mine.safetensors")], "only what is the user's");
}

#[test]
fn a_package_is_made_below_destdir_and_odd_names_are_quoted() {
    let home = tempfile::tempdir().unwrap();
    let (root, prefix) = (home.path().join("root"), Path::new("/opt/a \"b\" $c 100%"));
    let variables = [("DESTDIR", root.as_path()), ("PREFIX", prefix)];
    script(home.path(), &["install", PROGRAM], &variables);
    let inside = root.join(prefix.strip_prefix("/").unwrap());
    let entry = inside.join(format!("share/applications/{ID}.desktop"));
    let entry = fs::read_to_string(entry).unwrap();
    let exec = r#"Exec="/opt/a \\"b\\" \\$c 100%%/bin/aiimagegen""#;
    assert!(entry.contains(&format!("\n{exec}\n")), "{entry}");
    assert!(inside.join("bin/aiimagegen").is_file());
    script(home.path(), &["uninstall"], &variables);
    assert_eq!(files(&root, &|_| true), Vec::<PathBuf>::new());
}

#[test]
fn every_icon_that_the_code_names_exists() {
    let mut names = vec![ID.to_owned(), format!("{ID}-symbolic")];
    for source in files(&project().join("src"), &|name| name.ends_with(".rs")) {
        let text = fs::read_to_string(source).unwrap();
        let literals = text.split('"').filter(|literal| literal.ends_with("-symbolic"));
        names.extend(literals.map(str::to_owned));
    }
    assert!(names.len() > 4, "{names:?}");
    let ours = project().join("assets/icons");
    let themes = ["Adwaita", "hicolor"].map(|theme| Path::new("/usr/share/icons").join(theme));
    let drawings = |name: &str| {
        let endings = [".svg", ".png", ".symbolic.png"].map(|ending| format!("{name}{ending}"));
        let is_it = |file: &str| endings.iter().any(|ending| ending == file);
        let folders = themes.iter().chain([&ours]);
        folders.flat_map(|folder| files(folder, &is_it)).count()
    };
    let missing: Vec<_> = names.iter().filter(|name| drawings(name) == 0).collect();
    assert!(missing.is_empty(), "neither Adwaita nor assets/icons have {missing:?}");
}
