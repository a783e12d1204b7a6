//! Everything that can go wrong below the window and the command line, as plain data.
//!
//! No sentences for people here: `wording` turns a variant's name and fields into words. The
//! `Display` text is for logs and test failures.

use super::device::{Device, Precision, Stage};
use crate::regular::Refusal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};

/// A failure, with what is needed to say what to do about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    /// A file could not be opened or read.
    File {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// What is wrong with it.
        problem: FileProblem,
    },
    /// A file is not what its name says: broken, cut short, lying or dangerous.
    Flawed {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// A readable file that holds something else than what it was chosen for.
    WrongKind {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// What it was chosen as.
        wanted: Stage,
        /// What it holds.
        found: FileKind,
    },
    /// Parts that neither the checkpoint nor the other files have: `vae`, `clip_l`, ...
    MissingParts {
        /// The checkpoint.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// What is missing.
        parts: Vec<String>,
    },
    /// A tensor that the model needs is not in the file.
    MissingTensor {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// The tensor's name in the published layout.
        tensor: String,
    },
    /// A tensor does not fit the model that the file's other tensors describe.
    WrongShape {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// The tensor.
        tensor: String,
        /// The shape that fits.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
    /// A tensor holds NaN or infinity: the file is damaged, or was merged badly.
    WeightsNotFinite {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// The tensor.
        tensor: String,
    },
    /// A model of a kind that this program does not run.
    UnsupportedModel {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// What gives it away.
        evidence: String,
    },
    /// A separate part does not belong to this checkpoint.
    PartMismatch {
        /// The part's file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// The part.
        part: String,
        /// What the checkpoint needs.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// A number or name in the request that cannot be used.
    BadValue {
        /// The request's field: `size`, `steps`, `cfg`, `batch`, `sampler`, `scheduler`, `seed`.
        field: String,
        /// What was given.
        value: String,
        /// The rule it breaks.
        rule: Rule,
    },
    /// A device that was named cannot be used.
    DeviceUnusable {
        /// The device.
        device: Device,
        /// Why.
        obstacle: Obstacle,
    },
    /// The device does not compute in the precision asked for.
    PrecisionUnsupported {
        /// The device.
        device: Device,
        /// What was asked.
        precision: Precision,
        /// What it computes in.
        supported: Vec<Precision>,
    },
    /// The work needs more memory than there is.
    OutOfMemory {
        /// The device.
        device: Device,
        /// Bytes needed, as far as known.
        needed: u64,
        /// Bytes that were free.
        available: u64,
    },
    /// A stage gave NaN or infinity.
    NotFinite {
        /// The stage.
        stage: Stage,
        /// The step, counted from 1; 0 outside the sampling.
        step: u32,
    },
    /// A result could not be written.
    Save {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// Stopped on request, between two steps.
    Cancelled {
        /// Steps done.
        step: u32,
        /// Steps asked for.
        steps: u32,
    },
    /// The engine's process ended without an answer.
    EngineGone {
        /// How it ended: an exit code or a signal.
        status: String,
    },
    /// The engine's process did not answer in time.
    EngineSilent {
        /// Seconds that it had.
        patience: u64,
    },
    /// A mistake in this program.
    Internal {
        /// For the bug report.
        detail: String,
    },
}

/// What keeps a device from being used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// This machine has no such device.
    Absent,
    /// It works, as far as is known, but is used only by whoever names it.
    Unproven,
    /// The model does not fit.
    TooSmall {
        /// Bytes needed.
        needed: u64,
        /// Bytes free.
        available: u64,
    },
    /// It computes in software, on the processor: slower than this program does by itself.
    Software,
    /// NVIDIA's driver is not there.
    NoCudaDriver,
    /// CUDA's run-time compiler, NVRTC, is not there.
    NoCudaCompiler,
    /// CUDA's headers are not there.
    NoCudaHeaders,
    /// CUDA's run-time compiler and its headers are of different versions.
    CudaMismatch {
        /// The compiler's.
        compiler: String,
        /// The headers'.
        headers: String,
    },
    /// CUDA's run-time compiler is newer than the driver, which cannot load what it makes.
    CudaTooNew {
        /// The compiler's version.
        compiler: String,
        /// The newest that the driver knows.
        driver: String,
    },
    /// Its results differ from the recorded ones.
    Wrong {
        /// The stage of the self test: `text`, `unet`, ...
        stage: String,
        /// Largest difference, as the self test measures it.
        max_diff: f64,
        /// The largest that is right.
        limit: f64,
    },
    /// It failed outright.
    Broken {
        /// The driver's or the library's words.
        detail: String,
    },
}

impl Obstacle {
    /// Whether it stands also in the way of whoever names the device; the others are remarks.
    pub fn forbids(&self) -> bool {
        !matches!(self, Self::Unproven | Self::Software)
    }
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileProblem {
    /// Not there.
    NotFound,
    /// A folder.
    IsFolder,
    /// Not a regular file: a pipe, a socket, a device.
    NotRegular,
    /// Not readable for this user.
    NoPermission,
    /// Nothing in it.
    Empty,
    /// Anything else that the system reports.
    Other {
        /// The system's words.
        reason: String,
    },
}

/// What is wrong with a model file's contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// Neither safetensors nor a PyTorch file.
    UnknownFormat,
    /// The file ends before its own header says.
    Truncated {
        /// Bytes that the header needs.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// A header that claims to be longer than any real one.
    HeaderTooLarge {
        /// Bytes claimed.
        claimed: u64,
    },
    /// A header that is not JSON, or not of the format's form.
    HeaderUnreadable {
        /// Where and how, from the parser.
        detail: String,
    },
    /// A tensor's bytes lie outside the file.
    OutsideFile {
        /// The tensor.
        tensor: String,
    },
    /// Two tensors share bytes.
    Overlap {
        /// One of them.
        tensor: String,
        /// The other.
        other: String,
    },
    /// A tensor's byte count does not follow from its shape and type.
    SizeMismatch {
        /// The tensor.
        tensor: String,
    },
    /// The same name twice.
    Duplicate {
        /// The name.
        tensor: String,
    },
    /// A number type that is not read.
    UnknownDtype {
        /// The tensor.
        tensor: String,
        /// The type's name.
        dtype: String,
    },
    /// A pickle that wants to call something: never done.
    ForbiddenCall {
        /// `module.name` of what it asks for.
        callable: String,
    },
    /// A pickle that goes beyond what checkpoints need (limits of size, depth, count).
    PickleLimit {
        /// Which limit.
        limit: String,
    },
    /// A pickle that is broken.
    PickleUnreadable {
        /// Where and how.
        detail: String,
    },
    /// A broken zip container, or one that packs its entries.
    ArchiveUnreadable {
        /// Where and how.
        detail: String,
    },
}

/// What a model file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A whole checkpoint or at least a UNet.
    Checkpoint,
    /// An autoencoder alone.
    Vae,
    /// A text encoder alone.
    Clip,
    /// A LoRA or another add-on to a UNet.
    Lora,
    /// A ControlNet.
    ControlNet,
    /// A textual inversion embedding.
    Embedding,
    /// An upscaler.
    Upscaler,
    /// A language model.
    LanguageModel,
    /// A model of another architecture (SD 3, Flux, ...).
    OtherDiffusion,
    /// None of the known kinds.
    Unknown,
}

/// The rule that a request's value breaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Must be a multiple.
    MultipleOf {
        /// Of this.
        of: u64,
    },
    /// Must lie between two bounds, both allowed.
    Between {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
    },
    /// Must be one of these names.
    OneOf {
        /// The names.
        names: Vec<String>,
    },
}

/// A path for people, who can be told of names that are not Unicode too.
fn lossy<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

impl Error {
    /// The error for a failed read of `file`.
    pub fn from_io(file: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let problem = match (Refusal::in_error(error), error.kind()) {
            (Some(Refusal::NotRegular), _) => FileProblem::NotRegular,
            (Some(Refusal::Empty), _) => FileProblem::Empty,
            (None, ErrorKind::NotFound | ErrorKind::NotADirectory) => FileProblem::NotFound,
            (None, ErrorKind::PermissionDenied) => FileProblem::NoPermission,
            (None, ErrorKind::IsADirectory) => FileProblem::IsFolder,
            (None, _) => FileProblem::Other { reason: error.to_string() },
        };
        Self::File { file: file.to_owned(), problem }
    }

    /// The error for a flaw in `file`.
    pub fn flawed(file: &Path, flaw: Flaw) -> Self {
        Self::Flawed { file: file.to_owned(), flaw }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Error {}
