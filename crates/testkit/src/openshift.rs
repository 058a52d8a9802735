//! An OpenShift cluster as far as its users, groups and sign-ins go: its API and its OAuth server, played back.

mod state;

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tempfile::TempDir;

use self::state::Cluster;
pub use self::state::{Outage, Sort};
use crate::{
    certificates::Authority,
    replay::{self, Asked, Injected, Replay, Reply},
};

/// The password of every user who is there at the beginning.
pub const PASSWORD: &str = "password";

/// The token that Robin reads the cluster with.
const TOKEN: &str = "robin-reads-with-this-token";

/// The users that the reference lists, each with what identifies them.
const USERS: [(&str, &str); 8] = [
    ("admin1", "ee29177c-b48b-42a9-b63c-e9cce6935219"),
    ("admin2", "d613991f-1975-4225-8d67-2f23aac05215"),
    ("robin", "881fdd9d-9270-4d1b-a853-ec767b3793cc"),
    ("user1", "678a46ce-2c32-44ce-a88c-ca084d29c60c"),
    ("user2", "c9ba0e73-b90a-4285-86b6-479e3ddb91ed"),
    ("user3", "883c0d99-0c4d-4f89-a7ac-79da198e9229"),
    ("user4", "dee5d68c-ce27-4500-afdc-21d730fe7d23"),
    ("user5", "e2660780-2a91-44a6-87c1-f9f30724c7de"),
];

/// The group that the reference lists.
const GROUP: (&str, &str) = ("robin-users", "abc53d88-ca7f-4634-b70f-7f51d538d9e4");
const MEMBERS: [&str; 8] = ["robin", "user1", "user2", "user3", "user4", "user5", "admin1", "admin2"];

/// A cluster; it ends when this is dropped.
pub struct Openshift {
    replay: Replay,
    cluster: Arc<Shared>,
    dir: TempDir,
    ca_cert: String,
}

/// What the cluster is, and what is wrong with it.
pub(crate) struct Shared {
    pub(crate) recordings: replay::Recordings,
    pub(crate) cluster: Mutex<Cluster>,
}

impl Shared {
    pub(crate) fn locked(&self) -> MutexGuard<'_, Cluster> {
        self.cluster.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Openshift {
    /// A cluster with the users and the group of the reference.
    ///
    /// # Panics
    /// When it can't be started.
    #[must_use]
    pub fn start() -> Self {
        let authority = Authority::new("Cluster CA");
        let (certificate, ca_cert) = (authority.issue(&["localhost", "127.0.0.1"]), authority.pem());
        let listeners = replay::listeners(2);
        let port = |nth: usize| listeners.get(nth).and_then(|one| one.local_addr().ok()).expect("an address").port();
        let mut cluster = Cluster::new(TOKEN, &format!("https://127.0.0.1:{}", port(1)));
        for (name, uid) in USERS {
            cluster.add_user(name, uid, None, PASSWORD);
        }
        cluster.add_group(GROUP.0, GROUP.1, &MEMBERS);
        let cluster = Arc::new(Shared { recordings: state::recordings(), cluster: Mutex::new(cluster) });
        let replay = Replay::start(listeners, &certificate.into(), Arc::<Shared>::clone(&cluster));
        let dir = tempfile::Builder::new().prefix("robin-openshift-").tempdir().expect("a directory");
        let started = Self { replay, cluster, dir, ca_cert };
        fs::write(started.ca_file(), &started.ca_cert).expect("a file");
        started.set_token(TOKEN);
        started
    }

    /// The URL of its API.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.replay.ports()[0])
    }

    /// The certificate to trust, as PEM.
    #[must_use]
    pub fn ca_cert(&self) -> &str {
        &self.ca_cert
    }

