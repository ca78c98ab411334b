//! A site to try the hub with: JALIBAT, 242 modules in 10 strings.
//!
//! Called by `serve --demo`; makes the audit over the same API as `audit import`.

use hyper::Method;

use super::client::{Client, full};

pub const TOKEN: &str = "jalibat-demo";
const PLAN: &str = include_str!("jalibat-plan.json");

/// Make the audit, unless it is there.
pub async fn make(client: &Client) -> anyhow::Result<()> {
    let path = format!("/api/v1/audits?token={TOKEN}&name=JALIBAT");
    let response = client.request(Method::POST, &path, "application/json", full(PLAN)).await?;
    if response.status == 409 {
        return Ok(());
    }
    response.checked().await?;
    tracing::info!(token = TOKEN, "made the demo audit");
    Ok(())
}
