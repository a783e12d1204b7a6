//! The rules that keep the code's shape, held to by reading the sources.
//!
//! Each rule is a function from sources to complaints; the tests below the rules show that each
//! one catches what it forbids, the first test that the sources forbid nothing.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Longest source file, in lines.
const LONGEST_FILE: usize = 600;

/// The modules by height; imports go to lower ones only. The leaves in the middle may import each
/// other; modules of another height may not.
const LAYERS: [&[&str]; 7] = [
    &["main"],
    &["cli", "ui"],
    &["worker"],
    &["engine_process"],
    &[
        "catalog",
        "config",
        "gallery",
        "gpu",
        "i18n",
        "metadata",
        "output",
        "paths",
        "unfinished",
        "wording",
    ],
    &["allocator", "engine"],
    &["cards", "draft", "regular"],
];
const LEAVES: usize = 4;

const WINDOW: [&str; 6] = ["gtk", "gtk4", "gdk4", "glib", "relm4", "relm4_components"];
const TENSORS: [&str; 6] = ["burn", "burn_flex", "burn_cuda", "burn_cubecl", "burn_wgpu", "cubecl"];
const CONCRETE_CRATES: [&str; 3] = ["burn_flex", "burn_cuda", "burn_wgpu"];
const CONCRETE_TYPES: [&str; 6] =
    ["Flex", "FlexDevice", "CudaDevice", "WgpuDevice", "Cuda<", "Vulkan<"];

/// Engine modules that are plain numbers and text on the host.
const HOST_ONLY: [&str; 8] =
    ["latent", "noise", "placement", "prompt", "sampler", "schedule", "tokenizer", "weights"];

/// One source file below `src`.
struct Source {
    /// Its path below `src`, without the ending: `engine/sampler/euler`.
    module: String,
    text: String,
    is_test: bool,
}

impl Source {
    fn new(module: &str, text: &str) -> Self {
        Self { module: module.to_owned(), text: text.to_owned(), is_test: false }
    }

    /// The module at the top that this file belongs to.
    fn top(&self) -> &str {
        self.module.split('/').next().unwrap_or_default()
    }

    fn is_inside(&self, folder: &str) -> bool {
        self.module == folder || self.module.starts_with(&format!("{folder}/"))
    }

    /// The files that this one declares as modules for tests alone.
    fn test_modules(&self) -> Vec<String> {
        let inside = if ["lib", "main"].contains(&self.top()) { "" } else { &self.module };
        let declared = self.text.split("#[cfg(test)]").skip(1).filter_map(|rest| {
            let item = rest.trim_start().strip_prefix("mod ")?;
            Some(item.split_once(';')?.0).filter(|name| !name.contains('{'))
        });
        declared.map(|name| format!("{inside}/{name}").trim_matches('/').to_owned()).collect()
    }

    /// The code without comments, texts and tests; lines stay where they are.
    fn code(&self) -> String {
        if self.is_test {
            return String::new();
        }
        without_tests(&without_comments_and_texts(&self.text)).to_owned()
    }

    /// The code with its texts, but without tests.
    fn code_with_texts(&self) -> &str {
        if self.is_test { "" } else { without_tests(&self.text) }
    }
}

/// What stands before the test module, which is always the last thing in a file.
fn without_tests(code: &str) -> &str {
    let ends = code.match_indices("#[cfg(test)]").find(|(place, mark)| {
        let item = code[place + mark.len()..].trim_start();
        item.starts_with("mod ") && item.find('{') < item.find(';').or(Some(usize::MAX))
    });
    ends.map_or(code, |(place, _)| &code[..place])
}

/// Blanks comments and the insides of literals.
fn without_comments_and_texts(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) = raw_string(rest) {
            let close = format!("\"{}", "#".repeat(hashes));
            let open = hashes + 2;
            rest[open..].find(&close).map_or(rest.len(), |end| open + end + close.len())
        } else if first == '"' {
            closing_quote(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        code.extend(rest[..length].chars().filter(|c| *c == '\n'));
        code.push(' ');
        rest = &rest[length..];
    }
    code
}

/// The number of hashes when a raw string begins here.
fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.strip_prefix('r')?;
    let quote = hashes.trim_start_matches('#');
    quote.starts_with('"').then(|| hashes.len() - quote.len())
}

