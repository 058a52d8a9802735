//! The memory that one thread hashes in.

use argon2::{Algorithm, Argon2, Block, Version};
use zeroize::{Zeroize, Zeroizing};

use super::Params;

/// Argon2's working memory, made when it is first needed and kept: fresh memory of that size would cost a third of the
/// hash again, in page faults.
#[derive(Default)]
pub struct Memory {
    blocks: Vec<Block>,
    is_dirty: bool,
}

impl Memory {
    /// Argon2id of `password` into `output`. Memory for more than `kept` needs is given back afterwards.
    pub fn hash(
        &mut self,
        (version, params, kept): (Version, Params, Params),
        password: &[u8],
        salt: &[u8],
        output: &mut [u8],
    ) -> Option<()> {
        let params = params.for_output(output.len())?;
        let kept = kept.for_output(output.len())?.block_count();
        let needed = params.block_count();
        if self.blocks.len() < needed {
            // Made anew rather than grown, which would copy what is about to be overwritten.
            self.wipe();
            self.blocks = vec![Block::new(); needed.max(kept)];
        }
        self.is_dirty = true;
        let hashed = Argon2::new(Algorithm::Argon2id, version, params).hash_password_into_with_memory(
            password,
            salt,
            output,
            self.blocks.as_mut_slice(),
        );
        if self.blocks.len() > kept {
            self.wipe();
            self.blocks = Vec::new();
        }
        hashed.ok()
    }

    /// Removes what the last hash left: a password could be searched for with it, more cheaply than with the hash.
    pub fn wipe(&mut self) {
        if self.is_dirty {
            self.blocks.iter_mut().for_each(Block::zeroize);
            self.is_dirty = false;
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// A buffer for a hash, wiped when dropped.
pub fn output(bytes: usize) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(vec![0; bytes])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: [u8; 32] = [1; 32];
    const SALT: [u8; 16] = [2; 16];

    fn params(memory: u32) -> Params {
        Params::new(memory, 1, 1).unwrap()
    }

    fn hash(memory: &mut Memory, needed: Params, kept: Params) -> Vec<u8> {
        let mut output = output(32);
        memory.hash((Version::V0x13, needed, kept), &PASSWORD, &SALT, &mut output).unwrap();
        output.to_vec()
    }

    #[test]
    fn what_an_earlier_hash_left_changes_nothing() {
        let mut memory = Memory::default();
        let (small, large) = (params(8), params(64));
        let first = hash(&mut memory, small, large);
        hash(&mut memory, large, large);
        assert_eq!(hash(&mut memory, small, large), first);
        assert_eq!(hash(&mut Memory::default(), small, small), first);
    }

    #[test]
    fn a_larger_hash_is_computed_and_its_memory_given_back() {
        let mut memory = Memory::default();
        hash(&mut memory, params(256), params(8));
        assert_eq!(memory.blocks.len(), 0);
        hash(&mut memory, params(8), params(8));
        assert_eq!(memory.blocks.len(), 8);
    }

    #[test]
    fn wiped_memory_holds_nothing() {
        let mut memory = Memory::default();
        hash(&mut memory, params(8), params(8));
        let words =
            |memory: &mut Memory| memory.blocks.iter().flat_map(|block| block.as_ref().to_vec()).any(|word| word != 0);
        assert!(words(&mut memory));
        memory.wipe();
        assert!(!words(&mut memory));
    }
}
