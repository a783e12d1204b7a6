//! AMD's cards as the kernel's files describe them.

use super::{Card, PciAddress};
use std::fs;
use std::path::{Path, PathBuf};

/// Where the kernel lists graphics cards.
const CARDS: &str = "/sys/class/drm";

/// The cards that count their memory.
pub struct Amd {
    folders: Vec<PathBuf>,
}

impl Amd {
    /// Looks for cards.
    pub fn find() -> Self {
        Self { folders: folders(Path::new(CARDS)) }
    }

    /// The number of cards.
    pub fn count(&self) -> usize {
        self.folders.len()
    }

    /// All cards, as they are now, with what `processes` hold on each.
    pub fn cards(&self, processes: &[u32]) -> Vec<Card> {
        self.folders.iter().filter_map(|folder| card(folder, processes)).collect()
    }
}

/// The folders below `drm` of cards that count their memory.
fn folders(drm: &Path) -> Vec<PathBuf> {
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

fn card(folder: &Path, processes: &[u32]) -> Option<Card> {
    let number = |name: &str| fs::read_to_string(folder.join(name)).ok()?.trim().parse().ok();
    let address = fs::canonicalize(folder).ok()?;
    let pci = address.file_name()?.to_str()?.parse().ok();
    let name = fs::read_to_string(folder.join("product_name")).unwrap_or_default();
    let held = processes.iter().filter_map(|process| Some((*process, held(*process, pci?)?)));
    let (total, used) = (number("mem_info_vram_total")?, number("mem_info_vram_used")?);
    Some(Card {
        pci,
        name: if name.trim().is_empty() { "AMD".to_owned() } else { name.trim().to_owned() },
        total,
        used,
        free: total.saturating_sub(used),
        processes: held.collect(),
        temperature: temperature(folder),
        load: number("gpu_busy_percent").and_then(|percent: u64| u32::try_from(percent).ok()),
        ..Card::default()
    })
}

/// Degrees Celsius at the edge of the chip, which the kernel counts in thousandths.
fn temperature(folder: &Path) -> Option<u32> {
    let sensors = fs::read_dir(folder.join("hwmon")).ok()?.flatten();
    let mut read = sensors.filter_map(|it| fs::read_to_string(it.path().join("temp1_input")).ok());
    read.find_map(|text| u32::try_from(text.trim().parse::<i64>().ok()? / 1000).ok())
}

/// Bytes of the card at `pci` that a process holds, from what the kernel says of its open files.
fn held(process: u32, pci: PciAddress) -> Option<u64> {
    let files = fs::read_dir(format!("/proc/{process}/fdinfo")).ok()?.flatten();
    let texts = files.filter_map(|file| fs::read_to_string(file.path()).ok());
    let mut clients: Vec<(String, u64)> = texts.filter_map(|text| client(&text, pci)).collect();
    // One client may have several open files, each with the client's whole sum.
    clients.sort();
    clients.dedup_by(|a, b| a.0 == b.0);
    (!clients.is_empty()).then(|| clients.iter().map(|(_, bytes)| bytes).sum())
}

fn client(fdinfo: &str, pci: PciAddress) -> Option<(String, u64)> {
    let field = |name: &str| {
        let mut lines = fdinfo.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    };
    if field("drm-pdev")?.parse() != Ok(pci) {
        return None;
    }
    let held = bytes(field("drm-memory-vram")?)?;
    Some((field("drm-client-id")?.to_owned(), held))
}

/// The bytes of `2048 KiB`: the kernel takes the largest unit that leaves no rest.
fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
    let factor = match unit.trim() {
        "" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_s_share_of_a_card_is_in_its_open_files() {
        let text = "pos: 0\ndrm-driver: amdgpu\ndrm-pdev: 0000:03:00.0\ndrm-client-id: 7\n\
                    drm-memory-vram: 2048 KiB\n";
        let [here, there] = ["03:00.0", "04:00.0"].map(|it| it.parse().unwrap());
        assert_eq!(client(text, here), Some(("7".to_owned(), 2 << 20)));
        assert_eq!(client(text, there), None);
        assert_eq!(client("pos: 0\n", here), None);
        let larger = text.replace("2048 KiB", "3 MiB");
        assert_eq!(client(&larger, here), Some(("7".to_owned(), 3 << 20)));
        assert_eq!((bytes("12"), bytes("5 GB"), bytes("x KiB")), (Some(12), None, None));
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
        let folders = folders(drm.path());
        assert_eq!(folders, [drm.path().join("card0/device")]);
        fs::write(folders[0].join("mem_info_vram_used"), "20\n").unwrap();
        fs::write(folders[0].join("gpu_busy_percent"), "7\n").unwrap();
        let sensor = folders[0].join("hwmon/hwmon3");
        fs::create_dir_all(&sensor).unwrap();
        fs::write(sensor.join("temp1_input"), "54321\n").unwrap();
        let found = card(&folders[0], &[]).unwrap();
        assert_eq!((found.total, found.used, found.load), (17_163_091_968, 20, Some(7)));
        assert_eq!(found.temperature, Some(54));
    }
}