/// The length of the string literal that `text` begins with.
fn closing_quote(text: &str) -> usize {
    let mut escaped = false;
    for (place, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return place + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

/// Whether `code` names `word`, as a whole word where it begins and ends like one.
fn names(code: &str, word: &str) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(place, _)| {
        let before = code[..place].chars().next_back().is_some_and(in_word);
        let after = code[place + word.len()..].chars().next().is_some_and(in_word);
        !(before || after && word.ends_with(in_word))
    })
}

/// The modules of this crate that `code` imports or names by path.
fn crate_imports(code: &str) -> Vec<String> {
    let code: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for root in ["crate::", "aiimagegen::"] {
        for rest in code.split(root).skip(1) {
            match rest.strip_prefix('{') {
                None => found.push(first_word(rest)),
                Some(group) => found.extend(group_heads(group)),
            }
        }
    }
    found
}

/// The first words of the items in `a::b, c::{d, e}, f}`.
fn group_heads(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut heads = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(String::new()),
            c => heads.last_mut().unwrap().push(c),
        }
    }
    heads.iter().map(|head| first_word(head.trim())).collect()
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// Imports go downhill, from every module to the ones below it.
fn uphill_imports(source: &Source) -> Vec<String> {
    let top = source.top();
    if top == "lib" {
        return Vec::new();
    }
    let Some(height) = layer(top) else {
        return vec![format!("{top} has no place among the layers")];
    };
    let uphill = |module: &String| match layer(module) {
        _ if module == top => false,
        Some(LEAVES) if height == LEAVES => false,
        Some(other) => other <= height,
        None => false,
    };
    let imports = crate_imports(&source.code()).into_iter().filter(uphill);
    imports.map(|module| format!("imports {module}, which is not below {top}")).collect()
}

/// Only the window names the toolkit, and only the engine names the tensor library.
fn foreign_crates(source: &Source) -> Vec<String> {
    let code = source.code();
    let mut forbidden: Vec<&str> = Vec::new();
    if !["main", "ui", "worker"].contains(&source.top()) {
        forbidden.extend(WINDOW);
    }
    if source.top() != "engine" {
        forbidden.extend(TENSORS);
    }
    let used = forbidden
        .into_iter()
        .filter(|name| names(&code, &format!("{name}::")) || names(&code, &format!("use {name}")));
    used.map(|name| format!("names {name}")).collect()
}

/// Samplers, schedules and the like are plain numbers; layers and models fit every backend.
fn tensors_out_of_place(source: &Source) -> Vec<String> {
    let host_only = HOST_ONLY.iter().any(|module| source.is_inside(&format!("engine/{module}")));
    let code = source.code();
    let used = TENSORS.iter().filter(|name| host_only && names(&code, name));
    used.map(|name| format!("plain numbers, but names {name}")).collect()
}

/// One place knows which backends there are.
fn concrete_backends(source: &Source) -> Vec<String> {
    if source.is_inside("engine/backend") {
        return Vec::new();
    }
    let code = source.code();
    let words = CONCRETE_CRATES.iter().chain(&CONCRETE_TYPES);
    let paths = ["backend::Cuda", "backend::Vulkan", "backend::Wgpu", "burn::backend"];
    let used = words.chain(&paths).filter(|name| names(&code, name));
    used.map(|name| format!("names {name}, which is for engine/backend alone")).collect()
}

/// Drivers that compute are loaded by the engine's process, and by commands, which may end with
/// them; never by the window's.
fn drivers_in_the_window(source: &Source) -> Vec<String> {
    if ["main", "cli", "engine", "engine_process"].contains(&source.top()) {
        return Vec::new();
    }
    const CALLS: [&str; 2] = ["devices", "Engine"];
    let code: String = source.code().split_whitespace().collect::<Vec<_>>().join(" ");
    let groups = code.split("engine::{").skip(1).flat_map(group_heads);
    let imported: Vec<_> = groups.collect();
    let used = CALLS.iter().filter(|call| {
        names(&code, &format!("engine::{call}")) || imported.iter().any(|item| item == *call)
    });
    used.map(|call| format!("names engine::{call}, which loads drivers")).collect()
}

