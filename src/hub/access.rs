//! The hub's crew as `http` sees it: sessions checked from memory, changes made off its threads.
//!
//! Called by `http::access`, `http::join`, `http::crew`; calls `crew` and the clock.

use std::sync::Arc;

use super::Hub;
use super::crew::{Crew, JoinError, JoinRequest, Joined, Moment, NotIn, Session};
use crate::domain::Token;
use crate::domain::crew::Access;
use crate::domain::id::DeviceId;
use crate::store::StoreError;

/// Argon2 takes a core, and its memory: one at a time.
pub(super) const JOINING: usize = 1;

impl Hub {
    pub fn access(&self) -> Access {
        if self.crew.is_some() { Access::Crew } else { Access::Open }
    }

    /// `None`: access is open.
    pub fn crew(&self) -> Option<&Arc<Crew>> {
        self.crew.as_ref()
    }

    pub fn moment(&self) -> Moment {
        Moment { now_ms: self.clock.now_ms(), quality: self.clock.quality() }
    }

    /// Whose token this is.
    pub fn session(&self, crew: &Arc<Crew>, token: &str) -> Result<Session, NotIn> {
        let at = self.moment();
        let session = crew.check(token, at)?;
        if crew.needs_anchor(&session, at.quality) {
            let crew = Arc::clone(crew);
            let technician = session.member.technician.clone();
            // Nobody waits for it: should it fail, the next request tries again.
            tokio::task::spawn_blocking(move || {
                if let Err(error) = crew.anchor(&technician, at) {
                    tracing::warn!(%error, "the beginning of a session could not be noted");
                }
            });
        }
        Ok(session)
    }

    /// Somebody wants in.
    pub async fn join(
        &self,
        crew: &Arc<Crew>,
        code: String,
        name: String,
        device: DeviceId,
        proof: Option<String>,
    ) -> Result<Joined, JoinError> {
        let _turn = self.joining.acquire().await.map_err(|e| StoreError::Failed(e.to_string()))?;
        let at = self.moment();
        change(crew, move |crew| {
            crew.join(JoinRequest { code: &code, name, device, proof: proof.as_deref() }, at)
        })
        .await
    }

    pub(super) async fn close_to_v33(&self, token: Token) {
        let Some(crew) = &self.crew else { return };
        if let Err(error) = change(crew, move |crew| crew.set_open_v33(&token, false)).await {
            tracing::error!(%error, "an audit that was removed is still noted as open to v3.3");
        }
    }

    /// Where tablets find this hub, as far as whoever bound its sockets can tell. Said once.
    pub fn say_found_at(&self, url: String) {
        // A second one is no news: the first listener's is the one on the QR code.
        let _ = self.found_at.set(url);
    }

    pub fn found_at(&self) -> Option<&str> {
        self.found_at.get().map(String::as_str)
    }
}

/// Run a change of the crew where it may block.
pub async fn change<T, E>(
    crew: &Arc<Crew>,
    work: impl FnOnce(&Crew) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let crew = Arc::clone(crew);
    let done = tokio::task::spawn_blocking(move || work(&crew)).await;
    done.unwrap_or_else(|error| Err(StoreError::Failed(error.to_string()).into()))
}
