//! Notes, and what is done with them. Whoever gets here may.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use robin_api::objects::{ListObjects, RegisterObjects, RemoveObject};
use robin_client::{Caller, Error};
use robin_model::ObjectName;
use serde::{Deserialize, Serialize};

use crate::robin::Robin;

const TYPE: &str = "NOTE";

/// All notes. A service of more than an example keeps them in a database.
pub struct Notes {
    robin: Arc<Robin>,
    texts: Mutex<HashMap<ObjectName, String>>,
}

impl Notes {
    /// No notes yet.
    pub fn new(robin: Arc<Robin>) -> Self {
        Self { robin, texts: Mutex::default() }
    }

    fn texts(&self) -> MutexGuard<'_, HashMap<ObjectName, String>> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A note.
#[derive(Serialize, Deserialize)]
pub struct Note {
    id: ObjectName,
    text: String,
}

/// Keeps a note. It belongs to its writer, in the tenant that they are logged into.
pub async fn write(
    State(notes): State<Arc<Notes>>,
    Extension(Caller(writer)): Extension<Caller>,
    Json(note): Json<Note>,
) -> Result<StatusCode, Failure> {
    let object = RegisterObjects {
        object_type: Some(TYPE.to_owned()),
        id: Some(note.id.clone()),
        owner: Some(writer.username.clone()),
        tenant: Some(writer.tenant.parse().map_err(|_| Failure::Internal)?),
        attributes: None,
        objects: None,
    };
    notes.robin.send(&object).await?;
    notes.texts().insert(note.id, note.text);
    Ok(StatusCode::CREATED)
}

/// One's notes, by id: Robin knows whose they are.
pub async fn list(
    State(notes): State<Arc<Notes>>,
    Extension(Caller(reader)): Extension<Caller>,
) -> Result<Json<Vec<String>>, Failure> {
    let owner = Some(reader.username.clone());
    let own = ListObjects { object_type: Some(TYPE.to_owned()), owner, ..ListObjects::default() };
    let objects = notes.robin.send(&own).await?;
    Ok(Json(objects.items.into_iter().map(|object| object.id).collect()))
}

/// A note's text.
pub async fn read(State(notes): State<Arc<Notes>>, Path(id): Path<ObjectName>) -> Result<String, Failure> {
    notes.texts().get(&id).cloned().ok_or(Failure::Missing)
}

/// Takes a note away.
pub async fn remove(State(notes): State<Arc<Notes>>, Path(id): Path<ObjectName>) -> Result<StatusCode, Failure> {
    notes.texts().remove(&id);
    notes.robin.send(&RemoveObject { object_type: TYPE.to_owned(), id }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why nothing came of it.
pub enum Failure {
    Missing,
    Internal,
    Robin(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Robin(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Missing => (StatusCode::NOT_FOUND, "there is no such note").into_response(),
            Self::Robin(Error::Refused { status: StatusCode::CONFLICT, .. }) => {
                (StatusCode::CONFLICT, "another note has this id").into_response()
            }
            Self::Robin(_) => (StatusCode::SERVICE_UNAVAILABLE, "try again later").into_response(),
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}
