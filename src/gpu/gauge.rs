//! Reads the system's counters: NVML for NVIDIA's cards, sysfs for AMD's, `/proc` for the rest.

use super::{Card, Machine, Readings};
use crate::engine::{Device, DeviceFacts};
use nvml_wrapper::Nvml;
use nvml_wrapper::enums::device::UsedGpuMemory;
use nvml_wrapper::error::NvmlError;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the kernel lists graphics cards.
const CARDS: &str = "/sys/class/drm";

/// Reads memory counters, again and again. Opening one may take a moment.
pub struct Gauge {
    nvml: Option<Nvml>,
    /// The folders of AMD's cards.
    folders: Vec<PathBuf>,
    /// What the engine calls each card, once there are several to tell apart.
    known: Option<Vec<DeviceFacts>>,
}

/// A card before it has the engine's names.
struct Found {
    is_nvidia: bool,
    pci: Option<String>,
    card: Card,
}

impl Gauge {
    /// Looks for counters.
    pub fn open() -> Self {
        let nvml = Nvml::init().inspect_err(|error| log::debug!("no NVIDIA cards: {error}")).ok();
        Self { nvml, folders: amd_cards(Path::new(CARDS)), known: None }
    }

    /// Whether there are several cards, which only the drivers that compute can tell apart.
    pub fn wants_names(&self) -> bool {
        let nvidia = self.nvml.as_ref().and_then(|nvml| nvml.device_count().ok());
        self.known.is_none() && nvidia.unwrap_or(0) as usize + self.folders.len() > 1
    }

    /// Takes what the drivers call the cards; without any names, no card is shown.
    pub fn name(&mut self, known: Vec<DeviceFacts>) {
        self.known = Some(known);
    }

    /// What they say now, the engine's process being `engine`.
    pub fn read(&self, engine: Option<u32>) -> Readings {
        Readings { machine: machine(engine), cards: self.cards(engine) }
    }

    fn cards(&self, engine: Option<u32>) -> Vec<Card> {
        let mut found = self.nvidia_cards();
        found.extend(self.folders.iter().filter_map(|folder| amd_card(folder, engine)));
        named(found, self.known.as_deref())
    }

    fn nvidia_cards(&self) -> Vec<Found> {
        let Some(nvml) = &self.nvml else { return Vec::new() };
        let cards = (0..nvml.device_count().unwrap_or(0)).map(|index| nvidia_card(nvml, index));
        let unreadable = |error: &NvmlError| log::debug!("a card without counters: {error}");
        cards.filter_map(|card| card.inspect_err(unreadable).ok()).collect()
    }
}

fn nvidia_card(nvml: &Nvml, index: u32) -> Result<Found, NvmlError> {
    let card = nvml.device_by_index(index)?;
    let memory = card.memory_info()?;
    // A process that computes and draws is in both lists, with the same number.
    let mut processes = Vec::new();
    for list in [card.running_compute_processes(), card.running_graphics_processes()] {
        for process in list.into_iter().flatten() {
            if let UsedGpuMemory::Used(bytes) = process.used_gpu_memory {
                processes.push((process.pid, bytes));
            }
        }
    }
    let card = Card {
        devices: Vec::new(),
        name: card.name()?,
        total: memory.total,
        used: memory.used,
        processes,
    };
    let pci = nvml.device_by_index(index)?.pci_info().map(|info| info.bus_id).ok();
    Ok(Found { is_nvidia: true, pci, card })
}

/// The folders below `drm` of cards that count their memory.
fn amd_cards(drm: &Path) -> Vec<PathBuf> {
    let cards = fs::read_dir(drm).into_iter().flatten().flatten().map(|card| card.path());
    let is_card = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("card") && !name.contains('-')
    };
    let mut folders: Vec<_> = cards.filter(is_card).map(|path| path.join("device")).collect();
    folders.retain(|folder| folder.join("mem_info_vram_total").is_file());
    folders.sort();
    folders
}

