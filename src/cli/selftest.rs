//! `selftest`: every stage of built-in tiny models on a device, against recorded runs of
//! diffusers and transformers.

use super::args::Shared;
use super::failure::Failure;
use super::interrupt;
use super::terminal::{print, print_json, say};
use super::values::DeviceChoice;
use crate::engine::{self, Device, DeviceFacts, Error, Obstacle, SelftestNews, SelftestRow};
use crate::i18n::{text, text_with};
use crate::wording;
use serde_json::{Value, json};
use std::ops::ControlFlow;

/// Runs the command; a row over its limit makes it fail.
pub fn run(device: Option<DeviceChoice>, shared: &Shared) -> Result<(), Failure> {
    let device = device.and_then(DeviceChoice::named).unwrap_or_else(first_usable);
    interrupt::install();
    let mut printed = Ok(());
    let mut failed = 0;
    let rows = engine::selftest(device, &mut |news| {
        if let SelftestNews::Row(row) = news {
            failed += u32::from(!row.ok);
            if !shared.json {
                printed = print(described(row));
            }
        }
        if printed.is_ok() { interrupt::flow() } else { ControlFlow::Break(()) }
    });
    printed?;
    let rows = rows.map_err(|error| match error {
        Error::Cancelled { step, steps } => {
            let (done, all) = (step.into(), steps.into());
            let counts = [("done", done), ("all", all), ("failed", failed.into())];
            say(text_with("cli-selftest-interrupted", counts));
            Failure::Interrupted
        }
        other => other.into(),
    })?;
    let ok = !rows.is_empty() && rows.iter().all(|row| row.ok);
    if shared.json {
        let rows: Vec<_> = rows.iter().map(report).collect();
        print_json(&json!({ "rows": rows, "ok": ok }))?;
    } else {
        let device = device.to_string().into();
        let counts = [("device", device), ("rows", rows.len().into()), ("failed", failed.into())];
        say(text_with(if ok { "cli-selftest-passed" } else { "cli-selftest-not-passed" }, counts));
    }
    if ok { Ok(()) } else { Err(Failure::Reported) }
}

fn first_usable() -> Device {
    let mut devices = engine::devices();
    devices.sort_by_key(|facts| facts.device == Device::Cpu);
    let is_usable = |facts: &&DeviceFacts| {
        facts.obstacle.is_none() || facts.obstacle == Some(Obstacle::Unproven)
    };
    devices.iter().find(is_usable).map_or(Device::Cpu, |facts| facts.device)
}

fn report(row: &SelftestRow) -> Value {
    json!({
        "family": row.family,
        "scale": row.scale,
        "dtype": row.dtype,
        "stage": row.stage,
        "max_diff": row.max_diff,
        "limit": row.limit,
        "ok": row.ok,
    })
}

fn described(row: &SelftestRow) -> String {
    let verdict = if row.ok { text("cli-selftest-ok") } else { text("cli-selftest-failed") };
    format!(
        "{:<14} {:<6} {:<5} {:<10} {:>9} <= {:>7}  {verdict}",
        row.family,
        row.scale,
        row.dtype,
        row.stage,
        wording::difference(row.max_diff),
        wording::difference(row.limit),
    )
}
