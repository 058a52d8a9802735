//! What a message from a directory may look like. Whatever else arrives goes no further.

use super::ber::{Element, Reader};

/// The longest message that is taken, in bytes. An entry with 50,000 members has 4 million.
pub(in crate::ldap) const LONGEST: usize = 64 << 20;

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const ENUMERATED: u8 = 0x0a;
const SEQUENCE: u8 = 0x30;
const CONTROLS: u8 = 0xa0;
const REFERRALS: u8 = 0xa3;

/// What Active Directory puts after its last message (a response name in the wrong place).
const STRAY_NAME: u8 = 0x8a;

const BIND_RESULT: u8 = 0x61;
const ENTRY: u8 = 0x64;
const SEARCH_RESULT: u8 = 0x65;
const REFERENCE: u8 = 0x73;
const EXTENDED_RESULT: u8 = 0x78;
const INTERMEDIATE: u8 = 0x79;

/// What was asked last, and so what may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::ldap) enum Asked {
    /// Who somebody is.
    Bind = BIND_RESULT,
    /// For entries.
    Search = SEARCH_RESULT,
    /// An extended operation.
    Extended = EXTENDED_RESULT,
}

/// What a message says, as far as the connection itself is concerned.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ldap) enum Message {
    /// It is part of an answer.
    Answer,
    /// The server ends the connection (RFC 4511, section 4.4.1), and says why.
    Farewell(String),
}

/// Looks at one whole message that is sound.
///
/// # Errors
/// What is wrong, when it is no answer to what was asked.
pub(in crate::ldap) fn check(bytes: &[u8], asked: u8) -> Result<Message, &'static str> {
    let mut envelope = Reader(bytes).expect(SEQUENCE).ok_or("no message of LDAP")?.inside();
    let id = envelope.expect(INTEGER).and_then(Element::number).ok_or("a message without a number")?;
    let operation = envelope.next().ok_or("a message without an operation")?;
    if let Some(last) = envelope.next() {
        match last.tag {
            CONTROLS => controls(last).ok_or("controls that can't be read")?,
            STRAY_NAME => (),
            _ => return Err("something after the operation"),
        }
    }
    if !envelope.is_at_end() {
        return Err("something after the message");
    }
    match operation.tag {
        EXTENDED_RESULT if id == 0 => {
            let (_, text) = result(operation).ok_or("a result that can't be read")?;
            Ok(Message::Farewell(text.to_owned()))
        }
        _ if id == 0 => Err("a message that answers nothing"),
        ENTRY | REFERENCE | INTERMEDIATE if asked == SEARCH_RESULT => Ok(Message::Answer),
        tag if tag == asked => result(operation).map(|_| Message::Answer).ok_or("a result that can't be read"),
        _ => Err("an answer to something that was not asked"),
    }
}

/// Reads the code and the text of a result (RFC 4511, section 4.1.9).
pub(in crate::ldap) fn result(operation: Element<'_>) -> Option<(u32, &str)> {
    let mut parts = operation.inside();
    let code = parts.expect(ENUMERATED)?.number()?;
    parts.expect(OCTETS)?.text()?;
    let text = parts.expect(OCTETS)?.text()?;
    while !parts.is_at_end() {
        let part = parts.next()?;
        match part.tag {
            REFERRALS => {
                let mut addresses = part.inside();
                while !addresses.is_at_end() {
                    addresses.expect(OCTETS)?.text()?;
                }
            }
            // The proof of a server in SASL, and the value of an extended result.
            0x87 | 0x8b => (),
            // The name of an extended result.
            0x8a => drop(part.text()?),
            _ => return None,
        }
    }
    Some((code, text))
}

/// Reads a whole message that holds one result: its code and text.
pub(in crate::ldap) fn whole_result(bytes: &[u8]) -> Option<(u32, &str)> {
    let mut envelope = Reader(bytes).expect(SEQUENCE)?.inside();
    envelope.expect(INTEGER)?;
    result(envelope.next()?)
}

fn controls(list: Element<'_>) -> Option<()> {
    let mut list = list.inside();
    while !list.is_at_end() {
        let mut control = list.expect(SEQUENCE)?.inside();
        control.expect(OCTETS)?.text()?;
        let mut next = control.next();
        if let Some(critical) = next.filter(|element| element.tag == 0x01) {
            critical.content.first()?;
            next = control.next();
        }
        if next.is_some_and(|value| value.tag != OCTETS) || !control.is_at_end() {
            return None;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DONE: &[u8] = &[0x30, 12, 2, 1, 1, 0x65, 7, 0x0a, 1, 0, 4, 0, 4, 0];

    #[test]
    fn only_what_was_asked_for_is_an_answer() {
        assert_eq!(check(DONE, Asked::Search as u8), Ok(Message::Answer));
        assert!(check(DONE, Asked::Bind as u8).is_err());
        let entry = [0x30, 9, 2, 1, 1, 0x64, 4, 4, 0, 0x30, 0];
        assert_eq!(check(&entry, Asked::Search as u8), Ok(Message::Answer));
        assert!(check(&entry, Asked::Bind as u8).is_err());
    }

    #[test]
    fn the_last_message_says_why() {
        let mut bytes = vec![0x30, 16, 2, 1, 0, 0x78, 11, 0x0a, 1, 52, 4, 0, 4, 4];
        bytes.extend(b"down");
        assert_eq!(check(&bytes, Asked::Search as u8), Ok(Message::Farewell("down".to_owned())));
    }

    proptest::proptest! {
        /// What passes, the library reads without a panic, as it reads a result.
        #[test]
        fn sec_06_whatever_bytes_arrive_the_library_sees_only_what_it_can_read(
            content in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..24),
            tag in proptest::sample::select(&[0x61_u8, 0x65, 0x78, 0x64, 0x73][..]),
            asked in proptest::sample::select(&[0x61_u8, 0x65, 0x78][..]),
        ) {
            let content = [&[0x0a, 1, 0, 4, 0, 4, 0][..], &content].concat();
            let length = u8::try_from(content.len()).unwrap();
            let bytes = [&[0x30, length + 5, 2, 1, 1, tag, length][..], &content].concat();
            if super::super::ber::is_sound(&bytes) && check(&bytes, asked) == Ok(Message::Answer) && tag == asked {
                let (rest, message) = ldap3::asn1::parse_tag(&bytes).unwrap();
                proptest::prop_assert!(rest.is_empty());
                let operation = message.expect_constructed().unwrap().remove(1);
                let read = ldap3::LdapResult::from(ldap3::asn1::Tag::StructureTag(operation));
                proptest::prop_assert_eq!(read.rc, 0);
            }
        }
    }

    #[test]
    fn a_message_cut_or_changed_anywhere_is_no_reason_to_panic() {
        for at in 0..DONE.len() {
            let _ = check(&DONE[..at], Asked::Search as u8);
            for byte in 0..=u8::MAX {
                let mut changed = DONE.to_vec();
                changed[at] = byte;
                if super::super::ber::is_sound(&changed) {
                    let _ = check(&changed, Asked::Search as u8);
                }
            }
        }
    }
}
