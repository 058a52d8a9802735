//! A hash index that is filled once and then only read: from the text of a key to the number of a row kept elsewhere.
//!
//! The map of the standard library hashes with a keyed function, against keys chosen by an attacker to collide. Here
//! every key is part of a catalogue, which only its administrators write, and a look-up with foreign text adds nothing;
//! so a function several times cheaper does. The keys are not kept here: the caller compares, and can so look up a
//! pair, or without regard to case, without building a key first.

const EMPTY: u32 = u32::MAX;
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Rows by the hash of their keys.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    // INVARIANT: the length is a power of two and at least one slot is empty, so that every search ends.
    slots: Box<[u32]>,
}

impl Index {
    /// An index with room for `rows` rows.
    pub(crate) fn with_capacity(rows: usize) -> Self {
        Self { slots: vec![EMPTY; (rows * 2 + 1).next_power_of_two()].into_boxed_slice() }
    }

    /// The row with this hash for which `is_it` holds.
    #[inline]
    pub(crate) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut position = slot(hash, mask);
        loop {
            let row = self.slots.get(position).copied().unwrap_or(EMPTY);
            if row == EMPTY {
                return None;
            }
            if is_it(row) {
                return Some(row);
            }
            position = (position + 1) & mask;
        }
    }

    /// Adds a row that is not there yet. The caller adds no more rows than the index has room for.
    pub(crate) fn insert(&mut self, hash: u64, row: u32) {
        let mask = self.slots.len() - 1;
        let mut position = slot(hash, mask);
        while let Some(taken) = self.slots.get_mut(position) {
            if *taken == EMPTY {
                *taken = row;
                return;
            }
            position = (position + 1) & mask;
        }
    }
}

/// A count or position as the 32-bit number it is kept as.
// INVARIANT: a catalogue holds fewer than 2^32 of anything: `Definition`s of so many would not fit into memory.
pub(crate) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(EMPTY)
}

/// The hash of a pair of texts.
#[inline]
pub(crate) fn hash_pair(first: &str, second: &str) -> u64 {
    hash_bytes(hash_bytes(0, first.as_bytes(), |chunk| chunk), second.as_bytes(), |chunk| chunk)
}

/// The hash of a text, the same however its ASCII letters are written.
#[inline]
pub(crate) fn hash_folded(text: &str) -> u64 {
    // Setting this bit folds letters; that it folds a few other characters too costs a comparison at worst.
    hash_bytes(0, text.as_bytes(), |chunk| chunk | 0x2020_2020_2020_2020)
}

#[inline]
fn hash_bytes(seed: u64, bytes: &[u8], fold: impl Fn(u64) -> u64) -> u64 {
    let (chunks, rest) = bytes.as_chunks::<8>();
    // The length sets apart texts whose last bytes are zero, and the two halves of a pair.
    let mut hash = seed ^ bytes.len() as u64;
    for chunk in chunks {
        hash = mix(hash, fold(u64::from_le_bytes(*chunk)));
    }
    let last = rest.iter().rev().fold(0, |last, byte| last << 8 | u64::from(*byte));
    mix(hash, fold(last))
}

#[inline]
const fn mix(hash: u64, chunk: u64) -> u64 {
    let product = (hash.rotate_left(23) ^ chunk).wrapping_mul(MULTIPLIER);
    product ^ product >> 32
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the mask keeps fewer bits than any usize has")]
const fn slot(hash: u64, mask: usize) -> usize {
    hash as usize & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_again_and_no_other() {
        let keys: Vec<String> = (0..1_000).map(|number| format!("key-{number}")).collect();
        let mut index = Index::with_capacity(keys.len());
        for (row, key) in (0..).zip(&keys) {
            index.insert(hash_pair(key, "x"), row);
        }
        for (row, key) in (0..).zip(&keys) {
            assert_eq!(index.find(hash_pair(key, "x"), |found| keys[found as usize] == *key), Some(row));
        }
        assert_eq!(index.find(hash_pair("key-1000", "x"), |found| keys[found as usize] == "key-1000"), None);
    }

    #[test]
    fn an_index_without_rows_finds_nothing() {
        assert_eq!(Index::with_capacity(0).find(7, |_| true), None);
    }

    #[test]
    fn rows_of_equal_hashes_are_told_apart() {
        let mut index = Index::with_capacity(3);
        (0..3).for_each(|row| index.insert(5, row));
        assert_eq!(index.find(5, |row| row == 2), Some(2));
        assert_eq!(index.find(5, |_| false), None);
    }

    #[test]
    fn case_does_not_change_a_folded_hash_and_the_boundary_changes_that_of_a_pair() {
        assert_eq!(hash_folded("ManageApplications"), hash_folded("mANAGEaPPLICATIONS"));
        assert_ne!(hash_pair("ab", "c"), hash_pair("a", "bc"));
    }
}
