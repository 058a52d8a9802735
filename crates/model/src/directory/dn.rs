//! Distinguished names (RFC 4514).

use std::{
    fmt::{self, Write as _},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

/// The longest name that is taken, in bytes.
const LONGEST: usize = 4096;

/// Characters that a value must not hold unescaped.
const SPECIAL: &[char] = &['"', '+', ',', ';', '<', '>', '\0'];

/// A text that is no distinguished name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid distinguished name: {what} at character {position}; write it like `uid=ada,ou=people,dc=example,dc=com`"
)]
pub struct InvalidDn {
    /// Where it goes wrong, counted in characters from 1.
    pub position: usize,
    /// What is wrong there.
    pub what: &'static str,
}

/// The name of an entry in a directory, from the entry itself up to the root.
///
/// Two names are equal when they name the same entry by the matching rules that directories use for names: attribute types
/// and values without regard to case, spaces squeezed, however characters are escaped.
///
/// ```
/// use robin_model::directory::Dn;
/// let written: Dn = r"CN=Smith\, John,OU=Staff,DC=example,DC=com".parse()?;
/// assert_eq!(written, r"cn=smith\2C  john, ou=staff, dc=example, dc=com".parse()?);
/// assert_eq!(written.to_string(), r"CN=Smith\, John,OU=Staff,DC=example,DC=com");
/// # Ok::<(), robin_model::directory::InvalidDn>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Dn {
    text: String,
    key: String,
}

