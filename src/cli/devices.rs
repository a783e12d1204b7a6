//! `devices`: what can compute here, and what is missing where something cannot.

use super::args::Shared;
use super::failure::Failure;
use super::terminal::{print, print_json};
use crate::engine::{self, Device, DeviceFacts, UndrivenCard};
use crate::i18n::{text, text_with};
use crate::wording;
use serde_json::{Value, json};

/// Runs the command.
pub fn run(shared: &Shared) -> Result<(), Failure> {
    let mut devices = engine::devices();
    devices.sort_by_key(|facts| facts.device == Device::Cpu);
    let undriven = engine::undriven_cards(&devices);
    if shared.json {
        let missing: Vec<_> = undriven.iter().map(report_undriven).collect();
        let devices: Vec<_> = devices.iter().map(report).collect();
        return print_json(&json!({ "devices": devices, "missing": missing }));
    }
    devices.iter().try_for_each(|facts| print(described(facts)))?;
    for card in &undriven {
        print(wording::undriven(card))?;
        print(format!("  {}", super::hint_line(&wording::undriven_hint(card))))?;
    }
    if undriven.is_empty() && devices.iter().all(|facts| facts.device == Device::Cpu) {
        print(text("devices-no-card"))?;
    }
    Ok(())
}

fn report_undriven(card: &UndrivenCard) -> Value {
    json!({
        "pci": card.pci,
        "reason": wording::undriven(card),
        "hint": wording::undriven_hint(card),
    })
}

fn report(facts: &DeviceFacts) -> Value {
    let mut report = json!({
        "id": facts.device,
        "name": facts.name,
        "pci": facts.pci,
        "uuid": facts.uuid,
        "total": facts.total,
        "used": facts.used,
        "free": facts.free,
        "links": facts.links,
        "usable": facts.obstacle.as_ref().is_none_or(|obstacle| !obstacle.forbids()),
    });
    if let Some(obstacle) = &facts.obstacle {
        report["reason"] = json!(wording::obstacle(obstacle));
        if let Some(hint) = wording::obstacle_hint(obstacle, facts.device) {
            report["hint"] = json!(hint);
        }
    }
    report
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
    facts.links.iter().for_each(|link| line(link));
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
    use crate::engine::Obstacle;

    fn facts() -> DeviceFacts {
        DeviceFacts {
            device: Device::Cuda(1),
            name: "Card".into(),
            driver: "550.54".into(),
            pci: "0000:01:00.0".parse().ok(),
            uuid: None,
            total: 24_000_000_000,
            used: 4_000_000_000,
            free: 20_000_000_000,
            links: vec!["NVLink".into()],
            obstacle: None,
        }
    }

    #[test]
    fn the_report_has_the_documented_fields() {
        let expected = json!({
            "id": "cuda:1", "name": "Card", "pci": "0000:01:00.0", "uuid": null,
            "total": 24_000_000_000_u64, "used": 4_000_000_000_u64, "free": 20_000_000_000_u64,
            "links": ["NVLink"], "usable": true,
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
