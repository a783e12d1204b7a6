//! The program: a window, a headless command, or the window's engine process.

use aiimagegen::cli::{self, Command, Failure, Shared};
use aiimagegen::engine::{self, Engine};
use aiimagegen::engine_process;
use aiimagegen::i18n;
use aiimagegen::paths::Paths;
use aiimagegen::ui;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match cli::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let shared = arguments.shared;
    cli::prepare(shared.verbose);
    if !shared.json {
        i18n::set_language(None);
    }
    engine::keep_caches_in(Paths::new(shared.settings.clone()).cache());
    cli::guarded(|| match arguments.command {
        None => window(&shared),
        Some(Command::Engine) => Ok(engine_process::run(&mut Engine::new())),
        Some(command) => cli::run(&command, &shared),
    })
}

fn window(shared: &Shared) -> Result<ExitCode, Failure> {
    let start = ui::Start::find(shared.settings.clone());
    ui::run(start).map_err(|ui::NoDisplay| Failure::NoDisplay)?;
    Ok(ExitCode::SUCCESS)
}
