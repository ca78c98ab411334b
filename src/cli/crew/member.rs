//! `fieldhub crew role`, `revoke`, `readmit`: what one member may do, from now on.

use anyhow::{anyhow, bail};
use clap::Args;
use hyper::Method;
use serde_json::{Value, json};

use super::client::{HubClient, full, no_body};
use super::{Output, members, print, text};
use crate::domain::composed::composed;
use crate::domain::crew::Role;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub crew role Léa lead")]
pub struct SetRole {
    /// A name or an id, as `fieldhub crew list` shows them
    name: String,
    /// viewer, technician or lead
    role: Role,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  fieldhub crew revoke Léa
  fieldhub crew revoke --all")]
pub struct Revoke {
    /// A name or an id, as `fieldhub crew list` shows them; with a name, all who have it
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    name: Option<String>,
    /// Everyone
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct Readmit {
    /// A name or an id, as `fieldhub crew list` shows them
    name: String,
    #[command(flatten)]
    output: Output,
}

/// Who may still join: those who know a code. Leads know both, and would come back as leads.
fn codes_stay(a_lead_went: bool) -> &'static str {
    if a_lead_went {
        "Anyone who knows a code can join again, and leads know both; `fieldhub crew code --new` and \
         `fieldhub crew lead-code --new` replace them."
    } else {
        "Anyone who knows the code can join again; `fieldhub crew code --new` replaces it."
    }
}

impl SetRole {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let all = members(client).await?;
        let member = one(&self.name, named(&all, &self.name, |m| !is_revoked(m)))?;
        let member = change(client, member, &json!({ "role": self.role })).await?;
        if self.output.json {
            return print::json(&member);
        }
        print::line(&format!("{} is a {} now", text(&member, "name"), self.role))
    }
}

impl Revoke {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let Some(name) = &self.name else {
            let path = "/api/v1/crew/revoke-all";
            let answer = client.request(Method::POST, path, "", no_body()).await?.json().await?;
            if self.output.json {
                return print::json(&answer);
            }
            let count = print::count(answer["revoked"].as_u64().unwrap_or(0), "member");
            return print::line(&format!("Revoked {count}. {}", codes_stay(true)));
        };
        let all = members(client).await?;
        let found = named(&all, name, |member| !is_revoked(member));
        if found.is_empty() {
            bail!("nobody called {name} is in the crew; `fieldhub crew list` shows who is");
        }
        let a_lead = found.iter().any(|member| text(member, "role") == Role::Lead.as_str());
        let mut revoked = Vec::new();
        // Two tablets of one name are mostly one person's: all of them go.
        for member in found {
            revoked.push(change(client, member, &json!({ "revoked": true })).await?);
        }
        if self.output.json {
            return print::json(&json!({ "members": revoked }));
        }
        let tablets = print::count(revoked.len() as u64, "tablet");
        print::line(&format!("Revoked {name} ({tablets}). {}", codes_stay(a_lead)))
    }
}

impl Readmit {
    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let all = members(client).await?;
        let member = one(&self.name, named(&all, &self.name, is_revoked))?;
        let member = change(client, member, &json!({ "revoked": false })).await?;
        if self.output.json {
            return print::json(&member);
        }
        print::line(&format!("{} has access again", text(&member, "name")))
    }
}

fn is_revoked(member: &Value) -> bool {
    member["revoked"].as_bool().unwrap_or(false)
}

/// Those who are meant: by id, else by name.
fn named<'a>(members: &'a [Value], name: &str, which: impl Fn(&Value) -> bool) -> Vec<&'a Value> {
    let by_id: Vec<_> = members.iter().filter(|m| text(m, "technician_id") == name).collect();
    if !by_id.is_empty() {
        return by_id;
    }
    let plain = |name: &str| composed(name).to_lowercase();
    let same = |m: &&Value| plain(text(m, "name")) == plain(name);
    members.iter().filter(same).filter(|m| which(m)).collect()
}

/// Exactly one, or which ones there are.
fn one<'a>(name: &str, found: Vec<&'a Value>) -> anyhow::Result<&'a Value> {
    match found[..] {
        [member] => Ok(member),
        [] => Err(anyhow!("there is no member {name}; `fieldhub crew list` shows them")),
        _ => {
            let ids: Vec<_> = found.iter().map(|m| text(m, "technician_id")).collect();
            Err(anyhow!("{name} has several tablets: say which one: {}", ids.join(" or ")))
        }
    }
}

async fn change(client: &HubClient, member: &Value, change: &Value) -> anyhow::Result<Value> {
    let path = format!("/api/v1/crew/{}", text(member, "technician_id"));
    client.request(Method::PATCH, &path, "application/json", full(change.to_string())).await?.json().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_those_who_have_it_and_an_id_one() {
        let member = |id: &str, name: &str, revoked: bool| json!({"technician_id": id, "name": name, "revoked": revoked});
        let all = [
            member("tech_1", "Léa", false),
            member("tech_2", "léa", true),
            member("tech_3", "Marc", false),
            member("tech_4", "marc", false),
        ];
        let ids = |name: &str| {
            named(&all, name, |m| !is_revoked(m)).iter().map(|m| text(m, "technician_id")).collect::<Vec<_>>()
        };
        assert_eq!(ids("LÉA"), ["tech_1"]);
        assert_eq!(ids("tech_2"), ["tech_2"]);
        assert_eq!(ids("Marc"), ["tech_3", "tech_4"]);
        let error = one("Marc", named(&all, "Marc", |_| true)).unwrap_err().to_string();
        assert_eq!(error, "Marc has several tablets: say which one: tech_3 or tech_4");
        assert!(one("Zoé", Vec::new()).is_err());
    }
}