fn amd_card(folder: &Path, engine: Option<u32>) -> Option<Found> {
    let number = |name: &str| fs::read_to_string(folder.join(name)).ok()?.trim().parse().ok();
    let address = fs::canonicalize(folder).ok()?;
    let pci = address.file_name()?.to_str()?.to_owned();
    let name = fs::read_to_string(folder.join("product_name")).unwrap_or_default();
    let held = engine.and_then(|process| Some((process, drm_memory(process, &pci)?)));
    let card = Card {
        devices: Vec::new(),
        name: if name.trim().is_empty() { "AMD".to_owned() } else { name.trim().to_owned() },
        total: number("mem_info_vram_total")?,
        used: number("mem_info_vram_used")?,
        processes: held.into_iter().collect(),
    };
    Some(Found { is_nvidia: false, pci: Some(pci), card })
}

/// Bytes of the card at `pci` that a process holds, from what the kernel says of its open files.
fn drm_memory(process: u32, pci: &str) -> Option<u64> {
    let files = fs::read_dir(format!("/proc/{process}/fdinfo")).ok()?.flatten();
    let texts = files.filter_map(|file| fs::read_to_string(file.path()).ok());
    let mut clients: Vec<(String, u64)> = texts.filter_map(|text| drm_client(&text, pci)).collect();
    // One client may have several open files, each with the client's whole sum.
    clients.sort();
    clients.dedup_by(|a, b| a.0 == b.0);
    (!clients.is_empty()).then(|| clients.iter().map(|(_, bytes)| bytes).sum())
}

fn drm_client(fdinfo: &str, pci: &str) -> Option<(String, u64)> {
    let field = |name: &str| {
        let mut lines = fdinfo.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    };
    if field("drm-pdev")? != pci {
        return None;
    }
    let bytes = kibibytes(field("drm-memory-vram")?)?;
    Some((field("drm-client-id")?.to_owned(), bytes))
}

/// Gives the cards the engine's names for them: those of `known`, or where nobody was asked, the
/// names of the only card.
fn named(found: Vec<Found>, known: Option<&[DeviceFacts]>) -> Vec<Card> {
    let name = |mut found: Found| {
        found.card.devices = match known {
            Some(known) => {
                let here = |facts: &&DeviceFacts| {
                    facts.pci.is_some() && bus(facts.pci.as_deref()) == bus(found.pci.as_deref())
                };
                known.iter().filter(here).map(|facts| facts.device).collect()
            }
            None if found.is_nvidia => vec![Device::Cuda(0), Device::Vulkan(0)],
            None => vec![Device::Vulkan(0)],
        };
        found.card
    };
    let cards = found.into_iter().map(name);
    cards.filter(|card| card.total > 0 && !card.devices.is_empty()).collect()
}

/// The PCI address in one form: the domain is written with four digits, with eight, or left out.
fn bus(pci: Option<&str>) -> Option<String> {
    let pci = pci?.trim_start_matches('0').trim_start_matches(':').to_lowercase();
    Some(pci)
}

fn machine(engine: Option<u32>) -> Option<Machine> {
    let meminfo = fs::read_to_string("/proc/meminfo").ok()?;
    Some(Machine {
        total: field(&meminfo, "MemTotal")?,
        available: field(&meminfo, "MemAvailable")?,
        window: held(std::process::id()).unwrap_or_default(),
        engine: engine.and_then(held),
    })
}

/// Bytes that a process holds alone: pages of mapped files can be had by others at any time, and
/// the kernel counts them as available.
fn held(process: u32) -> Option<u64> {
    held_by(&fs::read_to_string(format!("/proc/{process}/status")).ok()?)
}

fn held_by(status: &str) -> Option<u64> {
    match (field(status, "RssAnon"), field(status, "RssShmem")) {
        (Some(own), shared) => Some(own + shared.unwrap_or_default()),
        _ => field(status, "VmRSS"),
    }
}

/// The value of `name: N kB`, in bytes.
fn field(text: &str, name: &str) -> Option<u64> {
    kibibytes(text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?)
}

