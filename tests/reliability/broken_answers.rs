//! The connection to the database breaks at every statement of a server's first answers, when it remembers nothing yet, and of
//! changes that are only rehearsed: the answer is the true one or none.

use std::{fmt::Debug, time::Duration};

use robin_model::{CapabilityName, ObjectName, Revision, TenantRole, Username, config::ATTRIBUTES};
use robin_rbac::Entry;
use robin_service::{
    Ctx, Page, Result,
    access::{self, Asked, Cut, Question, Semantic},
    capability, changes, object,
    session::LoggedIn,
    share::{self, Target},
    tenant,
};
use robin_testkit::{ADMIN, PASSWORD, database};

use super::broken_shares::{AWAY, HOME, PERSONAL, Stage, TYPE};
use crate::inside::{asked_by, log_in, opened};

/// All at once.
const WHOLE: Cut = Cut { after: None, limit: 1000 };

/// An object of one tenant that is shared with another one and with a guest there.
struct Scene {
    stage: Stage,
    boss: LoggedIn,
    /// An administrator of the object's tenant, logged into it, who is a user in the other one.
    admin: LoggedIn,
    /// The object's owner.
    owner: Username,
    guest: Username,
    object: ObjectName,
}

impl Scene {
    async fn set() -> Self {
        let stage = Stage::begin().await;
        let admin = stage.member(&[(HOME, TenantRole::Tenantadmin), (AWAY, TenantRole::User)]).await;
        let owner = stage.member(&[(HOME, TenantRole::User)]).await;
        let guest = stage.member(&[(AWAY, TenantRole::User)]).await;
        let (object, ..) = stage.shared(&owner, &guest).await;
        let robin = opened(stage.trial.parts()).await;
        let boss = log_in(&robin, ADMIN, PASSWORD).await.unwrap();
        let admin = log_in(&robin, admin.as_str(), PERSONAL).await.unwrap();
        Self { stage, boss, admin, owner, guest, object }
    }

    /// A request to a server that was just started: it remembers who asks, and nothing else.
    async fn asked(&self, who: &LoggedIn) -> Ctx {
        asked_by(&opened(self.stage.trial.parts()).await, who).await.unwrap()
    }

    /// Breaks the connection wherever somebody's question leads to the database. What is answered is always this.
    async fn ask<T: PartialEq + Debug>(
        &self,
        what: &str,
        who: &LoggedIn,
        expected: T,
        question: impl AsyncFn(&Ctx) -> Result<T>,
    ) {
        let asked = async || self.asked(who).await;
        let ask = async |ctx: Ctx| {
            let answer = question(&ctx).await?;
            assert_eq!(answer, expected, "{what}");
            Ok(())
        };
        self.stage.trial.of_what_is_arranged(what, asked, ask).await;
    }

    /// Breaks the connection wherever the superadmin's rehearsal of a change leads to the database. What is told is always that it
    /// makes a difference for so many members and objects, and nothing changes.
    async fn rehearse(&self, what: &str, expected: (usize, usize), change: impl AsyncFn(&Ctx) -> Result<()>) {
        let before = database::contents(&self.stage.trial.database).await;
        let told = async |ctx: &Ctx| {
            ctx.rehearse();
            change(ctx).await?;
            let told = ctx.rehearsed();
            Ok((told.members.len(), told.objects.len()))
        };
        self.ask(what, &self.boss, expected, told).await;
        assert!(before == database::contents(&self.stage.trial.database).await, "{what} left something behind");
    }
}

/// May they do this to that, seen from that tenant?
fn question<'a>(who: &'a str, tenant: Option<&'a str>, operation: &'a str, thing: (&'a str, &'a str)) -> Question<'a> {
    let (object_type, id) = thing;
    Question { whom: Asked { kind: "user", name: who, tenant }, operation, object_type, id, explain: false }
}

