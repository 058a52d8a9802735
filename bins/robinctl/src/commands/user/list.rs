//! Listing users.

use clap::Args;
use robin_api::users as api;
use serde_json::json;

use crate::{
    app::App,
    error::Error,
    output::{Style, Table},
};

/// List users
///
/// Example:  robinctl user list user5 --full
#[derive(Args)]
pub struct List {
    /// Only this user
    username: Option<String>,
    /// Hidden, disabled and deleted users too; a further column tells which is which
    #[arg(long, short)]
    all: bool,
    /// Each with their tenants, and the role, capabilities and permissions there
    #[arg(long)]
    full: bool,
    /// Each with what they may do, by tenant
    #[arg(long)]
    permissions: bool,
}

impl List {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        let users = self.found(app).await?;
        app.output.table(&self.table(&users), &users)
    }

    async fn found(&self, app: &App) -> Result<Vec<api::User>, Error> {
        let permissions = self.full || self.permissions;
        if let Some(username) = &self.username {
            let input = json!({ "username": username, "permissions": permissions });
            return Ok(vec![app.send::<api::GetUser>(&input).await?]);
        }
        let all = self.all;
        let input = json!({ "disabled": all, "hidden": all, "deleted": all, "permissions": permissions });
        app.list::<api::ListUsers>(&input).await
    }

    fn table(&self, users: &[api::User]) -> Table {
        let mut header = vec![
            "ID",
            "Username",
            "Full Name",
            "Email",
            "Tenants",
            "Current Tenant",
            "Current Role",
            "Current Namespace",
            "Authentication",
        ];
        if self.all {
            header.push("State");
        }
        let mut table = Table::new(Style::Plain, &header);
        for user in users {
            let mut cells = cells(user);
            if self.all {
                cells.push(state(user).to_owned());
            }
            table.row_with_lines(cells, self.lines(user));
        }
        table
    }

    /// What `--full` and `--permissions` show below a user, tenant by tenant.
    fn lines(&self, user: &api::User) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.full && !self.permissions {
            return lines;
        }
        for tenant in &user.tenants {
            lines.push(format!("Tenant: {}", tenant.name));
            if self.full {
                lines.push(format!("Tenant Role: {}", tenant.tenant_role));
                lines.push("User Capabilities:".to_owned());
                lines.extend(tenant.user_capabilities.iter().map(|name| format!("    {name}")));
            }
            lines.push("Permissions:".to_owned());
            for (object_type, operations) in user.permissions.get(&tenant.name).into_iter().flatten() {
                lines.extend(operations.iter().map(|operation| format!("    {object_type} {operation}")));
            }
        }
        lines.push(String::new());
        lines
    }
}

fn cells(user: &api::User) -> Vec<String> {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let names = [&user.first_name, &user.last_name];
    let full_name: Vec<_> = names.into_iter().flatten().map(String::as_str).collect();
    let tenants: Vec<_> = user.tenants.iter().map(|tenant| tenant.name.as_str()).collect();
    let context = user.user_contexts.iter().find(|context| Some(&context.tenant) == user.tenant.as_ref());
    vec![
        user.user_id.to_string(),
        user.username.clone(),
        full_name.join(" "),
        text(&user.email),
        tenants.join(","),
        text(&user.tenant),
        user.current_role.map(|role| role.to_string()).unwrap_or_default(),
        context.map(|context| text(&context.namespace)).unwrap_or_default(),
        user.authentication.clone(),
    ]
}

/// The one word that says most: what is deleted cannot be disabled any more.
fn state(user: &api::User) -> &'static str {
    match user {
        api::User { deleted: true, .. } => "deleted",
        api::User { hidden: true, .. } => "hidden",
        api::User { disabled: true, .. } => "disabled",
        _ => "active",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn list(all: bool, full: bool, permissions: bool) -> List {
        List { username: None, all, full, permissions }
    }

    /// A user as the server sends one.
    fn user(id: i64, username: &str, tenant: &str, role: &str, namespace: &str) -> Value {
        json!({
            "first_name": null, "user_context": username, "tenant": tenant, "username": username, "user_context_id": id,
            "tenant_id": 1, "permissions": {}, "ldap_server_ref": null, "authentication": "local", "hidden": false,
            "tenants": [{"user_capabilities": ["AllUserCapabilities"], "tenant_role": role, "name": tenant}],
            "user_id": id, "email": null, "last_name": null, "current_role": role, "deleted": false,
            "user_contexts": [{
                "user_credential_ref": id, "tenant_ref": 1, "tenant": tenant, "user_credential": "", "name": username,
                "user_ref": id, "username": username, "namespace": namespace, "id": id, "context_type": "ROBIN_CONTEXT",
            }],
        })
    }

    fn read(users: Value) -> Vec<api::User> {
        serde_json::from_value(users).unwrap()
    }

    #[test]
    fn a_list_is_the_documents_table() {
        let mut robin = user(3, "robin", "Administrators", "superadmin", "t001-u000003");
        robin["first_name"] = json!("Robin");
        robin["last_name"] = json!("Systems");
        let users = read(json!([robin, user(4, "admin1", "t1", "tenantadmin", "t003-u000004")]));
        let expected = "\
ID | Username | Full Name     | Email | Tenants        | Current Tenant | Current Role | Current Namespace | Authentication
---+----------+---------------+-------+----------------+----------------+--------------+-------------------+----------------
3  | robin    | Robin Systems |       | Administrators | Administrators | superadmin   | t001-u000003      | local
4  | admin1   |               |       | t1             | t1             | tenantadmin  | t003-u000004      | local
";
        assert_eq!(list(false, false, false).table(&users).render(), expected);
    }

    #[test]
    fn all_users_have_a_state() {
        let mut users = vec![user(1, "a", "t", "user", "n"); 4];
        users[1]["disabled"] = json!(true);
        users[2]["hidden"] = json!(true);
        users[3]["deleted"] = json!(true);
        users[3]["tenant"] = Value::Null;
        users[3]["current_role"] = Value::Null;
        let text = list(true, false, false).table(&read(json!(users))).render();
        let states: Vec<_> = text.lines().map(|line| line.rsplit(" | ").next().unwrap()).collect();
        assert_eq!(states[0], "State");
        assert_eq!(states[2..], ["active", "disabled", "hidden", "deleted"]);
    }

    #[test]
    fn the_full_list_goes_tenant_by_tenant() {
        let mut one = user(5, "u", "t1", "user", "n");
        let second = json!({"user_capabilities": [], "tenant_role": "tenantadmin", "name": "t2"});
        one["tenants"].as_array_mut().unwrap().push(second);
        one["permissions"] = json!({"t1": {"APPLICATION": ["start", "stop"], "BUNDLE": ["view"]}});
        let users = read(json!([one]));
        let expected = "\
Tenant: t1
Tenant Role: user
User Capabilities:
    AllUserCapabilities
Permissions:
    APPLICATION start
    APPLICATION stop
    BUNDLE view
Tenant: t2
Tenant Role: tenantadmin
User Capabilities:
Permissions:

";
        let text = list(false, true, false).table(&users).render();
        assert_eq!(text.splitn(4, '\n').last().unwrap(), expected);
        let text = list(false, false, true).table(&users).render();
        assert!(text.contains("\nTenant: t1\nPermissions:\n    APPLICATION start\n"), "{text}");
        assert!(!text.contains("Role:"), "{text}");
    }
}
