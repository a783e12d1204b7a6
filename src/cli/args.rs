//! Every command and flag, defined once: parsing, help, completions and the man page follow.

use super::values::{DeviceChoice, Place, Seed, Size};
use crate::engine::Precision;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Heading of the flags that all commands have.
const EVERYWHERE: &str = "Options of every command";

/// Stable Diffusion on this machine: without a command, in a window.
#[derive(Debug, Parser)]
#[command(name = "aiimagegen", version)]
pub struct Arguments {
    #[command(flatten)]
    #[allow(missing_docs, reason = "the type says it")]
    pub shared: Shared,
    #[command(subcommand)]
    #[allow(missing_docs, reason = "the type says it")]
    pub command: Option<Command>,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub struct Shared {
    /// Print one JSON document on the standard output, and nothing else there
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub json: bool,
    /// Folder for settings and caches [default: ~/.aiimagegen]
    #[arg(long, global = true, value_name = "DIR", help_heading = EVERYWHERE)]
    pub settings: Option<PathBuf>,
    /// Say more; twice, still more
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = EVERYWHERE)]
    pub verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make pictures, without a window
    Generate(Box<Generate>),
    /// Show what a model file, or a picture, says about itself
    Inspect {
        /// Model files and pictures
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Show GPUs and CPU: memory, links, what is missing
    Devices {
        /// Also measure how fast each card exchanges data with the machine's memory
        #[arg(long)]
        measure: bool,
    },
    /// Measure how fast each stage is here
    Bench(Bench),
    /// Compare every stage of built-in tiny models with recorded runs of diffusers
    Selftest {
        /// Device to test: cpu, cuda:N or vulkan:N [default: the first that can be used]
        #[arg(long, value_name = "DEVICE")]
        device: Option<DeviceChoice>,
    },
    /// List what there is to choose from
    List {
        /// What to list
        what: Listing,
    },
    /// Print a shell's completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Compute for the window, over the standard input and output
    #[command(hide = true)]
    Engine,
}

/// What `list` can list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listing {
    /// Samplers
    Samplers,
    /// Schedulers
    Schedulers,
    /// Profiles: which program's pictures are reproduced
    Profiles,
    /// Model files
    Models,
}

/// What `generate` takes. Where a flag is not given, the settings decide.
#[derive(Debug, Args)]
pub struct Generate {
    /// What the picture shall show; - reads it from the standard input
    #[arg(value_name = "PROMPT", required_unless_present = "prompt", conflicts_with = "prompt")]
    pub text: Option<String>,
    /// The same, as a flag
    #[arg(long, short, allow_hyphen_values = true)]
    pub prompt: Option<String>,
    /// What it shall not show
    #[arg(long, short, value_name = "PROMPT", allow_hyphen_values = true)]
    pub negative: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "the type says it")]
    pub model: Model,
    /// Width and height in pixels, multiples of 8
    #[arg(long, value_name = "WxH", allow_hyphen_values = true)]
    pub size: Option<Size>,
    /// Sampling steps
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub steps: Option<u32>,
    /// Guidance scale; 1 switches the negative prompt off
    #[arg(long, value_name = "SCALE", allow_hyphen_values = true)]
    pub cfg: Option<f32>,
    /// Sampler, see `list samplers`
    #[arg(long, value_name = "NAME")]
    pub sampler: Option<String>,
    /// Scheduler, see `list schedulers`
    #[arg(long, value_name = "NAME")]
    pub scheduler: Option<String>,
    /// Seed of the noise; -1 draws one
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub seed: Option<Seed>,
    /// Pictures made together from one seed
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub batch: Option<u32>,
    /// Runs one after another, each with the next seed; on several GPUs, one on each at a time
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub count: Option<u32>,
    /// Make the same picture whatever the number of GPUs, a little more slowly on one;
    /// --strict=false where the settings say otherwise
    #[arg(
        long,
        value_name = "true|false",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true
    )]
    pub strict: Option<bool>,
    /// Program whose pictures are reproduced, see `list profiles`
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Stages on devices of their own: unet=cuda:0,vae=cuda:1,clip=cpu
    #[arg(long, value_name = "STAGE=DEVICE,...")]
    pub place: Option<Place>,
    /// A file ending in .png, or a folder; an existing file is never overwritten
    #[arg(long, short, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Also keep the final latent in this safetensors file; only such a file is replaced
    #[arg(long, value_name = "FILE")]
    pub latent: Option<PathBuf>,
    /// Also keep every intermediate result in this safetensors file, likewise
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
}

