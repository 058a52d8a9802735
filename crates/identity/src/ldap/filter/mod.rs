//! Search filters (RFC 4515).
//!
//! A filter is a tree. Text becomes part of it only as a value of a node, and is escaped when the tree is written, so no value can
//! change what a filter asks for.

mod parse;
mod value;

#[cfg(test)]
mod tests;

use std::fmt;

pub use self::{parse::InvalidFilter, value::FilterValue};

/// What entries are searched for.
///
/// ```
/// use robin_identity::ldap::Filter;
/// let filter: Filter = "(&(objectClass=person)(mail=*@example.com))".parse()?;
/// assert_eq!(filter.to_string(), "(&(objectClass=person)(mail=*@example.com))");
/// assert_eq!(Filter::equal("uid", "a*)(uid=*").to_string(), r"(uid=a\2a\29\28uid=\2a)");
/// # Ok::<(), robin_identity::ldap::InvalidFilter>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(Node);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    Present(String),
    Compare { attribute: String, how: Comparison, value: FilterValue },
    Substrings { attribute: String, first: FilterValue, middle: Vec<FilterValue>, last: FilterValue },
    Matches { attribute: String, dn: bool, rule: Option<String>, value: FilterValue },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Similar,
    AtLeast,
    AtMost,
}

impl Filter {
    /// Entries with this value of an attribute.
    #[must_use]
    pub fn equal(attribute: &str, value: &str) -> Self {
        let value = FilterValue::from(value);
        Self(Node::Compare { attribute: attribute.to_owned(), how: Comparison::Equal, value })
    }

    /// Entries with a value of an attribute that is equal to this one by another rule than its own.
    #[must_use]
    pub fn by_rule(attribute: &str, rule: &str, value: &str) -> Self {
        let (attribute, rule) = (attribute.to_owned(), Some(rule.to_owned()));
        Self(Node::Matches { attribute, dn: false, rule, value: FilterValue::from(value) })
    }

    /// Entries that all of these find.
    #[must_use]
    pub fn all(filters: Vec<Self>) -> Self {
        Self::joined(filters, Node::And)
    }

    /// Entries that one of these finds.
    #[must_use]
    pub fn any(filters: Vec<Self>) -> Self {
        Self::joined(filters, Node::Or)
    }

    /// Entries that have the attribute.
    #[must_use]
    pub fn present(attribute: &str) -> Self {
        Self(Node::Present(attribute.to_owned()))
    }

    /// Every entry.
    #[must_use]
    pub fn everything() -> Self {
        Self::present("objectClass")
    }

    fn joined(mut filters: Vec<Self>, join: impl FnOnce(Vec<Self>) -> Node) -> Self {
        match filters.pop() {
            Some(only) if filters.is_empty() => only,
            Some(last) => {
                filters.push(last);
                Self(join(filters))
            }
            None => Self(join(filters)),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        match &self.0 {
            Node::And(filters) => list(f, '&', filters)?,
            Node::Or(filters) => list(f, '|', filters)?,
            Node::Not(filter) => write!(f, "!{filter}")?,
            Node::Present(attribute) => write!(f, "{attribute}=*")?,
            Node::Compare { attribute, how, value } => {
                let sign = match how {
                    Comparison::Equal => "=",
                    Comparison::Similar => "~=",
                    Comparison::AtLeast => ">=",
                    Comparison::AtMost => "<=",
                };
                write!(f, "{attribute}{sign}{value}")?;
            }
            Node::Substrings { attribute, first, middle, last } => {
                write!(f, "{attribute}={first}*")?;
                for part in middle {
                    write!(f, "{part}*")?;
                }
                write!(f, "{last}")?;
            }
            Node::Matches { attribute, dn, rule, value } => {
                f.write_str(attribute)?;
                if *dn {
                    f.write_str(":dn")?;
                }
                if let Some(rule) = rule {
                    write!(f, ":{rule}")?;
                }
                write!(f, ":={value}")?;
            }
        }
        f.write_str(")")
    }
}

fn list(f: &mut fmt::Formatter<'_>, sign: char, filters: &[Filter]) -> fmt::Result {
    write!(f, "{sign}")?;
    filters.iter().try_for_each(|filter| write!(f, "{filter}"))
}
