//! Shell completions and the manual page, made from the definitions in `args`.

use super::args::Arguments;
use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;
use std::io;

/// A shell's completions.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut page = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "aiimagegen", &mut page);
    page
}

/// The manual page: the program, then every command with its flags.
pub fn manual() -> Vec<u8> {
    let mut page = Vec::new();
    // Only a full buffer could fail, and this one grows.
    let _ = write_manual(&mut page);
    page
}

fn write_manual(page: &mut Vec<u8>) -> io::Result<()> {
    let mut program = Arguments::command();
    program.build();
    let main = Man::new(program.clone());
    main.render_title(page)?;
    main.render_name_section(page)?;
    main.render_synopsis_section(page)?;
    main.render_description_section(page)?;
    main.render_options_section(page)?;
    for command in program.get_subcommands().filter(|command| !command.is_hide_set()) {
        if command.get_name() != "help" {
            page.extend(command_section(command.clone())?.into_bytes());
        }
    }
    main.render_version_section(page)
}

/// One command as a section of the page: what would be sections of its own become subsections.
fn command_section(command: clap::Command) -> io::Result<String> {
    let title = command.get_name().to_uppercase();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    // The flags of all commands are told once, in front.
    let command = command.mut_args(|arg| if arg.is_global_set() { arg.hide(true) } else { arg });
    let man = Man::new(command);
    let (mut synopsis, mut options) = (Vec::new(), Vec::new());
    man.render_synopsis_section(&mut synopsis)?;
    man.render_options_section(&mut options)?;
    let synopsis = String::from_utf8_lossy(&synopsis).replace(".SH SYNOPSIS\n", "");
    let options = String::from_utf8_lossy(&options).replace(".SH OPTIONS\n", "");
    Ok(format!(".SH {title}\n{about}\n.PP\n{synopsis}{options}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn every_shell_gets_the_commands() {
        for shell in Shell::value_variants() {
            let page = String::from_utf8(completions(*shell)).unwrap();
            assert!(page.contains("generate") && page.contains("negative"), "{shell}");
        }
    }

    #[test]
    fn the_manual_tells_every_visible_command_and_flag() {
        let page = String::from_utf8(manual()).unwrap().replace('\\', "");
        for part in [".TH", ".SH GENERATE", "--negative", ".SH INSPECT", ".SH LIST", "--repeats"] {
            assert!(page.contains(part), "{part} is missing");
        }
        assert!(!page.contains(".SH ENGINE") && !page.contains(".SH HELP"));
        assert_eq!(page.matches("--settings").count(), page.matches("--json").count());
    }
}
