//! Object shares.

use std::sync::Arc;

use robin_api::shares::{ShareOption, ShareOptions};
use robin_rbac::ShareType;
use robin_service::{Ctx, Error, Page, Result, share};

use crate::endpoints::{Cut, Endpoints};

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.list::<ShareOptions, _, _>(options);
}

async fn options(ctx: Arc<Ctx>, input: Arc<ShareOptions>, cut: Cut) -> Result<Page<ShareOption>> {
    let share_type = match input.share_type.as_deref() {
        None | Some("ALL") => None,
        Some("TENANT") => Some(ShareType::Tenant),
        Some("USER") => Some(ShareType::User),
        Some(_) => return Err(Error::Invalid("`share_type` is `TENANT`, `USER` or `ALL`".to_owned())),
    };
    let page = share::options(&ctx, input.object_type.as_deref(), share_type, cut.after, cut.limit)?;
    Ok(page.map(|option| ShareOption {
        operation: option.operation.to_owned(),
        object_type: option.object_type.to_owned(),
        share_type: option.share_type.as_str().to_owned(),
    }))
}
