//! Spans of time as people write them.

/// The seconds that a text like `15m` means: a number and s, m, h or d; without one of them, seconds.
///
/// # Errors
/// When it is no such text, or too long a time to count.
pub fn seconds(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.char_indices().next_back() {
        Some((end, unit)) if !unit.is_ascii_digit() => (text.get(..end).unwrap_or_default(), unit),
        _ => (text, 's'),
    };
    let factor = match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(3600),
        'd' => Some(86_400),
        _ => None,
    };
    let count = number.parse::<u64>().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()));
    let seconds = count.zip(factor).and_then(|(count, factor)| count.checked_mul(factor));
    seconds.ok_or_else(|| "write a number and s, m, h or d, as in 15m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        for (text, expected) in [("15m", 900), ("90d", 7_776_000), ("12h", 43_200), ("30s", 30), ("30", 30), ("0", 0)] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for bad in
            ["", "m", "15 m", "-1h", "+1h", "1.5h", "1w", "15µ", "999999999999999999999d", "9999999999999999999d"]
        {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