impl Dn {
    /// Where searches start: a distinguished name, or a domain (`example.com` is `dc=example,dc=com`).
    ///
    /// # Errors
    /// When the text is neither.
    pub fn search_base(text: &str) -> Result<Self, InvalidDn> {
        let is_label = |label: &str| {
            (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if !text.is_empty() && text.split('.').all(is_label) {
            let parts: Vec<String> = text.split('.').map(|label| format!("dc={label}")).collect();
            return parts.join(",").parse();
        }
        text.parse()
    }

    /// The entry `attribute=value` right below this one, whatever characters the value has.
    #[must_use]
    pub fn child(&self, attribute: &str, value: &str) -> Self {
        let text = format!("{attribute}={},{}", escaped(value), self.text);
        let key = format!("{}={},{}", attribute.to_ascii_lowercase(), escaped(&folded(value)), self.key);
        Self { text, key }
    }

    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form in which two names of one entry are the same text.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether the entry is `base` or somewhere below it.
    #[must_use]
    pub fn is_within(&self, base: &Self) -> bool {
        let above = self.key.strip_suffix(base.key.as_str());
        // A comma inside a value is escaped as `\2c` in a key: one that is plain separates.
        above.is_some_and(|above| above.is_empty() || above.ends_with(','))
    }
}

impl PartialEq for Dn {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Dn {}

impl FromStr for Dn {
    type Err = InvalidDn;

    fn from_str(text: &str) -> Result<Self, InvalidDn> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for Dn {
    type Error = InvalidDn;

    fn try_from(text: String) -> Result<Self, InvalidDn> {
        if text.len() > LONGEST {
            return Err(InvalidDn { position: LONGEST, what: "it is longer than 4096 bytes" });
        }
        let key = Parser::new(&text).name()?;
        Ok(Self { text, key })
    }
}

impl From<Dn> for String {
    fn from(dn: Dn) -> Self {
        dn.text
    }
}

impl fmt::Display for Dn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// A value in the form in which equal values are the same text: lower case, without spaces around, one between words.
fn folded(value: &str) -> String {
    value.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// A value as it stands in a name (RFC 4514, section 2.4), every special character as `\xx`.
fn escaped(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut text = String::with_capacity(value.len());
    for (nth, char) in value.chars().enumerate() {
        let is_outer_space = char == ' ' && (nth == 0 || nth == last);
        if SPECIAL.contains(&char) || matches!(char, '\\' | '=') || is_outer_space || (char == '#' && nth == 0) {
            // Writing to a text can't fail.
            let _ = write!(text, "\\{:02x}", u32::from(char));
        } else {
            text.push(char);
        }
    }
    text
}

/// Reads a name and writes its key.
struct Parser<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    position: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text.chars().peekable(), position: 0 }
    }

    fn name(mut self) -> Result<String, InvalidDn> {
        let mut key = String::new();
        loop {
            key.push_str(&self.relative()?);
            match self.next() {
                None => return Ok(key),
                Some(_) => key.push(','),
            }
        }
    }

    /// One level of the name, up to the comma: `type=value`, or several of them joined by `+`, in any order.
    fn relative(&mut self) -> Result<String, InvalidDn> {
        let mut parts = vec![self.part()?];
        while self.rest.peek() == Some(&'+') {
            self.next();
            parts.push(self.part()?);
        }
        parts.sort_unstable();
        Ok(parts.join("+"))
    }

    fn part(&mut self) -> Result<String, InvalidDn> {
        let attribute = self.attribute()?;
        let value = self.value()?;
        Ok(format!("{attribute}={value}"))
    }

    fn attribute(&mut self) -> Result<String, InvalidDn> {
        let mut attribute = String::new();
        loop {
            match self.next() {
                Some('=') if !attribute.trim().is_empty() => break,
                Some('=') => return self.wrong("an attribute's name is missing before `=`"),
                Some(char) if char.is_ascii_alphanumeric() || matches!(char, '-' | '.' | ' ') => attribute.push(char),
                Some(_) => return self.wrong("a character that no attribute's name has"),
                None => return self.wrong("a `=` is missing"),
            }
        }
        let attribute = attribute.trim();
        if attribute.contains(' ') {
            return self.wrong("a space in an attribute's name");
        }
        Ok(attribute.to_ascii_lowercase())
    }

    fn value(&mut self) -> Result<String, InvalidDn> {
        while self.rest.peek() == Some(&' ') {
            self.next();
        }
        let value = match self.rest.peek() {
            Some('#') => return self.hexadecimal(),
            Some('"') => self.quoted()?,
            _ => self.plain()?,
        };
        if value.is_empty() {
            return self.wrong("a value is missing");
        }
        Ok(escaped(&folded(&value)))
    }

    /// A value of which only the encoding is known: `#04024869`.
    fn hexadecimal(&mut self) -> Result<String, InvalidDn> {
        let mut value = String::new();
        value.extend(self.next());
        while let Some(char) = self.rest.next_if(char::is_ascii_hexdigit) {
            self.position += 1;
            value.push(char.to_ascii_lowercase());
        }
        while self.rest.peek() == Some(&' ') {
            self.next();
        }
        match self.rest.peek() {
            None | Some(',' | '+') if value.len() > 1 && value.len() % 2 == 1 => Ok(value),
            _ => self.wrong(
                "a value that begins with `#` has pairs of hexadecimal digits only: write `\\#` for the character",
            ),
        }
    }

    fn plain(&mut self) -> Result<String, InvalidDn> {
        let mut value = Vec::new();
        while let Some(&char) = self.rest.peek() {
            match char {
                ',' | '+' => break,
                '\\' => self.escape(&mut value)?,
                char if SPECIAL.contains(&char) => {
                    self.next();
                    return self.wrong("a character that needs a `\\` before it");
                }
                char => {
                    self.next();
                    value.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
        }
        self.text(value)
    }

    /// A value in quotation marks, as older software writes it (RFC 2253, section 4).
    fn quoted(&mut self) -> Result<String, InvalidDn> {
        self.next();
        let mut value = Vec::new();
        loop {
            match self.rest.peek() {
                Some('"') => break,
                Some('\\') => self.escape(&mut value)?,
                Some(&char) => {
                    self.next();
                    value.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                }
                None => return self.wrong("the closing `\"` is missing"),
            }
        }
        self.next();
        while self.rest.peek() == Some(&' ') {
            self.next();
        }
        match self.rest.peek() {
            None | Some(',' | '+') => self.text(value),
            Some(_) => self.wrong("something after the closing `\"`"),
        }
    }

    /// `\` and a character, or `\` and a byte in hexadecimal.
    fn escape(&mut self, value: &mut Vec<u8>) -> Result<(), InvalidDn> {
        self.next();
        let escaped = self.next();
        let Some(high) = escaped.and_then(|char| char.to_digit(16)) else {
            return match escaped {
                Some(char) if SPECIAL.contains(&char) || matches!(char, '\\' | '=' | '#' | ' ') => {
                    value.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                    Ok(())
                }
                _ => self.wrong("a `\\` that escapes nothing"),
            };
        };
        match self.next().and_then(|char| char.to_digit(16)).and_then(|low| u8::try_from(high * 16 + low).ok()) {
            Some(byte) => {
                value.push(byte);
                Ok(())
            }
            None => self.wrong("a `\\` with one hexadecimal digit: use two"),
        }
    }

    fn text(&self, value: Vec<u8>) -> Result<String, InvalidDn> {
        let what = "the escaped bytes before it are no UTF-8";
        String::from_utf8(value).map_err(|_| InvalidDn { position: self.position, what })
    }

    fn next(&mut self) -> Option<char> {
        self.position += 1;
        self.rest.next()
    }

    fn wrong<T>(&self, what: &'static str) -> Result<T, InvalidDn> {
        Err(InvalidDn { position: self.position, what })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dn(text: &str) -> Dn {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn one_entry_has_many_spellings() {
        for (one, other) in [
            ("uid=newton,dc=example,dc=com", "UID=Newton, DC=Example,DC=COM"),
            ("uid=newton,dc=x", "uid= newton ,dc=x"),
            (r"cn=Smith\, John 1746,ou=p", r"cn=Smith\2C John 1746,ou=p"),
            (r"cn=Smith\, John,ou=p", r#"CN="Smith, John",OU=p"#),
            ("cn=a+sn=b,dc=x", "SN=B+CN=A,dc=x"),
            ("cn=Ärger,dc=x", r"cn=\c3\a4rger,dc=x"),
            (r"cn=\#1,dc=x", r"cn=\231,dc=x"),
            ("1.3.6.1.4.1.1466.0=#04024869,dc=x", "1.3.6.1.4.1.1466.0=#04024869 , dc=X"),
            (r"cn=a\=b,dc=x", "cn=a=b,dc=x"),
        ] {
            assert_eq!(dn(one), dn(other), "{one} | {other}");
            assert_eq!(dn(one).as_str(), one);
        }
    }

    #[test]
    fn other_entries_stay_others() {
        for (one, other) in [
            (r"cn=a\,dc=x,dc=y", "cn=a,dc=x,dc=y"),
            (r"cn=a\+sn=b,dc=x", "cn=a+sn=b,dc=x"),
            ("cn=ab,dc=x", "cn=a b,dc=x"),
            (r"cn=\#04,dc=x", "cn=#04,dc=x"),
            ("cn=a,dc=x", "uid=a,dc=x"),
            (r"cn=a\\,dc=x", r"cn=a\5c\2cdc\3dx,dc=x"),
        ] {
            assert_ne!(dn(one), dn(other), "{one} | {other}");
        }
    }

    #[test]
    fn sec_02_a_value_of_any_characters_is_one_level_of_the_name() {
        let base = dn("ou=people,dc=example,dc=com");
        for value in ["ada", "a,b", "a,ou=admins", " a ", "#1", r"\", r#"""#, "a+b=c", "<a>;\0", "ü", "a\\2cb"] {
            let child = base.child("uid", value);
            assert_eq!(child, dn(child.as_str()), "{value:?}: {child}");
            assert!(child.is_within(&base) && child != base);
            let levels = Parser::new(child.as_str()).name().map(|key| key.matches(',').count());
            assert_eq!(levels, Ok(3), "{value:?}: {child}");
        }
    }

    #[test]
    fn what_is_below_a_base_is_told_by_whole_levels() {
        let base = dn("dc=example,dc=com");
        assert!(dn("uid=a,DC=Example,dc=com").is_within(&base) && base.is_within(&base));
        for other in ["xdc=example,dc=com", "uid=a,dc=other,dc=com", "dc=com", r"uid=a\,dc=example,dc=com"] {
            assert!(!dn(other).is_within(&base), "{other}");
        }
    }

    #[test]
    fn a_search_base_may_be_a_domain() {
        let base = Dn::search_base("mydomain.com").map(|base| base.as_str().to_owned());
        assert_eq!(base.as_deref(), Ok("dc=mydomain,dc=com"));
        assert!(Dn::search_base("dc=mydomain,dc=com").is_ok());
        for text in ["", "my domain.com", "a..b", "."] {
            assert!(Dn::search_base(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused_with_the_place() {
        for (text, position) in [
            ("", 1),
            ("newton", 7),
            ("=x", 1),
            ("uid=", 4),
            ("uid=a,", 7),
            ("uid=a;dc=x", 6),
            (r"cn=a\", 6),
            (r"cn=a\q", 6),
            (r"cn=a\2", 7),
            (r"cn=\ff", 6),
            (r#"cn="a"#, 5),
            (r#"cn="a"b"#, 6),
            ("cn=#1", 5),
            ("c n=a", 4),
            ("c*=a", 2),
        ] {
            assert_eq!(text.parse::<Dn>().map_err(|error| error.position), Err(position), "{text}");
        }
        assert!(format!("cn={}", "a".repeat(5000)).parse::<Dn>().is_err());
    }
}
