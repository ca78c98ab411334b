//! `fieldhub crew list`: who has joined, those who were sent away last.

use clap::Args;
use serde_json::{Value, json};

use super::client::HubClient;
use super::{Output, members, print, text};

#[derive(Debug, Args)]
pub struct CrewListCommand {
    #[command(flatten)]
    output: Output,
}

impl CrewListCommand {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let members = members(client).await?;
        if self.output.json {
            return print::json(&json!({ "members": members }));
        }
        if members.is_empty() {
            return print::line("Nobody has joined yet; `fieldhub crew code` shows what to join with");
        }
        print::out(&page(&members))
    }
}

fn page(members: &[Value]) -> String {
    let rows: Vec<[String; 5]> = members
        .iter()
        .map(|member| {
            let revoked = member["revoked"].as_bool().unwrap_or(false);
            [
                text(member, "name").to_owned(),
                if revoked { "revoked".to_owned() } else { text(member, "role").to_owned() },
                print::time(member["joined_at_ms"].as_u64()),
                print::time(member["last_seen_ms"].as_u64()),
                text(member, "technician_id").to_owned(),
            ]
        })
        .collect();
    print::table(["NAME", "ROLE", "JOINED", "LAST SEEN", "ID"], &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_each() {
        let member = |name: &str, seen: Option<u64>, revoked: bool| {
            json!({"technician_id": "tech_1", "name": name, "role": "lead", "device_id": "d", "joined_at_ms": 1_761_300_000_000u64,
                "last_seen_ms": seen, "revoked": revoked})
        };
        insta::assert_snapshot!(page(&[member("Léa", Some(1_761_300_060_000), false), member("Marc", None, true)]), @r"
        NAME  ROLE     JOINED                LAST SEEN             ID
        Léa   lead     2025-10-24 10:00 UTC  2025-10-24 10:01 UTC  tech_1
        Marc  revoked  2025-10-24 10:00 UTC  -                     tech_1
        ");
    }
}
