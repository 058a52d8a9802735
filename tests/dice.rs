//! Chance that can be repeated.

/// A small generator (xorshift64*).
pub struct Dice(u64);

impl Dice {
    /// The same throws for the same number.
    pub fn new(number: u64) -> Self {
        Self(0x9E37_79B9_7F4A_7C15 ^ (number + 1))
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Some of them, at least one.
    pub fn some<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        let certain = self.below(of.len());
        of.iter()
            .enumerate()
            .filter(|(nth, _)| *nth == certain || self.below(3) == 0)
            .map(|(_, one)| one.clone())
            .collect()
    }
}
