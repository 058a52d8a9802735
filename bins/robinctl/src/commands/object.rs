//! The register of objects that other services own.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use robin_api::objects as api;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    commands::Rehearsal,
    error::Error,
    output::{Details, Style, Table},
};

/// Commands about registered objects.
#[derive(Subcommand)]
pub enum Command {
    Add(Add),
    List(List),
    Info(One),
    Update(Update),
    ChangeOwner(ChangeOwner),
    Remove(Remove),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever the command runs into.
    pub async fn run(self, app: &mut App) -> Result<(), Error> {
        match self {
            Self::Add(args) => app.change::<api::RegisterObjects>(&args.request()?).await,
            Self::List(args) => args.run(app).await,
            Self::Info(args) => args.run(app).await,
            Self::Update(args) => app.change::<api::UpdateObject>(&args.request()?).await,
            Self::ChangeOwner(args) => app.change::<api::ChangeObjectOwner>(&args).await,
            Self::Remove(args) => app.change::<api::RemoveObject>(&args).await,
        }
    }
}

/// Register objects of other services, so that they can be decided about and shared
///
/// Example:  robinctl object add BUNDLE wordpress-5.4 --tenant t1 --owner user1
///
/// Example:  robinctl object add --file objects.json
///
/// The file holds a list like [{"type": "BUNDLE", "id": "wordpress-5.4", "tenant": "t1", "owner": "user1"}], of at most 1000
/// objects; all of them are registered or none. What is registered so already stays as it is.
#[derive(Args)]
pub struct Add {
    /// The object's type, as in APPLICATION
    #[arg(value_name = "TYPE", required_unless_present = "file", conflicts_with = "file", requires = "id")]
    object_type: Option<String>,
    /// The object's id, as its service knows it
    id: Option<String>,
    /// The tenant to bind it to [default: the one you are logged into; none, and so the cluster, for a superadmin]
    #[arg(long, value_name = "TENANT", conflicts_with = "file")]
    tenant: Option<String>,
    /// Who will own it [default: you]
    #[arg(long, value_name = "USERNAME", conflicts_with = "file")]
    owner: Option<String>,
    /// What to say of it, as a JSON object
    #[arg(long, value_name = "JSON", conflicts_with = "file")]
    attributes: Option<String>,
    /// Register all objects that this JSON file lists; - reads them from standard input
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Add {
    fn request(&self) -> Result<Value, Error> {
        if let Some(file) = &self.file {
            return Ok(json!({ "objects": listed(file)? }));
        }
        let attributes = self.attributes.as_deref().map(attributes).transpose()?;
        Ok(json!({
            "type": self.object_type,
            "id": self.id,
            "tenant": self.tenant,
            "owner": self.owner,
            "attributes": attributes,
        }))
    }
}

/// The JSON in a file, or on standard input.
fn listed(file: &Path) -> Result<Value, Error> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(file)
    };
    let shown = file.display();
    let text = text.map_err(|error| Error::Usage(format!("`{shown}` can't be read: {error}")))?;
    serde_json::from_str(&text).map_err(|error| Error::Usage(format!("`{shown}` is not JSON: {error}")))
}

fn attributes(text: &str) -> Result<Value, Error> {
    let not_json = |error| Error::Usage(format!("--attributes is not JSON: {error}; write it like '{{\"a\": 1}}'"));
    serde_json::from_str(text).map_err(not_json)
}

/// List the objects that you may see
#[derive(Args, Serialize)]
pub struct List {
    /// Only those of this type, as in APPLICATION
    #[arg(long = "type", value_name = "TYPE")]
    #[serde(rename = "type")]
    object_type: Option<String>,
    /// Only this tenant's
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// Only this user's
    #[arg(long, value_name = "USERNAME")]
    owner: Option<String>,
}

impl List {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let objects = app.list::<api::ListObjects>(&self).await?;
        let mut table = Table::new(Style::Plain, &["Type", "ID", "Owner", "Tenant"]);
        for object in &objects {
            let text = |name: &Option<String>| name.clone().unwrap_or_default();
            table.row([object.object_type.clone(), object.id.clone(), text(&object.owner), text(&object.tenant)]);
        }
        app.output.table(&table, &objects)
    }
}

/// Show everything about one object
///
/// Example:  robinctl object info BUNDLE wordpress-5.4
#[derive(Args, Serialize)]
pub struct One {
    /// The object's type
    #[arg(value_name = "TYPE")]
    #[serde(rename = "type")]
    object_type: String,
    /// The object's id
    id: String,
}

