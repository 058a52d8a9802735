//! Searches that may have many answers.

use std::fmt;

use ldap3::{
    Scope,
    controls::{PagedResults, RawControl},
};

use super::{
    Base, Connection, Error, Filter,
    connection::{Entries, control},
    entry::Entry,
    error::said,
    refused,
    wire::ber::Reader,
};

/// The control with which answers come in pages (RFC 2696).
const PAGED: &str = "1.2.840.113556.1.4.319";

/// How many entries to ask for at a time: first so many; where a server does not like that, fewer; then all at once.
const SIZES: [Option<i32>; 3] = [Some(500), Some(100), None];

/// How many pages in a row may hold nothing before a server is taken to make them up.
const EMPTY_PAGES: u32 = 100;

/// What is searched for, and where.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// The entry at which the search starts.
    pub(super) base: String,
    /// What that entry is, for the text when it is missing.
    pub(super) what: Base,
    /// How far the search goes.
    pub(super) scope: Scope,
    /// Which entries.
    pub(super) filter: Filter,
    /// Which attributes of them.
    pub(super) attributes: Vec<String>,
}

/// Why an answer is not whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Partial {
    /// What the server said when it stopped, and after how many entries.
    pub stopped: Option<(u64, String)>,
    /// How many entries could not be read.
    pub unreadable: u64,
}

impl fmt::Display for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer is partial: ")?;
        if let Some((count, said)) = &self.stopped {
            write!(f, "the directory stopped after {count} entries ({said}); raise its limit, or narrow the search")?;
        }
        if self.unreadable > 0 {
            let separator = if self.stopped.is_some() { "; " } else { "" };
            write!(f, "{separator}{} entries can't be read", self.unreadable)?;
        }
        Ok(())
    }
}

impl Partial {
    /// Both together.
    pub(super) fn and(self, other: Self) -> Self {
        Self { stopped: self.stopped.or(other.stopped), unreadable: self.unreadable + other.unreadable }
    }

    /// Whether anything is missing at all.
    pub(super) const fn is_whole(&self) -> bool {
        self.stopped.is_none() && self.unreadable == 0
    }
}

/// A search that is under way.
pub(super) struct Search<'c> {
    connection: &'c Connection,
    request: Request,
    /// Which of [`SIZES`] is in use.
    size: usize,
    page: Option<Entries<'c>>,
    cookie: Vec<u8>,
    count: u64,
    count_before: u64,
    empty_pages: u32,
    is_over: bool,
    partial: Partial,
}

impl<'c> Search<'c> {
    pub(super) fn new(connection: &'c Connection, request: Request) -> Self {
        Self {
            connection,
            request,
            size: 0,
            page: None,
            cookie: Vec::new(),
            count: 0,
            count_before: 0,
            empty_pages: 0,
            is_over: false,
            partial: Partial::default(),
        }
    }

    /// The next entry; `None` at the end. References to other servers are passed over.
    ///
    /// # Errors
    /// When there is no answer, or the search has no place to start at.
    pub(super) async fn next(&mut self) -> Result<Option<Entry>, Error> {
        loop {
            if self.is_over {
                return Ok(None);
            }
            let page = match &mut self.page {
                Some(page) => page,
                None => {
                    let page = self.begin().await?;
                    self.page.insert(page)
                }
            };
            match page.next().await? {
                Some(other) if other.is_ref() || other.is_intermediate() => (),
                Some(entry) => {
                    self.count += 1;
                    match Entry::read(entry) {
                        Ok(entry) => return Ok(Some(entry)),
                        Err(_) => self.partial.unreadable += 1,
                    }
                }
                None => self.turn().await?,
            }
        }
    }

    /// What is missing from the answer, once it is at its end.
    pub(super) fn into_partial(self) -> Partial {
        self.partial
    }

    async fn begin(&self) -> Result<Entries<'c>, Error> {
        let controls: Vec<RawControl> = match SIZES.get(self.size).copied().flatten() {
            Some(size) => vec![PagedResults { size, cookie: self.cookie.clone() }.into()],
            None => Vec::new(),
        };
        let Request { base, scope, filter, attributes, .. } = &self.request;
        self.connection.search(base, *scope, filter, attributes.clone(), controls).await
    }

    /// Goes from the end of a page to the next one, if there is one.
    async fn turn(&mut self) -> Result<(), Error> {
        let Some(page) = self.page.take() else { return Ok(()) };
        let result = page.end().await;
        match result.rc {
            0 => {
                self.cookie = control(&result, PAGED).and_then(cookie).unwrap_or_default();
                self.is_over = self.cookie.is_empty();
                self.empty_pages = if self.count == self.count_before { self.empty_pages + 1 } else { 0 };
                self.count_before = self.count;
                if self.empty_pages > EMPTY_PAGES {
                    return Err(Error::Lost("it sends page after page with nothing in it".to_owned()));
                }
            }
            // It does not like pages, or not this size of them.
            11 | 12 | 53 if self.count == 0 && self.cookie.is_empty() && self.size + 1 < SIZES.len() => self.size += 1,
            3 | 4 | 11 => {
                self.partial.stopped = Some((self.count, said(result.rc, &result.text)));
                self.is_over = true;
            }
            32 | 34 => return Err(self.no_base(result.rc, result.text)),
            code => return Err(refused(code, result.text)),
        }
        Ok(())
    }

    fn no_base(&self, code: u32, text: String) -> Error {
        match self.request.base.parse() {
            Ok(dn) => Error::NoBase { base: self.request.what, dn },
            Err(_) => refused(code, text),
        }
    }
}

/// The mark at which the next page begins: the second part of the control's value.
fn cookie(value: &[u8]) -> Option<Vec<u8>> {
    let mut parts = Reader(value).expect(0x30)?.inside();
    parts.expect(0x02)?;
    Some(parts.expect(0x04)?.content.to_vec())
}
