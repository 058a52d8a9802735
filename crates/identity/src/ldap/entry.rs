//! Entries as a directory sends them.

use ldap3::{
    ResultEntry,
    asn1::{PL, StructureTag},
};
use robin_model::directory::Dn;

use super::{secrets, sid};

/// An entry: its name, and its attributes in the server's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// As the server writes it.
    pub(super) dn: String,
    attributes: Vec<(String, Vec<Vec<u8>>)>,
}

/// Something that came instead of an entry and can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

impl Entry {
    /// Reads an entry. The library's own way to do so panics at what it does not expect.
    pub(super) fn read(result: ResultEntry) -> Result<Self, Unreadable> {
        let mut parts = inside(result.0)?;
        let dn = text(parts.next().ok_or(Unreadable)?)?;
        let attributes = inside(parts.next().ok_or(Unreadable)?)?.map(attribute).collect::<Result<Vec<_>, _>>()?;
        let attributes = attributes.into_iter().filter(|(name, _)| !secrets::is_secret(name)).collect();
        Ok(Self { dn, attributes })
    }

    /// The form of its name in which two spellings are the same text.
    pub(super) fn key(&self) -> String {
        key(&self.dn)
    }

    /// The values of an attribute, whatever the case of its name.
    pub(super) fn values(&self, name: &str) -> &[Vec<u8>] {
        let found = self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, values)| values.as_slice()).unwrap_or_default()
    }

    /// The values that are text.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values(name).iter().filter_map(|value| std::str::from_utf8(value).ok())
    }

    /// The first value, as text, of the first of these attributes that has one which is not empty.
    pub(super) fn first(&self, names: &[String]) -> Option<String> {
        names.iter().find_map(|name| self.texts(name).find(|text| !text.trim().is_empty())).map(str::to_owned)
    }

    /// The first value of the first of these attributes that has one, in the form in which identifiers are written.
    pub(super) fn identifier(&self, names: &[String]) -> Option<String> {
        names.iter().find_map(|name| self.values(name).first().and_then(|value| identifier(name, value)))
    }

    /// Whether the attribute has one of these values, whatever their case.
    pub(super) fn has(&self, name: &str, any_of: &[String]) -> bool {
        self.texts(name).any(|value| any_of.iter().any(|known| known.eq_ignore_ascii_case(value)))
    }

    /// A part of an attribute's values that is sent in parts: its values, and where the next part begins, if there is one. `None`
    /// when the attribute did not come in parts.
    pub(super) fn part(&self, name: &str) -> Option<(Vec<Vec<u8>>, Option<usize>)> {
        self.attributes.iter().find_map(|(known, values)| {
            let (base, range) = known.split_once(';')?;
            let range = range.get(..6).filter(|word| word.eq_ignore_ascii_case("range=")).and(range.get(6..))?;
            let (_, last) = range.split_once('-').filter(|_| base.eq_ignore_ascii_case(name))?;
            let next = last.parse::<usize>().ok().map(|last| last.saturating_add(1));
            Some((values.clone(), next))
        })
    }

    /// The entry as it came, but for what holds secrets.
    pub(super) fn into_raw(self) -> RawEntry {
        let value = |(name, value): (&str, Vec<u8>)| RawValue::new(name, value);
        let attribute = |(name, values): (String, Vec<Vec<u8>>)| {
            let values = values.into_iter().map(|bytes| value((&name, bytes))).collect();
            (name, values)
        };
        RawEntry { dn: self.dn, attributes: self.attributes.into_iter().map(attribute).collect() }
    }
}

/// An entry with whatever the directory keeps in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEntry {
    /// Its name, as the server writes it.
    pub dn: String,
    /// Its attributes in the server's order, without those that hold passwords, hashes or keys.
    pub attributes: Vec<(String, Vec<RawValue>)>,
}

/// A value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawValue {
    /// Text.
    Text(String),
    /// Bytes that are no text.
    Bytes(Vec<u8>),
}

impl RawValue {
    /// Bytes can look like text by chance: what is known to be none, and what has control characters, is taken for bytes.
    fn new(name: &str, value: Vec<u8>) -> Self {
        let is_binary =
            |text: &str| text.contains(|char: char| char.is_control() && !matches!(char, '\t' | '\n' | '\r'));
        let is_known = ["objectSid", "objectGUID"].iter().any(|known| known.eq_ignore_ascii_case(name));
        match String::from_utf8(value) {
            Ok(text) if !is_known && !is_binary(&text) => Self::Text(text),
            Ok(text) => Self::Bytes(text.into_bytes()),
            Err(error) => Self::Bytes(error.into_bytes()),
        }
    }
}

/// The form of a distinguished name in which two spellings are the same text; for what is none, the text itself.
pub(super) fn key(dn: &str) -> String {
    dn.parse::<Dn>().map_or_else(|_| dn.to_lowercase(), |dn| dn.key().to_owned())
}

