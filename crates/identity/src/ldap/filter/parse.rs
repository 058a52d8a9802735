//! Reads filters that people write.

use std::{iter::Peekable, str::Chars, str::FromStr};

use super::{Comparison, Filter, FilterValue, Node};
use crate::ldap::secrets;

/// The deepest that filters are nested.
const DEEPEST: usize = 32;

/// The longest filter, in bytes.
const LONGEST: usize = 16_384;

/// A text that is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid LDAP filter: {what} at character {position}; write it like `(&(objectClass=person)(mail=*@example.com))`"
)]
pub struct InvalidFilter {
    /// Where it goes wrong, counted in characters from 1.
    pub position: usize,
    /// What is wrong there.
    pub what: &'static str,
}

impl FromStr for Filter {
    type Err = InvalidFilter;

    fn from_str(text: &str) -> Result<Self, InvalidFilter> {
        if text.len() > LONGEST {
            return Err(InvalidFilter { position: LONGEST, what: "it is longer than 16384 bytes" });
        }
        let mut parser = Parser { rest: text.chars().peekable(), position: 0 };
        parser.spaces();
        // As other tools take it, the outermost parentheses may be missing around a comparison.
        let filter = match parser.rest.peek() {
            Some('(') => parser.filter(1)?,
            _ => Self(parser.item()?),
        };
        parser.spaces();
        match parser.next() {
            None => Ok(filter),
            Some(_) => parser.wrong("something after the filter"),
        }
    }
}

/// Whether this is an attribute's name with options behind it (RFC 4512, section 2.5).
fn is_description(text: &str) -> bool {
    let mut parts = text.split(';');
    let is_option = |part: &str| !part.is_empty() && !part.contains('.');
    parts.next().is_some_and(is_name) && parts.all(is_option)
}

/// Whether this is a name in a schema, or an object identifier (RFC 4512, section 1.4), of characters that either can have.
fn is_name(text: &str) -> bool {
    let is_number = |arc: &str| {
        arc.bytes().all(|byte| byte.is_ascii_digit()) && !arc.is_empty() && (arc == "0" || !arc.starts_with('0'))
    };
    let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic()) && !text.contains('.');
    is_word || (text.contains('.') && text.split('.').all(is_number))
}

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
    /// Of the character that was read last, from 1.
    position: usize,
}

