//! How a service guards its own objects: add its words to the catalogue, then ask before it acts.

use std::{error::Error, io::Write};

use robin_rbac::{Capability, Catalogue, Instance, Request, Subject, TenantId, TenantRole, UserId, explain};

const QUEUES: &str = r#"[{
    "id": 10001, "name": "DrainQueues", "capability_group": "Queues", "description": "Look at queues and drain them",
    "tenant_roles": ["user"], "providers": [],
    "capability_entries": [{"object_type": "QUEUE", "operation": "view"}, {"object_type": "QUEUE", "operation": "drain"}]
}]"#;

fn main() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::builtin().extend(serde_json::from_str(QUEUES)?)?;

    // Who asks: in a service this comes from the token and the user's membership.
    let assigned: Vec<_> = catalogue.capability("DrainQueues").map(Capability::id).into_iter().collect();
    let permissions = catalogue.resolve(assigned.iter().copied());
    let (user, tenant, role) = (UserId(15), TenantId(3), TenantRole::User);
    let subject = Subject { user, tenant, role, permissions: &permissions, grants: None };

    // What is asked about: in a service this comes from its own records.
    let queue = Instance::Object { id: "mail", owner: Some(user), tenant: Some(tenant), shares: &[] };
    let request = Request { object_type: "QUEUE", operation: "drain", instance: Some(queue) };
    write!(std::io::stdout(), "{}", explain(&catalogue, &subject, &assigned, &request))?;
    Ok(())
}
