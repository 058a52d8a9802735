//! The `Authorization` header.

use http::{HeaderMap, header::AUTHORIZATION};
use robin_service::{Error, Result};

/// The token: bare, or after `Bearer ` (RFC 6750, section 2.1; the scheme's case does not count).
///
/// # Errors
/// [`Error::Unauthenticated`] when there is not exactly one such header, or no token in it.
pub fn token(headers: &HeaderMap) -> Result<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Error::Unauthenticated("send one `Authorization` header with the token that login returned"));
    };
    let text = str::from_utf8(value.as_bytes()).unwrap_or_default();
    let token = match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token,
        Some(_) => "",
        None => text,
    };
    if is_token(token) && !token.eq_ignore_ascii_case("bearer") {
        Ok(token)
    } else {
        Err(Error::Unauthenticated("the `Authorization` header holds no token: log in and send the token it returns"))
    }
}

/// Whether the text is one of tokens' bytes only.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().fold(0, |others, byte| others | u8::from(!is_token_byte(byte))) == 0
}

/// The bytes of a token (RFC 6750, section 2.1, `b64token`).
#[expect(clippy::needless_bitwise_bool, reason = "without branches the compiler looks at many bytes at a time")]
const fn is_token_byte(byte: u8) -> bool {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let is_digit = byte.wrapping_sub(b'0') < 10;
    let is_mark = (byte == b'-') | (byte == b'.') | (byte == b'_') | (byte == b'~') | (byte == b'+') | (byte == b'/');
    is_letter | is_digit | is_mark | (byte == b'=')
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn with(values: &[&'static str]) -> Result<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_static(value));
        }
        token(&headers).map(str::to_owned)
    }

    #[test]
    fn sec_32_a_token_may_be_bare_or_after_bearer() {
        for form in ["abc.def", "Bearer abc.def", "bearer abc.def"] {
            assert_eq!(with(&[form]).unwrap(), "abc.def");
        }
    }

    #[test]
    fn sec_32_the_bytes_of_tokens_are_those_of_the_standard() {
        let of_tokens = (0..=255).filter(|byte| is_token_byte(*byte)).map(char::from);
        let standard = "+-./0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";
        assert_eq!(of_tokens.collect::<String>(), standard);
    }

    #[test]
    fn sec_32_whatever_is_not_one_token_is_refused() {
        for bad in [&[][..], &[""], &["Bearer"], &["Bearer "], &["a", "b"], &["a,b"], &["Basic abc"], &["Bearer  a"]] {
            assert!(with(bad).is_err(), "{bad:?}");
        }
    }
}
