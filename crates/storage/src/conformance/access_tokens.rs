use std::time::Duration;

use robin_model::{
    TenantId, TokenId, UserId,
    access_token::{Issue, NewToken, TokenFilter, TokenState},
    user::{AccountKind, Authentication, NewUser, UserFilter},
};
use robin_rbac::{Grant, Scope};

use super::{Database, NOW, Tx, add_member, add_tenant, add_user, begin, cases, new_user};
use crate::Access;

cases!(
    a_token_comes_back_as_it_was_made,
    a_token_is_known_by_its_hash_while_it_is_active,
    a_requested_token_is_issued_later,
    a_user_stands_as_their_newest_token_does,
    tokens_come_by_number_of_all_a_tenant_or_a_user,
    tokens_go_with_their_owner_or_with_a_membership,
    last_use_is_written_down_and_never_goes_back,
    ended_tokens_go_but_what_was_taken_away_stays,
    service_accounts_are_told_from_people,
);

fn issue(byte: u8) -> Issue {
    Issue {
        hash: [byte; 32],
        shown: format!("robin_pat_{byte}"),
        at: NOW,
        expires_at: NOW.plus(Duration::from_mins(1)),
    }
}

fn token(user: UserId, tenant: TenantId, byte: u8) -> NewToken {
    NewToken {
        user,
        tenant,
        name: "ci".into(),
        grants: None,
        created_at: NOW,
        created_by: user,
        issue: Some(issue(byte)),
    }
}

async fn two_users(store: &Database) -> (UserId, UserId, TenantId) {
    let mut tx = begin(store, Access::Change).await;
    let found = (add_user(&mut tx, "ada").await, add_user(&mut tx, "bob").await, add_tenant(&mut tx, "dev").await);
    tx.commit().await.unwrap();
    found
}

async fn ids(tx: &mut Tx, user: Option<UserId>, tenant: Option<TenantId>) -> Vec<TokenId> {
    let found = tx.tokens(&TokenFilter { user, tenant }, None, 100).await.unwrap();
    found.into_iter().map(|token| token.id).collect()
}

async fn a_token_comes_back_as_it_was_made(store: Database) {
    let (ada, bob, dev) = two_users(&store).await;
    let narrow = Grant { operations: Scope::of(["view"]), tenants: Scope::of(["2"]), ..Grant::all() };
    for grants in [None, Some(Vec::new()), Some(vec![narrow, Grant::all()])] {
        let mut tx = begin(&store, Access::Append).await;
        let byte = u8::try_from(grants.as_ref().map_or(7, Vec::len)).unwrap();
        let new = NewToken { grants: grants.clone(), created_by: bob, ..token(ada, dev, byte) };
        let made = tx.insert_token(&new).await.unwrap();
        let kept = tx.token(made.id).await.unwrap().unwrap();
        assert_eq!(made, kept);
        assert_eq!((kept.user, kept.username.as_str(), kept.created_by), (ada, "ada", bob));
        assert_eq!((kept.tenant, kept.tenant_name.as_str(), kept.name.as_str()), (dev, "dev", "ci"));
        assert_eq!((kept.state, kept.grants), (TokenState::Active, grants));
        assert_eq!((kept.shown, kept.expires_at), (Some(issue(byte).shown), Some(issue(byte).expires_at)));
        assert_eq!((kept.created_at, kept.last_used_at), (NOW, None));
        assert_eq!((kept.revoked_at, kept.revoked_by), (None, None));
        tx.commit().await.unwrap();
    }
    assert_eq!(begin(&store, Access::Read).await.token(TokenId(99)).await.unwrap(), None);
}

async fn a_token_is_known_by_its_hash_while_it_is_active(store: Database) {
    let (ada, bob, dev) = two_users(&store).await;
    let mut tx = begin(&store, Access::Change).await;
    let id = tx.insert_token(&token(ada, dev, 1)).await.unwrap().id;
    assert_eq!(tx.token_hashed(&[1; 32]).await.unwrap().map(|token| token.id), Some(id));
    assert_eq!(tx.token_hashed(&[2; 32]).await.unwrap(), None);
    tx.issue_token(id, &issue(2)).await.unwrap();
    assert_eq!(tx.token_hashed(&[1; 32]).await.unwrap(), None, "another text takes its place");
    assert_eq!(tx.token_hashed(&[2; 32]).await.unwrap().map(|token| token.id), Some(id));
    let revoked = tx.revoke_token(id, NOW, Some(bob)).await.unwrap();
    assert_eq!(tx.token_hashed(&[2; 32]).await.unwrap(), None);
    assert_eq!(tx.token(id).await.unwrap().unwrap(), revoked);
    assert_eq!((revoked.state, revoked.revoked_at, revoked.revoked_by), (TokenState::Revoked, Some(NOW), Some(bob)));
    assert_eq!(revoked.shown, Some(issue(2).shown), "which one it was is still known");
}

