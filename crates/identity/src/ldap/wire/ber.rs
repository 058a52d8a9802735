//! Reads the encoding that LDAP uses (BER as RFC 4511, section 5.1, restricts it), without trusting it.

/// The deepest nesting that an answer has: message, operation, attributes, attribute, values, value, and some room.
const DEEPEST: usize = 12;

/// One element: what it is, and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ldap) struct Element<'a> {
    /// Class, kind and number in one byte.
    pub tag: u8,
    /// The bytes inside.
    pub content: &'a [u8],
}

impl<'a> Element<'a> {
    /// The elements inside.
    pub(in crate::ldap) const fn inside(self) -> Reader<'a> {
        Reader(self.content)
    }

    /// The content as a small number that is not negative.
    pub(in crate::ldap) fn number(self) -> Option<u32> {
        match self.content {
            [first, ..] if *first < 0x80 && self.content.len() <= 4 => {
                Some(self.content.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
            }
            _ => None,
        }
    }

    /// The content as text.
    pub(in crate::ldap) fn text(self) -> Option<&'a str> {
        std::str::from_utf8(self.content).ok()
    }
}

/// Reads one element after another.
#[derive(Debug, Clone, Copy)]
pub(in crate::ldap) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next element; `None` at the end, and where the bytes are no element.
    pub(in crate::ldap) fn next(&mut self) -> Option<Element<'a>> {
        let (tag, start, length) = header(self.0).ok()??;
        let content = self.0.get(start..start.checked_add(length)?)?;
        self.0 = self.0.get(start + length..)?;
        Some(Element { tag, content })
    }

    /// The next element, if it has this tag.
    pub(in crate::ldap) fn expect(&mut self, tag: u8) -> Option<Element<'a>> {
        self.next().filter(|element| element.tag == tag)
    }

    /// Whether everything is read.
    pub(in crate::ldap) const fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }
}

/// Reads tag and length: the tag, how many bytes both take, and the length of what follows. `None` when bytes are missing.
///
/// # Errors
/// When no message of LDAP begins like this.
pub(in crate::ldap) fn header(bytes: &[u8]) -> Result<Option<(u8, usize, usize)>, &'static str> {
    let &[tag, first, ..] = bytes else { return Ok(None) };
    if tag & 0x1f == 0x1f {
        return Err("a tag of several bytes");
    }
    if first < 0x80 {
        return Ok(Some((tag, 2, usize::from(first))));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return Err("a length of no size that messages have");
    }
    let Some(digits) = bytes.get(2..2 + count) else { return Ok(None) };
    let length = digits.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
    Ok(Some((tag, 2 + count, length)))
}

/// Whether all elements fit into those around them, nested no deeper than answers are. Takes no stack.
pub(in crate::ldap) fn is_sound(mut bytes: &[u8]) -> bool {
    // How much is left of each element that is open, the outermost first.
    let mut open: Vec<usize> = Vec::with_capacity(DEEPEST);
    loop {
        while open.last() == Some(&0) {
            open.pop();
        }
        if bytes.is_empty() {
            return open.is_empty();
        }
        let Ok(Some((tag, start, length))) = header(bytes) else { return false };
        if bytes.len() - start < length {
            return false;
        }
        if let Some(left) = open.last_mut() {
            match left.checked_sub(start + length) {
                Some(rest) => *left = rest,
                None => return false,
            }
        }
        let is_constructed = tag & 0x20 != 0;
        if is_constructed {
            if open.len() == DEEPEST {
                return false;
            }
            open.push(length);
        }
        let step = if is_constructed { start } else { start + length };
        bytes = bytes.get(step..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An element of any length.
    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x84][..], &length, content].concat()
    }

    #[test]
    fn elements_are_read_one_by_one() {
        let bytes = [0x30, 6, 2, 1, 5, 4, 1, b'a', 4, 0x81, 1, b'b'];
        let mut reader = Reader(&bytes);
        let outer = reader.expect(0x30).unwrap();
        let mut inside = outer.inside();
        assert_eq!(inside.expect(2).and_then(Element::number), Some(5));
        assert_eq!(inside.expect(4).and_then(Element::text), Some("a"));
        assert!(inside.is_at_end() && !reader.is_at_end());
        assert_eq!(reader.next().map(|element| element.content), Some(&b"b"[..]));
        assert!(is_sound(&bytes));
    }

    #[test]
    fn sec_06_a_million_levels_are_refused_and_take_no_stack() {
        let mut bytes = Vec::new();
        for _ in 0..1_000_000 {
            bytes.extend([0x30, 0x84, 0, 0, 0, 0]);
        }
        let total = bytes.len();
        for level in 0..1_000_000 {
            let start = level * 6 + 2;
            let length = u32::try_from(total - start - 4).unwrap().to_be_bytes();
            bytes[start..start + 4].copy_from_slice(&length);
        }
        assert!(!is_sound(&bytes));
        let nested = |levels: usize| (0..levels).fold(Vec::new(), |inner, _| element(0x30, &inner));
        assert!(is_sound(&nested(DEEPEST)) && !is_sound(&nested(DEEPEST + 1)));
    }

    #[test]
    fn what_does_not_fit_is_not_sound() {
        for bytes in [
            &[0x30][..],
            &[0x30, 1],
            &[0x30, 2, 4, 1],
            &[0x30, 3, 4, 2, b'a'],
            &[0x30, 4, 0x30, 3, 4, 0],
            &[0x30, 0x80],
            &[0x30, 0x85, 0, 0, 0, 0, 0],
            &[0x3f, 0],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert!(!is_sound(bytes), "{bytes:?}");
        }
    }
}
