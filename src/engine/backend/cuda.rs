//! CUDA's libraries and headers, found before the first use: cubecl, which opens them when it
//! needs them, goes on without them and returns whatever was in memory.
//!
//! Needed are the driver, the run-time compiler NVRTC, and the headers that every kernel includes.
//! The last two come with the toolkit, or with NVIDIA's packages for Python.

use super::{nvidia, setup};
use crate::engine::device::Device;
use crate::engine::error::Obstacle;
use crate::engine::facts::{DeviceFacts, DeviceKind};
use burn_cuda::CudaDevice;
use cudarc::driver::sys::CUdevice_attribute as Attribute;
use cudarc::driver::{DriverError, result, sys};
use std::ffi::{CStr, CString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Headers that our kernels include, directly or not.
const HEADERS: [&str; 5] = ["cuda_runtime.h", "cuda_fp16.h", "cuda_bf16.h", "mma.h", "crt/mma.h"];
/// A folder that has NVRTC and the headers, for those who keep them elsewhere.
const FOLDER: &str = "AIIMAGEGEN_CUDA";

/// A card by its CUDA ordinal.
pub fn device(index: usize) -> CudaDevice {
    CudaDevice { index }
}

/// What is missing for CUDA on this machine, if anything is. Where nothing is, the libraries are
/// open afterwards and cubecl knows where the headers are.
pub fn obstacle() -> Option<Obstacle> {
    static FOUND: OnceLock<Option<Obstacle>> = OnceLock::new();
    FOUND.get_or_init(|| prepare().err()).clone()
}

/// Every card as CUDA numbers it, with what NVML knows of it besides.
pub fn gpus() -> Vec<DeviceFacts> {
    let managed = nvidia::gpus();
    let obstacle = obstacle();
    let Some(cards) = cards().filter(|cards| !cards.is_empty()) else {
        let obstacle = obstacle.unwrap_or(Obstacle::NoCudaDriver);
        let unusable = |facts| match nvidia::is_in_trouble(&facts) {
            true => facts,
            false => DeviceFacts { obstacle: Some(obstacle.clone()), ..facts },
        };
        return managed.into_iter().map(unusable).collect();
    };
    let cards = cards.into_iter().map(|card| nvidia::managed(card, &managed));
    // What keeps all cards from being used comes before what keeps one.
    let with_obstacle =
        |facts: DeviceFacts| DeviceFacts { obstacle: obstacle.clone().or(facts.obstacle), ..facts };
    cards.map(with_obstacle).collect()
}

/// The driver's own list; `None` where there is no driver.
fn cards() -> Option<Vec<DeviceFacts>> {
    // SAFETY: this opens a library of CUDA by its name, whose initialisers are harmless.
    if !unsafe { sys::is_culib_present() } || result::init().is_err() {
        return None;
    }
    let count = result::device::get_count().ok()?;
    Some((0..count).filter_map(|ordinal| card(ordinal).ok()).collect())
}

fn card(ordinal: i32) -> Result<DeviceFacts, DriverError> {
    let card = result::device::get(ordinal)?;
    // SAFETY: the driver gave this handle.
    let total = unsafe { result::device::total_mem(card)? } as u64;
    let uuid = nvidia::uuid(result::device::get_uuid(card)?.bytes.map(|byte| byte as u8));
    let mut bus = [0; 16];
    // SAFETY: the buffer is as long as the driver is told, and it ends what it writes with a zero.
    let bus = unsafe {
        sys::cuDeviceGetPCIBusId(bus.as_mut_ptr(), bus.len() as i32, card).result()?;
        CStr::from_ptr(bus.as_ptr()).to_string_lossy().into_owned()
    };
    Ok(DeviceFacts {
        kind: match attribute(ordinal as usize, Attribute::CU_DEVICE_ATTRIBUTE_INTEGRATED) {
            Some(1) => DeviceKind::Integrated,
            _ => DeviceKind::Discrete,
        },
        name: result::device::get_name(card)?,
        driver: driver_version().map(|version| version.to_string()).unwrap_or_default(),
        pci: bus.parse().ok(),
        uuid: Some(uuid),
        total,
        free: total,
        obstacle: Some(Obstacle::Unproven),
        ..DeviceFacts::of(Device::Cuda(ordinal as usize))
    })
}

/// Whether all cards load kernels that were compiled for any of them.
pub fn is_one_generation(cards: usize) -> bool {
    let of = |ordinal| (attribute(ordinal, MAJOR), attribute(ordinal, MINOR));
    (1..cards).all(|ordinal| of(ordinal) == of(0))
}

const MAJOR: Attribute = Attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
const MINOR: Attribute = Attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;

/// What the driver says of a card: the 8 and the 6 of compute capability 8.6, for two.
fn attribute(ordinal: usize, part: Attribute) -> Option<i32> {
    let card = result::device::get(ordinal as i32);
    // SAFETY: the driver gave this handle.
    card.and_then(|card| unsafe { result::device::get_attribute(card, part) }).ok()
}

/// Whether a card has bf16: from Ampere (8.0) on. cubecl 0.10 says so of older ones too, and then
/// writes kernels for them that do not compile.
pub fn has_bf16(ordinal: usize) -> bool {
    attribute(ordinal, MAJOR).is_some_and(|major| major >= 8)
}

/// The newest CUDA that the driver knows: 1000 for every whole version and 10 for every part.
fn driver_version() -> Option<i32> {
    let mut version = 0;
    // SAFETY: the pointer is to a live local.
    let asked = unsafe { sys::cuDriverGetVersion(&raw mut version).result() };
    asked.ok().map(|()| version)
}

fn prepare() -> Result<(), Obstacle> {
    // SAFETY: this opens libraries of CUDA by their names, whose initialisers are harmless.
    if !unsafe { sys::is_culib_present() } {
        return Err(Obstacle::NoCudaDriver);
    }
    let places = Places::of_this_machine();
    open_compiler(&places)?;
    let compiler = compiler_version();
    let folder = headers(&places, compiler).ok_or(Obstacle::NoCudaHeaders)?;
    let headers = header_version(&folder.join("include"));
    match (compiler, headers) {
        (Some(compiler), Some(headers)) if compiler.0 != headers / 1000 => {
            let compiler = format!("{}.{}", compiler.0, compiler.1);
            let headers = format!("{}.{}", headers / 1000, headers % 1000 / 10);
            return Err(Obstacle::CudaMismatch { compiler, headers });
        }
        _ => {}
    }
    if let (Some((major, minor)), Some(driver)) = (compiler, driver_version())
        && 1000 * major + 10 * minor > driver
    {
        let driver = format!("{}.{}", driver / 1000, driver % 1000 / 10);
        return Err(Obstacle::CudaTooNew { compiler: format!("{major}.{minor}"), driver });
    }
    // SAFETY: the environment is read through the standard library alone, here and in cubecl, and
    // that takes turns.
    unsafe { std::env::set_var("CUDA_PATH", &folder) };
    Ok(())
}

/// Where CUDA may be.
struct Places {
    /// Folders with `include`, and `lib64` or `lib`: toolkits.
    toolkits: Vec<PathBuf>,
    /// Folders `nvidia` of Python's packages.
    wheels: Vec<PathBuf>,
}

impl Places {
    fn of_this_machine() -> Self {
        // What is no folder is no place; links made later need the whole path.
        let named =
            |name: &str| std::env::var_os(name).and_then(|path| fs::canonicalize(path).ok());
        let mut toolkits: Vec<_> =
            [FOLDER, "CUDA_PATH", "CUDA_HOME"].map(named).into_iter().flatten().collect();
        toolkits.extend(["/usr/local/cuda", "/opt/cuda"].map(PathBuf::from));
        let mut wheels = Vec::new();
        let pythons = [
            named("VIRTUAL_ENV"),
            named("CONDA_PREFIX"),
            dirs::home_dir().map(|home| home.join(".local")),
        ];
        for python in pythons.into_iter().flatten().chain(["/usr".into(), "/usr/local".into()]) {
            for version in children(&python.join("lib"), "python3") {
                wheels.extend(
                    ["site-packages", "dist-packages"]
                        .map(|name| version.join(name).join("nvidia")),
                );
            }
        }
        // The folder that the user names may be of either kind, or one where packages were unpacked.
        wheels.splice(
            0..0,
            named(FOLDER).into_iter().flat_map(|folder| [folder.join("nvidia"), folder]),
        );
        wheels.retain(|folder| folder.is_dir());
        toolkits.push("/usr".into());
        Self { toolkits, wheels }
    }
}

/// Entries of `folder` whose names begin with `start`, in order.
fn children(folder: &Path, start: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .filter(|entry| entry.file_name().as_bytes().starts_with(start.as_bytes()))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// Opens NVRTC where the system's own search does not find it.
fn open_compiler(places: &Places) -> Result<(), Obstacle> {
    // SAFETY: as for the driver.
    let is_present = || unsafe { cudarc::nvrtc::sys::is_culib_present() };
    let toolkits = places.toolkits.iter();
    let toolkits =
        toolkits.flat_map(|folder| [folder.join("lib64"), folder.join("lib"), folder.clone()]);
    let wheels = places.wheels.iter().flat_map(|nvidia| {
        [nvidia.join("cuda_nvrtc/lib"), nvidia.join("cu13/lib"), nvidia.join("cu12/lib")]
    });
    // The user's own folder goes before the system's.
    let named = std::env::var_os(FOLDER).is_some();
    if !named && is_present() {
        return Ok(());
    }
    for folder in toolkits.chain(wheels) {
        // `libnvrtc.so.12`, and neither `libnvrtc-builtins` nor the `.alt` variant.
        let libraries = children(&folder, "libnvrtc.so");
        let plain =
            |path: &PathBuf| !path.as_os_str().as_bytes().windows(4).any(|part| part == b".alt");
        if libraries.into_iter().filter(plain).any(|library| open(&library)) && is_present() {
            return Ok(());
        }
    }
    if is_present() { Ok(()) } else { Err(Obstacle::NoCudaCompiler) }
}

/// Opens a library for good: whoever asks for it by its name gets this one.
fn open(library: &Path) -> bool {
    let Ok(path) = CString::new(library.as_os_str().as_bytes()) else { return false };
    // SAFETY: the path ends in a zero, and the library is never closed.
    let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_GLOBAL) };
    !handle.is_null()
}