async fn a_requested_token_is_issued_later(store: Database) {
    let (ada, _, dev) = two_users(&store).await;
    let mut tx = begin(&store, Access::Append).await;
    let id = tx.insert_token(&NewToken { issue: None, ..token(ada, dev, 1) }).await.unwrap().id;
    tx.insert_token(&NewToken { issue: None, ..token(ada, dev, 1) }).await.unwrap();
    let asked = tx.token(id).await.unwrap().unwrap();
    assert_eq!((asked.state, asked.shown, asked.expires_at), (TokenState::Requested, None, None));
    tx.issue_token(id, &issue(3)).await.unwrap();
    assert_eq!(tx.token_hashed(&[3; 32]).await.unwrap().map(|token| token.state), Some(TokenState::Active));
}

async fn a_user_stands_as_their_newest_token_does(store: Database) {
    let (ada, bob, dev) = two_users(&store).await;
    let mut tx = begin(&store, Access::Change).await;
    for tenant in [None, Some(dev)] {
        let standing = tx.token_standing(ada, tenant, NOW).await.unwrap();
        assert_eq!((standing.status(), standing.is_barred(), standing.requested), ("none", false, None));
    }
    let asked = tx.insert_token(&NewToken { issue: None, ..token(ada, dev, 1) }).await.unwrap().id;
    let standing = tx.token_standing(ada, Some(dev), NOW).await.unwrap();
    assert_eq!((standing.status(), standing.requested), ("requested", Some(asked)));
    let one = tx.insert_token(&token(ada, dev, 1)).await.unwrap().id;
    let standing = tx.token_standing(ada, None, NOW).await.unwrap();
    assert_eq!((standing.status(), standing.in_force, standing.requested), ("active", 1, Some(asked)));
    tx.issue_token(asked, &issue(2)).await.unwrap();
    tx.revoke_token(asked, NOW, Some(bob)).await.unwrap();
    assert!(!tx.token_standing(ada, None, NOW).await.unwrap().is_barred(), "another is in force");
    let later = NOW.plus(Duration::from_mins(1));
    assert_eq!(tx.token_standing(ada, None, later).await.unwrap().status(), "none", "the newest has ended");
    tx.revoke_token(one, NOW, Some(ada)).await.unwrap();
    let standing = tx.token_standing(ada, Some(dev), NOW).await.unwrap();
    assert_eq!((standing.status(), standing.is_barred()), ("revoked", false), "they did it themselves");
    tx.revoke_token(one, NOW, Some(bob)).await.unwrap();
    assert!(tx.token_standing(ada, Some(dev), NOW).await.unwrap().is_barred());
    assert_eq!(tx.token_standing(ada, Some(TenantId(1)), NOW).await.unwrap().status(), "none");
    assert_eq!(tx.token_standing(bob, None, NOW).await.unwrap().status(), "none");
}

async fn tokens_come_by_number_of_all_a_tenant_or_a_user(store: Database) {
    let (ada, bob, dev) = two_users(&store).await;
    let mut tx = begin(&store, Access::Append).await;
    let places = [(ada, dev, 1), (bob, dev, 2), (ada, TenantId(1), 3), (ada, dev, 4)];
    let mut made = Vec::new();
    for (user, tenant, byte) in places {
        made.push(tx.insert_token(&token(user, tenant, byte)).await.unwrap().id);
    }
    assert_eq!(ids(&mut tx, None, None).await, made);
    assert_eq!(ids(&mut tx, Some(ada), None).await, [made[0], made[2], made[3]]);
    assert_eq!(ids(&mut tx, Some(ada), Some(dev)).await, [made[0], made[3]]);
    assert_eq!(ids(&mut tx, None, Some(dev)).await, [made[0], made[1], made[3]]);
    let page = tx.tokens(&TokenFilter::default(), Some(made[0]), 2).await.unwrap();
    assert_eq!(page.iter().map(|token| token.id).collect::<Vec<_>>(), made[1..3]);
}

