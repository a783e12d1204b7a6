//! A safe face for the `gemm` crate: strided views of slices, checked against their bounds.

use rayon::prelude::*;

/// A read-only matrix inside a slice. Rows may overlap, which convolutions make use of.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    data: &'a [f32],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

impl<'a> Matrix<'a> {
    /// `rows` by `cols` values of `data`, steps of `row_stride` and `col_stride` apart.
    ///
    /// # Panics
    /// If the last element lies outside `data`: a mistake in this program, never a user's.
    pub fn new(
        data: &'a [f32],
        (rows, cols): (usize, usize),
        (row_stride, col_stride): (usize, usize),
    ) -> Self {
        let inside = rows == 0
            || cols == 0
            || (rows - 1) * row_stride + (cols - 1) * col_stride < data.len();
        assert!(inside, "a matrix reaches outside its slice");
        Self { data, rows, cols, row_stride, col_stride }
    }

    /// `rows` by `cols` values, row after row without gaps.
    pub fn dense(data: &'a [f32], rows: usize, cols: usize) -> Self {
        Self::new(data, (rows, cols), (cols, 1))
    }
}

/// Whether a product may use all cores, or runs inside a task that has only its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cores {
    /// Split over the thread pool.
    All,
    /// On the calling thread.
    One,
}

/// `out = a b`, or `out += a b` with `accumulate`; the rows of `out` lie `out_stride` apart.
///
/// # Panics
/// If the shapes do not fit: a mistake in this program, never a user's.
pub fn product(
    out: &mut [f32],
    out_stride: usize,
    a: Matrix,
    b: Matrix,
    accumulate: bool,
    cores: Cores,
) {
    let (m, n, k) = (a.rows, b.cols, a.cols);
    assert_eq!(k, b.rows, "inner dimensions differ");
    if m == 0 || n == 0 {
        return;
    }
    assert!(n <= out_stride && (m - 1) * out_stride + n <= out.len(), "product does not fit");
    let parallelism = match cores {
        Cores::All => gemm::Parallelism::Rayon(0),
        Cores::One => gemm::Parallelism::None,
    };
    // SAFETY: `Matrix::new` checked that every element of `a` and `b` lies inside its slice, the
    // assertion above that every element of the product lies inside `out`; `out` is borrowed
    // exclusively, so it does not alias the operands.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            out_stride as isize,
            accumulate,
            a.data.as_ptr(),
            a.col_stride as isize,
            a.row_stride as isize,
            b.data.as_ptr(),
            b.col_stride as isize,
            b.row_stride as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            parallelism,
        );
    }
}

/// Weights of a linear layer in the form that [`linear`] reads: `[in, out]`.
#[derive(Debug)]
pub struct PackedLinear {
    weight: Vec<f32>,
    bias: Option<Vec<f32>>,
    inputs: usize,
    outputs: usize,
}

impl PackedLinear {
    /// From the checkpoint's `[out, in]` weight and `[out]` bias.
    pub fn new(weight: &[f32], bias: Option<Vec<f32>>, inputs: usize, outputs: usize) -> Self {
        Self { weight: transpose(weight, outputs, inputs), bias, inputs, outputs }
    }

    /// Values per output row.
    pub fn outputs(&self) -> usize {
        self.outputs
    }
}

/// `x w + bias [+ residual]` for the rows of `x`, each `inputs` long.
pub fn linear(x: &[f32], layer: &PackedLinear, residual: Option<&[f32]>) -> Vec<f32> {
    let rows = x.len() / layer.inputs;
    let mut out = start(rows, layer.outputs, layer.bias.as_deref(), residual);
    let a = Matrix::dense(x, rows, layer.inputs);
    let b = Matrix::dense(&layer.weight, layer.inputs, layer.outputs);
    let filled = layer.bias.is_some() || residual.is_some();
    product(&mut out, layer.outputs, a, b, filled, Cores::All);
    out
}

/// What a product is added to: the residual and the bias, row by row.
fn start(rows: usize, width: usize, bias: Option<&[f32]>, residual: Option<&[f32]>) -> Vec<f32> {
    let mut out = match residual {
        Some(residual) => residual.to_vec(),
        None => vec![0.0; rows * width],
    };
    if let Some(bias) = bias {
        out.par_chunks_mut(width * (super::GRAIN / width).max(1)).for_each(|rows| {
            super::simd(
                #[inline(always)]
                || rows.chunks_exact_mut(width).for_each(|row| add(row, bias)),
            );
        });
    }
    out
}

/// `row += other`.
#[inline(always)]
pub fn add(row: &mut [f32], other: &[f32]) {
    for (value, other) in row.iter_mut().zip(other) {
        *value += other;
    }
}

/// A `[rows, cols]` matrix as `[cols, rows]`, in blocks that stay in the cache.
pub fn transpose(matrix: &[f32], rows: usize, cols: usize) -> Vec<f32> {
    const BLOCK: usize = 32;
    let mut out = vec![0.0; rows * cols];
    out.par_chunks_mut(BLOCK * rows.max(1)).enumerate().for_each(|(block, out)| {
        let first = block * BLOCK;
        for row_block in (0..rows).step_by(BLOCK) {
            for row in row_block..(row_block + BLOCK).min(rows) {
                for (i, out_row) in out.chunks_exact_mut(rows).enumerate() {
                    out_row[row] = matrix[row * cols + first + i];
                }
            }
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_adds_bias_and_residual() {
        // Two inputs, three outputs: w = [[1,2],[3,4],[5,6]] as the checkpoint stores it.
        let layer = PackedLinear::new(&[1., 2., 3., 4., 5., 6.], Some(vec![10., 20., 30.]), 2, 3);
        assert_eq!(linear(&[1., 1., 2., 0.], &layer, None), [13., 27., 41., 12., 26., 40.]);
        let residual = [1.0; 6];
        assert_eq!(
            linear(&[1., 1., 2., 0.], &layer, Some(&residual)),
            [14., 28., 42., 13., 27., 41.]
        );
    }

    #[test]
    fn transpose_handles_ragged_blocks() {
        let (rows, cols) = (37, 70);
        let matrix: Vec<f32> = (0..rows * cols).map(|i| i as f32).collect();
        let flipped = transpose(&matrix, rows, cols);
        for row in 0..rows {
            for col in 0..cols {
                assert_eq!(flipped[col * rows + row], matrix[row * cols + col]);
            }
        }
    }

    #[test]
    #[should_panic(expected = "outside its slice")]
    fn a_matrix_cannot_reach_outside() {
        Matrix::new(&[0.0; 10], (2, 3), (8, 1));
    }
}
