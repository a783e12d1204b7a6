//! The number types of model files: their sizes, names, and values as f32.

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};

/// Number types found in model files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Dtype {
    F64,
    F32,
    F16,
    BF16,
    /// 4 exponent bits, 3 of mantissa, no infinity (arXiv:2209.05433).
    F8E4M3,
    /// 5 exponent bits, 2 of mantissa: the upper half of an f16 (arXiv:2209.05433).
    F8E5M2,
    I64,
    I32,
    I16,
    I8,
    U64,
    U32,
    U16,
    U8,
    Bool,
}

/// Every type with its name here and in a safetensors header.
const NAMES: [(Dtype, &str, &str); 15] = [
    (Dtype::F64, "f64", "F64"),
    (Dtype::F32, "f32", "F32"),
    (Dtype::F16, "f16", "F16"),
    (Dtype::BF16, "bf16", "BF16"),
    (Dtype::F8E4M3, "f8_e4m3", "F8_E4M3"),
    (Dtype::F8E5M2, "f8_e5m2", "F8_E5M2"),
    (Dtype::I64, "i64", "I64"),
    (Dtype::I32, "i32", "I32"),
    (Dtype::I16, "i16", "I16"),
    (Dtype::I8, "i8", "I8"),
    (Dtype::U64, "u64", "U64"),
    (Dtype::U32, "u32", "U32"),
    (Dtype::U16, "u16", "U16"),
    (Dtype::U8, "u8", "U8"),
    (Dtype::Bool, "bool", "BOOL"),
];

impl Dtype {
    /// Bytes per value.
    pub fn size(self) -> usize {
        match self {
            Self::F64 | Self::I64 | Self::U64 => 8,
            Self::F32 | Self::I32 | Self::U32 => 4,
            Self::F16 | Self::BF16 | Self::I16 | Self::U16 => 2,
            Self::F8E4M3 | Self::F8E5M2 | Self::I8 | Self::U8 | Self::Bool => 1,
        }
    }

    /// Short name: `f32`, `bf16`, `i64`, ...
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// Name in a safetensors header: `F32`, `BF16`, `I64`, ...
    pub(super) fn safetensors_name(self) -> &'static str {
        NAMES.iter().find(|row| row.0 == self).map_or("", |row| row.2)
    }

    /// The type of that name in a safetensors header.
    pub(super) fn from_safetensors(name: &str) -> Option<Self> {
        NAMES.iter().find(|row| row.2 == name).map(|row| row.0)
    }

    /// Whether it is a type that weights are stored in; the others count or index something.
    pub fn is_float(self) -> bool {
        use Dtype::{BF16, F8E4M3, F8E5M2, F16, F32, F64};
        matches!(self, F64 | F32 | F16 | BF16 | F8E4M3 | F8E5M2)
    }

    /// Little-endian values of this type as f32; bytes beyond the last whole value are ignored.
    pub(super) fn widen(self, bytes: &[u8]) -> Vec<f32> {
        match self {
            Self::F64 => each(bytes, |b| f64::from_le_bytes(b) as f32),
            Self::F32 => each(bytes, f32::from_le_bytes),
            Self::F16 => halves(bytes, f16::from_le_bytes, |from, to| {
                from.convert_to_f32_slice(to);
            }),
            Self::BF16 => halves(bytes, bf16::from_le_bytes, |from, to| {
                from.convert_to_f32_slice(to);
            }),
            Self::F8E4M3 => each(bytes, |[b]| e4m3(b)),
            Self::F8E5M2 => each(bytes, |[b]| f16::from_bits(u16::from(b) << 8).to_f32()),
            Self::I64 => each(bytes, |b| i64::from_le_bytes(b) as f32),
            Self::I32 => each(bytes, |b| i32::from_le_bytes(b) as f32),
            Self::I16 => each(bytes, |b| i16::from_le_bytes(b).into()),
            Self::I8 => each(bytes, |b| i8::from_le_bytes(b).into()),
            Self::U64 => each(bytes, |b| u64::from_le_bytes(b) as f32),
            Self::U32 => each(bytes, |b| u32::from_le_bytes(b) as f32),
            Self::U16 => each(bytes, |b| u16::from_le_bytes(b).into()),
            Self::U8 => each(bytes, |[b]| b.into()),
            Self::Bool => each(bytes, |[b]| f32::from(b != 0)),
        }
    }
}

