//! Authentication as `http` sees it: sessions of the crew checked from memory, changes made off its threads.
//!
//! Called by `http::guard::access`, `http::routes::join`, `http::routes::crew`; calls `crew` and the clock.

use std::sync::Arc;

use tracing::Span;

use super::Hub;
use super::crew::{Crew, JoinError, JoinRequest, Joined, NotIn, QualifiedTime, Session};
use crate::domain::Token;
use crate::domain::crew::Access;
use crate::domain::id::DeviceId;
use crate::store::StoreError;

impl Hub {
    pub fn access(&self) -> Access {
        if self.crew.is_some() { Access::Crew } else { Access::Open }
    }

    /// `None`: access is open.
    pub fn crew(&self) -> Option<&Arc<Crew>> {
        self.crew.as_ref()
    }

    pub fn moment(&self) -> QualifiedTime {
        self.clock.moment()
    }

    /// Whose token this is.
    pub fn session(&self, crew: &Arc<Crew>, token: &str) -> Result<Session, NotIn> {
        let at = self.moment();
        let session = crew.check(token, at)?;
        if crew.needs_anchor(&session, at) {
            let crew = Arc::clone(crew);
            let technician = session.member.technician.clone();
            // Nobody waits for it: should it fail, the next request tries again.
            let span = Span::current();
            tokio::task::spawn_blocking(move || {
                if let Err(error) = crew.anchor(&technician, at) {
                    tracing::warn!(parent: &span, %error, "the beginning of a session could not be noted");
                }
            });
        }
        Ok(session)
    }

    /// Somebody wants in.
    pub async fn join(
        &self,
        code: String,
        name: String,
        device: DeviceId,
        proof: Option<String>,
    ) -> Result<Joined, JoinError> {
        let crew = self.crew.as_ref().ok_or(JoinError::OpenHub)?;
        // They wait for nobody, and nobody for them.
        if !crew.looks_right(&code) {
            return Err(JoinError::WrongCode);
        }
        let _waiting = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| JoinError::Busy)?;
        let turn = Arc::clone(&self.joining).acquire_owned().await;
        let turn = turn.map_err(|e| StoreError::Failed(e.to_string()))?;
        let at = self.moment();
        change(crew, move |crew| {
            // Until the work is done: whoever asked may be gone long before.
            let _turn = turn;
            crew.join(JoinRequest { code: &code, name, device, proof: proof.as_deref() }, at)
        })
        .await
    }

    pub(super) async fn close_to_v33(&self, token: &Token) -> Result<(), StoreError> {
        let Some(crew) = self.crew.as_ref().filter(|crew| crew.is_open_v33(token)) else { return Ok(()) };
        let token = token.clone();
        change(crew, move |crew| crew.set_open_v33(&token, false)).await
    }

    /// A sentence for those who look after the hub, of somebody who started with it; there until the hub ends.
    pub fn say_notice(&self, sentence: String) {
        self.said.lock().push(sentence);
    }

    pub(super) fn said(&self) -> Vec<String> {
        self.said.lock().clone()
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
    let span = Span::current();
    let done = tokio::task::spawn_blocking(move || span.in_scope(|| work(&crew))).await;
    done.unwrap_or_else(|error| Err(StoreError::Failed(error.to_string()).into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::crew::WhichCode;
    use crate::hub::{JOINING, WAITING, testing};

    #[tokio::test]
    async fn whoever_asks_and_goes_away_does_not_give_up_the_turn() {
        let dir = tempfile::tempdir().unwrap();
        let hub = testing::open(dir.path(), Access::Crew);
        let code = hub.crew().unwrap().code(WhichCode::Crew).as_str().to_owned();
        let join = || {
            let device = DeviceId::parse("dev_1").unwrap();
            hub.join(code.clone(), "Léa".to_owned(), device, None)
        };
        {
            // Asks, and hangs up while its code is being hashed.
            let mut asked = std::pin::pin!(join());
            assert!(futures_util::poll!(&mut asked).is_pending());
        }
        assert_eq!(hub.joining.available_permits(), JOINING - 1);
        // Whoever tries codes needs no turn, and gets an answer while others have theirs.
        let device = DeviceId::parse("dev_2").unwrap();
        let wrong = std::pin::pin!(hub.join("2345ACDE".to_owned(), "N".to_owned(), device, None));
        assert!(matches!(futures_util::poll!(wrong), std::task::Poll::Ready(Err(JoinError::WrongCode))));
        assert!(join().await.is_ok(), "and the next one's comes");
        // No more wait than there is patience for.
        let held =
            Arc::clone(&hub.waiting).acquire_many_owned(u32::try_from(WAITING).unwrap()).await.unwrap();
        assert!(matches!(join().await, Err(JoinError::Busy)));
        drop(held);
        join().await.unwrap();
        hub.close().await;
    }
}
