//! Servers to measure.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use robin_rbac::{Catalogue, TenantRole};
use robin_testkit::{Engine, Server, database};
use tokio::runtime::Runtime;

/// A server, on SQLite where nothing else is said, with many users in the tenant `crew`, whose password is the administrator's.
pub struct Stage {
    pub runtime: Runtime,
    pub server: Server,
}

/// Where `path` is in the API; one that begins with a slash is the whole.
pub fn endpoint(path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    format!("/api/v3/robin_server/{path}")
}

impl Stage {
    pub fn with_users(count: u32) -> Self {
        Self::on(Engine::Sqlite, count)
    }

    pub fn on(engine: Engine, count: u32) -> Self {
        let runtime = Runtime::new().unwrap();
        let mut server = runtime.block_on(Server::start(engine));
        drop(server.stop());
        runtime.block_on(populate(&server.how().database_url(), count));
        server.restart();
        Self { runtime, server }
    }

    pub fn address(&self) -> SocketAddr {
        address(self.server.url())
    }

    /// The administrator's token.
    pub fn token(&self) -> String {
        self.runtime.block_on(self.token_now())
    }

    /// The same, for those who wait already.
    pub async fn token_now(&self) -> String {
        self.server.api().login(robin_testkit::ADMIN, robin_testkit::PASSWORD, "").await
    }

    /// A request's bytes. The token may be empty, and so may the body.
    pub fn request(&self, method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
        let head = format!("{method} {} HTTP/1.1\r\nhost: {}\r\n", endpoint(path), self.address());
        let token = if token.is_empty() { String::new() } else { format!("authorization: Bearer {token}\r\n") };
        let length = format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        [head, token, length].concat().into_bytes()
    }
}

async fn populate(database: &str, count: u32) {
    let catalogue = Catalogue::builtin();
    let capability = catalogue.default_for(TenantRole::User).unwrap();
    for statement in [
        "INSERT INTO tenants (name, name_key, description, created_at) VALUES ('crew', 'crew', '', 0)".to_owned(),
        format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
             INSERT INTO users (username, username_key, auth, password, first_name, last_name, email, hidden, disabled, \
                created_at, current_tenant_id)
             SELECT 'user' || i, 'user' || i, 'local', a.password, 'First' || i, 'Last' || i, 'user' || i || '@example.org', \
                FALSE, FALSE, 0, t.id
             FROM n, users a, tenants t WHERE a.username = '{}' AND t.name = 'crew'",
            robin_testkit::ADMIN
        ),
        "INSERT INTO memberships (user_id, tenant_id, role)
         SELECT u.id, t.id, 'user' FROM users u, tenants t WHERE u.username LIKE 'user%' AND t.name = 'crew'"
            .to_owned(),
        format!(
            "INSERT INTO membership_capabilities (membership_id, position, capability_id)
             SELECT m.id, 0, {} FROM memberships m JOIN tenants t ON t.id = m.tenant_id WHERE t.name = 'crew'",
            capability.0
        ),
    ] {
        database::execute(database, &statement).await;
    }
}

/// A program that says where it listens, and ends when this is dropped.
pub struct Listening {
    child: Child,
    pub address: SocketAddr,
}

impl Listening {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut said).unwrap();
        let address = address(said.split_once(" is ready on ").unwrap().1);
        Self { child, address }
    }

    /// The bare server, which answers everything with this JSON.
    pub fn bare(json: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bare"));
        command.arg(json);
        Self::start(command)
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn address(url: &str) -> SocketAddr {
    url.trim().trim_start_matches("http://").parse().unwrap()
}