async fn tokens_go_with_their_owner_or_with_a_membership(store: Database) {
    let (ada, bob, dev) = two_users(&store).await;
    let mut tx = begin(&store, Access::Change).await;
    let mut made = Vec::new();
    for (user, tenant, byte) in [(ada, dev, 1), (bob, dev, 2), (ada, TenantId(1), 3)] {
        made.push(tx.insert_token(&token(user, tenant, byte)).await.unwrap().id);
    }
    assert_eq!(tx.remove_tokens_of(ada, Some(dev)).await.unwrap(), [made[0]]);
    assert_eq!(tx.remove_tokens_of(ada, None).await.unwrap(), [made[2]]);
    assert_eq!(ids(&mut tx, None, None).await, [made[1]]);
    assert_eq!(tx.token_hashed(&[1; 32]).await.unwrap(), None);
}

async fn last_use_is_written_down_and_never_goes_back(store: Database) {
    let (ada, _, dev) = two_users(&store).await;
    let mut tx = begin(&store, Access::Append).await;
    let (one, other) = (
        tx.insert_token(&token(ada, dev, 1)).await.unwrap().id,
        tx.insert_token(&token(ada, dev, 2)).await.unwrap().id,
    );
    let later = NOW.plus(Duration::from_mins(1));
    tx.use_tokens(&[one], later).await.unwrap();
    tx.use_tokens(&[one, other, TokenId(99)], NOW).await.unwrap();
    tx.use_tokens(&[], later).await.unwrap();
    assert_eq!(tx.token(one).await.unwrap().unwrap().last_used_at, Some(later));
    assert_eq!(tx.token(other).await.unwrap().unwrap().last_used_at, Some(NOW));
}

async fn ended_tokens_go_but_what_was_taken_away_stays(store: Database) {
    let (ada, bob, dev) = two_users(&store).await;
    let mut tx = begin(&store, Access::Change).await;
    let mut made = Vec::new();
    for byte in 1..6 {
        made.push(tx.insert_token(&token(ada, dev, byte)).await.unwrap().id);
    }
    let lasting = Issue { expires_at: NOW.plus(Duration::from_mins(9)), ..issue(6) };
    made.push(tx.insert_token(&NewToken { issue: Some(lasting), ..token(ada, dev, 6) }).await.unwrap().id);
    made.push(tx.insert_token(&NewToken { issue: None, ..token(ada, dev, 7) }).await.unwrap().id);
    for (nth, by) in [(1, Some(ada)), (2, Some(bob)), (3, None)] {
        tx.revoke_token(made[nth], NOW, by).await.unwrap();
    }
    assert_eq!(tx.remove_ended_tokens(NOW).await.unwrap(), 0);
    assert_eq!(tx.remove_ended_tokens(NOW.plus(Duration::from_mins(2))).await.unwrap(), 4);
    assert_eq!(ids(&mut tx, None, None).await, [made[2], made[5], made[6]]);
}

async fn service_accounts_are_told_from_people(store: Database) {
    let mut tx = begin(&store, Access::Change).await;
    let ada = add_user(&mut tx, "ada").await;
    let service = NewUser { authentication: Authentication::Service, ..new_user("ci") };
    let ci = tx.insert_user(&service).await.unwrap().unwrap();
    for user in [ada, ci] {
        add_member(&mut tx, user, TenantId(1), &[]).await;
    }
    assert_eq!(tx.user(ci).await.unwrap().unwrap().authentication, Authentication::Service);
    for tenant in [None, Some(TenantId(1))] {
        for (kind, expected) in
            [(AccountKind::Any, vec![ada, ci]), (AccountKind::Person, vec![ada]), (AccountKind::Service, vec![ci])]
        {
            let filter = UserFilter { tenant, kind, ..UserFilter::default() };
            let found = tx.users(&filter, None, 100).await.unwrap();
            assert_eq!(found.iter().map(|user| user.id).collect::<Vec<_>>(), expected, "{kind:?} of {tenant:?}");
        }
    }
    assert_eq!(tx.insert_user(&new_user("CI")).await.unwrap(), None, "people and services share their names");
}
