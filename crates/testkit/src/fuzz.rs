//! Input that nobody would think of: random, but the same for the same seed, so that a failure can be repeated.

use std::env;

use serde_json::{Value, json};

/// How many inputs a test tries: `ROBIN_TEST_CASES`, or ten thousand.
#[must_use]
pub fn cases() -> u64 {
    env::var("ROBIN_TEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

/// Texts that programs stumble over.
const TEXTS: [&str; 26] = [
    "",
    "a",
    "robin",
    "Administrators",
    "user",
    "superadmin",
    "NoCapabilities",
    "ViewBundles",
    "Everything",
    "some-thing",
    "x' OR '1'='1",
    "'; DROP TABLE users; --",
    "\u{0}",
    "\u{202e}",
    "🦀",
    "a,b",
    ",",
    "../..",
    "%s%n",
    "-1",
    "0",
    "99999999999999999999",
    "true",
    "null",
    "BUNDLE:view",
    "2026-01-01T00:00:00Z",
];

/// A small generator (xorshift64*).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The dice of one case: other cases throw otherwise.
    #[must_use]
    pub fn of(case: u64) -> Self {
        let mut dice = Self(0x9E37_79B9_7F4A_7C15 ^ case.wrapping_add(1));
        // Cases that are neighbours begin much alike.
        for _ in 0..4 {
            dice.number();
        }
        dice
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number from 0 to below `bound`, or 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.number() % bound).unwrap_or_default()
    }

    /// One of these.
    ///
    /// # Panics
    /// When there are none.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        of.get(self.below(of.len())).expect("something to choose from")
    }

    /// Some of these, at least one.
    ///
    /// # Panics
    /// When there are none.
    pub fn some<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        let certain = self.below(of.len());
        let mut chosen = |nth| nth == certain || self.below(3) == 0;
        of.iter().enumerate().filter(|(nth, _)| chosen(*nth)).map(|(_, one)| one.clone()).collect()
    }

    /// A text: one that is known to be trouble, or random characters.
    pub fn text(&mut self) -> String {
        if self.below(8) == 0 {
            let length = self.below(300);
            return (0..length).map(|_| self.character()).collect();
        }
        (*self.one(&TEXTS)).to_owned()
    }

    fn character(&mut self) -> char {
        let bound = *self.one(&[0x80, 0x3000, 0x11_0000]);
        char::from_u32(u32::try_from(self.below(bound)).unwrap_or_default()).unwrap_or('\u{fffd}')
    }

    /// The text with something in it removed, replaced, added, doubled or cut off.
    pub fn changed(&mut self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        for _ in 0..=self.below(3) {
            let at = self.below(letters.len() + 1).min(letters.len());
            match self.below(6) {
                0 => letters.truncate(at),
                1 => drop(letters.splice(at..letters.len().min(at + 1), [])),
                2 => letters.insert(at, self.character()),
                3 => drop(letters.splice(at..letters.len().min(at + 1), [self.character()])),
                4 => drop(letters.splice(at..at, self.text().chars().collect::<Vec<_>>())),
                _ => {
                    let end = at + self.below(letters.len() + 1 - at);
                    let part = letters.get(at..end).unwrap_or_default().to_vec();
                    drop(letters.splice(at..at, part));
                }
            }
        }
        letters.into_iter().collect()
    }

    /// Some JSON.
    pub fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth > 3 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(i64::from_ne_bytes(self.number().to_ne_bytes())),
            3 => json!(1.5e300),
            4 | 5 => json!(self.text()),
            6 => (0..self.below(4)).map(|_| self.value(depth + 1)).collect(),
            _ => {
                let count = self.below(4);
                Value::Object((0..count).map(|_| (self.text(), self.value(depth + 1))).collect())
            }
        }
    }

    /// The value with a part of it replaced, removed or added.
    pub fn change(&mut self, value: &mut Value) {
        if self.below(4) == 0 {
            *value = self.value(0);
            return;
        }
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                let names: Vec<String> = fields.keys().cloned().collect();
                let name = self.one(&names).clone();
                match (self.below(5), fields.get_mut(&name)) {
                    (0, _) => drop(fields.remove(&name)),
                    (1, _) | (_, None) => drop(fields.insert(self.text(), self.value(1))),
                    (_, Some(field)) => self.change(field),
                }
            }
            Value::Array(items) if !items.is_empty() => {
                let at = self.below(items.len());
                if let Some(item) = items.get_mut(at) {
                    self.change(item);
                }
            }
            _ => *value = self.value(1),
        }
    }
}
