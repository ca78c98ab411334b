//! Service discovery for people: the hubs that answer on this network.
//!
//! Called by `cli::discover`; calls `browse`.

use std::time::Duration;

use super::LanError;
use super::browse::look;
use super::service_record::FoundHub;

/// Everybody who answers within this time, sorted by name. Nothing is remembered from earlier: who is listed is there.
pub async fn discover(within: Duration) -> Result<Vec<FoundHub>, LanError> {
    let heard = look(None, within).await?;
    let mut found: Vec<FoundHub> = heard.hubs.iter().map(FoundHub::of).collect();
    found.sort_by(|a, b| (&a.name, &a.host).cmp(&(&b.name, &b.host)));
    Ok(found)
}
