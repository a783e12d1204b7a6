//! Where a canonical tensor is found in a file: some layouts fuse or transpose what others keep
//! apart.

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

    /// The `index`-th of three equal groups of rows. Rows beyond a multiple of 3 are left over, so
    /// that the shape tells of them.
    pub fn third(stored: &str, info: &TensorInfo, index: usize) -> Self {
        let mut shape = info.shape.clone();
        let count = shape.first().map_or(0, |rows| if rows % 3 == 0 { rows / 3 } else { 0 });
        if let Some(rows) = shape.first_mut() {
            *rows = count;
        }
        let info = TensorInfo { dtype: info.dtype, shape };
        Self { stored: stored.to_owned(), take: Take::Rows { start: index * count, count }, info }
    }

    /// A stored matrix with rows and columns exchanged.
    pub fn transposed(stored: &str, info: &TensorInfo) -> Self {
        let shape = info.shape.iter().rev().copied().collect();
        let info = TensorInfo { dtype: info.dtype, shape };
        Self { stored: stored.to_owned(), take: Take::Transposed, info }
    }

    /// Values there are; saturating, as the shape is the file's claim.
    pub fn len(&self) -> u64 {
        let sizes = self.info.shape.iter();
        sizes.fold(1_u64, |product, &size| product.saturating_mul(size as u64))
    }

    /// Bytes in the file.
    pub fn bytes(&self) -> u64 {
        self.len().saturating_mul(self.info.dtype.size() as u64)
    }
}

/// Exchanges rows and columns of a row-major matrix that has `columns` columns.
pub fn transpose(values: &[f32], columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|column| values.iter().skip(column).step_by(columns).copied()).collect()
}
