//! Where a canonical tensor lies in a file: some layouts fuse or transpose what others keep apart.

use super::super::weights::TensorInfo;

/// Which part of a stored tensor is meant, and how it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// All of it, as it is.
    Whole,
    /// `count` rows from row `start`.
    Rows {
        /// First row.
        start: usize,
        /// Number of rows.
        count: usize,
    },
    /// All of it, with rows and columns exchanged.
    Transposed,
}

/// One canonical tensor, as found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The stored tensor's name.
    pub stored: String,
    /// What is taken of it.
    pub take: Take,
    /// Number type, and shape after the taking.
    pub info: TensorInfo,
}

impl View {
    /// A stored tensor as it is.
    pub fn whole(stored: &str, info: &TensorInfo) -> Self {
        Self { stored: stored.to_owned(), take: Take::Whole, info: info.clone() }
    }

    /// The `index`-th of three equal groups of rows (queries, keys, values).
    pub fn third(stored: &str, info: &TensorInfo, index: usize) -> Self {
        let mut shape = info.shape.clone();
        let count = match shape.first_mut() {
            // Rows that do not divide leave an empty view, which fits nowhere.
            Some(rows) => {
                *rows = if *rows % 3 == 0 { *rows / 3 } else { 0 };
                *rows
            }
            None => 0,
        };
        let take = Take::Rows { start: index * count, count };
        Self { stored: stored.to_owned(), take, info: TensorInfo { dtype: info.dtype, shape } }
    }

    /// A stored matrix with rows and columns exchanged.
    pub fn transposed(stored: &str, info: &TensorInfo) -> Self {
        let shape = info.shape.iter().rev().copied().collect();
        let info = TensorInfo { dtype: info.dtype, shape };
        Self { stored: stored.to_owned(), take: Take::Transposed, info }
    }

    /// The shape that the stored tensor has if the view has `shape`.
    pub fn stored_shape(&self, shape: &[usize]) -> Vec<usize> {
        let mut stored = shape.to_vec();
        match self.take {
            Take::Whole => {}
            Take::Rows { .. } => {
                if let Some(rows) = stored.first_mut() {
                    *rows = rows.saturating_mul(3);
                }
            }
            Take::Transposed => stored.reverse(),
        }
        stored
    }

    /// Whether the view has `shape`. A 1x1 convolution is a matrix: both forms are seen.
    pub fn fits(&self, shape: &[usize]) -> bool {
        fn matrix(shape: &[usize]) -> &[usize] {
            match shape {
                [_, _, 1, 1] => &shape[..2],
                _ => shape,
            }
        }
        matrix(&self.info.shape) == matrix(shape)
    }

    /// Bytes in the file; saturating, as the shape is the file's claim.
    #[cfg(test)]
    pub fn bytes(&self) -> u64 {
        stored_bytes(&self.info)
    }
}

/// Bytes of a tensor, going by its header; saturating.
pub fn stored_bytes(info: &TensorInfo) -> u64 {
    let start = info.dtype.size() as u64;
    info.shape.iter().fold(start, |bytes, &size| bytes.saturating_mul(size as u64))
}

/// Exchanges rows and columns of a row-major matrix that has `columns` columns.
pub fn transpose(values: &[f32], columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|column| values.iter().skip(column).step_by(columns).copied()).collect()
}
