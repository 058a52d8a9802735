use robin_model::{KeyId, session::SigningKey};

use super::{Database, NOW, begin, cases};
use crate::{Access, Installation};

cases!(there_is_one_installation, settings_come_by_name, sealed_values_are_replaced_where_they_stand);

async fn there_is_one_installation(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    assert_eq!(tx.installation().await.unwrap(), None);
    let first = Installation { zone_id: i64::MAX, key_fingerprint: "f".into(), created_at: NOW };
    assert!(tx.insert_installation(&first).await.unwrap());
    assert!(!tx.insert_installation(&Installation { zone_id: 2, ..first.clone() }).await.unwrap());
    assert_eq!(tx.installation().await.unwrap(), Some(first.clone()));
    tx.set_key_fingerprint("g").await.unwrap();
    assert_eq!(tx.installation().await.unwrap(), Some(Installation { key_fingerprint: "g".into(), ..first }));
}

async fn settings_come_by_name(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    assert_eq!(tx.configs().await.unwrap(), []);
    for (name, value) in [("b.a", "1"), ("a_b", "2"), ("a.z", "3"), ("B", "4"), ("b.a", "5")] {
        tx.set_config(name, value).await.unwrap();
    }
    let set = [("B", "4"), ("a.z", "3"), ("a_b", "2"), ("b.a", "5")];
    assert_eq!(tx.configs().await.unwrap(), set.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

async fn sealed_values_are_replaced_where_they_stand(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    for id in ["a/b", "c"] {
        let key = SigningKey { id: KeyId(id.into()), sealed: vec![1], created_at: NOW, signs_from: NOW };
        tx.insert_signing_key(&key).await.unwrap();
    }
    let sealed = tx.sealed_secrets().await.unwrap();
    assert_eq!(sealed.len(), 2);
    for (number, (place, value)) in (7..).zip(&sealed) {
        assert_eq!(value, &[1]);
        tx.reseal(place, &[number]).await.unwrap();
    }
    let keys = tx.signing_keys().await.unwrap();
    assert_eq!(keys.iter().map(|key| key.sealed.as_slice()).collect::<Vec<_>>(), [[7], [8]]);
    assert!(tx.reseal("nowhere/a/b", &[1]).await.is_err());
}
