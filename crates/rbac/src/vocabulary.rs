//! The words of a catalogue: its object types, their operations, and the number of each pair.

use std::sync::Arc;

use crate::{
    Permission,
    index::{Index, hash_folded, hash_pair, number},
};

/// What every operation on an existing instance needs besides its own permission.
pub(crate) const VIEW: &str = "view";

/// The type whose requests are judged as those of another where the catalogue has no such operation on it.
const BORROWER: &str = "CLONE";
const LENDER: &str = "APPLICATION";

/// Object types and operations, numbered in the order of their first appearance.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    types: Vec<ObjectType>,
    by_name: Index,
    // INVARIANT: row n of the first `permissions` rows is that of permission n; the rows after them are borrowed.
    rows: Vec<Row>,
    permissions: u32,
    by_pair: Index,
}

#[derive(Debug, Clone)]
struct ObjectType {
    name: Arc<str>,
    operations: Vec<Permission>,
}

/// What is known of a pair, all in one place: the hot path reads nothing else.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    object_type: Arc<str>,
    operation: Arc<str>,
    /// What a request for the pair is judged by.
    pub(crate) permission: Permission,
    /// What it needs besides on an instance; nobody has it where the type cannot be viewed at all.
    pub(crate) view: Option<Permission>,
}

impl Vocabulary {
    /// The words of these (object type, operation) pairs.
    pub(crate) fn new<'a>(pairs: impl ExactSizeIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::grown(&[], pairs)
    }

    /// These words and those of the pairs; every number stays.
    pub(crate) fn extended<'a>(&self, pairs: impl ExactSizeIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::grown(self.own_rows(), pairs)
    }

    fn grown<'a>(known: &[Row], pairs: impl ExactSizeIterator<Item = (&'a str, &'a str)>) -> Self {
        let at_most = known.len() + pairs.len();
        let mut vocabulary = Self {
            types: Vec::new(),
            by_name: Index::with_capacity(at_most),
            rows: Vec::with_capacity(at_most),
            permissions: 0,
            // No more rows can be borrowed than there are.
            by_pair: Index::with_capacity(at_most * 2),
        };
        for row in known {
            vocabulary.add(&row.object_type, &row.operation);
        }
        for (object_type, operation) in pairs {
            vocabulary.add(object_type, operation);
        }
        vocabulary.borrow();
        vocabulary.link_views();
        vocabulary
    }

    /// What is known of the pair, borrowed or not.
    #[inline]
    pub(crate) fn row(&self, object_type: &str, operation: &str) -> Option<&Row> {
        self.rows.get(self.position(object_type, operation)? as usize)
    }

    /// The permission that the catalogue itself has for the pair.
    #[inline]
    pub(crate) fn permission(&self, object_type: &str, operation: &str) -> Option<Permission> {
        let position = self.position(object_type, operation)?;
        (position < self.permissions).then_some(Permission(position))
    }

    /// Whether there is such an object type.
    pub(crate) fn has_type(&self, name: &str) -> bool {
        self.find_type(name).is_some()
    }

    /// Every object type.
    pub(crate) fn types(&self) -> impl Iterator<Item = &str> {
        self.types.iter().map(|object_type| &*object_type.name)
    }

    /// The permissions the catalogue has on the type.
    pub(crate) fn permissions_on(&self, name: &str) -> &[Permission] {
        let found = self.find_type(name).and_then(|position| self.types.get(position as usize));
        found.map_or(&[], |object_type| &object_type.operations)
    }

    /// The operations that are judged on the type without being its own.
    pub(crate) fn borrowed_on(&self, name: &str) -> impl Iterator<Item = &str> {
        let borrowed = self.rows.get(self.permissions as usize..).unwrap_or_default();
        borrowed.iter().filter(move |row| *row.object_type == *name).map(|row| &*row.operation)
    }

    /// Object type and operation of a permission.
    pub(crate) fn describe(&self, permission: Permission) -> Option<(&str, &str)> {
        self.own_rows().get(permission.index()).map(|row| (&*row.object_type, &*row.operation))
    }

    /// Every permission.
    pub(crate) fn permissions(&self) -> impl Iterator<Item = Permission> + use<> {
        (0..self.permissions).map(Permission)
    }

    fn own_rows(&self) -> &[Row] {
        self.rows.get(..self.permissions as usize).unwrap_or_default()
    }

    #[inline]
    fn position(&self, object_type: &str, operation: &str) -> Option<u32> {
        self.by_pair.find(hash_pair(object_type, operation), |row| {
            let row = self.rows.get(row as usize);
            row.is_some_and(|row| *row.operation == *operation && *row.object_type == *object_type)
        })
    }

    fn find_type(&self, name: &str) -> Option<u32> {
        self.by_name.find(hash_folded(name), |position| {
            self.types.get(position as usize).is_some_and(|object_type| *object_type.name == *name)
        })
    }

    fn add(&mut self, object_type: &str, operation: &str) {
        if self.position(object_type, operation).is_some() {
            return;
        }
        let permission = Permission(self.permissions);
        self.permissions += 1;
        let object_type = self.add_type(object_type, permission);
        self.push(Row { object_type, operation: operation.into(), permission, view: None });
    }

    /// Counts the permission to its type, which is added when it is new.
    fn add_type(&mut self, name: &str, permission: Permission) -> Arc<str> {
        if let Some(found) = self.find_type(name).and_then(|position| self.types.get_mut(position as usize)) {
            found.operations.push(permission);
            return Arc::clone(&found.name);
        }
        let shared: Arc<str> = name.into();
        self.by_name.insert(hash_folded(name), number(self.types.len()));
        self.types.push(ObjectType { name: Arc::clone(&shared), operations: vec![permission] });
        shared
    }

    fn push(&mut self, row: Row) {
        self.by_pair.insert(hash_pair(&row.object_type, &row.operation), number(self.rows.len()));
        self.rows.push(row);
    }

    fn borrow(&mut self) {
        let borrower = self.find_type(BORROWER).and_then(|position| self.types.get(position as usize));
        let Some(borrower) = borrower.map(|found| Arc::clone(&found.name)) else { return };
        let row_of = |permission: &Permission| self.rows.get(permission.index());
        let lent = self.permissions_on(LENDER).iter().filter_map(row_of);
        for (permission, operation) in lent.map(|row| (row.permission, Arc::clone(&row.operation))).collect::<Vec<_>>()
        {
            if self.position(BORROWER, &operation).is_none() {
                self.push(Row { object_type: Arc::clone(&borrower), operation, permission, view: None });
            }
        }
    }

    fn link_views(&mut self) {
        let view_of = |row: &Row| self.row(&row.object_type, VIEW).map(|view| view.permission);
        let views: Vec<_> = self.rows.iter().map(view_of).collect();
        for (row, view) in self.rows.iter_mut().zip(views) {
            row.view = view;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(pairs: &[(&'static str, &'static str)]) -> Vocabulary {
        Vocabulary::new(pairs.iter().copied())
    }

    #[test]
    fn a_pair_is_found_only_as_it_is_written() {
        let words = vocabulary(&[("USER", "view"), ("USER", "delete"), ("USER", "view")]);
        assert_eq!(words.permission("USER", "delete"), Some(Permission(1)));
        assert_eq!(words.permission("user", "delete"), None);
        assert_eq!(words.permission("USERd", "elete"), None);
        assert_eq!(words.permissions().count(), 2);
    }

    #[test]
    fn a_clone_borrows_what_it_lacks_from_applications_and_nothing_else_borrows() {
        let words =
            vocabulary(&[("APPLICATION", "view"), ("APPLICATION", "start"), ("CLONE", "view"), ("JOB", "view")]);
        assert_eq!(words.row("CLONE", "start").map(|row| row.permission), words.permission("APPLICATION", "start"));
        assert_eq!(words.row("CLONE", "view").map(|row| row.permission), Some(Permission(2)));
        assert_eq!(words.row("CLONE", "start").and_then(|row| row.view), Some(Permission(2)));
        assert_eq!(words.permission("CLONE", "start"), None);
        assert!(words.row("JOB", "start").is_none());
        assert!(words.borrowed_on("CLONE").eq(["start"]));
    }

    #[test]
    fn numbers_stay_when_words_are_added() {
        let words = vocabulary(&[("APPLICATION", "start"), ("CLONE", "view")]);
        let more = words.extended([("CLONE", "start"), ("APPLICATION", "view")].into_iter());
        assert_eq!(more.permission("CLONE", "view"), Some(Permission(1)));
        assert_eq!(more.permission("CLONE", "start"), Some(Permission(2)));
        assert_eq!(more.describe(Permission(3)), Some(("APPLICATION", "view")));
        assert!(more.types().eq(["APPLICATION", "CLONE"]));
        assert_eq!(more.row("APPLICATION", "start").and_then(|row| row.view), Some(Permission(3)));
    }
}
