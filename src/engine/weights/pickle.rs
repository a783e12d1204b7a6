//! Python pickles, read as data: nothing is imported and nothing is called.
//!
//! The machine understands the opcodes of protocols 0 to 5 and the handful of callables that a
//! PyTorch file needs to describe its tensors. Everything else that a training framework left in
//! the file becomes an inert value; what is plainly an attack is refused by name. Format:
//! Python's `Lib/pickletools.py`; tensors: PyTorch's `torch/_utils.py`.

mod input;
mod machine;
mod opcode;
mod policy;
mod rebuild;
mod value;

#[cfg(test)]
mod tests;

pub use input::Trouble;
pub use value::{Id, Pickle, Storage, Value, View};

/// The longest pickle that is read, in bytes. SDXL's checkpoint needs a third of a megabyte.
pub const MAX_BYTES: u64 = 64 << 20;
/// Most operations, counting each copied item as one. SDXL's checkpoint needs about 80 thousand.
const MAX_WORK: usize = 4_000_000;
/// Most containers open at once.
const MAX_DEPTH: usize = 1000;
/// Longest module, class or storage name, in bytes.
const MAX_GLOBAL: usize = 256;

/// Reads the pickle at the beginning of `bytes`; what follows its end is left alone.
pub fn load(bytes: &[u8]) -> Result<Pickle, Trouble> {
    machine::Machine::new(bytes).run()
}
