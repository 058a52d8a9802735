//! A bounded memory of things read from the database.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

/// Remembers up to a number of things by key. When it is full, any of them gives way: what is in use is read again.
pub struct Recall<K, V> {
    entries: RwLock<HashMap<K, Arc<V>>>,
    capacity: usize,
}

impl<K: Eq + Hash + Clone, V> Recall<K, V> {
    pub fn new(capacity: usize) -> Self {
        Self { entries: RwLock::default(), capacity }
    }

    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        self.read().get(key).cloned()
    }

    /// Remembers `value` if `is_current` says so once nothing can be forgotten any more.
    pub fn put(&self, key: K, value: &Arc<V>, is_current: impl Fn() -> bool) {
        let mut entries = self.write();
        if !is_current() {
            return;
        }
        if entries.len() >= self.capacity
            && let Some(any) = entries.keys().next().cloned()
        {
            entries.remove(&any);
        }
        entries.insert(key, Arc::clone(value));
    }

    pub fn forget_one(&self, key: &K) {
        self.write().remove(key);
    }

    /// Forgets what the test matches.
    pub fn forget(&self, matches: impl Fn(&K, &V) -> bool) {
        self.write().retain(|key, value| !matches(key, value));
    }

    // A panic elsewhere leaves a map that is whole: each change to it is one call.
    fn read(&self) -> RwLockReadGuard<'_, HashMap<K, Arc<V>>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<K, Arc<V>>> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_longer_current_is_not_remembered() {
        let recall = Recall::new(2);
        recall.put(1, &Arc::new("old"), || false);
        assert!(recall.get(&1).is_none());
    }

    #[test]
    fn a_full_memory_makes_room() {
        let recall = Recall::new(2);
        for n in 0..5 {
            recall.put(n, &Arc::new(n), || true);
            assert_eq!(recall.get(&n).as_deref(), Some(&n));
        }
        assert_eq!(recall.read().len(), 2);
    }
}
