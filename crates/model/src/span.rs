//! Spans of time as people write them.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Deserializer, de};

/// A span of time: `36000` and `36000s` are seconds, `10m` minutes, `24h` hours, `7d` days, `1w` a week, `1y` a year of 365 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

/// A text that is no span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a span of time: write a whole number with a unit, like 36000, 600s, 10m, 24h, 7d, 1w or 1y")]
pub struct InvalidSpan(String);

impl FromStr for Span {
    type Err = InvalidSpan;

    fn from_str(text: &str) -> Result<Self, InvalidSpan> {
        let trimmed = text.trim();
        let unit = trimmed.trim_start_matches(|c: char| c.is_ascii_digit());
        let seconds: Option<u64> = match unit {
            "" | "s" => Some(1),
            "m" => Some(60),
            "h" => Some(3600),
            "d" => Some(24 * 3600),
            "w" => Some(7 * 24 * 3600),
            "y" => Some(365 * 24 * 3600),
            _ => None,
        };
        let count = trimmed.strip_suffix(unit).and_then(|digits| digits.parse::<u64>().ok());
        let span = count.zip(seconds).and_then(|(count, seconds)| count.checked_mul(seconds));
        let invalid = || InvalidSpan(text.chars().take(80).flat_map(char::escape_debug).collect());
        span.map(|seconds| Self(Duration::from_secs(seconds))).ok_or_else(invalid)
    }
}

impl Span {
    /// In the largest unit that it is a whole number of, as in `14 days`, for people. What is no more than a minute is in seconds.
    #[must_use]
    pub fn words(self) -> String {
        let seconds = self.0.as_secs();
        let units = [(365 * 24 * 3600, "year"), (24 * 3600, "day"), (3600, "hour"), (60, "minute")];
        let fits = |(length, _): &(u64, &str)| seconds > 60 && seconds.is_multiple_of(*length);
        let (length, unit) = units.into_iter().find(fits).unwrap_or((1, "second"));
        let count = seconds / length;
        format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}

impl fmt::Display for Span {
    /// Whole seconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_secs().fmt(f)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "seconds, or a span of time like `24h`")]
        enum Form {
            Seconds(u64),
            Text(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Seconds(seconds) => Ok(Self(Duration::from_secs(seconds))),
            Form::Text(text) => text.parse().map_err(de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_with_a_unit() {
        for (text, seconds) in [
            ("36000", 36_000),
            ("600s", 600),
            ("10m", 600),
            ("24h", 86_400),
            ("7d", 604_800),
            ("1w", 604_800),
            ("1y", 31_536_000),
            (" 0 ", 0),
        ] {
            assert_eq!(text.parse(), Ok(Span(Duration::from_secs(seconds))), "{text}");
        }
        assert_eq!(Span(Duration::from_hours(18)).to_string(), "64800");
    }

    #[test]
    fn people_see_it_in_the_largest_unit_that_fits() {
        for (text, words) in [
            ("31536000", "1 year"),
            ("2w", "14 days"),
            ("1d", "1 day"),
            ("64800", "18 hours"),
            ("600", "10 minutes"),
            ("90", "90 seconds"),
            ("60", "60 seconds"),
            ("1", "1 second"),
            ("0", "0 seconds"),
        ] {
            assert_eq!(text.parse::<Span>().unwrap().words(), words, "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_what_to_write() {
        for text in ["", "h", "1.5h", "-1", "1 h", "1H", "1hh", "18446744073709551615w", "99999999999999999999", "١h"]
        {
            let error = text.parse::<Span>().unwrap_err().to_string();
            assert!(error.contains("like 36000, 600s, 10m"), "{error}");
        }
    }

    #[test]
    fn json_has_seconds_or_text() {
        let read = serde_json::from_str::<Span>;
        assert_eq!(read("60").unwrap(), read("\"1m\"").unwrap());
        assert!(read("-1").is_err() && read("[]").is_err() && read("\"x\"").is_err());
    }

    #[test]
    fn a_text_is_a_span_or_refused() {
        for case in 0..robin_testkit::fuzz::cases() {
            let text = robin_testkit::fuzz::Dice::of(case).changed("24h");
            if let Ok(span) = text.parse::<Span>() {
                assert_eq!(span.to_string().parse(), Ok(span), "case {case}: {text:?}");
            }
        }
    }
}