/// What a file looks like: an opening, a length, no panics on the way, no place on one machine.
fn file_habits(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    let code = source.code();
    if !source.text.starts_with("//!") {
        complaints.push("does not open with //!".to_owned());
    }
    let lines = source.text.lines().count();
    if lines > LONGEST_FILE {
        complaints.push(format!("has {lines} lines, {LONGEST_FILE} are allowed"));
    }
    if source.module.ends_with("/mod") {
        complaints.push("is a mod.rs".to_owned());
    }
    // Clippy refuses `unwrap` and `expect`, and asks for a reason where one has to stay.
    for call in ["todo!(", "unimplemented!(", "dbg!("] {
        if code.contains(call) {
            complaints.push(format!("calls {call}"));
        }
    }
    complaints
}

/// Nothing depends on where one machine keeps its files.
fn machine_paths(text: &str) -> Vec<String> {
    let places = ["/home", "/root", "/Users", "/tmp", "/var/tmp"];
    let places = places.iter().map(|place| format!("\"{place}/"));
    places.filter(|place| text.contains(place)).map(|place| format!("has {place}")).collect()
}

const RULES: [fn(&Source) -> Vec<String>; 6] = [
    uphill_imports,
    foreign_crates,
    tensors_out_of_place,
    concrete_backends,
    drivers_in_the_window,
    file_habits,
];

