//! Where a card is plugged in. Every driver writes it in a form of its own; here is the one form
//! in which this program compares it, keeps it and shows it.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A place on the PCI bus: `0000:41:00.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PciAddress {
    domain: u32,
    bus: u8,
    device: u8,
    function: u8,
}

/// A text that is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no PCI address")]
pub struct NotPci(String);

impl fmt::Display for PciAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { domain, bus, device, function } = self;
        write!(f, "{domain:04x}:{bus:02x}:{device:02x}.{function:x}")
    }
}

impl FromStr for PciAddress {
    type Err = NotPci;

    /// Reads what the kernel and CUDA write (`0000:41:00.0`), NVML (`00000000:41:00.0`) and people
    /// (`41:00.0`), in digits of either case.
    fn from_str(text: &str) -> Result<Self, NotPci> {
        parse(text).ok_or_else(|| NotPci(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<PciAddress> {
    let (place, function) = text.trim().rsplit_once('.')?;
    let (place, device) = place.rsplit_once(':')?;
    let (domain, bus) = place.rsplit_once(':').unwrap_or(("0", place));
    let byte = |digits: &str| u8::try_from(number(digits)?).ok();
    Some(PciAddress {
        domain: number(domain)?,
        bus: byte(bus)?,
        device: byte(device)?,
        function: byte(function)?,
    })
}

/// Hexadecimal digits alone: a sign is none.
fn number(digits: &str) -> Option<u32> {
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| are_digits)
}

impl TryFrom<String> for PciAddress {
    type Error = NotPci;

    fn try_from(text: String) -> Result<Self, NotPci> {
        text.parse()
    }
}

impl From<PciAddress> for String {
    fn from(address: PciAddress) -> Self {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_is_one_address_however_it_is_written() {
        for text in ["0000:0a:00.0", "00000000:0A:00.0", "0a:00.0", " 0000:0a:00.0\n"] {
            assert_eq!(text.parse::<PciAddress>().unwrap().to_string(), "0000:0a:00.0");
        }
        let far = "FFF0:1F:00.1".parse::<PciAddress>().unwrap();
        assert_eq!(far.to_string(), "fff0:1f:00.1");
        assert_ne!("0000:10:00.0".parse::<PciAddress>(), "0000:01:00.0".parse());
        assert_eq!("10000:e1:00.0".parse::<PciAddress>().unwrap().to_string(), "10000:e1:00.0");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "card0", "1:2", "0000:100:00.0", "0:+1:00.0", "a:b:c:d.e", ":41:00.0"] {
            assert!(text.parse::<PciAddress>().is_err(), "{text}");
        }
    }

    #[test]
    fn it_crosses_as_text() {
        let address: PciAddress = "41:00.0".parse().unwrap();
        let json = serde_json::to_string(&address).unwrap();
        assert_eq!(json, "\"0000:41:00.0\"");
        assert_eq!(serde_json::from_str::<PciAddress>(&json).unwrap(), address);
        assert!(serde_json::from_str::<PciAddress>("\"x\"").is_err());
    }
}
