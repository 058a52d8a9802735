//! Decisions: may somebody do something, why, who else may, and to what.

use clap::{Args, Subcommand};
use robin_api::{
    Endpoint,
    access::{self as api, Action, Page, Resource, ResourceKind, Results, Subject, SubjectKind, SubjectProperties},
};

use crate::{
    app::App,
    commands::diff::Diff,
    error::Error,
    output::{Style, Table},
};

/// Commands about decisions.
#[derive(Subcommand)]
pub enum Command {
    Check(Check),
    Explain(Explain),
    WhoCan(WhoCan),
    ListObjects(ListObjects),
    ListActions(ListActions),
    Diff(Diff),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::Check(args) => args.run(app).await,
            Self::Explain(args) => args.run(app).await,
            Self::WhoCan(args) => args.run(app).await,
            Self::ListObjects(args) => args.run(app).await,
            Self::ListActions(args) => args.run(app).await,
            // Another command stands in it, which has taken its place by now.
            Self::Diff(_) => Ok(()),
        }
    }
}

/// Who does what to what.
#[derive(Args)]
pub struct Question {
    /// The user
    username: String,
    /// The object type, as in APPLICATION
    object_type: String,
    /// The operation, as in start
    operation: String,
    /// The thing's ID; without one the question is about the type alone
    #[arg(default_value = "*", hide_default_value = true, allow_hyphen_values = true)]
    id: String,
    #[command(flatten)]
    place: Place,
}

/// Where.
#[derive(Args)]
pub struct Place {
    /// The tenant to think of the user as logged into [default: where they are or were last logged in]
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
}

impl Place {
    fn properties(self) -> Option<SubjectProperties> {
        self.tenant.map(|tenant| SubjectProperties { tenant: Some(tenant) })
    }

    fn user(self, id: String) -> Subject {
        Subject { kind: "user".to_owned(), id, properties: self.properties() }
    }
}

impl Question {
    fn request(self, explain: bool) -> api::Evaluate {
        api::Evaluate {
            subject: self.place.user(self.username),
            action: Action { name: self.operation },
            resource: Resource { kind: self.object_type, id: self.id },
            context: explain.then_some(api::Context { explain }),
        }
    }
}

/// Say whether a user may do something
///
/// Prints allow or deny and the reason, as in:  robinctl access check ada APPLICATION start
#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    question: Question,
    /// End with 1 when the answer is deny
    #[arg(long)]
    exit_code: bool,
}

impl Check {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let answer = app.send::<api::Evaluate>(&self.question.request(false)).await?;
        let word = if answer.decision { "allow" } else { "deny" };
        app.output.said(&format!("{word}: {}", answer.context.reason), &answer)?;
        if self.exit_code && !answer.decision { Err(Error::No) } else { Ok(()) }
    }
}

/// Say whether a user may do something, and how that comes about
#[derive(Args)]
pub struct Explain {
    #[command(flatten)]
    question: Question,
}

impl Explain {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let answer = app.send::<api::Evaluate>(&self.question.request(true)).await?;
        // What is not found has nothing to tell.
        let bare = || format!("denied: {}", answer.context.reason);
        let text = answer.context.text.clone().unwrap_or_else(bare);
        app.output.said(&text, &answer)
    }
}

/// List the users who may do something, of those you reach
#[derive(Args)]
pub struct WhoCan {
    /// The object type
    object_type: String,
    /// The operation
    operation: String,
    /// The thing's ID, or '*' for the type alone
    #[arg(allow_hyphen_values = true)]
    id: String,
    #[command(flatten)]
    place: Place,
}

impl WhoCan {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let search = api::SearchSubjects {
            subject: SubjectKind { kind: "user".to_owned(), properties: self.place.properties() },
            action: Action { name: self.operation },
            resource: Resource { kind: self.object_type, id: self.id },
            page: None,
        };
        let found = all(app, search, |search| &mut search.page).await?;
        names(app, "Username", found.into_iter().map(|subject| subject.id))
    }
}

/// List the things to which a user may do something
#[derive(Args)]
pub struct ListObjects {
    /// The user
    username: String,
    /// The object type
    object_type: String,
    /// The operation
    operation: String,
    #[command(flatten)]
    place: Place,
}

impl ListObjects {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let search = api::SearchResources {
            subject: self.place.user(self.username),
            action: Action { name: self.operation },
            resource: ResourceKind { kind: self.object_type },
            page: None,
        };
        let found = all(app, search, |search| &mut search.page).await?;
        names(app, "ID", found.into_iter().map(|resource| resource.id))
    }
}

/// List what a user may do to something
#[derive(Args)]
pub struct ListActions {
    /// The user
    username: String,
    /// The object type
    object_type: String,
    /// The thing's ID; without one the question is about the type alone
    #[arg(default_value = "*", hide_default_value = true, allow_hyphen_values = true)]
    id: String,
    #[command(flatten)]
    place: Place,
}

impl ListActions {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let search = api::SearchActions {
            subject: self.place.user(self.username),
            resource: Resource { kind: self.object_type, id: self.id },
            page: None,
        };
        let found = all(app, search, |search| &mut search.page).await?;
        names(app, "Operation", found.into_iter().map(|action| action.name))
    }
}

/// Everything that a search finds, over all its pages. `page` is where it says which one it asks for.
async fn all<E, T>(app: &mut App, mut search: E, page: fn(&mut E) -> &mut Option<Page>) -> Result<Vec<T>, Error>
where
    E: Endpoint<Reply = Results<T>> + Sync,
{
    let mut found = Vec::new();
    loop {
        let answer = app.send::<E>(&search).await?;
        found.extend(answer.results);
        if answer.page.next_token.is_empty() {
            return Ok(found);
        }
        *page(&mut search) = Some(Page { token: Some(answer.page.next_token), limit: None });
    }
}

/// Prints one column.
fn names(app: &mut App, header: &'static str, found: impl Iterator<Item = String>) -> Result<(), Error> {
    let found: Vec<String> = found.collect();
    let mut table = Table::new(Style::Plain, &[header]);
    for name in &found {
        table.row([name.clone()]);
    }
    app.output.table(&table, &found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::testing::{parsed, understood};

    use super::*;

    #[test]
    fn requests_say_what_the_words_say() {
        let crate::cli::Command::Access(Command::Check(args)) = parsed("access check ada APPLICATION start") else {
            panic!()
        };
        assert_eq!(
            understood::<api::Evaluate>(&args.question.request(false)),
            json!({
                "subject": { "type": "user", "id": "ada" }, "action": { "name": "start" },
                "resource": { "type": "APPLICATION", "id": "*" },
            })
        );
        let words = "access explain ada APPLICATION start -web --tenant t1";
        let crate::cli::Command::Access(Command::Explain(args)) = parsed(words) else { panic!() };
        assert_eq!(
            understood::<api::Evaluate>(&args.question.request(true)),
            json!({
                "subject": { "type": "user", "id": "ada", "properties": { "tenant": "t1" } }, "action": { "name": "start" },
                "resource": { "type": "APPLICATION", "id": "-web" }, "context": { "explain": true },
            })
        );
    }
}
