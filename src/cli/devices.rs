//! `devices`: what can compute here, and what is missing where something cannot.

use super::args::Shared;
use super::failure::Failure;
use super::terminal::{print, print_json, say};
use crate::engine::{self, Device, DeviceFacts, Obstacle, OtherWay, UndrivenCard};
use crate::i18n::{text, text_with};
use crate::wording;
use serde_json::{Value, json};

/// Runs the command; cards are measured only where that is asked for.
pub fn run(measure: bool, shared: &Shared) -> Result<(), Failure> {
    let mut devices = engine::one_per_card(engine::devices(), &[]);
    devices.sort_by_key(|facts| facts.device == Device::Cpu);
    if measure {
        devices.iter_mut().filter(|facts| facts.is_usable()).for_each(measure_copies);
    }
    let undriven = engine::undriven_cards(&devices);
    if shared.json {
        let missing: Vec<_> = undriven.iter().map(report_undriven).collect();
        let devices: Vec<_> = devices.iter().map(report).collect();
        return print_json(&json!({ "devices": devices, "missing": missing }));
    }
    devices.iter().try_for_each(|facts| print(described(facts)))?;
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

fn report(facts: &DeviceFacts) -> Value {
    let active = facts.links.iter().filter(|bond| bond.active > 0);
    let mut report = json!({
        "id": facts.device,
        "name": facts.name,
        "pci": facts.pci,
        "uuid": facts.uuid,
        "total": facts.total,
        "used": facts.used,
        "free": facts.free,
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

fn described(facts: &DeviceFacts) -> String {
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
        });
        assert_eq!(report(&facts()), expected);
    }

    #[test]
    fn what_cannot_be_used_says_why_and_what_to_do() {
        let wrong = Obstacle::Wrong { stage: "conv".into(), max_diff: 5.6, limit: 1e-3 };
        for (obstacle, usable) in [(Obstacle::Unproven, true), (wrong, false)] {
            let facts = DeviceFacts { obstacle: Some(obstacle), ..facts() };
            let json = report(&facts);
            let (reason, hint) = (json["reason"].as_str().unwrap(), json["hint"].as_str().unwrap());
            assert!(
                json["usable"] == usable && hint.contains("selftest --device cuda:1"),
                "{hint}"
            );
            let text = described(&facts);
            assert!(text.contains(reason) && text.contains(&format!("hint: {hint}")), "{text}");
            assert_eq!(text.contains("cannot be used"), !usable, "{text}");
        }
    }
}
