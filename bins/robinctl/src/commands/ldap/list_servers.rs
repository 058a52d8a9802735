//! Listing directory servers.

use clap::Args;
use robin_api::ldap as api;
use serde_json::json;

use crate::{
    app::App,
    error::Error,
    output::{Style, Table, truth},
};

/// List directory servers
///
/// Example:  robinctl ldap list-servers ldap1 --full
#[derive(Args)]
pub struct ListServers {
    /// Only this one
    name: Option<String>,
    /// How connections are protected, how long they may take, and whether logging in makes accounts, too
    #[arg(long)]
    full: bool,
}

const HEADER: [&str; 9] =
    ["Name", "Server Type", "Hostname", "Port", "Username", "Search Base", "User Base", "Group Base", "NetBIOS"];
const FULL: [&str; 9] = [
    "ID",
    "TLS",
    "Own CA",
    "Connect Timeout",
    "Answer Timeout",
    "Create On Login",
    "Sync Interval",
    "Max Disable",
    "Allow Superadmin",
];

impl ListServers {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        let servers = match &self.name {
            Some(name) => vec![app.send::<api::GetLdapServer>(&json!({ "name": name })).await?],
            None => app.list::<api::ListLdapServers>(&json!({})).await?,
        };
        app.output.table(&self.table(&servers), &servers)
    }

    fn table(&self, servers: &[api::LdapServer]) -> Table {
        let further = if self.full { &FULL[..] } else { &[] };
        let mut table = Table::new(Style::Plain, &[&HEADER, further].concat());
        for server in servers {
            let mut cells = cells(server);
            if self.full {
                cells.extend(further_cells(server));
            }
            table.row_with_lines(cells, Vec::new());
        }
        table
    }
}

fn cells(server: &api::LdapServer) -> Vec<String> {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    vec![
        server.name.clone(),
        server.server_type.clone(),
        server.hostname.clone(),
        server.port.to_string(),
        server.username.clone(),
        server.search_base.clone(),
        text(&server.user_base),
        text(&server.group_base),
        text(&server.netbios),
    ]
}

fn further_cells(server: &api::LdapServer) -> [String; 9] {
    [
        server.id.to_string(),
        server.tls.clone(),
        truth(server.ca_cert.is_some()),
        format!("{} s", server.connect_timeout),
        format!("{} s", server.answer_timeout),
        truth(server.create_on_login),
        server.sync_interval.map_or_else(|| "off".to_owned(), |seconds| format!("{seconds} s")),
        server.max_disable.clone(),
        truth(server.allow_superadmin),
    ]
}
