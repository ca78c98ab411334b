//! Hub process and status, as far as it can be asked. Its database is left alone: a second opener would wait for it.
//!
//! Called by `doctor`; calls the hub's socket.

use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value;
use tokio::net::UnixStream;

use super::text;
use crate::cli::client::{HubClient, SOCKET};
use crate::cli::hub_status::{StatusAnswer, UpstreamAnswer, UpstreamsAnswer};

#[derive(Debug)]
pub enum HubAnswer {
    /// What it says of itself, and of its upstreams.
    Runs {
        status: Box<StatusAnswer>,
        upstreams: Vec<UpstreamAnswer>,
        /// What its photos take; a hub of before says nothing.
        photos: Option<Value>,
    },
    /// There is a process that has its data, or even takes calls, and says nothing.
    Silent {
        process: Option<u64>,
    },
    /// Its socket is not for who asks.
    Refused,
    Stopped,
    /// There is no data directory.
    Nowhere,
}

impl HubAnswer {
    pub async fn ask(root: &Path, data_dir: &Path) -> Self {
        match UnixStream::connect(data_dir.join(SOCKET)).await {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Self::Refused,
            Err(_) if !data_dir.exists() => return Self::Nowhere,
            Err(_) => {
                let process = holder(root, data_dir);
                return if process.is_some() { Self::Silent { process } } else { Self::Stopped };
            }
        }
        let client = HubClient::at(&data_dir.join(SOCKET));
        let Ok(status) = client.ask::<StatusAnswer>("/api/v1/status").await else {
            return Self::Silent { process: holder(root, data_dir) };
        };
        let upstreams: UpstreamsAnswer = client.ask("/api/v1/upstream").await.unwrap_or_default();
        let photos = client.ask("/api/v1/photos").await.ok();
        Self::Runs { status: Box::new(status), upstreams: upstreams.upstreams, photos }
    }

    pub fn status(&self) -> Option<&StatusAnswer> {
        match self {
            Self::Runs { status, .. } => Some(status),
            _ => None,
        }
    }

    /// One that has said this, for the tests.
    #[cfg(test)]
    pub fn that_says(status: serde_json::Value) -> Self {
        Self::Runs { status: serde_json::from_value(status).unwrap(), upstreams: Vec::new(), photos: None }
    }

    pub fn process(&self) -> Option<u64> {
        match self {
            Self::Runs { status, .. } => status.process,
            Self::Silent { process } => *process,
            _ => None,
        }
    }
}

/// The process that the lock names, if it is a hub and still there: the file stays when it ends.
fn holder(root: &Path, data_dir: &Path) -> Option<u64> {
    let process: u64 = std::fs::read_to_string(data_dir.join("fieldhub.lock")).ok()?.trim().parse().ok()?;
    (text(root, &format!("/proc/{process}/comm")).as_deref() == Some("fieldhub")).then_some(process)
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    #[tokio::test]
    async fn a_hub_that_holds_its_data_and_says_nothing_is_told_from_one_that_was_stopped() {
        let tree = Tree::new();
        let data = tree.root().join("data");
        assert!(matches!(HubAnswer::ask(tree.root(), &data).await, HubAnswer::Nowhere));
        tree.file("/data/fieldhub.lock", "812\n");
        assert!(
            matches!(HubAnswer::ask(tree.root(), &data).await, HubAnswer::Stopped),
            "its process has ended"
        );
        tree.file("/proc/812/comm", "bash\n");
        assert!(
            matches!(HubAnswer::ask(tree.root(), &data).await, HubAnswer::Stopped),
            "the number is another's now"
        );
        tree.file("/proc/812/comm", "fieldhub\n");
        let hub = HubAnswer::ask(tree.root(), &data).await;
        assert!(matches!(hub, HubAnswer::Silent { process: Some(812) }), "{hub:?}");
    }

    #[tokio::test]
    async fn a_socket_that_hangs_up_is_no_answer() {
        let tree = Tree::new();
        let listener = tokio::net::UnixListener::bind(tree.root().join(SOCKET)).unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                drop(stream);
            }
        });
        let hub = HubAnswer::ask(tree.root(), tree.root()).await;
        assert!(matches!(hub, HubAnswer::Silent { process: None }), "{hub:?}");
    }
}
