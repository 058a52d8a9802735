//! What is in the cluster, and what follows from it.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::Shared;
use crate::replay::{Act, Asked, Injected, Player, Recordings, Reply};

macro_rules! recorded {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../fixtures/openshift/", $name, ".json")))),+]
    };
}

/// What was recorded on a cluster, as far as it is played.
pub(super) fn recordings() -> Recordings {
    Recordings::new(recorded![
        "user_list_limit",
        "user_list_continue",
        "user_list_continue_last",
        "user_list_continue_expired",
        "user_get",
        "user_get_missing",
        "group_list_limit",
        "group_get",
        "group_get_missing",
        "minimal_user_list_forbidden",
        "minimal_group_get_forbidden",
        "well_known_oauth",
        "oauth_success",
        "oauth_wrong_password",
        "oauth_unknown_user",
        "oauth_no_credentials",
        "oauth_claim_conflict",
        "oauth_browser_client_basic",
        "oauth_bad_scope",
        "token_user_self",
        "token_invalid",
        "token_expired",
        "token_after_logout",
        "sa_user_self",
        "user_self_by_cert",
        "useroauthaccesstoken_delete",
        "tokenreview_oauth",
        "tokenreview_expired",
        "outage_tokenreview_good",
        "outage_user_list",
        "outage_group_get",
        "outage_oauth_login",
        "outage_token_user_self",
    ])
}

/// Where the OAuth server was when it was recorded.
const RECORDED_OAUTH: &str = "https://127.0.0.1:16446";

/// Which part of the cluster is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// None.
    None,
    /// The server of users, groups and tokens, behind the API: recorded.
    OauthApi,
    /// The same from the moment on at which a token was given: recorded of each of the requests.
    OauthApiAfterGrant,
}

/// What users are given for a right password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A token of theirs.
    Person,
    /// A token that is over at once.
    Expired,
    /// A token that was revoked meanwhile.
    Revoked,
    /// A token of a service account.
    ServiceAccount,
    /// A name that stands for no user.
    MadeUp,
    /// Another user's token.
    Another,
    /// An error: the user belongs to another identity.
    Claimed,
    /// A page to log in on.
    LoginPage,
    /// A refusal in the query string.
    BadScope,
}

pub(crate) struct User {
    uid: String,
    full_name: Option<String>,
    password: String,
}

/// What is in the cluster.
pub(crate) struct Cluster {
    pub token: String,
    pub has_rights: bool,
    pub users: BTreeMap<String, User>,
    groups: BTreeMap<String, (String, Vec<String>)>,
    /// Those that were given and not revoked, by the names of their records: whose they are.
    pub tokens: HashMap<String, String>,
    pub granted: usize,
    pub sort: Sort,
    pub outage: Outage,
    oauth: String,
    pub endpoint: Option<String>,
    pub injected: Vec<(String, Injected)>,
    pub delay: Duration,
    pub expiries: usize,
}

impl Cluster {
    pub fn new(token: &str, oauth: &str) -> Self {
        Self {
            token: token.to_owned(),
            has_rights: true,
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            tokens: HashMap::new(),
            granted: 0,
            sort: Sort::Person,
            outage: Outage::None,
            oauth: oauth.to_owned(),
            endpoint: None,
            injected: Vec::new(),
            delay: Duration::ZERO,
            expiries: 0,
        }
    }

    pub fn add_user(&mut self, name: &str, uid: &str, full_name: Option<&str>, password: &str) {
        let (uid, password) = (uid.to_owned(), password.to_owned());
        self.users.insert(name.to_owned(), User { uid, full_name: full_name.map(str::to_owned), password });
    }

    pub fn add_group(&mut self, name: &str, uid: &str, users: &[&str]) {
        let users = users.iter().map(|user| (*user).to_owned()).collect();
        self.groups.insert(name.to_owned(), (uid.to_owned(), users));
    }

    fn is_down(&self) -> bool {
        self.outage == Outage::OauthApi || self.outage == Outage::OauthApiAfterGrant && self.granted > 0
    }

    /// A user in the form that a recording has.
    fn user(&self, mut form: Value, name: &str) -> Value {
        if let Some(user) = self.users.get(name) {
            form["metadata"]["name"] = name.into();
            form["metadata"]["uid"] = user.uid.as_str().into();
            match &user.full_name {
                Some(full_name) => form["fullName"] = full_name.as_str().into(),
                None => drop(form.as_object_mut().and_then(|fields| fields.remove("fullName"))),
            }
        }
        form
    }

    fn group(&self, mut form: Value, name: &str) -> Value {
        if let Some((uid, users)) = self.groups.get(name) {
            form["metadata"]["name"] = name.into();
            form["metadata"]["uid"] = uid.as_str().into();
            form["users"] = if users.is_empty() { Value::Null } else { json!(users) };
        }
        form
    }
}

