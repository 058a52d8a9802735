//! Permissions as small numbers, and sets of them as bits.

use std::{fmt, ops::Range};

use crate::index::number;

const BITS: u32 = u64::BITS;

/// One (object type, operation) pair of a catalogue, as a dense number.
///
/// A permission means something only to the catalogue that named it and to those made from that one with
/// [`Catalogue::extend`](crate::Catalogue::extend) or [`Catalogue::with_custom`](crate::Catalogue::with_custom), which
/// keep every number.
///
/// ```
/// use robin_rbac::Catalogue;
/// let catalogue = Catalogue::builtin();
/// let start = catalogue.permission("APPLICATION", "start").expect("the pair is built in");
/// assert_eq!(catalogue.describe(start), ("APPLICATION", "start"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission(pub(crate) u32);

impl Permission {
    /// The permission's number, from 0 without gaps.
    ///
    /// ```
    /// # use robin_rbac::Catalogue;
    /// let catalogue = Catalogue::builtin();
    /// assert!(catalogue.permissions().map(|permission| permission.index()).eq(0..263));
    /// ```
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    const fn word(self) -> usize {
        (self.0 / BITS) as usize
    }

    const fn bit(self) -> u64 {
        1 << (self.0 % BITS)
    }
}

/// A set of permissions of one catalogue: one bit each.
///
/// ```
/// use robin_rbac::{Catalogue, PermissionSet};
/// let catalogue = Catalogue::builtin();
/// let user = catalogue.capability("AllUserCapabilities").expect("built in").permissions();
/// let admin = catalogue.capability("AllSuperAdminCapabilities").expect("built in").permissions();
/// assert!(user.is_subset(admin) && !admin.is_subset(user));
/// assert_eq!((user.len(), admin.difference(user).count()), (133, 130));
/// ```
// INVARIANT: neither the first word nor the last is zero, and without words `first` is 0, so that equal sets have equal fields.
#[derive(Clone, PartialEq, Eq, Default, Hash)]
pub struct PermissionSet {
    /// How many words are left out before those that are there. What a service adds to a catalogue has high numbers: its
    /// capabilities need no room for the numbers below.
    first: usize,
    words: Vec<u64>,
}

impl PermissionSet {
    /// The empty set.
    ///
    /// ```
    /// assert!(robin_rbac::PermissionSet::new().is_empty());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self { first: 0, words: Vec::new() }
    }

    /// Adds a permission, and says whether it was missing.
    ///
    /// ```
    /// # use robin_rbac::{Catalogue, PermissionSet};
    /// # let catalogue = Catalogue::builtin();
    /// let view = catalogue.permission("USER", "view").expect("built in");
    /// let mut set = PermissionSet::new();
    /// assert!(set.insert(view) && !set.insert(view));
    /// ```
    pub fn insert(&mut self, permission: Permission) -> bool {
        self.cover(permission.word()..permission.word() + 1);
        self.words.get_mut(permission.word() - self.first).is_some_and(|word| {
            let added = *word & permission.bit() == 0;
            *word |= permission.bit();
            added
        })
    }

    /// Whether the permission is in the set.
    ///
    /// ```
    /// # use robin_rbac::Catalogue;
    /// # let catalogue = Catalogue::builtin();
    /// let user = catalogue.capability("AllUserCapabilities").expect("built in").permissions();
    /// assert!(!user.contains(catalogue.permission("USER", "delete").expect("built in")));
    /// ```
    #[must_use]
    #[inline]
    pub fn contains(&self, permission: Permission) -> bool {
        self.words.get(permission.word().wrapping_sub(self.first)).is_some_and(|word| word & permission.bit() != 0)
    }

    /// Adds everything that is in `other`.
    ///
    /// ```
    /// # use robin_rbac::{Catalogue, PermissionSet};
    /// # let catalogue = Catalogue::builtin();
    /// let mut set = PermissionSet::new();
    /// set.union_with(catalogue.capability("ViewApplications").expect("built in").permissions());
    /// assert_eq!(set.len(), 3);
    /// ```
    pub fn union_with(&mut self, other: &Self) {
        self.cover(other.range());
        // Nothing is covered for an empty set, which begins nowhere.
        let words = self.words.iter_mut().skip(other.first.saturating_sub(self.first));
        for (word, more) in words.zip(&other.words) {
            *word |= more;
        }
    }

    /// Whether everything in this set is in `other`.
    ///
    /// ```
    /// # use robin_rbac::{Catalogue, PermissionSet};
    /// # let catalogue = Catalogue::builtin();
    /// assert!(PermissionSet::new().is_subset(catalogue.capability("ViewUsers").expect("built in").permissions()));
    /// ```
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.range().zip(&self.words).all(|(place, word)| word & !other.word(place) == 0)
    }

    /// What is in this set and not in `other`, in order.
    ///
    /// ```
    /// # use robin_rbac::{Catalogue, PermissionSet};
    /// # let catalogue = Catalogue::builtin();
    /// let user = catalogue.capability("AllUserCapabilities").expect("built in").permissions();
    /// assert_eq!(user.difference(user).next(), None);
    /// assert!(user.difference(&PermissionSet::new()).eq(user.iter()));
    /// ```
    pub fn difference<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Permission> + 'a {
        bits(self.range().zip(&self.words).map(|(place, word)| (place, word & !other.word(place))))
    }

    /// The permissions of the set, in order.
    ///
    /// ```
    /// # use robin_rbac::{Catalogue, PermissionSet};
    /// # let catalogue = Catalogue::builtin();
    /// let all: PermissionSet = catalogue.permissions().collect();
    /// assert!(all.iter().eq(catalogue.permissions()));
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        bits(self.range().zip(self.words.iter().copied()))
    }

    /// How many permissions are in the set.
    ///
    /// ```
    /// # use robin_rbac::{Catalogue, PermissionSet};
    /// # let catalogue = Catalogue::builtin();
    /// assert_eq!(catalogue.permissions().collect::<PermissionSet>().len(), 263);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether no permission is in the set.
    ///
    /// ```
    /// # use robin_rbac::{Catalogue, PermissionSet};
    /// assert!(!Catalogue::builtin().permissions().collect::<PermissionSet>().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The union of other sets and single permissions in one allocation of just the size that is needed.
    pub(crate) fn union_of<'a, S>(sets: S, own: &[Permission]) -> Self
    where
        S: Iterator<Item = &'a Self> + Clone,
    {
        let inherited = sets.clone().filter(|set| !set.is_empty()).map(Self::range);
        let declared = own.iter().map(|permission| permission.word()..permission.word() + 1);
        let range = inherited.chain(declared).reduce(|one, other| one.start.min(other.start)..one.end.max(other.end));
        let range = range.unwrap_or_default();
        let mut union = Self { first: range.start, words: vec![0; range.len()] };
        sets.for_each(|set| union.union_with(set));
        for permission in own {
            union.insert(*permission);
        }
        union
    }

    /// The numbers of the words that are there.
    fn range(&self) -> Range<usize> {
        self.first..self.first + self.words.len()
    }

    fn word(&self, place: usize) -> u64 {
        self.words.get(place.wrapping_sub(self.first)).copied().unwrap_or_default()
    }

    /// Makes room for these words. The caller sees to it that the outermost are not left zero.
    fn cover(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        if self.words.is_empty() {
            self.first = range.start;
        }
        if range.start < self.first {
            self.words.splice(..0, std::iter::repeat_n(0, self.first - range.start));
            self.first = range.start;
        }
        if range.end > self.range().end {
            self.words.resize(range.end - self.first, 0);
        }
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|permission| permission.0)).finish()
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::new();
        set.extend(permissions);
        set
    }
}

