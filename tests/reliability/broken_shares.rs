//! The connection to the database breaks at every statement of what makes, changes and ends shares, and of what ends them along the
//! way: all of it happens, or nothing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use robin_model::{ObjectName, TenantName, TenantRole, Username, object::Attributes, profile::Profile};
use robin_service::{
    Ctx, object,
    share::{self, Target},
    startup::{self, Parts},
    tenant, user,
};
use robin_testkit::{ADMIN, PASSWORD};

use super::broken_inside::Trial;
use crate::inside::{Later, admin, asked_by, log_in, opened, secret};

/// A type whose objects are shared with tenants and with users.
pub const TYPE: &str = "STORAGE_REPO";
/// The tenant of the objects, and one that they are shared with.
pub const HOME: &str = "home";
pub const AWAY: &str = "away";

/// The password of everybody but the superadmin.
pub const PERSONAL: &str = "plover-quartz-41";

/// Two tenants, and the superadmin, now and in a few days.
pub struct Stage {
    pub trial: Trial,
    pub boss: Ctx,
    late: Ctx,
    count: AtomicU32,
}

impl Stage {
    pub async fn begin() -> Self {
        let trial = Trial::begin().await;
        assert!(startup::install(&trial.parts, &admin()).await.unwrap());
        let at = async |days| {
            let clock = Arc::new(Later::default());
            clock.set(days);
            let robin = opened(Parts { clock, ..trial.parts() }).await;
            asked_by(&robin, &log_in(&robin, ADMIN, PASSWORD).await.unwrap()).await.unwrap()
        };
        let (boss, late) = (at(0).await, at(2).await);
        for name in [HOME, AWAY] {
            tenant::create(&boss, &name.parse().unwrap(), "").await.unwrap();
        }
        Self { trial, boss, late, count: AtomicU32::new(0) }
    }

    pub fn fresh(&self) -> String {
        format!("new-{:04}", self.count.fetch_add(1, Ordering::Relaxed))
    }

    async fn user(&self, tenant: &str) -> Username {
        self.member(&[(tenant, TenantRole::User)]).await
    }

    /// A new user with these roles in these tenants.
    pub async fn member(&self, places: &[(&str, TenantRole)]) -> Username {
        let name: Username = self.fresh().parse().unwrap();
        let join = |(tenant, role): &(&str, TenantRole)| user::Join {
            tenant: tenant.parse().unwrap(),
            role: *role,
            capabilities: None,
            namespace: None,
        };
        let new = user::New {
            username: name.clone(),
            provider: user::Provider::Local,
            password: Some(secret(PERSONAL)),
            profile: Profile::default(),
            tenants: places.iter().map(join).collect(),
        };
        user::create(&self.boss, vec![new], user::Known::Refused).await.unwrap();
        name
    }

    fn novel(&self, tenant: Option<&str>, owner: Option<&Username>) -> object::New {
        object::New {
            object_type: TYPE.to_owned(),
            name: self.fresh().parse().unwrap(),
            owner: owner.cloned(),
            tenant: tenant.map(|name| name.parse().unwrap()),
            attributes: Attributes::new(),
        }
    }

    async fn object(&self, tenant: Option<&str>, owner: &Username) -> ObjectName {
        let new = self.novel(tenant, Some(owner));
        object::register(&self.boss, std::slice::from_ref(&new)).await.unwrap();
        new.name
    }

    /// A share for this, of which each lasts for an hour.
    fn share(&self, object: &ObjectName, with: &Target, operation: &str) -> share::New {
        share::New {
            object_type: TYPE.to_owned(),
            name: object.clone(),
            with: with.clone(),
            operations: vec![operation.to_owned()],
            expires_at: Some(self.boss.now().plus(Duration::from_hours(1))),
        }
    }

