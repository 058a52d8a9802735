//! Values that may come in more than one form: a query string has only text, and the reference takes lists of names as
//! JSON lists and as comma-separated text. And objects, which come in one form only.

use std::{borrow::Cow, fmt, marker::PhantomData, ops::RangeInclusive, str::FromStr};

use robin_model::{Username, directory::Dn};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Unexpected, Visitor, value::MapAccessDeserializer},
};

/// `true`, `false`, or one of these words as text.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct Flag;
    impl Visitor<'_> for Flag {
        type Value = bool;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("`true` or `false`")
        }
        fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
            Ok(value)
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
            match text {
                "true" | "True" => Ok(true),
                "false" | "False" => Ok(false),
                _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
            }
        }
    }
    deserializer.deserialize_any(Flag)
}

/// [`flag`] where the field may be missing.
pub fn optional_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    flag(deserializer).map(Some)
}

/// A text, or a number as if it were written as text.
pub fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    TextOrNumber::deserialize(deserializer).map(TextOrNumber::into_text)
}

/// [`text_or_number`] where the field may be missing or `null`.
pub fn optional_text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<TextOrNumber>::deserialize(deserializer)?.map(TextOrNumber::into_text))
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a number or text")]
enum TextOrNumber {
    Number(i64),
    Text(String),
}

impl TextOrNumber {
    fn into_text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// A page's size, 1 to 1,000, as a number or as text.
pub fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    let size = deserializer.deserialize_any(Whole(1..=1000))?;
    u16::try_from(size).map(Some).map_err(D::Error::custom)
}

/// A revision, as a number or as text.
pub fn revision<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_any(Whole(0..=i64::MAX)).map(Some)
}

/// Milliseconds up to ten seconds, as a number or as text.
pub fn wait<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let milliseconds = deserializer.deserialize_any(Whole(0..=10_000))?;
    u16::try_from(milliseconds).map_err(D::Error::custom)
}

/// The number of something, as a number or as text; the field may be missing or `null`.
pub fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    struct Nullable(i64);
    impl<'de> Deserialize<'de> for Nullable {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(Whole(1..=i64::MAX)).map(Self)
        }
    }
    Ok(Option::<Nullable>::deserialize(deserializer)?.map(|number| number.0))
}

/// Seconds, as [`optional_number`].
pub fn optional_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(optional_number(deserializer)?.and_then(|seconds| seconds.try_into().ok()))
}

/// A port, as a number or as text.
pub fn port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let port = deserializer.deserialize_any(Whole(1..=65_535))?;
    u16::try_from(port).map_err(D::Error::custom)
}

/// [`port`] where the field may be missing or `null`.
pub fn optional_port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    optional_whole::<1, 65_535, D>(deserializer)
}

/// Seconds that a connection may take, as a number or as text; the field may be missing or `null`.
pub fn connect_timeout<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    optional_whole::<1, 15, D>(deserializer)
}

/// Seconds that an answer may take, as a number or as text; the field may be missing or `null`.
pub fn answer_timeout<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    optional_whole::<1, 600, D>(deserializer)
}

fn optional_whole<'de, const LEAST: u16, const MOST: u16, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u16>, D::Error> {
    struct Bounded<const LEAST: u16, const MOST: u16>(u16);
    impl<'de, const LEAST: u16, const MOST: u16> Deserialize<'de> for Bounded<LEAST, MOST> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let number = deserializer.deserialize_any(Whole(i64::from(LEAST)..=i64::from(MOST)))?;
            u16::try_from(number).map(Self).map_err(D::Error::custom)
        }
    }
    Ok(Option::<Bounded<LEAST, MOST>>::deserialize(deserializer)?.map(|number| number.0))
}

/// A whole number within bounds, as a number or as text.
struct Whole(RangeInclusive<i64>);

