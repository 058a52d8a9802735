//! Identifiers that directories keep as bytes.

use std::fmt::Write as _;

/// A security identifier as text, `S-1-5-21-…`, from its bytes: revision, count, authority from the high byte down, and so many
/// numbers from the low byte up (MS-DTYP, section 2.4.2.2).
pub(super) fn sid(bytes: &[u8]) -> Option<String> {
    let [1, count, authority @ ..] = bytes else { return None };
    let (authority, numbers) = authority.split_at_checked(6)?;
    if *count > 15 || numbers.len() != usize::from(*count) * 4 {
        return None;
    }
    let authority = authority.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mut text = format!("S-1-{authority}");
    for number in numbers.as_chunks::<4>().0 {
        // Writing to a text can't fail.
        let _ = write!(text, "-{}", u32::from_le_bytes(*number));
    }
    Some(text)
}

/// The last number of a security identifier: what it is called inside its domain.
pub(super) fn relative(sid: &str) -> Option<u32> {
    sid.starts_with("S-1-").then(|| sid.rsplit_once('-')?.1.parse().ok()).flatten()
}

/// A globally unique identifier as text, from its 16 bytes, of which the first three groups are from the low byte up (MS-DTYP,
/// section 2.3.4.2).
pub(super) fn guid(bytes: &[u8]) -> Option<String> {
    if bytes.len() != 16 {
        return None;
    }
    let mut rest = bytes;
    let mut text = String::with_capacity(36);
    for size in [4, 2, 2] {
        let (group, after) = rest.split_at_checked(size)?;
        for byte in group.iter().rev() {
            // Writing to a text can't fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push('-');
        rest = after;
    }
    for (nth, byte) in rest.iter().enumerate() {
        let separator = if nth == 2 { "-" } else { "" };
        let _ = write!(text, "{separator}{byte:02x}");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_identifiers_are_read() {
        let bytes = [
            1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 0x0c, 0x70, 0x9c, 0x49, 0xfe, 0xc1, 0x8e, 0xc5, 0x13, 0x72, 0x19,
            0xa4, 0x4f, 4, 0, 0,
        ];
        let text = sid(&bytes).unwrap();
        assert_eq!(text, "S-1-5-21-1234989068-3314467326-2753131027-1103");
        assert_eq!(relative(&text), Some(1103));
        // The administrators of a machine: these bytes are also valid UTF-8.
        let builtin = "\u{1}\u{2}\0\0\0\0\0\u{5} \0\0\0 \u{2}\0\0";
        assert_eq!(sid(builtin.as_bytes()).as_deref(), Some("S-1-5-32-544"));
    }

    #[test]
    fn what_is_no_identifier_is_none() {
        for bytes in [
            &[][..],
            &[1],
            &[1, 1, 0, 0, 0, 0, 0, 5],
            &[2, 0, 0, 0, 0, 0, 0, 5],
            &[1, 0, 0, 0, 0, 0, 0, 5, 1],
            b"S-1-5",
        ] {
            assert_eq!(sid(bytes), None, "{bytes:?}");
        }
        assert_eq!((relative("x-1-2"), relative("S-1-"), guid(&[0; 15])), (None, None, None));
    }

    #[test]
    fn unique_identifiers_are_read() {
        let bytes = [0x33, 0x22, 0x11, 0, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff];
        assert_eq!(guid(&bytes).as_deref(), Some("00112233-4455-6677-8899-aabbccddeeff"));
    }
}
