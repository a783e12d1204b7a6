//! The bytes of a pickle, taken from the front.

use crate::engine::error::Flaw;

/// Why a pickle could not be read.
#[derive(Debug, PartialEq)]
pub enum Trouble {
    /// The bytes end before the pickle does.
    EndOfInput,
    /// It cannot be read, however many bytes follow.
    Flaw(Flaw),
}

impl Trouble {
    /// A pickle that is broken at `position`.
    pub fn broken(position: usize, what: &str) -> Self {
        Self::Flaw(Flaw::PickleUnreadable { detail: format!("byte {position}: {what}") })
    }

    /// A pickle that goes beyond one of the limits.
    pub fn limit(what: &str) -> Self {
        Self::Flaw(Flaw::PickleLimit { limit: what.to_owned() })
    }

    /// The flaw, of a pickle whose bytes are all there.
    pub fn into_flaw(self) -> Flaw {
        match self {
            Self::EndOfInput => Flaw::PickleUnreadable { detail: "it ends too early".to_owned() },
            Self::Flaw(flaw) => flaw,
        }
    }
}

/// A cursor over the pickle's bytes.
pub struct Input<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Input<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// Bytes taken so far.
    pub fn position(&self) -> usize {
        self.position
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Trouble> {
        let end = self.position.checked_add(count).ok_or(Trouble::EndOfInput)?;
        let taken = self.bytes.get(self.position..end).ok_or(Trouble::EndOfInput)?;
        self.position = end;
        Ok(taken)
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Trouble> {
        self.take(N)?.try_into().map_err(|_| Trouble::EndOfInput)
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, Trouble> {
        self.array().map(|[byte]| byte)
    }

    /// A length of `N` bytes, little-endian, and as many bytes as it says.
    pub fn counted<const N: usize>(&mut self) -> Result<&'a [u8], Trouble> {
        let mut wide = [0; 8];
        wide[..N].copy_from_slice(self.take(N)?);
        let count = usize::try_from(u64::from_le_bytes(wide)).map_err(|_| Trouble::EndOfInput)?;
        self.take(count)
    }

    /// The bytes up to the next line feed, which is taken too.
    pub fn line(&mut self) -> Result<&'a [u8], Trouble> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let length = rest.iter().position(|&b| b == b'\n').ok_or(Trouble::EndOfInput)?;
        let line = self.take(length)?;
        self.take(1)?;
        Ok(line)
    }
}