impl One {
    async fn run(self, app: &mut App) -> Result<(), Error> {
        let object = app.send::<api::GetObject>(&self).await?;
        let details = Details(vec![
            ("Type", object.object_type.clone()),
            ("ID", object.id.clone()),
            ("Owner", object.owner.clone().unwrap_or_default()),
            ("Tenant", object.tenant.clone().unwrap_or_default()),
            ("Attributes", Value::Object(object.attributes.clone()).to_string()),
            ("Created", object.created_at.to_string()),
        ]);
        app.output.details(&details, &object)
    }
}

/// Replace what is said of an object
///
/// Example:  robinctl object update BUNDLE wordpress-5.4 '{"version": "5.4.2"}'
#[derive(Args)]
pub struct Update {
    #[command(flatten)]
    object: One,
    /// All that is said of it from now on, as a JSON object
    #[arg(value_name = "JSON")]
    attributes: String,
}

impl Update {
    fn request(&self) -> Result<Value, Error> {
        let One { object_type, id } = &self.object;
        Ok(json!({ "type": object_type, "id": id, "attributes": attributes(&self.attributes)? }))
    }
}

/// Give an object to another member of its tenant
///
/// Example:  robinctl object change-owner BUNDLE wordpress-5.4 user2
#[derive(Args, Serialize)]
pub struct ChangeOwner {
    #[command(flatten)]
    #[serde(flatten)]
    object: One,
    /// The new owner
    #[arg(value_name = "USERNAME")]
    owner: String,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

/// Take an object off the register, with its shares
///
/// The object itself is its service's business and stays.
#[derive(Args, Serialize)]
pub struct Remove {
    #[command(flatten)]
    #[serde(flatten)]
    object: One,
    /// Taken for the sake of scripts: nothing is asked
    #[arg(long, short)]
    #[serde(skip)]
    yes: bool,
    #[command(flatten)]
    #[serde(flatten)]
    rehearsal: Rehearsal,
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{is_grammar, parsed, understood};

    use super::*;

    fn object(words: &str) -> Command {
        let crate::cli::Command::Object(command) = parsed(&format!("object {words}")) else { panic!("{words}") };
        command
    }

    #[test]
    fn one_object_is_registered_as_the_words_say() {
        let Command::Add(args) = object("add BUNDLE b/1 --tenant t --owner u --attributes '{\"a\":[1]}'") else {
            panic!()
        };
        let expected = json!({"type": "BUNDLE", "id": "b/1", "tenant": "t", "owner": "u", "attributes": {"a": [1]}});
        assert_eq!(understood::<api::RegisterObjects>(&args.request().unwrap()), expected);
        let Command::Add(args) = object("add BUNDLE b") else { panic!() };
        let expected = json!({"type": "BUNDLE", "id": "b"});
        assert_eq!(understood::<api::RegisterObjects>(&args.request().unwrap()), expected);
        let Command::Add(args) = object("add BUNDLE b --attributes {") else { panic!() };
        assert!(matches!(args.request(), Err(Error::Usage(_))));
    }

    #[test]
    fn many_objects_are_read_from_a_file() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let list = json!([{"type": "BUNDLE", "id": "a"}, {"type": "IMAGE", "id": "b", "owner": "u"}]);
        io::Write::write_all(&mut file, list.to_string().as_bytes()).unwrap();
        let Command::Add(args) = object(&format!("add --file {}", file.path().display())) else { panic!() };
        assert_eq!(understood::<api::RegisterObjects>(&args.request().unwrap()), json!({"objects": list}));
        let Command::Add(args) = object("add --file /nowhere/at/all") else { panic!() };
        assert!(matches!(args.request(), Err(Error::Usage(_))));
        assert!(
            !is_grammar("object add") && !is_grammar("object add BUNDLE") && !is_grammar("object add B b --file f")
        );
    }

    #[test]
    fn an_object_is_named_by_type_and_id() {
        let named = json!({"type": "BUNDLE", "id": "b"});
        let Command::Info(args) = object("info BUNDLE b") else { panic!() };
        assert_eq!(understood::<api::GetObject>(&args), named);
        for words in ["remove BUNDLE b", "remove BUNDLE b -y"] {
            let Command::Remove(args) = object(words) else { panic!() };
            assert_eq!(understood::<api::RemoveObject>(&args), named);
        }
        let Command::ChangeOwner(args) = object("change-owner BUNDLE b u") else { panic!() };
        assert_eq!(understood::<api::ChangeObjectOwner>(&args), json!({"type": "BUNDLE", "id": "b", "owner": "u"}));
        let Command::Update(args) = object("update BUNDLE b {}") else { panic!() };
        let expected = json!({"type": "BUNDLE", "id": "b", "attributes": {}});
        assert_eq!(understood::<api::UpdateObject>(&args.request().unwrap()), expected);
        let Command::List(args) = object("list --type BUNDLE --tenant t --owner u") else { panic!() };
        assert_eq!(understood::<api::ListObjects>(&args), json!({"type": "BUNDLE", "tenant": "t", "owner": "u"}));
    }
}
