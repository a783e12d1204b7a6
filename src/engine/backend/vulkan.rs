//! The cards that Vulkan knows, numbered as it lists them; drivers that compute on the processor
//! come last, and only for those who ask for them.

use super::software_allowed;
use crate::engine::device::Device;
use crate::engine::error::Obstacle;
use crate::engine::facts::{DeviceFacts, DeviceKind};
use burn::backend::wgpu::WgpuDevice;
use std::sync::OnceLock;
use wgpu::{Adapter, AdapterInfo, Backends, DeviceType, Instance, InstanceDescriptor};

/// cubecl's name for the card that is imitated on the processor.
pub const SOFTWARE: WgpuDevice = WgpuDevice::Cpu;

/// A card, its description, and cubecl's name for it.
struct Found {
    adapter: Adapter,
    info: AdapterInfo,
    device: WgpuDevice,
}

fn found() -> &'static [Found] {
    static FOUND: OnceLock<Vec<Found>> = OnceLock::new();
    FOUND.get_or_init(|| {
        give_runtime_folder();
        let descriptor = InstanceDescriptor {
            backends: Backends::VULKAN,
            ..InstanceDescriptor::new_without_display_handle()
        };
        let adapters = Instance::new(descriptor).enumerate_adapters(Backends::VULKAN);
        let mut found = named(futures_lite::future::block_on(adapters));
        found.sort_by_key(|found| match found.info.device_type {
            DeviceType::DiscreteGpu => 0,
            DeviceType::Cpu => 2,
            _ => 1,
        });
        found
    })
}

/// Outside a desktop session this is not set, and drivers complain of that to whoever reads.
fn give_runtime_folder() {
    const NAME: &str = "XDG_RUNTIME_DIR";
    if std::env::var_os(NAME).is_none() {
        // SAFETY: the environment is read through the standard library, here and in cubecl, which
        // takes turns; the drivers read it on this thread, afterwards.
        unsafe { std::env::set_var(NAME, std::env::temp_dir()) };
    }
}

/// cubecl counts the cards of every kind by themselves.
fn named(adapters: Vec<Adapter>) -> Vec<Found> {
    let mut counts = [0; 3];
    let mut next = |kind: usize| {
        counts[kind] += 1;
        counts[kind] - 1
    };
    let name = |adapter: Adapter| {
        let info = adapter.get_info();
        let device = match info.device_type {
            DeviceType::DiscreteGpu => WgpuDevice::DiscreteGpu(next(0)),
            DeviceType::IntegratedGpu => WgpuDevice::IntegratedGpu(next(1)),
            DeviceType::VirtualGpu => WgpuDevice::VirtualGpu(next(2)),
            DeviceType::Cpu => WgpuDevice::Cpu,
            DeviceType::Other => return None,
        };
        Some(Found { adapter, info, device })
    };
    adapters.into_iter().filter_map(name).collect()
}

fn listed() -> impl Iterator<Item = (usize, &'static Found)> {
    let allowed = software_allowed();
    let offered = move |found: &&Found| allowed || found.info.device_type != DeviceType::Cpu;
    found().iter().filter(offered).enumerate()
}

/// cubecl's name for the card `vulkan:index`.
pub fn device(index: usize) -> Option<WgpuDevice> {
    listed().nth(index).map(|(_, found)| found.device.clone())
}

/// All of them.
pub fn gpus() -> Vec<DeviceFacts> {
    listed().map(|(index, found)| facts(index, found)).collect()
}

fn facts(index: usize, found: &Found) -> DeviceFacts {
    let is_software = found.info.device_type == DeviceType::Cpu;
    let memory = match is_software {
        true => memory_of_this_machine(),
        false => memory(&found.adapter).unwrap_or_default(),
    };
    DeviceFacts {
        kind: match found.info.device_type {
            DeviceType::DiscreteGpu => DeviceKind::Discrete,
            DeviceType::IntegratedGpu => DeviceKind::Integrated,
            DeviceType::Cpu => DeviceKind::Software,
            DeviceType::VirtualGpu | DeviceType::Other => DeviceKind::Virtual,
        },
        name: found.info.name.clone(),
        driver: format!("{} {}", found.info.driver, found.info.driver_info),
        pci: found.info.device_pci_bus_id.parse().ok(),
        total: memory.total,
        used: memory.total.saturating_sub(memory.free),
        free: memory.free,
        obstacle: Some(if is_software { Obstacle::Software } else { Obstacle::Unproven }),
        ..DeviceFacts::of(Device::Vulkan(index))
    }
}

#[derive(Default)]
struct Memory {
    total: u64,
    free: u64,
}

fn memory_of_this_machine() -> Memory {
    use crate::engine::memory::{available, total};
    Memory { total: total().unwrap_or_default(), free: available().unwrap_or_default() }
}

/// The card's own memory: the heaps that are its alone, and what the driver says is free of them
/// where it says so (`VK_EXT_memory_budget`).
fn memory(adapter: &Adapter) -> Option<Memory> {
    // SAFETY: the handles are asked for their properties while the adapter, which owns them, is
    // borrowed; nothing is destroyed.
    unsafe {
        let adapter = adapter.as_hal::<wgpu::hal::api::Vulkan>()?;
        let instance = adapter.shared_instance().raw_instance();
        let card = adapter.raw_physical_device();
        let mut budget = ash::vk::PhysicalDeviceMemoryBudgetPropertiesEXT::default();
        let has_budget = adapter
            .physical_device_capabilities()
            .supports_extension(ash::ext::memory_budget::NAME);
        let mut all = ash::vk::PhysicalDeviceMemoryProperties2::default();
        if has_budget {
            all = all.push_next(&mut budget);
        }
        instance.get_physical_device_memory_properties2(card, &mut all);
        let heaps = all.memory_properties;
        let mut memory = Memory::default();
        for (index, heap) in heaps.memory_heaps_as_slice().iter().enumerate() {
            if heap.flags.contains(ash::vk::MemoryHeapFlags::DEVICE_LOCAL) {
                memory.total += heap.size;
                let free = budget.heap_budget[index].saturating_sub(budget.heap_usage[index]);
                memory.free += if has_budget { free } else { heap.size };
            }
        }
        Some(memory)
    }
}