impl Parser<'_> {
    /// `(` … `)`
    fn filter(&mut self, depth: usize) -> Result<Filter, InvalidFilter> {
        self.expect('(', "a `(` is missing")?;
        if depth > DEEPEST {
            return self.wrong("it is nested deeper than 32 levels");
        }
        self.spaces();
        let node = match self.rest.peek() {
            Some('&') => Node::And(self.list(depth)?),
            Some('|') => Node::Or(self.list(depth)?),
            Some('!') => {
                self.next();
                self.spaces();
                Node::Not(Box::new(self.filter(depth + 1)?))
            }
            _ => self.item()?,
        };
        self.spaces();
        self.expect(')', "a `)` is missing")?;
        Ok(Filter(node))
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Filter>, InvalidFilter> {
        self.next();
        let mut filters = Vec::new();
        loop {
            self.spaces();
            if self.rest.peek() != Some(&'(') {
                return Ok(filters);
            }
            filters.push(self.filter(depth + 1)?);
        }
    }

    /// An attribute, how it is compared, and with what.
    fn item(&mut self) -> Result<Node, InvalidFilter> {
        let attribute = self.attribute()?;
        let how = match self.next() {
            Some('=') => return self.equal_or_like(attribute),
            Some('~') => Comparison::Similar,
            Some('>') => Comparison::AtLeast,
            Some('<') => Comparison::AtMost,
            Some(':') => return self.matches(attribute),
            Some(_) => return self.wrong("a character that no attribute's name has"),
            None => return self.wrong("a comparison like `=` is missing"),
        };
        self.expect('=', "a `=` is missing")?;
        let value = self.value()?;
        if self.rest.peek() == Some(&'*') {
            self.next();
            return self.wrong("a `*` in such a comparison: write `\\2a` for the character");
        }
        Ok(Node::Compare { attribute, how, value })
    }

    fn attribute(&mut self) -> Result<String, InvalidFilter> {
        let start = self.position + 1;
        let mut attribute = String::new();
        let is_part = |char: &char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.' | ';');
        while let Some(char) = self.rest.next_if(is_part) {
            self.position += 1;
            attribute.push(char);
        }
        // A rule without an attribute would be tried on all of them, those that hold secrets too.
        if attribute.is_empty() {
            return Err(InvalidFilter { position: start, what: "an attribute's name is missing" });
        }
        if !is_description(&attribute) {
            return Err(InvalidFilter { position: start, what: "a name that no attribute has" });
        }
        if secrets::is_secret(&attribute) {
            return Err(InvalidFilter { position: start, what: "an attribute that holds a secret" });
        }
        Ok(attribute)
    }

    /// What stands after `=`: a value, `*`, or a value with `*` in it.
    fn equal_or_like(&mut self, attribute: String) -> Result<Node, InvalidFilter> {
        let first = self.value()?;
        let mut rest = Vec::new();
        while self.rest.next_if_eq(&'*').is_some() {
            self.position += 1;
            rest.push(self.value()?);
        }
        let Some(last) = rest.pop() else {
            return Ok(Node::Compare { attribute, how: Comparison::Equal, value: first });
        };
        let is_empty = |value: &FilterValue| value.as_bytes().is_empty();
        if is_empty(&first) && is_empty(&last) && rest.is_empty() {
            return Ok(Node::Present(attribute));
        }
        if rest.iter().any(is_empty) || (is_empty(&first) && is_empty(&last) && rest.iter().all(is_empty)) {
            return self.wrong("two `*` with nothing between them");
        }
        Ok(Node::Substrings { attribute, first, middle: rest, last })
    }

    /// What stands after an attribute's `:`, as in `cn:dn:2.5.13.5:=value`.
    fn matches(&mut self, attribute: String) -> Result<Node, InvalidFilter> {
        let mut dn = false;
        let mut rule = None;
        while self.rest.peek() != Some(&'=') {
            let mut word = String::new();
            let is_part = |char: &char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.');
            while let Some(char) = self.rest.next_if(is_part) {
                self.position += 1;
                word.push(char);
            }
            match word.as_str() {
                "dn" if !dn && rule.is_none() => dn = true,
                "" => {
                    self.next();
                    return self.wrong("a matching rule is missing");
                }
                _ if rule.is_none() && is_name(&word) => rule = Some(word),
                _ if rule.is_none() => return self.wrong("a name that no matching rule has"),
                _ => return self.wrong("a second matching rule"),
            }
            self.expect(':', "a `:=` is missing")?;
        }
        self.next();
        let value = self.value()?;
        Ok(Node::Matches { attribute, dn, rule, value })
    }

    /// A value, up to `*`, `)` or the end.
    fn value(&mut self) -> Result<FilterValue, InvalidFilter> {
        let mut value = Vec::new();
        while let Some(&char) = self.rest.peek() {
            if matches!(char, ')' | '*') {
                break;
            }
            self.next();
            match char {
                '(' => return self.wrong("a `(` in a value: write `\\28` for the character"),
                '\0' => return self.wrong("a NUL in a value: write `\\00` for the character"),
                '\\' => value.push(self.escaped()?),
                char => value.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        Ok(FilterValue::from(value))
    }

    fn escaped(&mut self) -> Result<u8, InvalidFilter> {
        let high = self.next().and_then(|char| char.to_digit(16));
        let low = high.and_then(|high| Some((high, self.next()?.to_digit(16)?)));
        match low.and_then(|(high, low)| u8::try_from(high * 16 + low).ok()) {
            Some(byte) => Ok(byte),
            None => self.wrong("a `\\` without two hexadecimal digits: write `\\5c` for the character"),
        }
    }

    fn expect(&mut self, wanted: char, what: &'static str) -> Result<(), InvalidFilter> {
        if self.next() == Some(wanted) { Ok(()) } else { self.wrong(what) }
    }

    fn spaces(&mut self) {
        while self.rest.next_if(char::is_ascii_whitespace).is_some() {
            self.position += 1;
        }
    }

    fn next(&mut self) -> Option<char> {
        self.position += 1;
        self.rest.next()
    }

    fn wrong<T>(&self, what: &'static str) -> Result<T, InvalidFilter> {
        Err(InvalidFilter { position: self.position, what })
    }
}
