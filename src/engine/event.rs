//! What the engine reports while it works. Facts only: the words for them are chosen above.

use super::device::{Device, Precision, Stage};
use super::error::Obstacle;
use super::picture::Picture;
use super::placement::Placement;
use super::request::FinishedLatent;
use serde::{Deserialize, Serialize};

/// One fact about the work in progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A device that was asked for, or found, is not used; the work goes on elsewhere.
    DeviceSkipped {
        /// The device.
        device: Device,
        /// Why.
        obstacle: Obstacle,
    },
    /// A card is new here, or its driver or this program is: it is tested before it is used, and
    /// `done` of `total` parts of that are over.
    DeviceTesting {
        /// The card.
        device: Device,
        /// Parts that are over.
        done: u32,
        /// All parts.
        total: u32,
    },
    /// The test is over: the card computes right.
    DeviceTested {
        /// The card.
        device: Device,
        /// Seconds that the test took.
        seconds: f64,
    },
    /// It is decided where the parts of the model go; they are read next.
    Placed(Placement),
    /// Weights are being read: `done` of `total` bytes, now those of `stage`.
    LoadProgress {
        /// The part being read.
        stage: Stage,
        /// Bytes read so far, of all parts.
        done: u64,
        /// Bytes to read, of all parts.
        total: u64,
    },
    /// The model is in place.
    Loaded(ModelSummary),
    /// The memory of a card that the engine holds now, for weights and for what is computed; its
    /// driver takes some beside that.
    MemoryHeld {
        /// The card.
        device: Device,
        /// Bytes.
        bytes: u64,
    },
    /// The seed of this generation, drawn or given.
    SeedChosen(u64),
    /// The prompts are being encoded.
    EncodeStarted,
    /// Sampling begins: this many steps follow (some schedules make more or fewer than asked).
    SamplingStarted {
        /// Steps to come.
        steps: u32,
    },
    /// A step is done.
    StepDone {
        /// Counted from 1.
        step: u32,
        /// All steps of this run.
        steps: u32,
        /// Seconds that the step took.
        seconds: f64,
    },
    /// What is in the making, an eighth of its size: the first picture of the batch, roughly. Its
    /// pixels are not serialized: they cross the pipe as they are.
    Preview(#[serde(skip)] Picture),
    /// Sampling is over, and the decode comes: with this the pictures can be made once more,
    /// whatever becomes of the decode. Not serialized either.
    LatentFinished(#[serde(skip)] FinishedLatent),
    /// The step did not fit into memory, or would not have, and is done another way.
    StepRetried {
        /// The way.
        how: StepWay,
    },
    /// The step gave numbers that are none and is repeated in another type.
    StepRepeated {
        /// The precision that failed.
        precision: Precision,
        /// The one that is used from here on.
        instead: Precision,
    },
    /// The latent is being turned into pixels.
    DecodeStarted,
    /// The decode gave numbers that are none and is repeated in f32.
    DecodeRepeated {
        /// The precision that failed.
        precision: Precision,
    },
    /// The decode did not fit into memory, or would not have, and is done another way.
    DecodeRetried {
        /// The way.
        how: DecodeWay,
    },
    /// A part of the picture is decoded, where it is done in parts.
    TileDone {
        /// Counted from 1.
        tile: u32,
        /// All parts of this picture.
        tiles: u32,
    },
}

/// The ways to do a step with less memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepWay {
    /// One half of the guidance after the other.
    Halves,
    /// One picture of the batch after the other.
    OneByOne,
    /// With the UNet read once more onto another device.
    Elsewhere {
        /// That device.
        device: Device,
    },
}

/// The ways to turn a latent into pixels with less memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecodeWay {
    /// Part by part, where the autoencoder is.
    Tiled,
    /// Part by part, with the autoencoder read once more onto the processor.
    TiledOnProcessor,
}

/// What was loaded, and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelSummary {
    /// `sd1`, `sd2`, `sdxl` or `sdxl-refiner`.
    pub family: String,
    /// `eps` or `v`.
    pub prediction: String,
    /// The stages: where each runs, in what precision, and how large it is.
    pub stages: Vec<StageSummary>,
    /// Seconds that loading took.
    pub load_s: f64,
    /// Bytes of weights in memory, as computed with.
    pub weight_bytes: u64,
}

/// One stage of a loaded model; the text encoders count as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageSummary {
    /// Which one.
    pub stage: Stage,
    /// Where it runs.
    pub device: Device,
    /// What it computes in.
    pub precision: Precision,
    /// Bytes of its weights in memory, as computed with.
    pub bytes: u64,
}

impl ModelSummary {
    /// What is known of `stage`, if it was loaded.
    pub fn stage(&self, stage: Stage) -> Option<&StageSummary> {
        self.stages.iter().find(|found| found.stage == stage)
    }

    /// Where `stage` runs.
    pub fn device(&self, stage: Stage) -> Device {
        self.stage(stage).map_or(Device::Cpu, |found| found.device)
    }

    /// What `stage` computes in.
    pub fn precision(&self, stage: Stage) -> Precision {
        self.stage(stage).map_or(Precision::F32, |found| found.precision)
    }

    /// Bytes of the weights of `stage`, as computed with.
    pub fn bytes(&self, stage: Stage) -> u64 {
        self.stage(stage).map_or(0, |found| found.bytes)
    }
}
