//! Lists, a page at a time, and those that come from elsewhere.

use futures_util::stream::BoxStream;

use crate::Result;

/// A list that is not Robin's own, as it comes. Nothing comes after an error, nor after [`Piece::Partial`].
pub type Flow<T> = BoxStream<'static, Result<Piece<T>>>;

/// What comes next of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<T> {
    /// An element.
    Item(T),
    /// The end, though not of all that there is; and why.
    Partial(String),
}

impl<T> Piece<T> {
    /// The same with an element turned into something else.
    pub fn map<U>(self, turn: impl FnOnce(T) -> U) -> Piece<U> {
        match self {
            Self::Item(item) => Piece::Item(turn(item)),
            Self::Partial(why) => Piece::Partial(why),
        }
    }
}

/// A part of a list.
pub struct Page<T> {
    /// The elements.
    pub items: Vec<T>,
    /// The position of the last element, if more follow it.
    pub next: Option<i64>,
}

impl<T> Page<T> {
    /// What a query for up to `limit` elements came to: when it is full, more may follow.
    pub fn of(items: Vec<T>, limit: u32, position: impl Fn(&T) -> i64) -> Self {
        let is_full = u32::try_from(items.len()).is_ok_and(|count| count >= limit);
        let next = items.last().filter(|_| is_full).map(position);
        Self { items, next }
    }

    /// The part of a list in memory that follows `after`.
    pub fn cut(items: impl Iterator<Item = T>, after: Option<i64>, limit: u32, position: impl Fn(&T) -> i64) -> Self {
        let rest = items.filter(|item| after.is_none_or(|after| position(item) > after));
        let items: Vec<T> = rest.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
        Self::of(items, limit, position)
    }

    /// The same page without what does not match: it may be short though more follow.
    #[must_use]
    pub fn filter(mut self, matches: impl FnMut(&T) -> bool) -> Self {
        self.items.retain(matches);
        self
    }

    /// The same page with every element turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), next: self.next }
    }
}
