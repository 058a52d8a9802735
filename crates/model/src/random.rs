//! Randomness, handed in as a value.

/// A source of random bytes. The server's is the operating system's; a test's repeats.
pub trait Random: Send + Sync + 'static {
    /// Fills `buffer` with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}