    /// An object that is shared with the other tenant, and, because it is, with a member there.
    pub async fn shared(&self, owner: &Username, guest: &Username) -> (ObjectName, Target, Target) {
        let object = self.object(Some(HOME), owner).await;
        let (with_tenant, with_user) = (Target::Tenant(AWAY.parse().unwrap()), Target::User(guest.clone()));
        for (with, operation) in [(&with_tenant, "manage"), (&with_user, "push")] {
            share::add(&self.boss, &self.share(&object, with, operation)).await.unwrap();
        }
        (object, with_tenant, with_user)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_makes_and_ends_no_share_half() {
    let stage = Stage::begin().await;
    let (trial, boss) = (&stage.trial, &stage.boss);
    let (owner, guest) = (stage.user(HOME).await, stage.user(AWAY).await);
    let shared = async || stage.shared(&owner, &guest).await;
    let end =
        async |(object, with, _): (ObjectName, Target, Target)| share::remove(boss, TYPE, &object, &with, None).await;
    trial.of_what_is_arranged("ending a share that others rest on", shared, end).await;
    let widen = async |(object, with, _): (ObjectName, Target, Target)| {
        let longer = Some(boss.now().plus(Duration::from_hours(2)));
        share::add(boss, &share::New { expires_at: longer, ..stage.share(&object, &with, "share") }).await
    };
    trial.of_what_is_arranged("widening a share", shared, widen).await;
    let narrow = async |(object, _, with): (ObjectName, Target, Target)| {
        share::remove(boss, TYPE, &object, &with, Some(&["push".to_owned()])).await
    };
    trial.of_what_is_arranged("narrowing a share", shared, narrow).await;

    let renew = async |(object, with, _): (ObjectName, Target, Target)| {
        share::add(&stage.late, &share::New { expires_at: None, ..stage.share(&object, &with, "manage") }).await
    };
    trial.of_what_is_arranged("sharing anew what is over", shared, renew).await;
    let alone = async || {
        share::expire(&stage.late.robin).await.unwrap();
        shared().await
    };
    let expire = async |_| share::expire(&stage.late.robin).await;
    trial.of_what_is_arranged("ending what is over", alone, expire).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_leaves_nothing_behind_that_somebody_owned_or_shared() {
    let stage = Stage::begin().await;
    let (trial, boss) = (&stage.trial, &stage.boss);
    // Who has objects in the tenant and of the cluster, and an heir whom one of them is shared with.
    let person = async || {
        let (owner, heir) = (stage.user(HOME).await, stage.user(HOME).await);
        let object = stage.object(Some(HOME), &owner).await;
        stage.object(None, &owner).await;
        share::add(boss, &stage.share(&object, &Target::User(heir.clone()), "push")).await.unwrap();
        (owner, heir, object)
    };
    let inherit = async |(owner, heir, _): (Username, Username, ObjectName)| {
        let removal = user::Removal { replacements: vec![(HOME.parse().unwrap(), heir)] };
        user::remove(boss, &owner, &removal).await
    };
    trial.of_what_is_arranged("leaving everything to an heir", person, inherit).await;
    let remove = async |(owner, _, _): (Username, Username, ObjectName)| {
        user::remove(boss, &owner, &user::Removal::default()).await
    };
    trial.of_what_is_arranged("leaving everything to nobody", person, remove).await;
    let give = async |(_, heir, object): (Username, Username, ObjectName)| {
        object::change_owner(boss, TYPE, &object, &heir).await
    };
    trial.of_what_is_arranged("giving an object away", person, give).await;
    // An administrator gives what belongs to the cluster to somebody within reach.
    let chief = stage.member(&[(HOME, TenantRole::Tenantadmin)]).await;
    let chief = log_in(&boss.robin, chief.as_str(), PERSONAL).await.unwrap();
    let chief = asked_by(&boss.robin, &chief).await.unwrap();
    let common = async || (stage.object(None, &stage.user(HOME).await).await, stage.user(HOME).await);
    let give = async |(object, heir): (ObjectName, Username)| object::change_owner(&chief, TYPE, &object, &heir).await;
    trial.of_what_is_arranged("giving away what belongs to the cluster", common, give).await;
    let register = async |(owner, _, object): (Username, Username, ObjectName)| {
        let known = object::New { name: object, ..stage.novel(Some(HOME), Some(&owner)) };
        let new = [known, stage.novel(Some(HOME), Some(&owner)), stage.novel(None, None)];
        object::register(boss, &new).await.map(|count| assert_eq!(count, 2))
    };
    trial.of_what_is_arranged("registering several objects", person, register).await;

    let owner = stage.user(HOME).await;
    let empty = async || {
        let name = stage.fresh();
        tenant::create(boss, &name.parse().unwrap(), "").await.unwrap();
        let object = stage.object(Some(HOME), &owner).await;
        let with = Target::Tenant(name.parse().unwrap());
        share::add(boss, &stage.share(&object, &with, "manage")).await.unwrap();
        name.parse().unwrap()
    };
    let remove = async |name: TenantName| tenant::remove(boss, &name).await;
    trial.of_what_is_arranged("removing a tenant that things are shared with", empty, remove).await;
}
