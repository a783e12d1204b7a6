//! Normal noise of PyTorch's CPU generator, value for value.
//!
//! The same seed must give the same picture as in the tools that people come from, so the start
//! noise follows `torch.randn` in float32 on the CPU: a 32-bit Mersenne Twister, then Box-Muller in
//! one of two ways that depend on how many values are asked for at once.

use std::f32::consts::TAU;

const STATE: usize = 624;
const SHIFT: usize = 397;
/// Fewest values that torch draws in blocks; also the size of a block.
const BLOCK: usize = 16;

/// The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998).
struct MersenneTwister {
    state: [u32; STATE],
    next: usize,
}

impl MersenneTwister {
    fn new(seed: u32) -> Self {
        let mut state = [seed; STATE];
        for i in 1..STATE {
            let last = state[i - 1];
            state[i] = 1_812_433_253_u32.wrapping_mul(last ^ (last >> 30)).wrapping_add(i as u32);
        }
        Self { state, next: STATE }
    }

    fn refill(&mut self) {
        for i in 0..STATE {
            let joined =
                (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % STATE] & 0x7fff_ffff);
            let twist = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[i] = self.state[(i + SHIFT) % STATE] ^ (joined >> 1) ^ twist;
        }
        self.next = 0;
    }

    fn next_u32(&mut self) -> u32 {
        if self.next == STATE {
            self.refill();
        }
        let mut y = self.state[self.next];
        self.next += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// Uniform in [0, 1) with 24 random bits.
    fn uniform_f32(&mut self) -> f32 {
        (self.next_u32() & 0x00ff_ffff) as f32 / (1_u32 << 24) as f32
    }

    /// Uniform in [0, 1) with 53 random bits.
    fn uniform_f64(&mut self) -> f64 {
        let high = u64::from(self.next_u32());
        let bits = (high << 32) | u64::from(self.next_u32());
        (bits & ((1 << 53) - 1)) as f64 / (1_u64 << 53) as f64
    }
}

/// A seeded source of standard normal values, equal to `torch.Generator("cpu")`.
pub struct TorchGenerator {
    twister: MersenneTwister,
    /// Second value of the last pair of a small draw, kept for the next small draw.
    spare: Option<f64>,
}

impl TorchGenerator {
    /// A generator as after `manual_seed(seed)`. Only the low 32 bits count: seeds that differ by a
    /// multiple of 2^32 give the same noise.
    pub fn new(seed: u64) -> Self {
        Self { twister: MersenneTwister::new(seed as u32), spare: None }
    }

    /// The next `count` values, equal to one `torch.randn` of that many elements.
    ///
    /// How a count is split into calls matters: two draws of 16 are not one draw of 32.
    pub fn randn(&mut self, count: usize) -> Vec<f32> {
        if count < BLOCK {
            (0..count).map(|_| self.normal_f64() as f32).collect()
        } else {
            self.randn_blocks(count)
        }
    }

    /// Box-Muller over blocks of 16. A count that is no multiple of 16 has its last 16 places drawn
    /// anew, over values that were already finished.
    fn randn_blocks(&mut self, count: usize) -> Vec<f32> {
        let mut values: Vec<f32> = (0..count).map(|_| self.twister.uniform_f32()).collect();
        let (blocks, rest) = values.as_chunks_mut::<BLOCK>();
        blocks.iter_mut().for_each(box_muller);
        if !rest.is_empty()
            && let Some(tail) = values.last_chunk_mut::<BLOCK>()
        {
            tail.fill_with(|| self.twister.uniform_f32());
            box_muller(tail);
        }
        values
    }

    /// One value of the double-precision way: pairs, of which the second is kept.
    fn normal_f64(&mut self) -> f64 {
        if let Some(value) = self.spare.take() {
            return value;
        }
        let angle = std::f64::consts::TAU * self.twister.uniform_f64();
        let radius = (-2.0 * (-self.twister.uniform_f64()).ln_1p()).sqrt();
        self.spare = Some(radius * angle.sin());
        radius * angle.cos()
    }
}

/// Turns 16 uniform values into normal ones: the first eight give the radii, the others the angles
/// (Box and Muller 1958).
fn box_muller(block: &mut [f32; BLOCK]) {
    let (radii, angles) = block.split_at_mut(BLOCK / 2);
    for (first, second) in radii.iter_mut().zip(angles) {
        let radius = (-2.0 * (1.0 - *first).ln()).sqrt();
        let (sin, cos) = (TAU * *second).sin_cos();
        (*first, *second) = (radius * cos, radius * sin);
    }
}

#[cfg(test)]
mod tests;
