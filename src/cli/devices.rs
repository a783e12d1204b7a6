//! `devices`: what can compute here, and what is missing where something cannot.

use super::args::Shared;
use super::failure::Failure;
use super::terminal::{print, print_json, say};
use crate::engine::{self, Device, DeviceFacts, Obstacle, OtherWay, UndrivenCard};
use crate::gpu::{DeviceMemory, EngineMemory, Gauge, MemoryPart, MemoryView};
use crate::i18n::{text, text_with};
use crate::wording;
use serde_json::{Value, json};

/// Runs the command; cards are measured only where that is asked for.
pub fn run(measure: bool, shared: &Shared) -> Result<(), Failure> {
    let found = engine::devices();
    let memory = ledger(&found);
    let mut devices = engine::one_per_card(found, &[]);
    devices.sort_by_key(|facts| facts.device == Device::Cpu);
    if measure {
        devices.iter_mut().filter(|facts| facts.is_usable()).for_each(measure_copies);
    }
    let undriven = engine::undriven_cards(&devices);
    if shared.json {
        let missing: Vec<_> = undriven.iter().map(report_undriven).collect();
        let devices: Vec<_> = devices.iter().map(|facts| report(facts, &memory)).collect();
        return print_json(&json!({ "devices": devices, "missing": missing }));
    }
    devices.iter().try_for_each(|facts| print(described(facts, &memory)))?;
    wording::between_cards(&devices).into_iter().try_for_each(print)?;
    for card in &undriven {
        print(wording::undriven(card))?;
        print(format!("  {}", super::hint_line(&wording::undriven_hint(card))))?;
    }
    if undriven.is_empty() && devices.iter().all(|facts| facts.device == Device::Cpu) {
        print(text("devices-no-card"))?;
    }
    Ok(())
}

/// Who has how much of each memory.
fn ledger(found: &[DeviceFacts]) -> Vec<DeviceMemory> {
    let mut gauge = Gauge::open();
    gauge.name(found.to_vec());
    let chosen: Vec<_> = found.iter().map(|facts| facts.device).collect();
    MemoryView::new(&gauge.read(&[]), EngineMemory::default(), &chosen).devices
}

/// That of the device, under whichever of its names.
fn memory_of<'a>(facts: &DeviceFacts, memory: &'a [DeviceMemory]) -> Option<&'a DeviceMemory> {
    let mut names = std::iter::once(facts.device).chain(facts.also.iter().map(|way| way.device));
    names.find_map(|device| memory.iter().find(|memory| memory.device == device))
}

fn measure_copies(facts: &mut DeviceFacts) {
    match engine::measure_copies(facts.device) {
        Ok(copies) => facts.copies = copies,
        Err(error) => {
            let device = facts.device.to_string().into();
            let places = [("device", device), ("reason", wording::error(&error).into())];
            say(text_with("cli-device-unmeasured", places));
        }
    }
}

fn report_undriven(card: &UndrivenCard) -> Value {
    json!({
        "pci": card.pci,
        "reason": wording::undriven(card),
        "hint": wording::undriven_hint(card),
    })
}

fn report(facts: &DeviceFacts, memory: &[DeviceMemory]) -> Value {
    let parts = memory_of(facts, memory).map(|memory| {
        let parts = memory.parts.iter().map(|(part, bytes)| (part.name().to_owned(), json!(bytes)));
        Value::Object(parts.collect())
    });
    let active = facts.links.iter().filter(|bond| bond.active > 0);
    let mut report = json!({
        "id": facts.device,
        "name": facts.name,
        "pci": facts.pci,
        "uuid": facts.uuid,
        "total": facts.total,
        "used": facts.used,
        "free": facts.free,
        "ledger": parts,
        "links": active.map(ToString::to_string).collect::<Vec<_>>(),
        "usable": facts.is_usable(),
        "type": facts.kind,
        "driver": facts.driver,
        "temperature": facts.temperature,
        "load": facts.load,
        "nvlink": facts.links,
        "copies": facts.copies,
        "also": facts.also.iter().map(report_way).collect::<Vec<_>>(),
    });
    add_obstacle(&mut report, facts.obstacle.as_ref(), facts.device);
    report
}

fn report_way(way: &OtherWay) -> Value {
    let usable = way.obstacle.as_ref().is_none_or(|obstacle| !obstacle.forbids());
    let mut report = json!({ "id": way.device, "usable": usable });
    add_obstacle(&mut report, way.obstacle.as_ref(), way.device);
    report
}

fn add_obstacle(report: &mut Value, obstacle: Option<&Obstacle>, device: Device) {
    let Some(obstacle) = obstacle else { return };
    report["reason"] = json!(wording::obstacle(obstacle));
    if let Some(hint) = wording::obstacle_hint(obstacle, device) {
        report["hint"] = json!(hint);
    }
}

