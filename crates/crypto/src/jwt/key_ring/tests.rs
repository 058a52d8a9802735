use jsonwebtoken::jwk::{AlgorithmParameters, JwkSet};
use robin_model::{SessionId, TenantId, TenantRole, UserId};
use robin_testkit::fuzz::{Dice, cases};

use super::*;
use crate::SystemRandom;

const ISSUER: &str = "https://robin.example.com";
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn secret_key() -> SecretKey {
    SecretKey::from_bytes([1; 32])
}

fn ring(pairs: &[(&KeyPair, i64)]) -> KeyRing {
    let seal = |(pair, signs_from): &(&KeyPair, i64)| {
        pair.seal(&secret_key(), &SystemRandom, NOW, Timestamp::from_seconds(*signs_from))
    };
    KeyRing::open(&secret_key(), &pairs.iter().map(seal).collect::<Vec<_>>()).unwrap()
}

fn pair() -> KeyPair {
    KeyPair::generate()
}

fn claims() -> Claims {
    Claims {
        iss: ISSUER.into(),
        sub: "robin".into(),
        aud: ISSUER.into(),
        iat: NOW.seconds(),
        exp: NOW.seconds() + 3600,
        jti: SessionId("c2Vzc2lvbg".into()),
        user_id: UserId(3),
        tenant_id: TenantId(1),
        tenant: "Administrators".into(),
        role: TenantRole::Superadmin,
    }
}

/// A token with any header and any payload, signed as it should be.
fn forge(pair: &KeyPair, header: &str, payload: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &pair.private(), Algorithm::ES256).unwrap();
    format!("{message}.{signature}")
}

