//! `devices`: what can compute here, and what is missing where something cannot.

use super::args::Shared;
use super::failure::Failure;
use super::terminal::{print, print_json};
use crate::engine::{self, Device, DeviceFacts};
use crate::i18n::text_with;
use crate::wording;
use serde_json::{Value, json};

/// Runs the command.
pub fn run(shared: &Shared) -> Result<(), Failure> {
    let mut devices = engine::devices();
    devices.sort_by_key(|facts| facts.device == Device::Cpu);
    if shared.json {
        let devices: Vec<_> = devices.iter().map(report).collect();
        return print_json(&json!({ "devices": devices }));
    }
    devices.iter().try_for_each(|facts| print(described(facts)))
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
        "usable": facts.obstacle.is_none(),
    });
    if let Some(obstacle) = &facts.obstacle {
        report["reason"] = json!(wording::obstacle(obstacle));
        if let Some(hint) = wording::obstacle_hint(obstacle) {
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
        line(&text_with("cli-device-unusable", [("reason", reason.into())]));
        if let Some(hint) = wording::obstacle_hint(obstacle) {
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
            pci: Some("0000:01:00.0".into()),
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
        let broken = DeviceFacts { obstacle: Some(Obstacle::Unproven), ..facts() };
        let json = report(&broken);
        let (reason, hint) = (json["reason"].as_str().unwrap(), json["hint"].as_str().unwrap());
        assert!(json["usable"] == false && hint.contains("--device"));
        let text = described(&broken);
        assert!(text.contains(reason) && text.contains(&format!("hint: {hint}")), "{text}");
    }
}