/// The name of the record of a token.
fn record(token: &str) -> String {
    let rest = token.trim_start_matches("sha256~");
    format!("sha256~{}", BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, rest.as_bytes())))
}

impl Player for Shared {
    fn recordings(&self) -> &Recordings {
        &self.recordings
    }

    /// One piece of code pages all lists; going on with one was recorded for users.
    fn recorded_as(&self, path: &str) -> String {
        path.replace("/v1/groups", "/v1/users")
    }

    fn delay(&self, _asked: &Asked) -> Duration {
        self.locked().delay
    }

    fn play(&self, asked: &Asked) -> Act {
        let mut cluster = self.locked();
        if let Some((_, what)) = cluster.injected.iter().find(|(path, _)| asked.path.starts_with(path.as_str())) {
            return Act::Inject(what.clone());
        }
        let parts = asked.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            [".well-known", ..] => Act::Play(self.metadata(&cluster)),
            ["oauth", "authorize"] => self.authorize(&mut cluster, asked),
            ["apis", "oauth.openshift.io", "v1", "useroauthaccesstokens", name] => {
                self.revoke(&mut cluster, asked, name)
            }
            ["apis", "user.openshift.io", "v1", "users", "~"] => Act::Play(self.myself(&cluster, asked)),
            _ if asked.bearer() != Some(cluster.token.as_str()) => self.unknown(),
            ["apis", "authentication.k8s.io", "v1", "tokenreviews"] => Act::Play(self.review(&cluster, asked)),
            ["apis", "user.openshift.io", "v1", resource, rest @ ..] => {
                Act::Play(self.entries(&mut cluster, asked, resource, rest.first().copied()))
            }
            _ => unreachable!("no such request was recorded"),
        }
    }
}

impl Shared {
    fn metadata(&self, cluster: &Cluster) -> Reply {
        let mut reply = self.recordings.reply("well_known_oauth");
        let text = reply.body.to_string().replace(RECORDED_OAUTH, &cluster.oauth);
        reply.body = serde_json::from_str(&text).expect("JSON");
        if let Some(endpoint) = &cluster.endpoint {
            reply.body["authorization_endpoint"] = endpoint.as_str().into();
        }
        reply
    }

    fn authorize(&self, cluster: &mut Cluster, asked: &Asked) -> Act {
        let play = |name: &str| Act::Play(self.recordings.reply(name));
        // Recorded, but with other parameters than are sent here.
        let inject = |reply: Reply| Act::Inject(Injected::Answer(reply));
        if cluster.outage == Outage::OauthApi {
            return play("outage_oauth_login");
        }
        let Some((name, password)) = asked.basic() else { return play("oauth_no_credentials") };
        let Some(user) = cluster.users.get(&name) else { return play("oauth_unknown_user") };
        if user.password != password || password.is_empty() {
            return play("oauth_wrong_password");
        }
        match cluster.sort {
            Sort::Claimed => return play("oauth_claim_conflict"),
            Sort::LoginPage => return inject(self.recordings.reply("oauth_browser_client_basic")),
            Sort::BadScope => {
                return inject(moved(cluster, self.recordings.reply("oauth_bad_scope"), ""));
            }
            _ => (),
        }
        cluster.granted += 1;
        let number = digest(&SHA256, &cluster.granted.to_be_bytes());
        let token = format!("sha256~{}", BASE64_URL_SAFE_NO_PAD.encode(number));
        if !matches!(cluster.sort, Sort::Expired | Sort::Revoked) {
            cluster.tokens.insert(record(&token), name);
        }
        Act::Play(moved(cluster, self.recordings.reply("oauth_success"), &token))
    }

    fn revoke(&self, cluster: &mut Cluster, asked: &Asked, name: &str) -> Act {
        let own = asked.bearer().map(record);
        match cluster.tokens.remove(name).filter(|_| own.as_deref() == Some(name)) {
            Some(user) => {
                let mut reply = self.recordings.reply("useroauthaccesstoken_delete");
                reply.body["metadata"]["name"] = name.into();
                reply.body["userName"] = user.into();
                Act::Play(reply)
            }
            None => self.unknown(),
        }
    }

    fn myself(&self, cluster: &Cluster, asked: &Asked) -> Reply {
        let play = |name: &str| self.recordings.reply(name);
        if cluster.is_down() {
            return play("outage_token_user_self");
        }
        match (cluster.sort, asked.bearer().and_then(|token| cluster.tokens.get(&record(token)))) {
            (Sort::Expired, _) => play("token_expired"),
            (Sort::Revoked, _) => play("token_after_logout"),
            (Sort::ServiceAccount, Some(_)) => play("sa_user_self"),
            (Sort::MadeUp, Some(_)) => play("user_self_by_cert"),
            (sort, Some(name)) => {
                let other = cluster.users.keys().find(|other| *other != name).filter(|_| sort == Sort::Another);
                let mut reply = play("token_user_self");
                reply.body = cluster.user(reply.body.take(), other.unwrap_or(name));
                reply
            }
            (_, None) => play("token_invalid"),
        }
    }

