//! NVIDIA cards as their driver's management library (NVML) lists them.

use crate::engine::device::Device;
use crate::engine::error::Obstacle;
use crate::engine::facts::DeviceFacts;
use nvml_wrapper::Nvml;
use nvml_wrapper::error::NvmlError;

/// Every card; none where there is no driver.
///
/// NVML lists cards in PCI order, CUDA the fastest first unless it is told otherwise: their
/// numbers agree only where CUDA cannot be asked, which then cannot be used either.
pub fn gpus() -> Vec<DeviceFacts> {
    let listed = Nvml::init().and_then(|nvml| {
        let count = nvml.device_count()?;
        Ok((0..count).filter_map(|index| card(&nvml, index).ok()).collect())
    });
    listed.unwrap_or_else(|error| {
        log::debug!("no NVIDIA cards: {error}");
        Vec::new()
    })
}

fn card(nvml: &Nvml, index: u32) -> Result<DeviceFacts, NvmlError> {
    let card = nvml.device_by_index(index)?;
    let memory = card.memory_info()?;
    Ok(DeviceFacts {
        device: Device::Cuda(index as usize),
        name: card.name()?,
        driver: nvml.sys_driver_version().unwrap_or_default(),
        pci: card.pci_info().map(|info| info.bus_id).ok(),
        uuid: card.uuid().ok(),
        total: memory.total,
        used: memory.used,
        free: memory.free,
        links: Vec::new(),
        obstacle: Some(Obstacle::Unproven),
    })
}
