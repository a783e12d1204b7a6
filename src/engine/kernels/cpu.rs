//! The processor's kernels: plain slices of f32, row-major, channels last, on all cores.
//!
//! Matrix products are the `gemm` crate's (AVX-512 where there is any); loops over values are
//! written so that the compiler vectorises them, and run through [`simd`] for the widest unit.

pub mod activation;
pub mod attention;
pub mod conv;
pub mod matrix;
pub mod norm;

/// Runs `work` compiled for the widest vector unit of this processor.
#[inline(always)]
pub fn simd<R>(work: impl FnOnce() -> R) -> R {
    struct Work<F>(F);
    impl<R, F: FnOnce() -> R> pulp::WithSimd for Work<F> {
        type Output = R;

        #[inline(always)]
        fn with_simd<S: pulp::Simd>(self, _simd: S) -> R {
            (self.0)()
        }
    }
    pulp::Arch::new().dispatch(Work(work))
}

/// Values per task when a flat loop is split over the cores: large against the cost of a task.
pub const GRAIN: usize = 1 << 15;