    fn review(&self, cluster: &Cluster, asked: &Asked) -> Reply {
        let token = asked.json()["spec"]["token"].clone();
        let owner = token.as_str().and_then(|token| cluster.tokens.get(&record(token)));
        let mut reply = self.recordings.reply(match owner {
            _ if cluster.is_down() => "outage_tokenreview_good",
            Some(_) => "tokenreview_oauth",
            None => "tokenreview_expired",
        });
        reply.body["spec"]["token"] = token;
        reply
    }

    /// A list, or one of it.
    fn entries(&self, cluster: &mut Cluster, asked: &Asked, resource: &str, name: Option<&str>) -> Reply {
        let play = |name: &str| self.recordings.reply(name);
        let is_users = resource == "users";
        match name {
            _ if cluster.is_down() => play(if name.is_some() { "outage_group_get" } else { "outage_user_list" }),
            _ if !cluster.has_rights => {
                play(if name.is_some() { "minimal_group_get_forbidden" } else { "minimal_user_list_forbidden" })
            }
            None => self.page(cluster, asked, is_users),
            Some(name) => {
                let is_there =
                    if is_users { cluster.users.contains_key(name) } else { cluster.groups.contains_key(name) };
                let (found, missing) =
                    if is_users { ("user_get", "user_get_missing") } else { ("group_get", "group_get_missing") };
                if !is_there {
                    let mut reply = play(missing);
                    reply.body["details"]["name"] = name.into();
                    return reply;
                }
                let mut reply = play(found);
                let form = reply.body.take();
                reply.body = if is_users { cluster.user(form, name) } else { cluster.group(form, name) };
                reply
            }
        }
    }

    /// A page of a list. The mark of where to go on is made as the real ones are.
    fn page(&self, cluster: &mut Cluster, asked: &Asked, is_users: bool) -> Reply {
        let limit = asked.parameter("limit").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
        let mark = asked.parameter("continue");
        if mark.is_some() && cluster.expiries > 0 {
            cluster.expiries -= 1;
            return self.recordings.reply("user_list_continue_expired");
        }
        let start = mark.as_deref().map(start_of).unwrap_or_default();
        let names: Vec<String> =
            if is_users { cluster.users.keys().cloned().collect() } else { cluster.groups.keys().cloned().collect() };
        let rest: Vec<String> = names.into_iter().filter(|name| *name > start).collect();
        let mut reply = self.recordings.reply(match (mark.is_some(), rest.len() > limit, is_users) {
            (true, true, _) => "user_list_continue",
            (true, false, _) => "user_list_continue_last",
            (false, _, true) => "user_list_limit",
            (false, _, false) => "group_list_limit",
        });
        if !is_users {
            reply.body["kind"] = "GroupList".into();
        }
        let form = self.recordings.reply(if is_users { "user_list_limit" } else { "group_list_limit" }).body["items"]
            [0]
        .clone();
        let item = |name: &String| {
            if is_users { cluster.user(form.clone(), name) } else { cluster.group(form.clone(), name) }
        };
        let shown = &rest[..limit.min(rest.len())];
        reply.body["items"] = shown.iter().map(item).collect::<Vec<_>>().into();
        let metadata = reply.body["metadata"].as_object_mut().expect("metadata");
        match shown.last().filter(|_| rest.len() > limit) {
            Some(last) => {
                metadata.insert("continue".to_owned(), mark_after(last).into());
                metadata.insert("remainingItemCount".to_owned(), (rest.len() - limit).into());
            }
            None => {
                metadata.remove("continue");
                metadata.remove("remainingItemCount");
            }
        }
        reply
    }

    /// A token that is not known, where only `users/~` was recorded with one.
    fn unknown(&self) -> Act {
        Act::Inject(Injected::Answer(self.recordings.reply("token_invalid")))
    }
}

/// A redirect of the OAuth server that was recorded as one of this one, with another token.
fn moved(cluster: &Cluster, reply: Reply, token: &str) -> Reply {
    let to = reply.header("Location").replace(RECORDED_OAUTH, &cluster.oauth);
    let field = |field: &str| match field.split_once("access_token=") {
        Some((before, _)) => format!("{before}access_token={token}"),
        None => field.to_owned(),
    };
    let to = to.split('&').map(field).collect::<Vec<_>>().join("&");
    reply.with_header("Location", &to)
}

fn mark_after(name: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json!({ "v": "meta.k8s.io/v1", "rv": 294, "start": format!("{name}\0") }).to_string())
}

fn start_of(mark: &str) -> String {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(mark).expect("a mark that was given");
    let mark: Value = serde_json::from_slice(&bytes).expect("a mark that was given");
    mark["start"].as_str().expect("a start").trim_end_matches('\0').to_owned()
}
