//! A site to try the hub with: JALIBAT, 242 modules in 10 strings.
//!
//! Called by `serve --demo`; makes the audit over the same API as `audit import`.

use hyper::Method;

use crate::cli::client::{HubClient, full};

pub const TOKEN: &str = "jalibat-demo";
const PLAN: &str = include_str!("jalibat-plan.json");

/// Make the audit, unless it is there. A hub that cannot (a full disk) starts all the same.
pub async fn make(client: &HubClient) -> anyhow::Result<()> {
    if client.get(&format!("/api/v1/audits/{TOKEN}")).await?.status == 200 {
        return Ok(());
    }
    let path = format!("/api/v1/audits?token={TOKEN}&name=JALIBAT");
    let response = client.request(Method::POST, &path, "application/json", full(PLAN)).await?;
    match response.checked().await {
        Ok(_) => tracing::info!("made the demonstration audit"),
        Err(error) => tracing::warn!(%error, "there is no demonstration audit"),
    }
    Ok(())
}
