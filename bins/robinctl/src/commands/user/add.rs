//! Adding a user.

use clap::Args;
use robin_api::users as api;
use robin_model::Secret;
use serde_json::{Value, json};

use crate::{app::App, commands::Rehearsal, error::Error};

/// Add a user to a tenant
///
/// Example:  robinctl user add user1 t1 user --namespace user1-ns
///
/// The password is asked for; in a script, pipe it in as two lines.
#[derive(Args)]
pub struct Add {
    /// Name to log in with: letters, digits, '.', '-' and '_'
    username: String,
    /// The tenant to add the user to
    tenant: String,
    /// Role there: superadmin, tenantadmin or user
    tenant_role: String,
    /// Capabilities there, with commas between [default: all that the role offers; 'NoCapabilities' for none]
    user_capabilities: Option<String>,
    /// The password, for testing only: everyone on this machine can see your command line
    #[arg(long, value_name = "PASSWORD", allow_hyphen_values = true)]
    password: Option<String>,
    /// OpenShift checks the password
    #[arg(long, conflicts_with = "ldap")]
    openshift: bool,
    /// A directory server checks the password
    #[arg(long)]
    ldap: bool,
    /// The directory server
    #[arg(long, value_name = "NAME")]
    ldap_server: Option<String>,
    /// The user's distinguished name there, if it is not where the others are
    #[arg(long, value_name = "DN")]
    ldap_user_dn: Option<String>,
    /// First name
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// Last name
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// E-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Primary namespace: made if it is new, taken over if the tenant has it [default: a new one]
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,
    /// Take the namespace over if Kubernetes has it already
    #[arg(long)]
    import_namespace: bool,
    #[command(flatten)]
    rehearsal: Rehearsal,
}

impl Add {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(mut self, app: &mut App) -> Result<(), Error> {
        let password = match self.password.take() {
            Some(password) => Some(Secret::new(password)),
            None if self.openshift || self.ldap => None,
            None => Some(app.prompt.new_password("pipe it in as two lines, or use --password while testing")?),
        };
        app.change::<api::AddUsers>(&self.request(password.as_ref())).await
    }

    fn request(&self, password: Option<&Secret>) -> Value {
        let membership = json!({
            "tenant": self.tenant,
            "tenant_role": self.tenant_role,
            "user_capabilities": self.user_capabilities,
            "namespace_name": self.namespace,
            "import_namespace": self.import_namespace,
        });
        let mut request = json!({ "user_info": {
            "username": self.username,
            "authentication_type": self.authentication_type(),
            "password": password,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "ldap_server": self.ldap_server,
            "ldap_user_dn": self.ldap_user_dn,
            "tenant_list": [membership],
        } });
        if let (Some(asked), Some(fields)) = (self.rehearsal.asked(), request.as_object_mut()) {
            fields.insert("dry_run".to_owned(), asked.into());
        }
        request
    }

    fn authentication_type(&self) -> u8 {
        match (self.ldap, self.openshift) {
            (true, _) => 2,
            (_, true) => 3,
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::commands::{
        testing::{is_grammar, parsed, understood},
        user::Command,
    };

    use super::*;

    fn add(words: &str) -> Add {
        let crate::cli::Command::User(Command::Add(args)) = parsed(&format!("user add {words}")) else { panic!() };
        args
    }

    #[test]
    fn a_local_user_has_a_password() {
        let args = add("user5 t3 user A,B --namespace user5-ns --first-name Ada --import-namespace");
        let expected = json!({"user_info": {
            "username": "user5", "authentication_type": 1, "password": "pw", "first_name": "Ada",
            "tenant_list": [{
                "tenant": "t3", "tenant_role": "user", "user_capabilities": ["A", "B"],
                "namespace_name": "user5-ns", "import_namespace": true,
            }],
        }});
        assert_eq!(understood::<api::AddUsers>(&args.request(Some(&Secret::new("pw".into())))), expected);
    }

    #[test]
    fn another_authority_is_named_by_number() {
        let args = add("u t user --ldap --ldap-server s --ldap-user-dn 'cn=u,dc=x'");
        let expected = json!({"user_info": {
            "username": "u", "authentication_type": 2, "ldap_server": "s", "ldap_user_dn": "cn=u,dc=x",
            "tenant_list": [{"tenant": "t", "tenant_role": "user"}],
        }});
        assert_eq!(understood::<api::AddUsers>(&args.request(None)), expected);
        assert_eq!(add("u t user --openshift").authentication_type(), 3);
        assert!(!is_grammar("user add u t user --ldap --openshift"));
    }
}
