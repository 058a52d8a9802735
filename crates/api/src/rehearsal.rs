//! Dry runs: what a change would make different, found out without making it.

use http::Method;
use robin_model::TenantRole;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Endpoint, Needs, lenient};

/// Whether a change is only rehearsed. Endpoints that [can](Endpoint::CAN_REHEARSE) take this field besides their own.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DryRun {
    /// Change nothing, and answer who would gain or lose what.
    #[serde(deserialize_with = "lenient::flag")]
    pub dry_run: bool,
}

impl DryRun {
    /// The name of its field.
    pub const FIELD: &str = "dry_run";
}

/// Who would gain or lose what. Whoever asks hears of those alone whom they reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Differences {
    /// Always `true`: nothing was changed.
    pub dry_run: bool,
    /// Members of tenants whose role or permissions there would be others.
    pub members: Vec<MemberDifference>,
    /// Objects to which somebody could do more or less, by way of owning them or of a share.
    pub objects: Vec<ObjectDifference>,
}

/// What would be different for a member of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberDifference {
    /// The user.
    pub username: String,
    /// The tenant.
    pub tenant: String,
    /// The permissions they would gain, as in `APPLICATION:start`.
    pub gains: Vec<String>,
    /// The permissions they would lose.
    pub loses: Vec<String>,
    /// Their role, where it would be another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleDifference>,
}

/// What a member's role is and would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleDifference {
    /// The role they have; none where they are no member.
    #[schemars(with = "Option<String>")]
    pub from: Option<TenantRole>,
    /// The role they would have; none where they would be no member.
    #[schemars(with = "Option<String>")]
    pub to: Option<TenantRole>,
}

/// What would be different for somebody about an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObjectDifference {
    /// The object's type.
    #[serde(rename = "type")]
    pub object_type: String,
    /// The object's id.
    pub id: String,
    /// For whom.
    pub who: Who,
    /// The operations they could do to it, and can't now.
    pub gains: Vec<String>,
    /// The operations they could do to it no longer.
    pub loses: Vec<String>,
}

/// A member of a tenant, or all whom a share with the tenant reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Who {
    /// The user; without one it holds for the tenant's members, as far as their own permissions go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The tenant they are logged into.
    pub tenant: String,
}

/// An input of an endpoint that [can](Endpoint::CAN_REHEARSE), for a dry run. The server knows no endpoint of this kind; it is how
/// a client asks one of the others.
///
/// ```
/// use robin_api::{rehearsal::Rehearsal, tenants::RemoveMembers};
///
/// let input = RemoveMembers { name: "t1".parse()?, users: vec!["ada".parse()?], replacement_user: None };
/// let json = serde_json::to_value(Rehearsal::of(input))?;
/// assert_eq!(json, serde_json::json!({"name": "t1", "users": ["ada"], "dry_run": true}));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Rehearsal<E> {
    /// What is rehearsed.
    #[serde(flatten)]
    pub input: E,
    #[serde(flatten)]
    dry_run: DryRun,
}

impl<E> Rehearsal<E> {
    /// The dry run of a call with this input.
    pub const fn of(input: E) -> Self {
        Self { input, dry_run: DryRun { dry_run: true } }
    }
}

impl<E: Endpoint> Endpoint for Rehearsal<E> {
    const METHOD: Method = E::METHOD;
    const PATHS: &'static [&'static str] = E::PATHS;
    const ACTION: Option<&'static str> = E::ACTION;
    const NEEDS: Needs = E::NEEDS;
    const SUMMARY: &'static str = E::SUMMARY;
    type Reply = Differences;
}