fn each<const N: usize>(bytes: &[u8], value: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    let (values, _) = bytes.as_chunks::<N>();
    values.iter().map(|&b| value(b)).collect()
}

/// Widens 16-bit floats block by block: a block on the stack is aligned, which the file's bytes
/// need not be, and whole slices convert with the processor's own instruction where it has one.
fn halves<H: Copy + Default>(
    bytes: &[u8],
    value: impl Fn([u8; 2]) -> H,
    convert: impl Fn(&[H], &mut [f32]),
) -> Vec<f32> {
    const BLOCK: usize = 1024;
    let (values, _) = bytes.as_chunks::<2>();
    let mut wide = vec![0.0; values.len()];
    let mut block = [H::default(); BLOCK];
    for (from, to) in values.chunks(BLOCK).zip(wide.chunks_mut(BLOCK)) {
        for (half, &b) in block.iter_mut().zip(from) {
            *half = value(b);
        }
        convert(&block[..from.len()], to);
    }
    wide
}

fn e4m3(bits: u8) -> f32 {
    let (exponent, mantissa) = (i32::from(bits >> 3 & 0xf), f32::from(bits & 7));
    let size = match (exponent, bits & 7) {
        (15, 7) => f32::NAN,
        (0, _) => mantissa * 2f32.powi(-9),
        _ => (1.0 + mantissa / 8.0) * 2f32.powi(exponent - 7),
    };
    if bits & 0x80 == 0 { size } else { -size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_complete_and_read_back() {
        for (dtype, name, header) in NAMES {
            assert_eq!(Dtype::from_safetensors(header), Some(dtype));
            assert_eq!(dtype.safetensors_name(), header);
            assert_eq!(dtype.name(), name);
            assert_eq!(dtype.name().to_uppercase(), header);
        }
        assert_eq!(Dtype::from_safetensors("F4"), None);
    }

    #[test]
    fn every_half_widens_like_its_scalar() {
        let bytes: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
        let (wide, brain) = (Dtype::F16.widen(&bytes), Dtype::BF16.widen(&bytes));
        assert_eq!((wide.len(), brain.len()), (65536, 65536));
        for bits in 0..=u16::MAX {
            let (a, b) = (wide[usize::from(bits)], brain[usize::from(bits)]);
            let (h, g) = (f16::from_bits(bits), bf16::from_bits(bits));
            assert!(a == h.to_f32() || a.is_nan() && h.is_nan(), "{bits:#x}");
            assert!(b == g.to_f32() || b.is_nan() && g.is_nan(), "{bits:#x}");
        }
    }

    #[test]
    fn eight_bit_floats_have_their_published_extremes() {
        let e4m3 = Dtype::F8E4M3.widen(&[0x00, 0x01, 0x08, 0x38, 0x7e, 0xfe, 0x7f]);
        assert_eq!(e4m3[..6], [0.0, 2f32.powi(-9), 2f32.powi(-6), 1.0, 448.0, -448.0]);
        assert!(e4m3[6].is_nan());
        let e5m2 = Dtype::F8E5M2.widen(&[0x01, 0x3c, 0x7b, 0x7c]);
        assert_eq!(e5m2, [2f32.powi(-16), 1.0, 57344.0, f32::INFINITY]);
    }

    #[test]
    fn integers_and_wide_floats() {
        assert_eq!(Dtype::I64.widen(&(-3i64).to_le_bytes()), [-3.0]);
        assert_eq!(Dtype::I32.widen(&(-3i32).to_le_bytes()), [-3.0]);
        assert_eq!(Dtype::I16.widen(&(-3i16).to_le_bytes()), [-3.0]);
        assert_eq!(Dtype::I8.widen(&[0xfd, 3]), [-3.0, 3.0]);
        assert_eq!(Dtype::U64.widen(&7u64.to_le_bytes()), [7.0]);
        assert_eq!(Dtype::U32.widen(&u32::MAX.to_le_bytes()), [4294967296.0]);
        assert_eq!(Dtype::U16.widen(&[0xff, 0xff]), [65535.0]);
        assert_eq!(Dtype::U8.widen(&[0xfd]), [253.0]);
        assert_eq!(Dtype::Bool.widen(&[0, 1, 255]), [0.0, 1.0, 1.0]);
        assert_eq!(Dtype::F64.widen(&0.1f64.to_le_bytes()), [0.1]);
        assert_eq!(Dtype::F32.widen(&1.5f32.to_le_bytes()), [1.5]);
    }
}