/// Who uses a card's memory beside what the driver keeps.
fn users(memory: &DeviceMemory) -> Option<String> {
    let shown = [
        (MemoryPart::Others, text("meter-others")),
        (MemoryPart::Unaccounted, text("meter-unaccounted")),
    ];
    let part = |(part, name): (MemoryPart, String)| {
        let bytes = Some(memory.bytes(part)).filter(|bytes| *bytes > 0)?;
        Some(text_with(
            "meter-part",
            [("name", name.into()), ("size", wording::bytes(bytes).into())],
        ))
    };
    let parts: Vec<_> = shown.into_iter().filter_map(part).collect();
    (!parts.is_empty() && memory.device != Device::Cpu).then(|| parts.join(", "))
}

fn described(facts: &DeviceFacts, memory: &[DeviceMemory]) -> String {
    let mut lines = vec![text_with(
        "cli-device",
        [
            ("device", facts.device.to_string().into()),
            ("name", facts.name.clone().into()),
            ("free", wording::bytes(facts.free).into()),
            ("total", wording::bytes(facts.total).into()),
        ],
    )];
    let mut line = |text: &str| lines.push(format!("  {text}"));
    let address = facts.pci.map(|pci| format!("PCI {pci}"));
    let state: Vec<_> = address.into_iter().chain(wording::device_state(facts)).collect();
    if !state.is_empty() {
        line(&state.join(", "));
    }
    if let Some(users) = memory_of(facts, memory).and_then(users) {
        line(&users);
    }
    wording::device_links(facts).iter().for_each(|link| line(link));
    wording::device_copies(facts).iter().for_each(|copies| line(copies));
    facts.also.iter().for_each(|way| line(&wording::other_way(way)));
    if let Some(obstacle) = &facts.obstacle {
        let reason = wording::obstacle(obstacle);
        let said = if obstacle.forbids() { "cli-device-unusable" } else { "cli-device-remark" };
        line(&text_with(said, [("reason", reason.into())]));
        if let Some(hint) = wording::obstacle_hint(obstacle, facts.device) {
            line(&super::hint_line(&hint));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cards::Bond;

    fn facts() -> DeviceFacts {
        DeviceFacts {
            name: "Card".into(),
            driver: "550.54".into(),
            pci: "0000:01:00.0".parse().ok(),
            total: 24_000_000_000,
            used: 4_000_000_000,
            free: 20_000_000_000,
            temperature: Some(61),
            links: vec![
                Bond { peer: None, links: 4, active: 4 },
                Bond { peer: "42:00.0".parse().ok(), links: 2, active: 0 },
            ],
            also: vec![OtherWay { device: Device::Vulkan(0), obstacle: None }],
            ..DeviceFacts::of(Device::Cuda(1))
        }
    }

    fn memory() -> DeviceMemory {
        let bytes = [0, 0, 0, 0, 0, 3_000_000_000, 1_000_000_000, 20_000_000_000];
        DeviceMemory {
            device: Device::Vulkan(0),
            name: "Card".into(),
            total: 24_000_000_000,
            parts: MemoryPart::ALL.into_iter().zip(bytes).collect(),
        }
    }

    #[test]
    fn the_report_has_the_documented_fields() {
        let expected = json!({
            "id": "cuda:1", "name": "Card", "pci": "0000:01:00.0", "uuid": null,
            "total": 24_000_000_000_u64, "used": 4_000_000_000_u64, "free": 20_000_000_000_u64,
            "links": ["NVLink \u{d7}4"], "usable": true, "type": "discrete", "driver": "550.54",
            "temperature": 61, "load": null, "copies": null,
            "nvlink": [
                { "peer": null, "links": 4, "active": 4 },
                { "peer": "0000:42:00.0", "links": 2, "active": 0 },
            ],
            "also": [{ "id": "vulkan:0", "usable": true }],
            "ledger": {
                "checkpoint": 0, "vae": 0, "clip": 0, "activations": 0, "own": 0,
                "others": 3_000_000_000_u64, "unaccounted": 1_000_000_000,
                "free": 20_000_000_000_u64,
            },
        });
        assert_eq!(report(&facts(), &[memory()]), expected);
        assert_eq!(report(&facts(), &[])["ledger"], Value::Null);
        let text = described(&facts(), &[memory()]);
        assert!(text.contains("Other programs 3.0 GB, Driver and rest 1.0 GB"), "{text}");
    }

    #[test]
    fn what_cannot_be_used_says_why_and_what_to_do() {
        let wrong = Obstacle::Wrong { stage: "conv".into(), max_diff: 5.6, limit: 1e-3 };
        for (obstacle, usable) in [(Obstacle::Unproven, true), (wrong, false)] {
            let facts = DeviceFacts { obstacle: Some(obstacle), ..facts() };
            let json = report(&facts, &[]);
            let (reason, hint) = (json["reason"].as_str().unwrap(), json["hint"].as_str().unwrap());
            assert!(
                json["usable"] == usable && hint.contains("selftest --device cuda:1"),
                "{hint}"
            );
            let text = described(&facts, &[]);
            assert!(text.contains(reason) && text.contains(&format!("hint: {hint}")), "{text}");
            assert_eq!(text.contains("cannot be used"), !usable, "{text}");
        }
    }
}
