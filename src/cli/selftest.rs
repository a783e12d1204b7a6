//! `selftest`: every stage of built-in tiny models on a device, against recorded runs of
//! diffusers and transformers.

use super::args::Shared;
use super::failure::Failure;
use super::interrupt;
use super::terminal::{print, print_json};
use super::values::DeviceChoice;
use crate::engine::{self, Device, Error, SelftestRow};
use crate::i18n::text;
use serde_json::{Value, json};
use std::ops::ControlFlow;

/// Runs the command; a row over its limit makes it fail.
pub fn run(device: Option<DeviceChoice>, shared: &Shared) -> Result<(), Failure> {
    let device = device.and_then(DeviceChoice::named).unwrap_or_else(first_usable);
    interrupt::install();
    let mut printed = Ok(());
    let rows = engine::selftest(device, &mut |row| {
        if !shared.json {
            printed = print(described(row));
        }
        if printed.is_ok() { interrupt::flow() } else { ControlFlow::Break(()) }
    });
    printed?;
    let rows = rows.map_err(|error| match error {
        Error::Cancelled { .. } => Failure::Interrupted,
        other => other.into(),
    })?;
    let ok = !rows.is_empty() && rows.iter().all(|row| row.ok);
    if shared.json {
        let rows: Vec<_> = rows.iter().map(report).collect();
        print_json(&json!({ "rows": rows, "ok": ok }))?;
    }
    if ok { Ok(()) } else { Err(Failure::Reported) }
}

fn first_usable() -> Device {
    let mut devices = engine::devices();
    devices.sort_by_key(|facts| facts.device == Device::Cpu);
    devices.iter().find(|facts| facts.obstacle.is_none()).map_or(Device::Cpu, |facts| facts.device)
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
        "{:<14} {:<6} {:<5} {:<10} {:>9.2e} <= {:>8.1e}  {verdict}",
        row.family, row.scale, row.dtype, row.stage, row.max_diff, row.limit
    )
}