/// The header that every token has.
fn header(pair: &KeyPair) -> String {
    format!(r#"{{"typ":"JWT","alg":"ES256","kid":"{}"}}"#, pair.id())
}

fn payload() -> String {
    serde_json::to_string(&claims()).unwrap()
}

fn header_text(token: &str) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

#[test]
fn a_signed_token_says_what_was_signed() {
    let pair = pair();
    let ring = ring(&[(&pair, 0)]);
    let token = ring.sign(&claims(), NOW).unwrap();
    assert_eq!(ring.verify(&token, ISSUER, NOW), Ok(claims()));
    // Tokens live longer than servers: a header of another form would end every session at an update.
    assert_eq!(header_text(&token), header(&pair));
}

#[test]
fn other_programs_can_verify_a_token_with_the_published_keys() {
    let (old, new) = (pair(), pair());
    let ring = ring(&[(&old, 0), (&new, NOW.seconds())]);
    let token = ring.sign(&claims(), NOW).unwrap();
    let published = ring.jwks();
    for key in published["keys"].as_array().unwrap() {
        assert_eq!(
            (&key["use"], &key["alg"], &key["kty"], &key["crv"]),
            (&"sig".into(), &"ES256".into(), &"EC".into(), &"P-256".into())
        );
        assert!(key.get("d").is_none() && key["x"].is_string() && key["y"].is_string());
    }
    let set: JwkSet = serde_json::from_value(published).unwrap();
    let verifier = DecodingKey::from_jwk(set.find(&new.id().0).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&[ISSUER]);
    validation.set_issuer(&[ISSUER]);
    validation.validate_exp = false;
    assert_eq!(jsonwebtoken::decode::<Claims>(&token, &verifier, &validation).unwrap().claims, claims());
}

#[test]
fn the_newest_key_that_has_begun_signs_and_all_verify() {
    let (old, new, next) = (pair(), pair(), pair());
    let now = NOW.seconds();
    let ring = ring(&[(&next, now + 1), (&old, now - 100), (&new, now)]);
    let at = |seconds| ring.signs_with(Timestamp::from_seconds(seconds)).unwrap();
    assert_eq!((at(now - 1), at(now), at(now + 1)), (old.id(), new.id(), next.id()));
    assert_eq!(at(0), old.id());
    for seconds in [now - 1, now, now + 1] {
        let token = ring.sign(&claims(), Timestamp::from_seconds(seconds)).unwrap();
        assert!(ring.verify(&token, ISSUER, NOW).is_ok());
    }
}

#[test]
fn without_a_key_nothing_is_signed() {
    assert!(matches!(ring(&[]).sign(&claims(), NOW), Err(SignError::NoKey)));
    assert_eq!(ring(&[]).signs_with(NOW), None);
}

#[test]
fn sec_17_a_token_of_a_key_that_is_not_in_force_is_refused() {
    let (ours, theirs) = (pair(), pair());
    let token = ring(&[(&theirs, 0)]).sign(&claims(), NOW).unwrap();
    assert_eq!(ring(&[(&ours, 0)]).verify(&token, ISSUER, NOW), Err(TokenError::UnknownKey));
    let forged = forge(&theirs, &header(&ours), &payload());
    assert_eq!(ring(&[(&ours, 0)]).verify(&forged, ISSUER, NOW), Err(TokenError::Signature));
}

#[test]
fn the_time_that_counts_is_the_one_given() {
    let ring = ring(&[(&pair(), 0)]);
    let token = ring.sign(&claims(), NOW).unwrap();
    let at = |seconds| ring.verify(&token, ISSUER, Timestamp::from_seconds(seconds)).map(|_| ());
    let (issued, expires) = (claims().iat, claims().exp);
    assert_eq!(
        (at(expires - 1), at(expires), at(i64::MAX)),
        (Ok(()), Err(TokenError::Expired), Err(TokenError::Expired))
    );
    assert_eq!(
        (at(issued - 60), at(issued - 61), at(i64::MIN)),
        (Ok(()), Err(TokenError::Future), Err(TokenError::Future))
    );
    let just_before = Timestamp::from_micros(Timestamp::from_seconds(expires).micros() - 1);
    assert!(ring.verify(&token, ISSUER, just_before).is_ok());
}

#[test]
fn sec_18_a_token_of_another_issuer_or_audience_is_refused() {
    let ring = ring(&[(&pair(), 0)]);
    for (iss, aud) in [("https://evil.example.com", ISSUER), (ISSUER, "other"), (ISSUER, ""), ("", ISSUER)] {
        let token = ring.sign(&Claims { iss: iss.into(), aud: aud.into(), ..claims() }, NOW).unwrap();
        assert_eq!(ring.verify(&token, ISSUER, NOW), Err(TokenError::Foreign), "{iss:?} {aud:?}");
    }
    let token = ring.sign(&claims(), NOW).unwrap();
    assert_eq!(ring.verify(&token, "https://robin.example.com/", NOW), Err(TokenError::Foreign));
}

#[test]
fn sec_17_no_header_but_the_one_written_here_is_obeyed() {
    let pair = pair();
    let ring = ring(&[(&pair, 0)]);
    let good = header(&pair);
    assert_eq!(ring.verify(&forge(&pair, &good, &payload()), ISSUER, NOW), Ok(claims()));
    let alg = |name: &str| good.replace("ES256", name);
    let kid = |kid: &str| good.replace(&format!(r#""{}""#, pair.id()), kid);
    let with = |member: &str| good.replace('}', &format!(",{member}}}"));
    let jwk = serde_json::to_string(pair.public()).unwrap();
    let headers = [
        alg("none"),
        alg("NONE"),
        alg("HS256"),
        alg("ES384"),
        alg("RS256"),
        kid(r#""unknown""#),
        kid(r#""../../dev/null""#),
        kid("null"),
        good.replace("JWT", "at+jwt"),
        with(r#""crit":[]"#),
        with(r#""crit":["exp"]"#),
        with(r#""b64":false"#),
        with(r#""zip":"DEF""#),
        with(&format!(r#""jwk":{jwk}"#)),
        with(r#""jku":"https://evil.example.com/jwks.json""#),
        with(r#""x5u":"https://evil.example.com/cert.pem""#),
        with(r#""x5c":["MIIB"]"#),
        with(r#""alg":"ES256""#),
        with(r#""kid":"unknown""#),
        with(&format!(r#""kid":"{}""#, pair.id())),
        with(r#""typ":"JWT""#),
        format!("{good} "),
        r#"{"alg":"ES256"}"#.into(),
        "{}".into(),
        "[]".into(),
        String::new(),
    ];
    for header in headers {
        let token = forge(&pair, &header, &payload());
        assert_eq!(ring.verify(&token, ISSUER, NOW), Err(TokenError::UnknownKey), "{header}");
    }
}

#[test]
fn sec_17_a_token_without_a_signature_is_refused() {
    let ring = ring(&[(&pair(), 0)]);
    let token = ring.sign(&claims(), NOW).unwrap();
    let (message, _) = token.rsplit_once('.').unwrap();
    let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), message.split_once('.').unwrap().1);
    for forged in [unsigned, format!("{message}."), message.to_owned(), format!("{message}.{}", "A".repeat(86))] {
        assert!(ring.verify(&forged, ISSUER, NOW).is_err(), "{forged}");
    }
}

#[test]
fn sec_17_the_public_key_is_no_secret_to_sign_with() {
    let pair = pair();
    let ring = ring(&[(&pair, 0)]);
    let AlgorithmParameters::EllipticCurve(point) = &pair.public().algorithm else { panic!("no curve") };
    let json = serde_json::to_string(pair.public()).unwrap();
    for secret in [json, point.x.clone(), format!("{}{}", point.x, point.y)] {
        let header = Header { kid: Some(pair.id().0.clone()), ..Header::new(Algorithm::HS256) };
        let token = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(secret.as_bytes())).unwrap();
        assert_eq!(ring.verify(&token, ISSUER, NOW), Err(TokenError::UnknownKey));
        // The same under the header that a true token has.
        let (message, signature) = token.rsplit_once('.').unwrap();
        let mixed = format!("{}.{}.{signature}", ring.keys[0].encoded_header, message.split_once('.').unwrap().1);
        assert_eq!(ring.verify(&mixed, ISSUER, NOW), Err(TokenError::Signature));
    }
}

#[test]
fn sec_19_no_change_of_a_token_goes_unnoticed() {
    let ring = ring(&[(&pair(), 0)]);
    let token = ring.sign(&claims(), NOW).unwrap();
    for at in 0..token.len() {
        assert!(ring.verify(&token[..at], ISSUER, NOW).is_err(), "cut at {at}");
        for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \n\0".chars() {
            let mut changed = token.clone();
            changed.replace_range(at..=at, &other.to_string());
            assert!(changed == token || ring.verify(&changed, ISSUER, NOW).is_err(), "{other:?} at {at}");
        }
        for bit in 0..8 {
            let mut bytes = token.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            // What is no text can't be sent as a token at all.
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert!(ring.verify(&changed, ISSUER, NOW).is_err(), "bit {bit} at {at}");
        }
    }
}

/// Whether it is changed as text, or another payload is signed as it should be.
#[test]
fn no_text_however_odd_is_taken_for_a_token() {
    let pair = pair();
    let ring = ring(&[(&pair, 0)]);
    let (token, good) = (ring.sign(&claims(), NOW).unwrap(), payload());
    for case in 0..cases() {
        let mut dice = Dice::of(case);
        let text = match dice.below(3) {
            0 => dice.text(),
            _ => dice.changed(&token),
        };
        assert!(text == token || ring.verify(&text, ISSUER, NOW).is_err(), "case {case}: {text}");
        // Signing costs most: one in ten.
        if case % 10 == 0 {
            let mut said: Value = serde_json::from_str(&good).unwrap();
            dice.change(&mut said);
            let forged = forge(&pair, &header(&pair), &said.to_string());
            if let Ok(read) = ring.verify(&forged, ISSUER, NOW) {
                assert!(read.iss == ISSUER && read.aud == ISSUER && read.exp > NOW.seconds(), "case {case}: {said}");
            }
        }
    }
}

#[test]
fn sec_19_nothing_may_stand_around_a_token() {
    let ring = ring(&[(&pair(), 0)]);
    let token = ring.sign(&claims(), NOW).unwrap();
    for around in [" ", "\n", "\t", "=", "==", ".", "\0", "A", "AAAA", "\u{feff}"] {
        assert!(ring.verify(&format!("{token}{around}"), ISSUER, NOW).is_err(), "{around:?} after");
        assert!(ring.verify(&format!("{around}{token}"), ISSUER, NOW).is_err(), "{around:?} before");
    }
    for text in ["", ".", "..", "...", "a.b", "a.b.c", "Robin123"] {
        assert!(ring.verify(text, ISSUER, NOW).is_err(), "{text:?}");
    }
}

#[test]
fn sec_17_a_payload_of_another_form_is_refused() {
    let pair = pair();
    let ring = ring(&[(&pair, 0)]);
    let verify = |payload: &str| ring.verify(&forge(&pair, &header(&pair), payload), ISSUER, NOW);
    let good = payload();
    assert_eq!(verify(&good), Ok(claims()));
    // What a later version adds does not stop this one.
    assert_eq!(verify(&good.replace('}', r#","amr":["pwd"]}"#)), Ok(claims()));
    let inside = good.trim_end_matches('}');
    let bad = [
        // Twice the same claim: which one counts is not ours to guess.
        format!(r#"{inside},"exp":9999999999}}"#),
        format!(r#"{inside},"role":"superadmin"}}"#),
        format!(r#"{inside},"iss":"{ISSUER}"}}"#),
        format!("{good}{good}"),
        format!("{good}x"),
        good.replace(r#""exp":"#, r#""Exp":"#),
        good.replace(r#""role":"superadmin""#, r#""role":"root""#),
        good.replace(r#""user_id":3"#, r#""user_id":"3""#),
        good.replace(r#""user_id":3"#, r#""user_id":3.0"#),
        good.replace(&format!(r#""aud":"{ISSUER}""#), &format!(r#""aud":["{ISSUER}"]"#)),
        good.replace(r#""iat":"#, r#""iat":1e3,"x":"#),
        "{}".into(),
        "null".into(),
        String::new(),
    ];
    for payload in bad {
        assert_eq!(verify(&payload), Err(TokenError::Malformed), "{payload}");
    }
}

#[test]
fn sec_19_a_text_that_is_too_long_is_not_looked_at() {
    let pair = pair();
    let ring = ring(&[(&pair, 0)]);
    let token = ring.sign(&Claims { tenant: "x".repeat(8000), ..claims() }, NOW).unwrap();
    assert_eq!(ring.verify(&token, ISSUER, NOW), Err(TokenError::Malformed));
}