fn names(page: Page<String>) -> Vec<String> {
    page.items
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_decides_nothing() {
    let scene = Scene::set().await;
    let (boss, admin) = (&scene.boss, &scene.admin);
    let (oneself, owner, guest) = (admin.member.user.username.as_str(), scene.owner.as_str(), scene.guest.as_str());
    let object = (TYPE, scene.object.as_str());
    for (who, question) in [
        (boss, question(guest, Some(AWAY), "push", object)),
        (boss, question(owner, None, "push", object)),
        (boss, question(ADMIN, None, "view", ("USER", owner))),
        (boss, question(ADMIN, None, "view", ("TENANT", HOME))),
        (admin, question(oneself, Some(AWAY), "view", ("APPLICATION", access::ANY))),
    ] {
        let allowed = async |ctx: &Ctx| Ok(access::evaluate(ctx, &question).await?.allowed);
        scene.ask(&format!("{question:?}"), who, true, allowed).await;
    }

    let questions = [question(guest, Some(AWAY), "push", object), question(owner, None, "push", object)].map(Some);
    let many = async |ctx: &Ctx| {
        let answers = access::evaluate_many(ctx, &questions, Semantic::ExecuteAll).await?;
        Ok(answers.iter().map(|answer| answer.allowed).collect())
    };
    scene.ask("several questions", boss, vec![true, true], many).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_finds_nothing_or_all() {
    let scene = Scene::set().await;
    let (boss, admin) = (&scene.boss, &scene.admin);
    let (object, guest) = (scene.object.as_str(), scene.guest.to_string());
    let as_guest = Asked { kind: "user", name: &guest, tenant: Some(AWAY) };
    let oneself = Asked { kind: "user", name: admin.member.user.username.as_str(), tenant: None };
    let first = Asked { kind: "user", name: ADMIN, tenant: None };

    let subjects =
        async |ctx: &Ctx| access::search_subjects(ctx, Some(AWAY), "push", TYPE, object, WHOLE).await.map(names);
    scene.ask("who may", boss, vec![guest.clone()], subjects).await;
    for (who, asked, operation, object_type, expected) in [
        (boss, as_guest, "push", TYPE, vec![object]),
        (admin, oneself, "view", "TENANT", vec![HOME, AWAY]),
        (boss, first, "update", "TENANT", vec!["Administrators", HOME, AWAY]),
        (boss, first, "view", "USER", vec!["system", "anonymous", ADMIN, oneself.name, scene.owner.as_str(), &guest]),
    ] {
        let found =
            async |ctx: &Ctx| access::search_resources(ctx, asked, operation, object_type, WHOLE).await.map(names);
        let expected = expected.into_iter().map(str::to_owned).collect();
        scene.ask(&format!("to which {object_type}"), who, expected, found).await;
    }
    let settings = async |ctx: &Ctx| {
        let page = access::search_resources(ctx, first, "view", "CONFIG", WHOLE).await?;
        Ok(page.items.len() == ATTRIBUTES.len())
    };
    scene.ask("to which settings", boss, true, settings).await;
    let operations = async |ctx: &Ctx| access::search_actions(ctx, as_guest, TYPE, object, WHOLE).await.map(names);
    scene.ask("which operations", boss, vec!["view".to_owned(), "push".to_owned()], operations).await;

    let of_object = share::Filter { object: Some((TYPE.to_owned(), scene.object.clone())), ..share::Filter::default() };
    let shares = async |ctx: &Ctx| {
        Ok(share::list(ctx, &of_object, None, 100).await?.items.into_iter().map(|share| share.with_name).collect())
    };
    scene.ask("which shares", admin, vec![AWAY.to_owned()], shares).await;
    let now = scene.asked(boss).await;
    let (last, patience) = (now.revision, Duration::from_millis(450));
    let early = Some(Revision(last.0 - 1));
    let news = changes::since(&now, early, Duration::ZERO).await.unwrap();
    assert_eq!((news.revision, &news.objects), (last.0, &vec![(TYPE.to_owned(), scene.object.clone())]));
    scene.ask("what has changed", boss, news, async |ctx| changes::since(ctx, early, Duration::ZERO).await).await;
    // Who waits is not told that nothing happened when nobody knows.
    let nothing = changes::News { revision: last.0, ..changes::News::default() };
    scene.ask("what will change", boss, nothing, async |ctx| changes::since(ctx, Some(last), patience).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_02_a_connection_that_breaks_rehearses_nothing_or_all() {
    let scene = Scene::set().await;
    let Scene { stage, owner, guest, object, .. } = &scene;
    let (home, away) = (HOME.parse().unwrap(), AWAY.parse().unwrap());
    let join =
        async |ctx: &Ctx| tenant::add_members(ctx, &away, std::slice::from_ref(owner), TenantRole::User, None).await;
    // And their namespace there.
    scene.rehearse("a member more", (1, 1), join).await;
    let leave = async |ctx: &Ctx| tenant::remove_members(ctx, &home, std::slice::from_ref(owner), None).await;
    // Their namespace and their object go, which was shared with a tenant and with a guest.
    scene.rehearse("a member less", (1, 4), leave).await;
    let end = async |ctx: &Ctx| share::remove(ctx, TYPE, object, &Target::Tenant(away.clone()), None).await;
    scene.rehearse("the end of a share", (0, 2), end).await;
    let heir = stage.member(&[(HOME, TenantRole::User)]).await;
    let give = async |ctx: &Ctx| object::change_owner(ctx, TYPE, object, &heir).await;
    scene.rehearse("another owner", (0, 2), give).await;

    let name: CapabilityName = "Own".parse().unwrap();
    let entry = |operation: &str| Entry { object_type: "APPLICATION".to_owned(), operation: operation.to_owned() };
    let new = capability::New {
        name: name.clone(),
        description: String::new(),
        tenant_roles: vec![TenantRole::User],
        providers: Vec::new(),
        entries: vec![entry("view")],
        hidden: false,
    };
    capability::create(&stage.boss, new).await.unwrap();
    let names = [name.clone()];
    let boss = scene.asked(&scene.boss).await;
    tenant::change_capabilities(&boss, &away, std::slice::from_ref(guest), &names, tenant::Grant::Replace)
        .await
        .unwrap();
    let widen = async |ctx: &Ctx| capability::add_entries(ctx, &name, &[entry("start")]).await;
    scene.rehearse("a wider capability", (1, 0), widen).await;
}