fn identifier(name: &str, value: &[u8]) -> Option<String> {
    if name.eq_ignore_ascii_case("objectGUID") {
        return sid::guid(value);
    }
    if let Some(sid) = sid::sid(value) {
        return Some(sid);
    }
    std::str::from_utf8(value)
        .ok()
        .filter(|text| !text.is_empty() && !text.contains(char::is_control))
        .map(str::to_owned)
}

fn attribute(tag: StructureTag) -> Result<(String, Vec<Vec<u8>>), Unreadable> {
    let mut parts = inside(tag)?;
    let name = text(parts.next().ok_or(Unreadable)?)?;
    let values = inside(parts.next().ok_or(Unreadable)?)?.map(bytes).collect::<Result<Vec<_>, _>>()?;
    Ok((name, values))
}

fn inside(tag: StructureTag) -> Result<std::vec::IntoIter<StructureTag>, Unreadable> {
    match tag.payload {
        PL::C(parts) => Ok(parts.into_iter()),
        PL::P(_) => Err(Unreadable),
    }
}

fn bytes(tag: StructureTag) -> Result<Vec<u8>, Unreadable> {
    match tag.payload {
        PL::P(bytes) => Ok(bytes),
        PL::C(_) => Err(Unreadable),
    }
}

fn text(tag: StructureTag) -> Result<String, Unreadable> {
    String::from_utf8(bytes(tag)?).map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests {
    use ldap3::asn1::parse_tag;

    use super::*;
    use crate::ldap::tests::fake::{element, entry};

    fn read(bytes: &[u8]) -> Result<Entry, Unreadable> {
        Entry::read(ResultEntry::new(parse_tag(bytes).unwrap().1))
    }

    #[test]
    fn attributes_are_found_whatever_the_case_of_their_names() {
        let entry = read(&entry("uid=a", &[("UID", &[b"", b"a"]), ("cn", &[b"\xff"]), ("sn", &[b"b"])])).unwrap();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(entry.first(&names(&["uid", "sn"])).as_deref(), Some("a"));
        assert_eq!(entry.first(&names(&["cn", "Sn"])).as_deref(), Some("b"));
        assert_eq!(entry.first(&names(&["mail"])), None);
    }

    #[test]
    fn an_identifier_is_read_from_bytes_even_where_they_are_text() {
        let builtin = "\u{1}\u{2}\0\0\0\0\0\u{5} \0\0\0 \u{2}\0\0".as_bytes();
        let found = read(&entry("cn=a", &[("objectSid", &[builtin]), ("entryUUID", &[b"050ce4de-2f64"])])).unwrap();
        assert_eq!(found.identifier(&["objectSid".to_owned()]).as_deref(), Some("S-1-5-32-544"));
        assert_eq!(found.identifier(&["entryUUID".to_owned()]).as_deref(), Some("050ce4de-2f64"));
        let raw = found.into_raw();
        assert_eq!(raw.attributes[0].1, [RawValue::Bytes(builtin.to_vec())]);
        assert_eq!(raw.attributes[1].1, [RawValue::Text("050ce4de-2f64".to_owned())]);
    }

    #[test]
    fn values_that_come_in_parts_say_where_the_next_begins() {
        let of = |name: &str| read(&entry("cn=a", &[("member", &[]), (name, &[b"x"])])).unwrap().part("Member");
        assert_eq!(of("member;range=0-1499"), Some((vec![b"x".to_vec()], Some(1500))));
        assert_eq!(of("member;Range=1500-*"), Some((vec![b"x".to_vec()], None)));
        assert_eq!((of("member;lang-de"), of("uid;range=0-1"), of("member;range=")), (None, None, None));
    }

    #[test]
    fn secrets_are_left_out() {
        let entry = entry("cn=a", &[("userPassword", &[b"x"]), ("unicodePwd;binary", &[b"x"]), ("cn", &[b"a"])]);
        let raw = read(&entry).unwrap().into_raw();
        assert_eq!(raw.attributes.len(), 1);
    }

    #[test]
    fn what_is_no_entry_is_unreadable() {
        let name = element(4, b"cn=a");
        for bytes in [
            element(0x44, b"cn=a"),
            element(0x64, b""),
            element(0x64, &name),
            element(0x64, &[element(4, b"\xff"), element(0x30, b"")].concat()),
            element(0x64, &[name.clone(), element(0x30, &name)].concat()),
            element(0x64, &[name.clone(), element(0x30, &element(0x30, &name))].concat()),
            element(
                0x64,
                &[name.clone(), element(0x30, &element(0x30, &[name.clone(), name.clone()].concat()))].concat(),
            ),
        ] {
            assert_eq!(read(&bytes), Err(Unreadable), "{bytes:?}");
        }
    }
}
