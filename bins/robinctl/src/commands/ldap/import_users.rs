//! Importing users of a directory.

use clap::Args;
use robin_api::users as api;
use serde_json::{Value, json};

use crate::{
    app::App,
    commands::{Rehearsal, parts},
    error::Error,
};

/// Import users of a directory, all or none
///
/// Example:  robinctl ldap import-users ldap1 newton,einstein,tesla t1 user
#[derive(Args)]
pub struct ImportUsers {
    /// The directory server
    #[arg(value_name = "SERVER")]
    ldap_server_name: String,
    /// The users' names there, with commas between
    users: String,
    /// The tenant to join
    tenant: String,
    /// Role there: superadmin, tenantadmin or user
    #[arg(value_name = "ROLE")]
    tenant_role: String,
    /// Capabilities there, with commas between [default: all that the role offers; 'NoCapabilities' for none]
    #[arg(value_name = "CAPABILITIES")]
    user_capabilities: Option<String>,
    /// Where to search, as a distinguished name or a domain [default: where the server's settings say]
    #[arg(long, value_name = "BASE")]
    search_base: Option<String>,
    #[command(flatten)]
    rehearsal: Rehearsal,
}

impl ImportUsers {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        app.change_all::<api::AddUsers>(&self.request(), parts(&self.users).count()).await
    }

    fn request(&self) -> Value {
        let place = json!({
            "tenant": self.tenant, "tenant_role": self.tenant_role, "user_capabilities": self.user_capabilities,
        });
        let user = |name: &str| {
            json!({
                "username": name, "authentication_type": 2, "ldap_server": self.ldap_server_name, "tenant_list": [place],
            })
        };
        let users: Vec<Value> = parts(&self.users).map(user).collect();
        let mut request = json!({ "user_list": users, "search_base": self.search_base });
        if let (Some(asked), Some(fields)) = (self.rehearsal.asked(), request.as_object_mut()) {
            fields.insert("dry_run".to_owned(), asked.into());
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use crate::commands::{
        ldap::Command,
        testing::{parsed, understood},
    };

    use super::*;

    #[test]
    fn each_name_is_a_user_of_the_server() {
        let line = "ldap import-users ldap1 'newton, tesla' t1 user A,B --search-base example.com";
        let crate::cli::Command::Ldap(Command::ImportUsers(args)) = parsed(line) else { panic!() };
        let user = |name: &str| {
            let place = json!({"tenant": "t1", "tenant_role": "user", "user_capabilities": ["A", "B"]});
            let place = json!([place.as_object().unwrap().clone()]);
            json!({"username": name, "authentication_type": 2, "ldap_server": "ldap1", "tenant_list": place})
        };
        let expected = json!({"user_list": [user("newton"), user("tesla")], "search_base": "dc=example,dc=com"});
        assert_eq!(understood::<api::AddUsers>(&args.request()), expected);
        let crate::cli::Command::Ldap(Command::ImportUsers(args)) = parsed("ldap import-users s u t user --dry-run")
        else {
            panic!()
        };
        assert_eq!(args.request()["dry_run"], json!(true));
    }
}