impl Extend<Permission> for PermissionSet {
    fn extend<I: IntoIterator<Item = Permission>>(&mut self, permissions: I) {
        for permission in permissions {
            self.insert(permission);
        }
    }
}

/// The permissions of words with their numbers.
fn bits(words: impl Iterator<Item = (usize, u64)>) -> impl Iterator<Item = Permission> {
    words.flat_map(|(place, word)| {
        let first = number(place) * BITS;
        // Each step takes the lowest bit off.
        std::iter::successors(Some(word), |rest| Some(rest & rest.wrapping_sub(1)))
            .take_while(|rest| *rest != 0)
            .map(move |rest| Permission(first + rest.trailing_zeros()))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set(numbers: &BTreeSet<u32>) -> PermissionSet {
        numbers.iter().map(|number| Permission(*number)).collect()
    }

    fn numbers() -> impl Strategy<Value = BTreeSet<u32>> {
        (0_u32..600).prop_flat_map(|first| proptest::collection::btree_set(first..first + 300, 0..40))
    }

    #[test]
    fn a_set_shows_its_numbers() {
        assert_eq!(format!("{:?}", set(&BTreeSet::from([3, 70]))), "{3, 70}");
    }

    proptest! {
        #[test]
        fn a_set_of_bits_behaves_as_a_set_of_numbers(left in numbers(), right in numbers()) {
            let (a, b) = (set(&left), set(&right));
            prop_assert_eq!(a.len(), left.len());
            prop_assert_eq!(a.is_empty(), left.is_empty());
            prop_assert_eq!(a == b, left == right);
            prop_assert_eq!(a.is_subset(&b), left.is_subset(&right));
            prop_assert!(a.iter().map(|permission| permission.0).eq(left.iter().copied()));
            prop_assert!(a.difference(&b).map(|permission| permission.0).eq(left.difference(&right).copied()));
            prop_assert!((0..1000).all(|number| a.contains(Permission(number)) == left.contains(&number)));
            let mut union = a.clone();
            union.union_with(&b);
            prop_assert_eq!(&union, &set(&left.union(&right).copied().collect()));
            prop_assert_eq!(PermissionSet::union_of([&a, &b].into_iter(), &[]), union);
        }
    }
}
