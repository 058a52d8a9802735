//! The word that somebody may have meant.

/// The candidate that takes the fewest changes of a character to come to, without regard to case; `None` where there is none.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody means a word by one that is far longer, and comparing takes the longer the longer both are.
    let word: Vec<char> = word.to_lowercase().chars().take(80).collect();
    candidates.min_by_key(|candidate| distance(&word, &candidate.to_lowercase().chars().collect::<Vec<_>>()))
}

/// Levenshtein's distance: row by row of the table, of which the last row is kept.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (nth, a) in (1..).zip(one) {
        let mut next = vec![nth];
        let mut left = nth;
        for (b, above) in other.iter().zip(row.windows(2)) {
            let [diagonal, up] = above else { continue };
            left = (diagonal + usize::from(a != b)).min(up + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_takes_the_fewest_changes() {
        let chars = |word: &str| word.chars().collect::<Vec<_>>();
        for (one, other, expected) in [("", "", 0), ("", "ab", 2), ("kitten", "sitting", 3), ("view", "view", 0)] {
            assert_eq!(distance(&chars(one), &chars(other)), expected, "{one} {other}");
            assert_eq!(distance(&chars(other), &chars(one)), expected, "{other} {one}");
        }
        let words = || ["APPLICATION", "USER", "TENANT"].into_iter();
        assert_eq!(nearest("aplications", words()), Some("APPLICATION"));
        assert_eq!(nearest("users", words()), Some("USER"));
        assert_eq!(nearest("users", std::iter::empty()), None);
    }
}
