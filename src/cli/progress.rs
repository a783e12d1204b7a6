//! What the engine is doing, on the standard error: a bar where somebody watches, lines elsewhere.

use super::terminal::say;
use crate::engine::{Device, Event, ModelSummary};
use crate::i18n::text_with;
use crate::wording;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

/// Shows events as they come.
pub struct Progress {
    bar: Option<ProgressBar>,
    verbose: bool,
    step_s: Vec<f64>,
    /// The card whose test was announced last.
    tested: Option<Device>,
    /// The device whose news these are, where there are several.
    lane: Option<Device>,
}

impl Progress {
    /// For this command; `verbose` shows every event as a line.
    pub fn new(verbose: bool) -> Self {
        Self {
            bar: std::io::stderr().is_terminal().then(bar),
            verbose,
            step_s: Vec::new(),
            tested: None,
            lane: None,
        }
    }

    /// One for each of `devices`, which all begin their lines with its name.
    pub fn lanes(&self, devices: &[Device]) -> Vec<Self> {
        let group = MultiProgress::new();
        // In the group, it says its lines above the others' bars.
        let own = self.bar.clone().map(|bar| group.add(bar));
        let lane = |device: &Device| Self {
            bar: own.is_some().then(|| group.add(bar()).with_prefix(format!("{device} "))),
            verbose: self.verbose,
            step_s: Vec::new(),
            tested: None,
            lane: Some(*device),
        };
        devices.iter().map(lane).collect()
    }

    /// Shows one event.
    pub fn show(&mut self, event: &Event) {
        match event {
            Event::DeviceTesting { device, done, total } => {
                self.testing(*device, *done, *total, event)
            }
            Event::DeviceTested { .. }
            | Event::DeviceSkipped { .. }
            | Event::StepRetried { .. }
            | Event::StepRepeated { .. }
            | Event::DecodeRepeated { .. }
            | Event::DecodeRetried { .. } => {
                self.line(&wording::event(event));
            }
            Event::Placed(placement) if placement.is_makeshift() => {
                self.line(&wording::event(event))
            }
            Event::Placed(_) => self.detail(event),
            Event::LoadProgress { done, total, .. } => self.position(*done, *total, event),
            Event::Loaded(summary) => self.line(&loaded(summary)),
            Event::SamplingStarted { steps } => {
                self.step_s.clear();
                self.position(0, u64::from(*steps), event);
                self.detail(event);
            }
            Event::StepDone { step, steps, seconds } => {
                self.step_s.push(*seconds);
                self.position(u64::from(*step), u64::from(*steps), event);
                self.time_left(steps.saturating_sub(*step), event);
                self.detail(event);
            }
            Event::TileDone { tile, tiles } => {
                self.position(u64::from(*tile), u64::from(*tiles), event);
                self.detail(event);
            }
            // There is no room for pictures here, and the latent comes with the pictures.
            Event::Preview(_) | Event::LatentFinished(_) | Event::MemoryHeld { .. } => {}
            Event::SeedChosen(_) | Event::EncodeStarted | Event::DecodeStarted => {
                self.message(wording::event(event));
                self.detail(event);
            }
        }
    }

    /// A test can take a minute: it is said once, also where there is no bar.
    fn testing(&mut self, device: Device, done: u32, total: u32, event: &Event) {
        if self.tested.replace(device) != Some(device) {
            self.line(&text_with("cli-device-testing", [("device", device.to_string().into())]));
        }
        self.position(done.into(), total.into(), event);
    }

    /// Takes the bar away.
    pub fn clear(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Says a line above the bar.
    pub fn line(&self, line: &str) {
        let line = match self.lane {
            Some(device) => format!("{device}: {line}"),
            None => line.to_owned(),
        };
        self.aside(|| say(line));
    }

    /// Does what writes to the terminal with all bars out of the way.
    pub fn aside<R>(&self, write: impl FnOnce() -> R) -> R {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn detail(&self, event: &Event) {
        if self.verbose {
            self.line(&wording::event(event));
        }
    }

    fn message(&self, message: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(message);
        }
    }

    fn position(&self, done: u64, total: u64, event: &Event) {
        if let Some(bar) = &self.bar {
            if bar.is_finished() {
                bar.reset();
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar.set_length(total);
            bar.set_position(done);
            bar.set_message(wording::event(event));
        }
    }

    /// The first step is slower than the others, so the second is waited for.
    fn time_left(&self, steps_left: u32, event: &Event) {
        if self.step_s.len() < 2 || steps_left == 0 {
            return;
        }
        let seconds = (median(&self.step_s) * f64::from(steps_left)).ceil().max(1.0);
        let left = text_with("cli-time-left", [("time", duration(seconds).into())]);
        self.message(format!("{} - {left}", wording::event(event)));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {prefix}{wide_bar} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr()).with_style(style)
}

fn loaded(summary: &ModelSummary) -> String {
    let stages: Vec<String> = summary
        .stages
        .iter()
        .map(|part| format!("{} {} {}", part.stage, part.device, part.precision))
        .collect();
    text_with(
        "cli-loaded",
        [
            ("family", summary.family.clone().into()),
            ("stages", stages.join(", ").into()),
            ("size", wording::bytes(summary.weight_bytes).into()),
            ("time", seconds(summary.load_s).into()),
        ],
    )
}

/// The middle value, or the mean of the two; 0 of nothing.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    let lower = sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or_default();
    f64::midpoint(lower, upper)
}

/// `0.412 s`, `3.2 s`
pub fn seconds(seconds: f64) -> String {
    let decimals = if seconds < 1.0 { 3 } else { 1 };
    text_with("cli-seconds", [("n", wording::decimal(seconds, decimals).into())])
}

/// `45 s`, `2 min 5 s`, `1 h 3 min`
fn duration(seconds: f64) -> String {
    let whole = seconds as u64;
    let number = |n: u64| n.to_string().into();
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, s) => text_with("cli-seconds", [("n", number(s))]),
        (0, min, s) => text_with("cli-minutes", [("min", number(min)), ("s", number(s))]),
        (h, min, _) => text_with("cli-hours", [("h", number(h)), ("min", number(min))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_even_and_no_values() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(&[]), 0.0);
    }

    #[test]
    fn durations_have_two_units_at_most() {
        assert_eq!(duration(45.0), "45 s");
        assert_eq!(duration(125.0), "2 min 5 s");
        assert_eq!(duration(3780.0), "1 h 3 min");
        assert_eq!(seconds(0.4123), "0.412 s");
        assert_eq!(seconds(3.21), "3.2 s");
    }
}
