//! The logarithms of the training sigmas, to the last bit of the published implementations.
//!
//! A level right between two training steps (832.5, in `normal` with 25 steps) goes to the one
//! whose entry happens to be rounded towards it, so a picture depends on that bit. torch's
//! vectorised logarithm is one unit off at some entries; these are they (torch 2.15).

/// Entries that torch has one unit higher than the nearest f32 (further from 0).
const HIGH: [usize; 53] = [
    22, 26, 114, 121, 126, 130, 209, 216, 222, 226, 247, 251, 392, 408, 447, 449, 450, 455, 456,
    461, 462, 479, 490, 499, 509, 510, 537, 612, 614, 619, 632, 639, 643, 665, 680, 684, 692, 706,
    713, 788, 789, 803, 805, 806, 810, 815, 817, 821, 831, 833, 838, 936, 961,
];

/// Entries that torch has one unit lower.
const LOW: [usize; 30] = [
    24, 46, 71, 106, 110, 125, 181, 215, 218, 228, 276, 296, 320, 321, 334, 343, 381, 424, 491,
    618, 630, 633, 660, 678, 721, 784, 802, 872, 954, 991,
];

/// Moves the nearest f32 of every logarithm to what torch has.
pub fn correct(logarithms: &mut [f32]) {
    for (steps, unit) in [(HIGH.as_slice(), 1), (&LOW, -1)] {
        for step in steps {
            if let Some(entry) = logarithms.get_mut(*step) {
                *entry = f32::from_bits(entry.to_bits().wrapping_add_signed(unit));
            }
        }
    }
}
