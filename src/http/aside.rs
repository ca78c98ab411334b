//! CPU scheduling: parts of large answers are made on no thread that serves others, one at a time, so that a core is left for
//! the crew's marks.
//!
//! Called by `routes::pieces`, `routes::states` and `guard::packing`.

use tokio::sync::Semaphore;

use crate::store::StoreError;

/// Whose turn it is.
#[derive(Debug)]
pub struct Aside {
    all: Semaphore,
    /// Of strangers one waits with the others, however many there are.
    strangers: Semaphore,
}

impl Default for Aside {
    fn default() -> Self {
        Self { all: Semaphore::new(1), strangers: Semaphore::new(1) }
    }
}

impl Aside {
    /// Work that takes a while, in its turn.
    pub async fn run<T, E>(&self, work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.run_for(false, work).await
    }

    /// The same; of strangers one at a time waits for its turn.
    pub async fn run_for<T, E>(
        &self,
        stranger: bool,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        // An error means that they are closed, which they never are.
        let _stranger = if stranger { self.strangers.acquire().await.ok() } else { None };
        let _turn = self.all.acquire().await.ok();
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done,
            Err(error) => Err(StoreError::Failed(error.to_string()).into()),
        }
    }
}