/// A folder whose `include` has all headers: of the compiler's version, if there is one.
fn headers(places: &Places, compiler: Option<(i32, i32)>) -> Option<PathBuf> {
    let wheels = places.wheels.iter().flat_map(|nvidia| {
        let whole = ["cu13", "cu12"].map(|name| nvidia.join(name));
        whole.into_iter().chain(joined(nvidia))
    });
    let folders = places.toolkits.iter().cloned().chain(wheels);
    let mut complete = folders.filter(|folder| has_headers(folder)).peekable();
    let first = complete.peek().cloned();
    let fits = |folder: &PathBuf| {
        let version = header_version(&folder.join("include"));
        version.map(|version| version / 1000) == compiler.map(|(major, _)| major)
    };
    complete.find(fits).or(first)
}

fn has_headers(folder: &Path) -> bool {
    HEADERS.iter().all(|name| folder.join("include").join(name).exists())
}

/// One folder of links for headers that Python's packages in `nvidia` have spread over several.
fn joined(nvidia: &Path) -> Option<PathBuf> {
    let parts = children(nvidia, "cuda_").into_iter().map(|part| part.join("include"));
    let parts: Vec<_> = parts.filter(|part| part.is_dir()).collect();
    let name = setup::short_hash(&nvidia.to_string_lossy());
    let folder = crate::engine::cache_folder()?.join(format!("cuda-{name}"));
    if parts.is_empty() || has_headers(&folder) {
        return Some(folder);
    }
    // Made under another name first: another process may be looking.
    let new = folder.with_extension(std::process::id().to_string());
    let made = link_all(&parts, &new.join("include")).and_then(|()| {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::rename(&new, &folder)
    });
    if let Err(error) = made {
        log::debug!("{}: {error}", folder.display());
        // What is left is at most links; the other process's folder will do.
        let _ = fs::remove_dir_all(&new);
    }
    Some(folder)
}