/// Model files, and how to run them.
#[derive(Clone, Debug, Args)]
pub struct Model {
    /// Checkpoint: a file, or a name in the models folder
    #[arg(long, short, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// VAE to use instead of the checkpoint's
    #[arg(long, value_name = "FILE")]
    pub vae: Option<PathBuf>,
    /// Text encoder to use instead of the checkpoint's; repeat for a second one
    #[arg(long, value_name = "FILE")]
    pub clip: Vec<PathBuf>,
    /// Device: auto, cpu, cuda:N or vulkan:N; repeat to use several
    #[arg(long, value_name = "DEVICE")]
    pub device: Vec<DeviceChoice>,
    /// Number type to compute in: auto, f32, f16 or bf16
    #[arg(long, value_name = "TYPE", value_parser = precision(), hide_possible_values = true)]
    pub precision: Option<Precision>,
}

/// What `bench` takes.
#[derive(Debug, Args)]
pub struct Bench {
    #[command(flatten)]
    #[allow(missing_docs, reason = "the type says it")]
    pub model: Model,
    /// Width and height in pixels; repeat for several runs
    #[arg(long, value_name = "WxH", allow_hyphen_values = true)]
    pub size: Vec<Size>,
    /// Pictures made together
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub batch: Option<u32>,
    /// Sampling steps
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub steps: Option<u32>,
    /// Measured runs per size, after one that is not counted
    #[arg(long, value_name = "N", default_value_t = 3, allow_negative_numbers = true)]
    pub repeats: u32,
}

fn precision() -> impl TypedValueParser<Value = Precision> {
    PossibleValuesParser::new(["auto", "f32", "f16", "bf16"]).map(|name| match name.as_str() {
        "f32" => Precision::F32,
        "f16" => Precision::F16,
        "bf16" => Precision::Bf16,
        _ => Precision::Auto,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    fn generate(flags: &[&str]) -> Result<Generate, clap::Error> {
        let words = ["aiimagegen", "generate"].iter().chain(flags);
        match Arguments::try_parse_from(words)?.command {
            Some(Command::Generate(generate)) => Ok(*generate),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_definitions_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn no_command_is_the_window() {
        let arguments = Arguments::try_parse_from(["aiimagegen", "--settings", "s"]).unwrap();
        assert!(arguments.command.is_none());
        assert_eq!(arguments.shared.settings, Some("s".into()));
    }

    #[test]
    fn flags_for_all_commands_go_before_or_behind() {
        for words in [["--json", "devices"], ["devices", "--json"]] {
            let words = ["aiimagegen"].iter().chain(&words);
            assert!(Arguments::try_parse_from(words).unwrap().shared.json);
        }
    }

    #[test]
    fn numbers_may_be_negative_or_none_and_prompts_may_begin_with_a_hyphen() {
        let parsed = generate(&["-p", "--ar 16:9", "-n", "-x", "--seed", "-1", "--cfg", "-inf"]);
        let parsed = parsed.unwrap();
        assert_eq!(parsed.prompt.as_deref(), Some("--ar 16:9"));
        assert_eq!(parsed.negative.as_deref(), Some("-x"));
        assert_eq!(parsed.seed, Some(Seed::Random));
        assert_eq!(parsed.cfg, Some(f32::NEG_INFINITY));
        assert!(generate(&["a", "--cfg", "nan"]).unwrap().cfg.unwrap().is_nan());
        assert_eq!(generate(&["a", "--steps", "0"]).unwrap().steps, Some(0));
    }

    #[test]
    fn strict_takes_no_word_after_it_and_can_be_denied() {
        assert_eq!(generate(&["a"]).unwrap().strict, None);
        let parsed = generate(&["--strict", "a"]).unwrap();
        assert_eq!((parsed.strict, parsed.text.as_deref()), (Some(true), Some("a")));
        assert_eq!(generate(&["a", "--strict=false"]).unwrap().strict, Some(false));
    }

    #[test]
    fn wrong_usage_is_told_from_impossible_values() {
        for wrong in [
            &["a", "--size", "1024"][..],
            &["a", "--size", "-8x8"],
            &["a", "--steps", "-1"],
            &["a", "--steps", "many"],
            &["a", "--seed", "-2"],
            &["a", "--device", "gpu"],
            &["a", "--precision", "f8"],
            &["a", "--strict=maybe"],
            &["a", "--place", "unet"],
            &["a", "--place", "unet=cpu,unet=cpu"],
        ] {
            let kind = generate(wrong).unwrap_err().kind();
            let bad_value = matches!(kind, ErrorKind::ValueValidation | ErrorKind::InvalidValue);
            assert!(bad_value, "{wrong:?}: {kind}");
        }
        assert_eq!(generate(&[]).unwrap_err().kind(), ErrorKind::MissingRequiredArgument);
        let both = generate(&["a", "-p", "b"]).unwrap_err();
        assert_eq!(both.kind(), ErrorKind::ArgumentConflict);
    }
}
