//! Removing users.

use clap::Args;
use robin_api::users as api;
use serde_json::{Value, json};

use crate::{app::App, commands::parts, error::Error, output};

/// Remove users, and what they own
///
/// Example:  robinctl user remove user5 t3:admin3 -y
#[derive(Args)]
pub struct Remove {
    /// The users, with commas between
    usernames: String,
    /// Who takes over what they own, by tenant, with commas between, as in t1:admin1,t3:admin3
    replacements: Option<String>,
    /// Leave their namespaces and what runs in them to Kubernetes
    #[arg(long)]
    keep_k8s_namespaces: bool,
    /// Do not ask, delete
    #[arg(long, short)]
    yes: bool,
}

impl Remove {
    /// Does it, one user after the other; the first that is refused ends it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        let requests = self.requests()?;
        if !self.yes && !app.prompt.confirms_deletion()? {
            output::note("Nothing was deleted.");
            return Ok(());
        }
        for request in &requests {
            app.change::<api::RemoveUser>(request).await?;
        }
        Ok(())
    }

    fn requests(&self) -> Result<Vec<Value>, Error> {
        let replacement = |text: &str| match text.split_once(':') {
            Some((tenant, user)) => Ok(json!({ "tenant": tenant, "replacement_user": user })),
            None => Err(Error::Usage(format!("`{text}` is no replacement; write TENANT:USERNAME, as in t3:admin3"))),
        };
        let replacements = self.replacements.as_deref().map(|text| parts(text).map(replacement).collect());
        let replacements: Option<Vec<_>> = replacements.transpose()?;
        let request = |username: &str| {
            json!({
                "username": username,
                "delete_namespaces": !self.keep_k8s_namespaces,
                "replacement_users": replacements,
            })
        };
        let requests: Vec<_> = parts(&self.usernames).map(request).collect();
        if requests.is_empty() {
            return Err(Error::Usage("no user was named".to_owned()));
        }
        Ok(requests)
    }
}

#[cfg(test)]
mod tests {
    use crate::commands::{
        testing::{parsed, understood},
        user::Command,
    };

    use super::*;

    fn remove(words: &str) -> Remove {
        let crate::cli::Command::User(Command::Remove(args)) = parsed(&format!("user remove {words}")) else {
            panic!()
        };
        args
    }

    #[test]
    fn each_user_is_a_request_of_their_own() {
        let requests = remove("a,b t3:admin3,t4:x -y").requests().unwrap();
        let replacements =
            json!([{"tenant": "t3", "replacement_user": "admin3"}, {"tenant": "t4", "replacement_user": "x"}]);
        for (request, username) in requests.iter().zip(["a", "b"]) {
            let expected = json!({"username": username, "delete_namespaces": true, "replacement_users": replacements});
            assert_eq!(understood::<api::RemoveUser>(request), expected);
        }
        assert_eq!(requests.len(), 2);
    }

    #[test]
    fn namespaces_may_be_kept() {
        let requests = remove("a --keep-k8s-namespaces --yes").requests().unwrap();
        let expected = json!({"username": "a", "delete_namespaces": false});
        assert_eq!(understood::<api::RemoveUser>(&requests[0]), expected);
    }

    #[test]
    fn a_replacement_names_tenant_and_user() {
        let error = remove("a admin3").requests().unwrap_err();
        assert_eq!(error.to_string(), "`admin3` is no replacement; write TENANT:USERNAME, as in t3:admin3");
    }
}
