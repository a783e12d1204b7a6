//! Where the work stands, and how that reads in the step bar and in the window's title.

use crate::engine::{Device, Event};
use crate::i18n::{text, text_with};
use crate::wording;

/// Steps that the time left is estimated from.
const STEPS_WATCHED: usize = 8;

/// Where the work stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Nothing to do.
    #[default]
    Idle,
    /// Asked for, nothing heard yet.
    Starting,
    /// A card that is new here is being tested.
    Testing {
        /// Which one.
        device: Device,
        /// Parts that are over.
        done: u32,
        /// All parts.
        total: u32,
    },
    /// Weights are being read.
    Loading {
        /// Bytes read.
        done: u64,
        /// Bytes to read.
        total: u64,
    },
    /// The prompts are being encoded.
    Encoding,
    /// Steps are being done.
    Sampling {
        /// Steps done.
        step: u32,
        /// Steps in all.
        steps: u32,
        /// Seconds of the last steps.
        recent: Vec<f64>,
    },
    /// The picture is being made from the latent.
    Decoding {
        /// Parts done.
        tile: u32,
        /// Parts in all; 0 where it is made in one go.
        tiles: u32,
    },
    /// The picture is there and is being written.
    Saving,
    /// Asked to stop; the running step is being finished.
    Stopping,
    /// The last request failed.
    Failed,
}

impl Phase {
    /// Whether a request is under way, up to the file of its picture.
    pub fn is_busy(&self) -> bool {
        !matches!(self, Self::Idle | Self::Failed)
    }

    /// Takes in the engine's news.
    pub fn note(&mut self, event: &Event) {
        if matches!(self, Self::Idle | Self::Saving | Self::Failed | Self::Stopping) {
            return;
        }
        match *event {
            Event::DeviceTesting { device, done, total } => {
                *self = Self::Testing { device, done, total };
            }
            Event::DeviceTested { .. } => *self = Self::Starting,
            Event::LoadProgress { done, total, .. } => *self = Self::Loading { done, total },
            Event::EncodeStarted => *self = Self::Encoding,
            Event::SamplingStarted { steps } => {
                *self = Self::Sampling { step: 0, steps, recent: Vec::new() };
            }
            Event::StepDone { step, steps, seconds } => self.step_done(step, steps, seconds),
            Event::DecodeStarted | Event::DecodeRepeated { .. } | Event::DecodeRetried { .. } => {
                *self = Self::Decoding { tile: 0, tiles: 0 };
            }
            Event::TileDone { tile, tiles } => *self = Self::Decoding { tile, tiles },
            Event::Placed(_)
            | Event::Loaded(_)
            | Event::MemoryHeld { .. }
            | Event::SeedChosen(_)
            | Event::DeviceSkipped { .. }
            | Event::StepRetried { .. }
            | Event::StepRepeated { .. }
            | Event::Preview(_)
            | Event::LatentFinished(_) => {}
        }
    }

    fn step_done(&mut self, step: u32, steps: u32, seconds: f64) {
        let mut recent = match self {
            Self::Sampling { recent, .. } => std::mem::take(recent),
            _ => Vec::new(),
        };
        if recent.len() == STEPS_WATCHED {
            recent.remove(0);
        }
        recent.push(seconds);
        *self = Self::Sampling { step, steps, recent };
    }

    /// The part done, or `None` while that is not known.
    pub fn fraction(&self) -> Option<f64> {
        match self {
            Self::Testing { done, total, .. } if *total > 0 => {
                Some(f64::from(*done) / f64::from(*total))
            }
            Self::Loading { done, total } if *total > 0 => Some(*done as f64 / *total as f64),
            Self::Sampling { step, steps, .. } if *steps > 0 => {
                Some(f64::from(*step) / f64::from(*steps))
            }
            Self::Decoding { tile, tiles } if *tiles > 0 => {
                Some(f64::from(*tile) / f64::from(*tiles))
            }
            _ => None,
        }
    }