/// The bytes of `N kB` or `N KiB`, which both mean 1024.
fn kibibytes(text: &str) -> Option<u64> {
    let number = text.trim().trim_end_matches(|c: char| c.is_alphabetic());
    number.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(is_nvidia: bool, pci: &str) -> Found {
        let card = Card {
            devices: Vec::new(),
            name: "card".into(),
            total: 24,
            used: 1,
            processes: Vec::new(),
        };
        Found { is_nvidia, pci: Some(pci.into()), card }
    }

    fn facts(device: Device, pci: Option<&str>) -> DeviceFacts {
        DeviceFacts {
            device,
            name: String::new(),
            driver: String::new(),
            pci: pci.map(str::to_owned),
            uuid: None,
            total: 0,
            used: 0,
            free: 0,
            links: Vec::new(),
            obstacle: None,
        }
    }

    #[test]
    fn a_machine_has_memory_and_this_process_some_of_it() {
        let machine = Gauge::open().read(Some(std::process::id())).machine.unwrap();
        assert!(machine.total > machine.available && machine.window > 0);
        assert!(machine.engine.is_some());
        assert_eq!(Gauge::open().read(None).machine.unwrap().engine, None);
    }

    #[test]
    fn what_a_process_holds_leaves_mapped_files_out() {
        let status = "VmRSS:\t  900 kB\nRssAnon:\t 100 kB\nRssFile:\t 790 kB\nRssShmem:\t 10 kB\n";
        assert_eq!(held_by(status), Some(110 * 1024));
        assert_eq!(held_by("VmRSS: 9 kB\n"), Some(9 * 1024));
        assert_eq!(held_by("Name: x\n"), None);
    }

    #[test]
    fn the_only_card_has_the_first_names() {
        let cards = named(vec![found(true, "00000000:01:00.0")], None);
        assert_eq!(cards[0].devices, [Device::Cuda(0), Device::Vulkan(0)]);
        assert_eq!(named(vec![found(false, "x")], None)[0].devices, [Device::Vulkan(0)]);
    }

    #[test]
    fn several_cards_are_told_apart_by_their_addresses() {
        let found = vec![found(true, "00000000:01:00.0"), found(true, "00000000:0A:00.0")];
        let known = [
            facts(Device::Cuda(0), Some("0000:0a:00.0")),
            facts(Device::Cuda(1), Some("0000:01:00.0")),
            facts(Device::Vulkan(0), Some("0000:0a:00.0")),
            facts(Device::Cpu, None),
        ];
        let cards = named(found, Some(&known));
        assert_eq!(cards[0].devices, [Device::Cuda(1)]);
        assert_eq!(cards[1].devices, [Device::Cuda(0), Device::Vulkan(0)]);
    }

    #[test]
    fn a_process_s_share_of_a_card_is_in_its_open_files() {
        let text = "pos: 0\ndrm-driver: amdgpu\ndrm-pdev: 0000:03:00.0\ndrm-client-id: 7\n\
                    drm-memory-vram: 2048 KiB\n";
        let share = drm_client(text, "0000:03:00.0");
        assert_eq!(share, Some(("7".to_owned(), 2 << 20)));
        assert_eq!(drm_client(text, "0000:04:00.0"), None);
        assert_eq!(drm_client("pos: 0\n", "0000:03:00.0"), None);
    }

    #[test]
    fn cards_that_count_are_found_in_the_kernel_s_folder() {
        let drm = tempfile::tempdir().unwrap();
        for (card, file) in [
            ("card0", "mem_info_vram_total"),
            ("card1", "x"),
            ("card0-DP-1", "mem_info_vram_total"),
        ] {
            fs::create_dir_all(drm.path().join(card).join("device")).unwrap();
            fs::write(drm.path().join(card).join("device").join(file), "17163091968\n").unwrap();
        }
        let folders = amd_cards(drm.path());
        assert_eq!(folders, [drm.path().join("card0/device")]);
        fs::write(folders[0].join("mem_info_vram_used"), "20\n").unwrap();
        let found = amd_card(&folders[0], None).unwrap();
        assert_eq!((found.card.total, found.card.used), (17_163_091_968, 20));
    }
}