fn sources(folder: &Path, inside: &str, found: &mut Vec<Source>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = format!("{inside}{}", path.file_stem().unwrap().to_str().unwrap());
        if path.is_dir() {
            sources(&path, &format!("{name}/"), found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(Source::new(&name, &fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn the_sources_keep_the_rules() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    sources(&project.join("src"), "", &mut all);
    let tests: Vec<_> = all.iter().flat_map(Source::test_modules).collect();
    for source in &mut all {
        source.is_test = tests.iter().any(|test| source.is_inside(test));
    }
    assert!(all.len() > 10, "the sources were not found");
    let mut complaints = String::new();
    for source in &all {
        let broken = RULES.iter().flat_map(|rule| rule(source));
        for complaint in broken.chain(machine_paths(source.code_with_texts())) {
            writeln!(complaints, "src/{}.rs {complaint}", source.module).unwrap();
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[cfg(test)]
mod rules {
    use super::*;

    fn complaints(rule: fn(&Source) -> Vec<String>, module: &str, text: &str) -> usize {
        rule(&Source::new(module, text)).len()
    }

    #[test]
    fn comments_texts_and_tests_are_no_code() {
        let text = "//! gtk::Box\nlet a = \"gtk:: \\\" gtk\"; /* gtk::x */ let b = r#\"gtk::\"#;\n\
                    let c = '\"'; fine();\n#[cfg(test)]\nmod tests { use gtk::Box; }";
        let code = Source::new("engine", text).code();
        assert!(!code.contains("gtk") && code.contains("fine()"), "{code}");
        assert_eq!(code.lines().count(), 3);
    }

    #[test]
    fn only_a_test_module_hides_what_follows() {
        let code =
            "#[cfg(test)]\nuse a; #[cfg(test)]\nmod tests; b { c } #[cfg(test)]\nmod t { d }";
        assert!(without_tests(code).ends_with("b { c } "));
    }

    #[test]
    fn files_for_tests_are_known_by_their_declaration() {
        let text = "mod a;\n#[cfg(test)]\nmod fuzz;\n#[cfg(test)]\nmod tests { mod b; }";
        assert_eq!(Source::new("engine/weights", text).test_modules(), ["engine/weights/fuzz"]);
        assert_eq!(Source::new("lib", text).test_modules(), ["fuzz"]);
    }

    #[test]
    fn words_are_whole() {
        assert!(names("use burn::tensor;", "burn"));
        assert!(!names("use burned::tensor; my_burn", "burn"));
        assert!(names("Vulkan<f32>", "Vulkan<") && !names("Device::Vulkan(0)", "Vulkan<"));
    }

    #[test]
    fn imports_are_found_in_paths_and_groups() {
        let code = "use crate::{cli::{a, b}, config, ui::x}; crate::worker::go(); \
                    use aiimagegen::engine;";
        assert_eq!(crate_imports(code), ["cli", "config", "ui", "worker", "engine"]);
    }

    #[test]
    fn imports_uphill_and_across_are_caught() {
        for (module, text) in [
            ("engine/sampler", "use crate::ui;"),
            ("engine", "use crate::i18n::text;"),
            ("draft", "use crate::engine::Error;"),
            ("engine", "use crate::{config::Config, engine};"),
            ("wording", "use crate::cli::Failure;"),
            ("engine_process/host", "crate::worker::Worker::new()"),
            ("cli/list", "use crate::ui;"),
            ("newcomer", ""),
        ] {
            assert_eq!(complaints(uphill_imports, module, text), 1, "{module}: {text}");
        }
        for (module, text) in [
            ("main", "use aiimagegen::{cli, ui};"),
            ("ui/app", "use crate::worker::Worker; use crate::ui::actions;"),
            ("cli", "use crate::wording; use crate::engine::Error;"),
            ("catalog", "use crate::config::Config;"),
            ("engine/pipeline", "use crate::engine::Event;"),
            ("engine/seeded", "use crate::draft;"),
        ] {
            assert_eq!(complaints(uphill_imports, module, text), 0, "{module}: {text}");
        }
    }

    #[test]
    fn the_toolkit_and_the_tensors_stay_in_their_own_parts() {
        for (module, text) in [
            ("engine/pipeline", "use relm4::prelude::*;"),
            ("catalog", "gtk::init()"),
            ("cli/generate", "use gtk4 as gtk;"),
            ("ui/app", "use burn::tensor::Tensor;"),
            ("worker", "let x: cubecl::Runtime;"),
        ] {
            assert_ne!(complaints(foreign_crates, module, text), 0, "{module}: {text}");
        }
        assert_eq!(complaints(foreign_crates, "ui/app", "use gtk::prelude::*;"), 0);
        assert_eq!(complaints(foreign_crates, "engine/nn", "use burn::tensor::Tensor;"), 0);
    }

    #[test]
    fn plain_numbers_know_no_tensors() {
        for module in ["engine/sampler/euler", "engine/noise", "engine/prompt"] {
            assert_eq!(complaints(tensors_out_of_place, module, "use burn::prelude::*;"), 1);
        }
        assert_eq!(complaints(tensors_out_of_place, "engine/models/unet", "use burn::x;"), 0);
    }

    #[test]
    fn backends_are_named_in_one_place() {
        for text in
            ["use burn::backend::Cuda;", "use burn_flex::Flex;", "type B = Vulkan<f16>;", "Flex"]
        {
            assert_ne!(complaints(concrete_backends, "engine/nn/attention", text), 0, "{text}");
            assert_eq!(complaints(concrete_backends, "engine/backend", text), 0, "{text}");
        }
        assert_eq!(complaints(concrete_backends, "engine/device", "Device::Cuda(0)"), 0);
    }

    #[test]
    fn drivers_in_the_window_are_seen() {
        for (module, text) in [
            ("ui/devices", "engine::devices()"),
            ("ui/devices", "use crate::engine::{Device, devices};"),
            ("gpu/gauge", "use crate::engine::devices;"),
            ("worker", "use crate::engine::{self, Engine, Error};"),
        ] {
            assert_eq!(complaints(drivers_in_the_window, module, text), 1, "{module}: {text}");
        }
        for (module, text) in [
            ("ui/devices", "engine_process::devices(&engine, patience)"),
            ("ui/devices", "use crate::engine::{Device, DeviceFacts}; facts.devices"),
            ("cli/devices", "engine::devices()"),
        ] {
            assert_eq!(complaints(drivers_in_the_window, module, text), 0, "{module}: {text}");
        }
    }

    #[test]
    fn habits_are_seen() {
        let long = format!("//! x\n{}", "\n".repeat(LONGEST_FILE));
        for text in ["use a;", &long, "//! x\ndbg!(a)", "//! x\nunimplemented!()", "//! x\ntodo!()"]
        {
            assert_eq!(complaints(file_habits, "cli", text), 1);
        }
        assert_eq!(complaints(file_habits, "cli/mod", "//! x"), 1);
        let fine = "//! x\n// dbg!(a)\n#[cfg(test)]\nmod tests { dbg!(a) }";
        assert_eq!(complaints(file_habits, "cli", fine), 0);
        let test = Source { is_test: true, ..Source::new("output/tests", "//! x\ndbg!(a)") };
        assert!(file_habits(&test).is_empty());
    }

    #[test]
    fn places_on_one_machine_are_seen() {
        assert_eq!(machine_paths("open(\"/home/me/x\")").len(), 1);
        assert_eq!(machine_paths("open(\"/dev/null\")").len(), 0);
    }
}