/// Links to the entries of all `parts` in `folder`, which is made anew; folders that more than
/// one part has are made of links in turn.
fn link_all(parts: &[PathBuf], folder: &Path) -> std::io::Result<()> {
    if folder.is_symlink() {
        fs::remove_file(folder)?;
    } else if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for entry in parts.iter().flat_map(|part| children(part, "")) {
        let Some(name) = entry.file_name() else { continue };
        let link = folder.join(name);
        if link.exists() && entry.is_dir() {
            let both: Vec<_> =
                parts.iter().map(|part| part.join(name)).filter(|part| part.is_dir()).collect();
            link_all(&both, &link)?;
        } else if !link.exists() {
            std::os::unix::fs::symlink(&entry, &link)?;
        }
    }
    Ok(())
}

fn compiler_version() -> Option<(i32, i32)> {
    let (mut major, mut minor) = (0, 0);
    // SAFETY: both pointers are to live locals.
    let result = unsafe { cudarc::nvrtc::sys::nvrtcVersion(&raw mut major, &raw mut minor) };
    (result == cudarc::nvrtc::sys::nvrtcResult::NVRTC_SUCCESS).then_some((major, minor))
}

/// `CUDART_VERSION`, 1000 for every whole version and 10 for every part.
fn header_version(include: &Path) -> Option<i32> {
    let text = fs::read(include.join("cuda_runtime_api.h")).ok()?;
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().find_map(|line| line.trim().strip_prefix("#define CUDART_VERSION"))?;
    line.trim().parse().ok()
}