    /// The words in the step bar.
    pub fn label(&self) -> String {
        match self {
            Self::Idle | Self::Failed => String::new(),
            Self::Starting => text("phase-starting"),
            Self::Testing { device, .. } => {
                text_with("phase-testing", [("device", device.to_string().into())])
            }
            Self::Loading { done, total } => text_with(
                "phase-loading",
                [("done", wording::bytes(*done).into()), ("total", wording::bytes(*total).into())],
            ),
            Self::Encoding => text("phase-encoding"),
            Self::Sampling { step, steps, .. } => {
                let label = numbered("phase-sampling", *step, *steps);
                match self.seconds_left() {
                    Some(seconds) => format!("{label} \u{2013} {}", time_left(seconds)),
                    None => label,
                }
            }
            Self::Decoding { .. } => text("phase-decoding"),
            Self::Saving => text("phase-saving"),
            Self::Stopping => text("phase-stopping"),
        }
    }

    /// The window's title.
    pub fn title(&self) -> String {
        let state = match self {
            Self::Idle => return text("app-name"),
            Self::Failed => text("phase-failed"),
            Self::Loading { .. } => text("phase-loading-short"),
            Self::Sampling { step, steps, .. } => numbered("phase-sampling", *step, *steps),
            other => other.label(),
        };
        format!("{state} \u{2013} {}", text("app-name"))
    }

    /// Known after the second step: the first one often has one-time work in it.
    fn seconds_left(&self) -> Option<f64> {
        let Self::Sampling { step, steps, recent } = self else { return None };
        if *step < 2 || step >= steps {
            return None;
        }
        let known = recent.get(usize::from(recent.len() < STEPS_WATCHED)..)?;
        let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        Some(mean * f64::from(steps - step))
    }
}

fn numbered(id: &str, step: u32, steps: u32) -> String {
    // A step is under way until the last is done.
    text_with(id, [("step", (step + 1).min(steps).into()), ("steps", steps.into())])
}

fn time_left(seconds: f64) -> String {
    let seconds = (seconds.ceil() as u64).max(1);
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match (hours, minutes) {
        (0, 0) => text_with("time-left-seconds", [("s", seconds.into())]),
        (0, _) => {
            text_with("time-left-minutes", [("min", minutes.into()), ("s", (seconds % 60).into())])
        }
        _ => text_with("time-left-hours", [("h", hours.into()), ("min", (minutes % 60).into())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Stage;

    fn done(step: u32, seconds: f64) -> Event {
        Event::StepDone { step, steps: 20, seconds }
    }

    #[test]
    fn a_run_reads_as_it_goes() {
        let mut phase = Phase::Starting;
        let (stage, total) = (Stage::Unet, 4_000_000_000);
        phase.note(&Event::DeviceTesting { device: Device::Cuda(1), done: 6, total: 24 });
        assert!(phase.label().contains("cuda:1") && phase.fraction() == Some(0.25));
        phase.note(&Event::LoadProgress { stage, done: 1_000_000_000, total });
        assert_eq!(phase.label(), "Loading the model: 1.0 GB of 4.0 GB");
        assert_eq!(phase.fraction(), Some(0.25));
        phase.note(&Event::EncodeStarted);
        assert_eq!(phase.fraction(), None);
        phase.note(&Event::SamplingStarted { steps: 20 });
        assert_eq!(phase.title(), "Step 1 of 20 \u{2013} aiimagegen");
        phase.note(&done(1, 9.0));
        assert_eq!(phase.label(), "Step 2 of 20", "no time left after one step");
        phase.note(&done(2, 0.5));
        assert_eq!(phase.label(), "Step 3 of 20 \u{2013} 9 s left", "the first one is left out");
        phase.note(&done(20, 0.5));
        assert_eq!(phase.label(), "Step 20 of 20");
        phase.note(&Event::DecodeStarted);
        assert_eq!(phase.fraction(), None);
        phase.note(&Event::TileDone { tile: 1, tiles: 4 });
        assert_eq!(phase.fraction(), Some(0.25));
    }

    #[test]
    fn the_time_left_is_never_zero_and_has_fitting_units() {
        let cases = [(0.0, "1 s left"), (59.2, "1 min 0 s left"), (125.0, "2 min 5 s left")];
        for (seconds, label) in cases.into_iter().chain([(3_700.0, "1 h 1 min left")]) {
            assert_eq!(time_left(seconds), label);
        }
    }

    #[test]
    fn late_news_does_not_bring_a_stopped_request_back() {
        for mut phase in [Phase::Idle, Phase::Saving, Phase::Failed, Phase::Stopping] {
            let before = phase.clone();
            phase.note(&done(3, 0.1));
            assert_eq!(phase, before);
        }
    }
}
