use std::time::Duration;

use robin_model::{
    AuditId, TenantId, UserId,
    audit::{Entry, Filter, Outcome},
};

use super::{Database, NOW, Tx, begin, cases};
use crate::Access;

cases!(
    a_record_comes_back_as_it_was_appended,
    many_records_are_appended_at_once,
    records_come_newest_first_in_pages,
    filters_hold_together,
);

fn entry(actor: &str, action: &str) -> Entry {
    Entry {
        at: NOW,
        actor: UserId(3),
        actor_name: actor.into(),
        tenant: Some(TenantId(1)),
        tenant_name: Some("Administrators".into()),
        action: action.into(),
        target_type: "USER".into(),
        target: "ada".into(),
        outcome: Outcome::Success,
        before: None,
        after: None,
        request_id: "r".into(),
        address: "127.0.0.1".into(),
    }
}

async fn found(tx: &mut Tx, filter: &Filter) -> Vec<i64> {
    tx.audits(filter, None, 100).await.unwrap().into_iter().map(|record| record.id.0).collect()
}

async fn a_record_comes_back_as_it_was_appended(store: Database) {
    let mut tx = begin(&store, Access::Append).await;
    let value = |text: &str| text.parse::<i64>().map(Into::into).ok();
    let full = Entry { before: value("1"), after: value("2"), outcome: Outcome::Denied, ..entry("Ada", "user.update") };
    let bare = Entry { tenant: None, tenant_name: None, outcome: Outcome::Failure, ..entry("", "login") };
    let first = tx.append_audit(&full).await.unwrap();
    assert!(tx.append_audit(&bare).await.unwrap() > first);
    tx.commit().await.unwrap();
    let mut tx = begin(&store, Access::Read).await;
    let entries: Vec<_> =
        tx.audits(&Filter::default(), None, 9).await.unwrap().into_iter().map(|it| it.entry).collect();
    assert_eq!(entries, [bare, full]);
}

async fn records_come_newest_first_in_pages(store: Database) {
    let mut tx = begin(&store, Access::Append).await;
    for _ in 0..5 {
        tx.append_audit(&entry("ada", "x")).await.unwrap();
    }
    let page = async |tx: &mut Tx, before: Option<i64>| {
        let page = tx.audits(&Filter::default(), before.map(AuditId), 2).await.unwrap();
        page.into_iter().map(|record| record.id.0).collect::<Vec<_>>()
    };
    assert_eq!(page(&mut tx, None).await, [5, 4]);
    assert_eq!(page(&mut tx, Some(4)).await, [3, 2]);
    assert_eq!(page(&mut tx, Some(2)).await, [1]);
    assert_eq!(page(&mut tx, Some(1)).await, [0; 0]);
}

async fn filters_hold_together(store: Database) {
    let mut tx = begin(&store, Access::Append).await;
    let later = NOW.plus(Duration::from_micros(1));
    for it in [
        entry("Ada", "user.create"),
        Entry { tenant: Some(TenantId(2)), ..entry("ada", "user.delete") },
        Entry { at: later, ..entry("Örjan", "user.create") },
        Entry { tenant: None, target: "bob".into(), ..entry("bob", "user.create") },
    ] {
        tx.append_audit(&it).await.unwrap();
    }
    let any = Filter::default;
    for (filter, numbers) in [
        (any(), vec![4, 3, 2, 1]),
        (Filter { actor: Some("ADA".into()), ..any() }, vec![2, 1]),
        (Filter { actor: Some("öRJAN".into()), ..any() }, vec![3]),
        (Filter { tenant: Some(TenantId(1)), ..any() }, vec![3, 1]),
        (Filter { action: Some("user.create".into()), ..any() }, vec![4, 3, 1]),
        (Filter { target: Some("bob".into()), ..any() }, vec![4]),
        (Filter { since: Some(later), ..any() }, vec![3]),
        (Filter { until: Some(later), ..any() }, vec![4, 2, 1]),
        (Filter { actor: Some("ada".into()), action: Some("user.create".into()), ..any() }, vec![1]),
    ] {
        assert_eq!(found(&mut tx, &filter).await, numbers, "{filter:?}");
    }
}

/// More than go into one statement.
async fn many_records_are_appended_at_once(store: Database) {
    let mut tx = begin(&store, Access::Append).await;
    let many: Vec<Entry> = (0..300).map(|number| entry("Ada", &format!("a.{number}"))).collect();
    tx.append_audits(&many).await.unwrap();
    tx.append_audits(&[]).await.unwrap();
    let records = tx.audits(&Filter::default(), None, 1000).await.unwrap();
    let mut entries: Vec<Entry> = records.into_iter().map(|record| record.entry).collect();
    entries.reverse();
    assert_eq!(entries, many);
}
