//! A zip archive's central directory (PKWARE's APPNOTE, sections 4.3.12 to 4.3.16).
//!
//! Read here and not by a crate: those reserve memory for as many entries as the archive claims,
//! and search the whole file for what must lie at its end.

use super::Span;
use crate::engine::error::{Error, Flaw};
use crate::engine::weights::file::ModelFile;
use std::collections::HashMap;

/// The longest directory that is read, in bytes. SDXL's takes a third of a megabyte.
const MAX_DIRECTORY: u64 = 64 << 20;
const END_LEN: usize = 22;
const END64_LOCATOR_LEN: u64 = 20;
const END64_LEN: u64 = 56;
const ENTRY_LEN: usize = 46;
const LOCAL_LEN: u64 = 30;
/// Marks a 32-bit field whose value is in the 64-bit record instead.
const IN_ZIP64: u64 = 0xffff_ffff;

/// One entry as the directory has it.
#[derive(Debug)]
pub struct Entry {
    method: u16,
    encrypted: bool,
    packed_len: u64,
    len: u64,
    /// Where the entry's own header lies.
    header: u64,
}

/// The archive's entries by name.
pub type Directory = HashMap<String, Entry>;

/// Reads the directory.
pub fn read(file: &ModelFile) -> Result<Directory, Error> {
    let (start, len) = locate(file)?;
    if len > MAX_DIRECTORY {
        return Err(broken(file, "its directory is larger than any checkpoint's"));
    }
    let bytes = file.read_at(start, len)?;
    parse(&bytes).ok_or_else(|| broken(file, "its directory is broken"))
}

/// Where an entry's bytes lie. Only stored entries have any: a packed one would have to be
/// unpacked whole, and `torch.save` packs none.
pub fn span(file: &ModelFile, name: &str, entry: &Entry) -> Result<Span, Error> {
    if entry.method != 0 || entry.encrypted || entry.packed_len != entry.len {
        return Err(broken(file, &format!("{name} is packed or encrypted")));
    }
    let outside = || broken(file, &format!("{name} lies outside the file"));
    let header = match entry.header.checked_add(LOCAL_LEN) {
        Some(end) if end <= file.len() => file.read_at(entry.header, LOCAL_LEN)?,
        _ => return Err(outside()),
    };
    if !header.starts_with(b"PK\x03\x04") {
        return Err(broken(file, &format!("{name} is not where the directory says")));
    }
    let names = number(&header, 26, 2).zip(number(&header, 28, 2)).map_or(0, |(a, b)| a + b);
    let start = entry.header + LOCAL_LEN + names;
    if start.checked_add(entry.len).is_none_or(|end| end > file.len()) {
        return Err(outside());
    }
    Ok(Span { start, len: entry.len })
}

/// Start and length of the directory, from the record at the end of the file.
fn locate(file: &ModelFile) -> Result<(u64, u64), Error> {
    let tail_len = file.len().min(END_LEN as u64 + 0xffff);
    let tail_start = file.len() - tail_len;
    let tail = file.read_at(tail_start, tail_len)?;
    let Some(end) = find_end(&tail) else {
        return Err(broken(file, "no directory at its end: it was cut short"));
    };
    let field = |at, len| number(&tail, end + at, len).unwrap_or(IN_ZIP64);
    let (len, start) = (field(12, 4), field(16, 4));
    if len != IN_ZIP64 && start != IN_ZIP64 && field(10, 2) != 0xffff {
        return Ok((start, len));
    }
    locate64(file, tail_start + end as u64)
}

/// The same from the 64-bit record, whose place a locator right before `end` gives.
fn locate64(file: &ModelFile, end: u64) -> Result<(u64, u64), Error> {
    let lost = || broken(file, "its 64-bit directory is not where it says");
    let locator = end.checked_sub(END64_LOCATOR_LEN).ok_or_else(lost)?;
    let locator = file.read_at(locator, END64_LOCATOR_LEN)?;
    let record = number(&locator, 8, 8).filter(|_| locator.starts_with(b"PK\x06\x07"));
    let record = record.ok_or_else(lost)?;
    if record.checked_add(END64_LEN).is_none_or(|end| end > file.len()) {
        return Err(lost());
    }
    let record = file.read_at(record, END64_LEN)?;
    let place = number(&record, 48, 8).zip(number(&record, 40, 8));
    place.filter(|_| record.starts_with(b"PK\x06\x06")).ok_or_else(lost)
}

/// The last end record whose comment reaches exactly to the end of the file.
fn find_end(tail: &[u8]) -> Option<usize> {
    (0..=tail.len().checked_sub(END_LEN)?).rev().find(|&at| {
        let record = tail.get(at..).unwrap_or_default();
        let comment = number(record, 20, 2).and_then(|len| usize::try_from(len).ok());
        record.starts_with(b"PK\x05\x06") && comment == Some(record.len() - END_LEN)
    })
}

fn parse(mut bytes: &[u8]) -> Option<Directory> {
    let mut entries = Directory::new();
    while bytes.len() >= ENTRY_LEN && bytes.starts_with(b"PK\x01\x02") {
        let length = |at| usize::try_from(number(bytes, at, 2)?).ok();
        let (name_len, extra_len) = (length(28)?, length(30)?);
        let rest = bytes.get(ENTRY_LEN..)?;
        let (name, rest) = rest.split_at_checked(name_len)?;
        let (extra, rest) = rest.split_at_checked(extra_len)?;
        let entry = entry(bytes, extra)?;
        let name = String::from_utf8_lossy(name).into_owned();
        if entries.insert(name, entry).is_some() {
            return None;
        }
        bytes = rest.get(length(32)?..)?;
    }
    // A signature may follow the entries, nothing else.
    (bytes.is_empty() || bytes.starts_with(b"PK\x05\x05")).then_some(entries)
}

fn entry(bytes: &[u8], extra: &[u8]) -> Option<Entry> {
    let mut wide = zip64_fields(extra);
    let mut field = |at| match number(bytes, at, 4)? {
        IN_ZIP64 => {
            let value = number(wide, 0, 8)?;
            wide = wide.get(8..)?;
            Some(value)
        }
        value => Some(value),
    };
    // In the order in which the 64-bit values follow each other.
    let (len, packed_len, header) = (field(24)?, field(20)?, field(42)?);
    let encrypted = number(bytes, 8, 2)? & 1 != 0;
    let method = u16::try_from(number(bytes, 10, 2)?).ok()?;
    Some(Entry { method, encrypted, packed_len, len, header })
}

/// The contents of the extra field with id 1; empty if there is none.
fn zip64_fields(mut extra: &[u8]) -> &[u8] {
    while let (Some(id), Some(len)) = (number(extra, 0, 2), number(extra, 2, 2)) {
        let Some((field, rest)) =
            usize::try_from(len).ok().and_then(|len| extra.get(4..)?.split_at_checked(len))
        else {
            break;
        };
        if id == 1 {
            return field;
        }
        extra = rest;
    }
    &[]
}

/// A little-endian number of `len` bytes, at most 8.
fn number(bytes: &[u8], at: usize, len: usize) -> Option<u64> {
    let field = bytes.get(at..at.checked_add(len)?)?;
    Some(field.iter().rev().fold(0, |n, &byte| n << 8 | u64::from(byte)))
}

pub fn broken(file: &ModelFile, detail: &str) -> Error {
    file.flawed(Flaw::ArchiveUnreadable { detail: detail.to_owned() })
}
