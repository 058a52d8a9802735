//! An object as decisions see it.

use robin_model::{
    ObjectId, ObjectName, TenantId, Timestamp, UserId,
    object::Object,
    share::{ObjectShare, ShareSource},
};
use robin_rbac::{Instance, Share};
use robin_storage::Transaction;

use crate::Result;

/// The end of what has none.
const NEVER: Timestamp = Timestamp::from_micros(i64::MAX);

/// A registered object with all that decides who reaches it.
#[derive(Debug, PartialEq, Eq)]
pub struct SharedObject {
    /// Its number.
    pub id: ObjectId,
    /// Its type.
    pub object_type: String,
    /// What its service calls it.
    pub name: ObjectName,
    /// Who owns it.
    pub owner: Option<UserId>,
    /// The tenant it is bound to; without one it belongs to the cluster.
    pub tenant: Option<TenantId>,
    // INVARIANT: the shares that last longest come first, and `ends` has the end of each at its place.
    shares: Vec<Share>,
    ends: Vec<Timestamp>,
}

impl SharedObject {
    /// The object with these shares.
    #[must_use]
    pub fn new(object: &Object, shares: &[ObjectShare]) -> Self {
        let end = |share: &ObjectShare| share.expires_at.unwrap_or(NEVER);
        let mut pairs: Vec<(Timestamp, Share)> =
            shares.iter().map(|share| (end(share), Share { with: share.with, operations: share.operations })).collect();
        pairs.sort_by_key(|(end, _)| std::cmp::Reverse(*end));
        let (ends, shares) = pairs.into_iter().unzip();
        let Object { id, owner, tenant, .. } = *object;
        Self { id, object_type: object.object_type.clone(), name: object.name.clone(), owner, tenant, shares, ends }
    }

    /// Reads the object of that type and name; `None` when there is none.
    ///
    /// # Errors
    /// When the database can't answer.
    pub async fn load(tx: &mut dyn Transaction, object_type: &str, name: &ObjectName) -> Result<Option<Self>> {
        let Some(object) = tx.object_named(object_type, name).await? else { return Ok(None) };
        Self::of(tx, &object).await.map(Some)
    }

    /// Reads the shares of an object.
    ///
    /// # Errors
    /// When the database can't answer.
    pub async fn of(tx: &mut dyn Transaction, object: &Object) -> Result<Self> {
        // Which of them are over is asked when it matters.
        let ever = Timestamp::from_micros(i64::MIN);
        let shares = tx.shares(ShareSource::Object(object.id), ever, None, u32::MAX).await?;
        Ok(Self::new(object, &shares))
    }

    /// The shares that are in force.
    #[must_use]
    pub fn shares(&self, now: Timestamp) -> &[Share] {
        self.shares.get(..self.in_force(now)).unwrap_or_default()
    }

    /// The object with the shares that are in force.
    #[must_use]
    pub fn instance(&self, now: Timestamp) -> Instance<'_> {
        let shares = self.shares(now);
        Instance::Object { id: self.name.as_str(), owner: self.owner, tenant: self.tenant, shares }
    }

    /// When the first of the shares that are in force ends, if one does.
    #[must_use]
    pub fn next_end(&self, now: Timestamp) -> Option<Timestamp> {
        let last = self.in_force(now).checked_sub(1)?;
        self.ends.get(last).copied().filter(|end| *end != NEVER)
    }

    /// How many shares are in force.
    fn in_force(&self, now: Timestamp) -> usize {
        self.ends.partition_point(|end| *end > now)
    }
}

#[cfg(test)]
mod tests {
    use robin_model::{ShareId, object::Attributes};
    use robin_rbac::{ShareTarget, sharing::Operations};

    use super::*;

    fn share(user: i64, expires_at: Option<i64>) -> ObjectShare {
        ObjectShare {
            id: ShareId(user),
            object: ObjectId(1),
            object_type: "BUNDLE".to_owned(),
            object_name: "b".parse().unwrap(),
            with: ShareTarget::User(UserId(user)),
            with_name: format!("u{user}"),
            operations: Operations::VIEW,
            expires_at: expires_at.map(Timestamp::from_seconds),
            created_at: Timestamp::from_seconds(0),
            created_by: UserId(3),
            created_by_name: "a".parse().unwrap(),
        }
    }

    #[test]
    fn sec_53_a_share_is_over_at_its_end_whatever_else_is_shared() {
        let object = Object {
            id: ObjectId(1),
            object_type: "BUNDLE".to_owned(),
            name: "b".parse().unwrap(),
            owner: None,
            owner_name: None,
            tenant: Some(TenantId(2)),
            tenant_name: None,
            attributes: Attributes::new(),
            created_at: Timestamp::from_seconds(0),
        };
        let shares = [share(1, Some(20)), share(2, None), share(3, Some(10)), share(4, Some(20))];
        let object = SharedObject::new(&object, &shares);
        for (second, expected) in [(9, &[1, 2, 3, 4][..]), (10, &[1, 2, 4]), (19, &[1, 2, 4]), (20, &[2]), (99, &[2])] {
            let shares = object.shares(Timestamp::from_seconds(second));
            let mut users: Vec<i64> = shares
                .iter()
                .map(|share| match share.with {
                    ShareTarget::User(user) => user.0,
                    ShareTarget::Tenant(_) => 0,
                })
                .collect();
            users.sort_unstable();
            assert_eq!(users, expected, "at {second}");
            let next = [10, 20].into_iter().find(|end| *end > second).map(Timestamp::from_seconds);
            assert_eq!(object.next_end(Timestamp::from_seconds(second)), next, "at {second}");
        }
    }
}
