//! `fieldhub photos orphans`: pictures that no audit names (garbage), and their removal.

use clap::Args;
use hyper::Method;
use serde_json::Value;

use super::{Output, count, line, print};
use crate::cli::client::{HubClient, no_body};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub photos orphans
  fieldhub photos orphans --remove")]
pub struct PhotosOrphansCommand {
    /// Remove those that nobody has sent for a day. After a restore, wait until all tablets have been in reach
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    output: Output,
}

impl PhotosOrphansCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        if self.remove {
            let request = client.request(Method::DELETE, "/api/v1/photos/orphaned", "", no_body());
            let gone = request.await?.checked().await?.json().await?;
            return if self.output.json {
                print::json(&gone)
            } else {
                line(&format!("{} removed.", sum(&gone)))
            };
        }
        let of_hub = client.get("/api/v1/photos").await?.json().await?;
        let (all, left) = (&of_hub["orphaned"], &of_hub["left_over"]);
        if self.output.json {
            return print::json(&serde_json::json!({ "orphaned": all, "left_over": left }));
        }
        said(all, left).iter().try_for_each(|said| line(said))
    }
}

fn number(sum: &Value, field: &str) -> u64 {
    sum[field].as_u64().unwrap_or(0)
}

fn sum(sum: &Value) -> String {
    format!("{} ({})", count(number(sum, "blobs"), "picture"), print::bytes(number(sum, "bytes")))
}

fn said(all: &Value, left: &Value) -> Vec<String> {
    if number(all, "blobs") == 0 {
        return vec!["Every picture belongs to an audit.".to_owned()];
    }
    let mut said = vec![format!("In no audit: {}.", sum(all))];
    said.push(match number(left, "blobs") {
        0 => "All of them came within the last day: their photos may be on their way.".to_owned(),
        _ => format!(
            "Nobody has sent {} for a day. A restore leaves such pictures: tablets that send their marks again need them. When all tablets \
             have been in reach since, `fieldhub photos orphans --remove` frees that room.",
            sum(left)
        ),
    });
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_on_its_way_is_told_from_what_is_left_over() {
        let of = |blobs: u64| json!({ "blobs": blobs, "bytes": blobs * 1_000 });
        assert_eq!(said(&of(0), &of(0)), ["Every picture belongs to an audit."]);
        assert!(said(&of(2), &of(0))[1].contains("on their way"));
        let left = said(&of(3), &of(2)).join(" ");
        assert!(
            left.contains("In no audit: 3 pictures") && left.contains("Nobody has sent 2 pictures"),
            "{left}"
        );
        assert!(left.contains("photos orphans --remove"), "{left}");
    }
}
