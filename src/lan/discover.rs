//! The hubs that answer on this network.
//!
//! Called by `cli::discover`; calls `look`.

use std::time::Duration;

use super::LanError;
use super::look::look;
use super::record::Found;

/// Everybody who answers within this time, sorted by name. Nothing is remembered from earlier: who is listed is there.
pub async fn discover(within: Duration) -> Result<Vec<Found>, LanError> {
    let heard = look(None, within).await?;
    let mut found: Vec<Found> = heard.hubs.iter().map(Found::of).collect();
    found.sort_by(|a, b| (&a.name, &a.host).cmp(&(&b.name, &b.host)));
    Ok(found)
}
