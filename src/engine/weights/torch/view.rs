//! A tensor as a strided view of a storage, gathered into row-major order when read.

use super::Span;
use crate::engine::error::{Error, Flaw};
use crate::engine::weights::file::ModelFile;
use crate::engine::weights::{TensorInfo, product};

/// Gaps that are cheaper to read over than to skip, in bytes.
const READ_OVER: u64 = 1 << 20;
/// How many times larger than its file a tensor may be. A view can repeat values (stride 0), but
/// no weight does, and a few bytes must not ask for all memory.
const MAX_REPEAT: u64 = 4;

/// A view whose every element is known to lie in its storage.
#[derive(Debug)]
pub struct Strided {
    /// The first element, in bytes from the file's beginning.
    start: u64,
    /// From the first byte of the first element to the last byte of the last, in bytes.
    extent: u64,
    /// Bytes from one index to the next, for each dimension.
    strides: Vec<u64>,
}

impl Strided {
    /// Checks a view that begins `offset` elements into `storage`, strides in elements.
    pub fn new(
        name: &str,
        info: &TensorInfo,
        storage: Span,
        offset: u64,
        strides: &[u64],
        file: &ModelFile,
    ) -> Result<Self, Flaw> {
        let outside = || Flaw::OutsideFile { tensor: name.to_owned() };
        let size = info.dtype.size() as u64;
        let len = info.byte_len().ok_or_else(|| Flaw::SizeMismatch { tensor: name.to_owned() })?;
        if len > file.len().saturating_mul(MAX_REPEAT) {
            return Err(Flaw::PickleLimit { limit: "size of a tensor".to_owned() });
        }
        if len == 0 {
            return Ok(Self { start: storage.start, extent: 0, strides: Vec::new() });
        }
        let last = info.shape.iter().zip(strides).try_fold(0u64, |last, (&d, stride)| {
            let steps = u64::try_from(d).ok()?.checked_sub(1)?;
            last.checked_add(steps.checked_mul(*stride)?)
        });
        let extent = last.and_then(|last| last.checked_add(1)?.checked_mul(size));
        let extent = extent.ok_or_else(outside)?;
        let begin = offset.checked_mul(size).ok_or_else(outside)?;
        if begin.checked_add(extent).is_none_or(|end| end > storage.len) {
            return Err(outside());
        }
        // A stride over a single index is never taken, and may be anything.
        let strides = strides.iter().map(|stride| stride.saturating_mul(size)).collect();
        Ok(Self { start: storage.start + begin, extent, strides })
    }

    /// The tensor's bytes, row-major.
    pub fn read(&self, file: &ModelFile, info: &TensorInfo) -> Result<Vec<u8>, Error> {
        let len = info.byte_len().unwrap_or(0);
        if len == 0 || self.is_dense(info) {
            return file.read_at(self.start, len);
        }
        let capacity = usize::try_from(len).unwrap_or(0);
        let mut out = Vec::with_capacity(capacity);
        let size = info.dtype.size();
        if self.extent <= len.saturating_mul(4).saturating_add(READ_OVER) {
            let bytes = file.read_at(self.start, self.extent)?;
            self.visit(&info.shape, |at| {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                out.extend_from_slice(bytes.get(at..).and_then(|b| b.get(..size)).unwrap_or(&[]));
                Ok(())
            })?;
        } else {
            let mut element = [0; 8];
            self.visit(&info.shape, |at| {
                let element = &mut element[..size];
                file.fill_at(self.start + at, element)?;
                out.extend_from_slice(element);
                Ok(())
            })?;
        }
        Ok(out)
    }

    fn is_dense(&self, info: &TensorInfo) -> bool {
        let mut expected = info.dtype.size() as u64;
        info.shape.iter().zip(&self.strides).rev().all(|(&d, &stride)| {
            let fits = d == 1 || stride == expected;
            expected = expected.saturating_mul(d as u64);
            fits
        })
    }

    /// Every element's place in row-major order, in bytes from the first element's.
    fn visit(
        &self,
        shape: &[usize],
        mut element: impl FnMut(u64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (rows, columns) = match shape.split_last() {
            Some((&columns, rows)) => (rows, columns as u64),
            None => (shape, 1),
        };
        let step = self.strides.last().copied().unwrap_or(0);
        let mut index = vec![0; rows.len()];
        let mut row = 0u64;
        for _ in 0..product(rows).unwrap_or(0) {
            for column in 0..columns {
                element(row + column * step)?;
            }
            for ((i, &d), &stride) in index.iter_mut().zip(rows).zip(&self.strides).rev() {
                *i += 1;
                if *i < d {
                    row += stride;
                    break;
                }
                row -= (d as u64 - 1) * stride;
                *i = 0;
            }
        }
        Ok(())
    }
}
