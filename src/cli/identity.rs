//! `fieldhub identity new`: another id for a hub whose data also run elsewhere, such as a van with a copied card.
//!
//! Called by `cli`; asks the hub.

use clap::{Args, Subcommand};
use hyper::Method;

use super::client::{HubClient, no_body};
use super::{Output, confirm, print};

#[derive(Debug, Subcommand)]
pub enum IdentityCommand {
    New(NewIdentityCommand),
}

const ABOUT: &str = "\
Two hubs of one id, as after a card or a data directory was copied, are taken for one another. A hub that wakes on
another machine notices, and takes a new id by itself. Type this where that is not so: where another hub says that
it has refused this one. It changes nothing of what the hub holds. It begins a new log: tablets and other hubs send
again what they have, and this one sends everything.";

/// Give this hub an id of its own
#[derive(Debug, Args)]
#[command(after_help = ABOUT)]
pub struct NewIdentityCommand {
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    output: Output,
}

impl IdentityCommand {
    pub fn check(&self) -> anyhow::Result<()> {
        let Self::New(new) = self;
        confirm::askable(new.yes)?;
        confirm::ask(new.yes, "Give this hub a new id? Tablets and other hubs then send everything again.")
    }

    pub async fn run(&self, client: &HubClient) -> anyhow::Result<()> {
        let Self::New(new) = self;
        let answer = client.request(Method::POST, "/api/v1/identity", "", no_body()).await?.json().await?;
        if new.output.json {
            return print::json(&answer);
        }
        let id = answer["hub_id"].as_str().unwrap_or(print::NOTHING);
        print::line(&format!("This hub is {id} from now on, and sends everything again."))?;
        if client.running() {
            print::aside("On the network it is announced under the new id after its next start.");
        }
        Ok(())
    }
}