    /// The file with the certificate to trust.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.dir.path().join("ca.crt")
    }

    /// The file with the token that Robin reads the cluster with.
    #[must_use]
    pub fn token_file(&self) -> PathBuf {
        self.dir.path().join("token")
    }

    /// The settings of a server that uses it.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, String); 4] {
        [
            ("ROBIN_OPENSHIFT__ENABLED", "true".to_owned()),
            ("ROBIN_OPENSHIFT__API_URL", self.url()),
            ("ROBIN_OPENSHIFT__CA_CERT", self.ca_file().display().to_string()),
            ("ROBIN_OPENSHIFT__TOKEN_FILE", self.token_file().display().to_string()),
        ]
    }

    /// Puts another token into Robin's file; the cluster does not know it.
    ///
    /// # Panics
    /// When it can't be written.
    pub fn set_token(&self, token: &str) {
        fs::write(self.token_file(), format!("{token}\n")).expect("a file");
    }

    /// Puts another token into Robin's file, and the cluster takes no other.
    ///
    /// # Panics
    /// When it can't be written.
    pub fn rotate_token(&self, token: &str) {
        self.set_token(token);
        token.clone_into(&mut self.cluster.locked().token);
    }

    /// Takes all rights from Robin's token, or gives them back.
    pub fn set_rights(&self, has_rights: bool) {
        self.cluster.locked().has_rights = has_rights;
    }

    /// Adds a user, or puts another one of the name in the place of one.
    pub fn add_user(&self, name: &str, uid: &str, full_name: Option<&str>, password: &str) {
        self.cluster.locked().add_user(name, uid, full_name, password);
    }

    /// Adds so many users `u00000`, `u00001` and so on, each with a whole name, who are all in the group `everybody`.
    pub fn add_crowd(&self, count: usize) {
        let mut cluster = self.cluster.locked();
        let names: Vec<String> = (0..count).map(|number| format!("u{number:05}")).collect();
        for (number, name) in names.iter().enumerate() {
            cluster.add_user(name, &format!("crowd-{number}"), Some(&format!("Number {number}")), PASSWORD);
        }
        cluster.add_group("everybody", "crowd", &names.iter().map(String::as_str).collect::<Vec<_>>());
    }

    /// Removes a user; groups still name them.
    pub fn remove_user(&self, name: &str) {
        self.cluster.locked().users.remove(name);
    }

    /// Adds a group, or changes who is in it.
    pub fn add_group(&self, name: &str, uid: &str, users: &[&str]) {
        self.cluster.locked().add_group(name, uid, users);
    }

    /// What users are from now on given for a right password.
    pub fn set_sort(&self, sort: Sort) {
        self.cluster.locked().sort = sort;
    }

    /// Which part of the cluster is down.
    pub fn set_outage(&self, outage: Outage) {
        self.cluster.locked().outage = outage;
    }

    /// What people are told to sign in at.
    pub fn set_authorization_endpoint(&self, url: &str) {
        self.cluster.locked().endpoint = Some(url.to_owned());
    }

    /// Does this with every request whose path begins so: injected.
    pub fn inject(&self, path: &str, what: Injected) {
        self.cluster.locked().injected.push((path.to_owned(), what));
    }

    /// Answers with this page every request whose path begins so: injected.
    pub fn inject_page(&self, path: &str, status: u16, html: &str) {
        let page = Reply::text(status, html).with_header("Content-Type", "text/html");
        self.inject(path, Injected::Answer(page));
    }

    /// Sends every request whose path begins so elsewhere: injected.
    pub fn inject_redirect(&self, path: &str, to: &str) {
        self.inject(path, Injected::Answer(Reply::text(302, "").with_header("Location", to)));
    }

    /// Waits before every answer: injected.
    pub fn inject_delay(&self, delay: Duration) {
        self.cluster.locked().delay = delay;
    }

    /// Forgets where lists are, so many times, each time that somebody goes on with one: injected.
    pub fn inject_expiry(&self, times: usize) {
        self.cluster.locked().expiries = times;
    }

    /// Ends everything that is injected.
    pub fn heal(&self) {
        let mut cluster = self.cluster.locked();
        cluster.injected.clear();
        (cluster.delay, cluster.expiries, cluster.endpoint) = (Duration::ZERO, 0, None);
        (cluster.outage, cluster.sort) = (Outage::None, Sort::Person);
    }

    /// How many tokens are out, and not revoked.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.cluster.locked().tokens.len()
    }

    /// How many tokens were ever given out.
    #[must_use]
    pub fn granted(&self) -> usize {
        self.cluster.locked().granted
    }

    /// What was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.replay.asked()
    }

    /// Forgets what was asked so far.
    pub fn forget(&self) {
        self.replay.forget();
    }
}
