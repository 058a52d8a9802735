//! A decision about what was decided on before asks no database.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use robin_crypto::{SecretKey, SystemRandom};
use robin_identity::local::{HashingPool, Params};
use robin_model::{
    Secret, SystemClock, TenantId, TenantRole, Timestamp, Username,
    object::NewObject,
    profile::Profile,
    tenant::NewTenant,
    user::{Authentication, NewMembership, NewUser},
};
use robin_rbac::Catalogue;
use robin_service::{
    Ctx, Origin, Robin,
    access::{self, Asked, Question, Semantic},
    certificate::Source,
    session::{self, Credentials},
    startup::{self, FirstAdmin, Parts},
};
use robin_storage::{Access, Change, Result, Store, Transaction};
use robin_storage_sql::{Options, SqlStore};

const PASSWORD: &str = "plover-quartz-41";

/// A database that counts how often it is asked.
struct Counting {
    store: SqlStore,
    begun: AtomicU64,
}

#[async_trait]
impl Store for Counting {
    async fn begin(&self, access: Access) -> Result<Box<dyn Transaction>> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        self.store.begin(access).await
    }

    async fn changed(&self) {
        self.store.changed().await;
    }

    async fn ping(&self) -> Result<()> {
        self.store.ping().await
    }

    async fn close(&self) {
        self.store.close().await;
    }
}

/// A server without its HTTP, with a superadmin `ada`, the tenant `crew`, its member `bob` and two objects of theirs.
async fn server(store: Arc<Counting>) -> Arc<Robin> {
    let random = Arc::new(SystemRandom);
    let passwords = HashingPool::new(Params::default(), NonZeroUsize::MIN, Arc::clone(&random) as _);
    let parts = Parts {
        store: Arc::clone(&store) as _,
        clock: Arc::new(SystemClock),
        random,
        passwords: Arc::new(passwords),
        openshift: None,
        secret_key: SecretKey::from_bytes([7; 32]),
        catalogue: Catalogue::builtin(),
        issuer: "http://localhost".to_owned(),
        is_public: true,
        signs: Source::Own,
    };
    let admin = FirstAdmin { username: "ada".parse().unwrap(), password: Secret::new(PASSWORD.to_owned()) };
    assert!(startup::install(&parts, &admin).await.unwrap());

    let mut tx = store.begin(Access::Change).await.unwrap();
    let at = Timestamp::from_seconds(0);
    let new = NewTenant { name: "crew".parse().unwrap(), description: String::new(), created_at: at };
    let crew = tx.insert_tenant(&new).await.unwrap().unwrap();
    let new = NewUser {
        username: "bob".parse().unwrap(),
        authentication: Authentication::Local,
        password: None,
        profile: Profile::default(),
        disabled: false,
        current_tenant: None,
        created_at: at,
    };
    let bob = tx.insert_user(&new).await.unwrap().unwrap();
    let capabilities = Catalogue::builtin().default_for(TenantRole::User).into_iter().collect();
    let membership = NewMembership {
        user: bob,
        tenant: crew,
        role: TenantRole::User,
        capabilities,
        namespace: None,
        mapped_by: None,
    };
    tx.insert_membership(&membership).await.unwrap().unwrap();
    tx.set_current_tenant(bob, Some(crew)).await.unwrap();
    for name in ["web", "db"] {
        let (object_type, attributes) = ("APPLICATION".to_owned(), serde_json::Map::default());
        let name = name.parse().unwrap();
        let new = NewObject { object_type, name, owner: Some(bob), tenant: Some(crew), attributes, created_at: at };
        tx.insert_object(&new).await.unwrap().unwrap();
    }
    tx.record(Change::Tenant(TenantId::ADMINISTRATORS)).await.unwrap();
    tx.commit().await.unwrap();
    Arc::new(startup::open(parts).await.unwrap())
}

async fn authenticated(robin: &Arc<Robin>, token: &Secret, origin: &Arc<Origin>) -> Ctx {
    Ctx::authenticate(robin, token.expose(), Arc::clone(origin)).await.unwrap()
}

#[tokio::test]
async fn a_warm_decision_asks_no_database() {
    let dir = std::env::temp_dir().join(format!("robin-unasked-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let url = format!("sqlite://{}", dir.join("robin.db").display());
    let store = SqlStore::open(&url, Options::default()).await.unwrap();
    let store = Arc::new(Counting { store, begun: AtomicU64::new(0) });
    let robin = server(Arc::clone(&store)).await;
    let origin = Arc::new(Origin { request_id: "r".to_owned(), address: None, user_agent: String::new() });
    let credentials = Credentials {
        username: "ada".to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        tenant: None,
        namespace: None,
    };
    let token = session::login(&robin, &origin, &credentials).await.unwrap().token;

    let (oneself, somebody) = ("ada", "bob");
    let about = |name, tenant| Asked { kind: "user", name, tenant };
    let question = |whom, object_type, operation, id| Question { whom, operation, object_type, id, explain: false };
    let bob: Username = somebody.parse().unwrap();
    let questions = [
        question(about(oneself, None), "APPLICATION", "start", "*"),
        question(about(oneself, None), "APPLICATION", "start", "web"),
        question(about(oneself, None), "USER", "delete", bob.as_str()),
        question(about(oneself, Some("Administrators")), "TENANT", "update", "crew"),
        question(about(oneself, None), "USER_CAPABILITY", "view", "ViewUsers"),
        question(about(somebody, None), "APPLICATION", "start", "*"),
        question(about(somebody, Some("crew")), "APPLICATION", "start", "web"),
        question(about(somebody, Some("crew")), "APPLICATION", "delete", "db"),
        question(about(somebody, None), "APPLICATION", "start", "missing"),
        question(about(somebody, None), "USER", "view", oneself),
    ];
    let decisions = [true, true, true, true, true, true, true, true, false, false];
    let ask = async || {
        let ctx = authenticated(&robin, &token, &origin).await;
        let before = store.begun.load(Ordering::SeqCst);
        let mut answers = Vec::new();
        for question in &questions {
            answers.push(access::evaluate(&ctx, question).await.unwrap().allowed);
        }
        let many: Vec<_> = questions.iter().copied().map(Some).collect();
        let many = access::evaluate_many(&ctx, &many, Semantic::ExecuteAll).await.unwrap();
        assert_eq!(
            (&answers[..], many.iter().map(|answer| answer.allowed).collect()),
            (&decisions[..], answers.clone())
        );
        store.begun.load(Ordering::SeqCst) - before
    };
    assert!(ask().await > 5, "the first time everything is read");
    for _ in 0..100 {
        assert_eq!(ask().await, 0, "after that nothing is");
    }
    // Finding out who asks takes no more than a look at what changed, now and then.
    let (begun, start) = (store.begun.load(Ordering::SeqCst), std::time::Instant::now());
    for _ in 0..1000 {
        authenticated(&robin, &token, &origin).await;
    }
    let looks = u128::from(store.begun.load(Ordering::SeqCst) - begun);
    assert!(looks <= start.elapsed().as_millis() / 400 + 1, "{looks} looks");
    std::fs::remove_dir_all(&dir).unwrap();
}