impl Visitor<'_> for Whole {
    type Value = i64;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self.0.end() {
            i64::MAX => write!(f, "a number from {}", self.0.start()),
            end => write!(f, "a number from {} to {end}", self.0.start()),
        }
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<i64, E> {
        let number = i64::try_from(value).ok().filter(|number| self.0.contains(number));
        number.ok_or_else(|| E::invalid_value(Unexpected::Unsigned(value), &self))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<i64, E> {
        Err(E::invalid_value(Unexpected::Signed(value), &self))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
        match text.parse() {
            Ok(value) => self.visit_u64(value),
            Err(_) => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

/// The name of a new account. Directories have names that no account can have: the error says what to do then.
pub fn new_username<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Username, D::Error> {
    const DIRECTORY: &str = "a user whose name in a directory has other characters is added with a name of your choice and \
                             the name there in `ldap_user_dn` (`user add --ldap-user-dn`)";
    let text = Cow::<'de, str>::deserialize(deserializer)?;
    text.parse().map_err(|error| D::Error::custom(format!("{error}; {DIRECTORY}")))
}

/// Something that can be read from text.
pub fn parsed<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

/// [`parsed`] where the field may be missing or `null`.
pub fn optional_parsed<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    let text = Option::<Cow<'de, str>>::deserialize(deserializer)?;
    text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
}

/// Where searches start: a distinguished name or a domain.
pub fn search_base<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Dn, D::Error> {
    Dn::search_base(&Cow::<'de, str>::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// [`search_base`] where the field may be missing or `null`.
pub fn optional_search_base<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Dn>, D::Error> {
    let text = Option::<Cow<'de, str>>::deserialize(deserializer)?;
    text.map(|text| Dn::search_base(&text).map_err(D::Error::custom)).transpose()
}

/// A list of things that can be read from text, as a JSON list or as text with commas between.
pub fn names<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<String, Error: fmt::Display>,
{
    struct Names<T>(PhantomData<T>);
    impl<'de, T: TryFrom<String, Error: fmt::Display>> Visitor<'de> for Names<T> {
        type Value = Vec<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of names, or names with commas between")
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            parts.map(|part| T::try_from(part.to_owned()).map_err(E::custom)).collect()
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut names = Vec::new();
            while let Some(part) = list.next_element::<Cow<'de, str>>()? {
                names.push(T::try_from(part.into_owned()).map_err(A::Error::custom)?);
            }
            Ok(names)
        }
    }
    deserializer.deserialize_any(Names(PhantomData))
}

/// [`names`] where the field may be missing or `null`.
pub fn optional_names<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<String, Error: fmt::Display>,
{
    struct Nullable<T>(Option<Vec<T>>);
    impl<'de, T: TryFrom<String, Error: fmt::Display>> Deserialize<'de> for Nullable<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            names(deserializer).map(|names| Self(Some(names)))
        }
    }
    Ok(Option::<Nullable<T>>::deserialize(deserializer)?.and_then(|names| names.0))
}

/// An object inside an input. A derived `Deserialize` would take a list of the fields' values, too, in the order that the
/// source happens to have them.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Object::deserialize(deserializer).map(|object| object.0)
}

/// [`object`] where the field may be missing or `null`.
pub fn optional_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<Object<T>>::deserialize(deserializer)?.map(|object| object.0))
}

/// A list of what [`object`] takes.
pub fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Object<T>>::deserialize(deserializer)?.into_iter().map(|object| object.0).collect())
}

/// [`objects`] where the field may be missing or `null`.
pub fn optional_objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let list = Option::<Vec<Object<T>>>::deserialize(deserializer)?;
    Ok(list.map(|list| list.into_iter().map(|object| object.0).collect()))
}

struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Input {
        #[serde(default, deserialize_with = "super::flag")]
        all: bool,
        #[serde(default, deserialize_with = "super::limit")]
        limit: Option<u16>,
        #[serde(default, deserialize_with = "super::optional_names")]
        names: Option<Vec<String>>,
    }

    #[test]
    fn text_and_json_say_the_same() {
        let list = Some(vec!["a".to_owned(), "b".to_owned()]);
        let expected = Input { all: true, limit: Some(7), names: list };
        for form in [
            json!({"all": true, "limit": 7, "names": ["a", "b"]}),
            json!({"all": "true", "limit": "7", "names": "a, b"}),
        ] {
            assert_eq!(Input::deserialize(form).unwrap(), expected);
        }
    }

    #[test]
    fn a_page_holds_1_to_1000() {
        for bad in [json!({"limit": 0}), json!({"limit": 1001}), json!({"limit": -1}), json!({"limit": "x"})] {
            let error = Input::deserialize(bad).unwrap_err().to_string();
            assert!(error.contains("a number from 1 to 1000"), "{error}");
        }
    }

    #[test]
    fn a_null_list_is_a_missing_one() {
        assert_eq!(Input::deserialize(json!({"names": null})).unwrap().names, None);
    }
}
