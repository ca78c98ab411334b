//! Writer queue with backpressure: the handle of the one thread that writes.
//!
//! `hub` submits and awaits; `worker` does what is submitted. A panic beside the jobs begins the thread's loop again. How long
//! it has been at one job is for `hub` to judge.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::command::{Command, OpAck};
use super::engine::Engine;
use super::worker::{Busy, CommitListener, Job, Reply, Worker};
use crate::domain::Token;
use crate::domain::company::CompanyWords;

/// Commands that may wait; beyond that callers wait to submit.
const QUEUE: usize = 1_024;
/// Handle of the writer thread.
pub struct Writer {
    /// `None` once stopped.
    jobs: RwLock<Option<Jobs>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    busy: Busy,
}

/// Where jobs go.
#[derive(Clone)]
enum Jobs {
    Thread(mpsc::Sender<Job>),
    /// Done by whoever brings them: see [`Writer::inline`].
    Inline(Arc<dyn Fn(Job) + Send + Sync>),
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("running", &self.jobs.read().is_some()).finish()
    }
}

impl Writer {
    /// `now_ms` is the site clock.
    pub fn start(
        engine: Arc<Engine>,
        now_ms: impl Fn() -> u64 + Send + 'static,
        listener: impl CommitListener + Send + 'static,
    ) -> std::io::Result<Self> {
        let (jobs, mut queue) = mpsc::channel(QUEUE);
        let busy = Busy::default();
        let worker = Worker::new(engine, now_ms, listener, Arc::clone(&busy));
        let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(move || {
            while catch_unwind(AssertUnwindSafe(|| worker.run(&mut queue))).is_err() {
                tracing::error!("the writer panicked; it goes on with what waits");
            }
        })?;
        Ok(Self { jobs: RwLock::new(Some(Jobs::Thread(jobs))), thread: Mutex::new(Some(thread)), busy })
    }

    /// Without a thread: each job is done before its submission returns, so that a simulation, in which
    /// all must happen in one order, can have a hub.
    pub fn inline(
        engine: Arc<Engine>,
        now_ms: impl Fn() -> u64 + Send + 'static,
        listener: impl CommitListener + Send + 'static,
    ) -> Self {
        let busy = Busy::default();
        let worker = Mutex::new(Worker::new(engine, now_ms, listener, Arc::clone(&busy)));
        let work = move |job| {
            let worker = worker.lock();
            match job {
                Job::Write(command, reply) => worker.write(vec![command], vec![reply]),
                other => worker.other(other),
            }
            worker.fold(false);
        };
        Self { jobs: RwLock::new(Some(Jobs::Inline(Arc::new(work)))), thread: Mutex::new(None), busy }
    }

    /// For how long it has been at one job, and what that is, in words.
    pub fn busy(&self) -> Option<(Duration, &'static str)> {
        self.busy.lock().map(|(since, what)| (since.elapsed(), what))
    }

    /// Whether it takes jobs, as far as can be told from outside.
    pub fn runs(&self) -> bool {
        match &*self.jobs.read() {
            Some(Jobs::Thread(jobs)) => !jobs.is_closed(),
            Some(Jobs::Inline(_)) => true,
            None => false,
        }
    }

    /// The answer comes when it is on the disk, or is known not to be.
    pub async fn write(&self, command: Command) -> Result<Vec<OpAck>, StoreError> {
        self.submit(|reply| Job::Write(command, reply)).await
    }

    /// Mint a log id, unless the one that the caller has seen is gone already.
    pub async fn mint_log_id(&self, seen: uuid::Uuid) -> Result<(), StoreError> {
        self.submit(|reply| Job::MintLogId(seen, reply)).await
    }

    /// Other ids for the hub and its log, unless the log that the caller has `seen` is gone already.
    pub async fn new_identity(&self, seen: Option<uuid::Uuid>) -> Result<(), StoreError> {
        self.submit(|reply| Job::NewIdentity(seen, reply)).await
    }

    pub async fn archive(&self, token: Token, on: bool) -> Result<(), StoreError> {
        self.submit(|reply| Job::Archive { token, on, reply }).await
    }

    pub async fn set_company(&self, words: CompanyWords) -> Result<(), StoreError> {
        self.submit(|reply| Job::SetCompany(words, reply)).await
    }

    pub async fn restore(&self, name: String) -> Result<(), StoreError> {
        self.submit(|reply| Job::Restore(name, reply)).await
    }

    /// An answer shows that the writer takes what waits; with `flush`, that a commit of nothing reaches the disk.
    pub async fn probe(&self, flush: bool) -> Result<(), StoreError> {
        self.submit(|reply| Job::Probe { flush, reply }).await
    }

    async fn submit<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.read().clone().ok_or(StoreError::Stopping)?;
        match jobs {
            Jobs::Thread(jobs) => jobs.send(job(reply)).await.map_err(|_| StoreError::Stopping)?,
            Jobs::Inline(work) => work(job(reply)),
        }
        // A panic between the job and its answer.
        answer.await.map_err(|_| StoreError::Failed("the writer gave up on this".to_owned()))?
    }

    /// Finish what waits, checkpoint, end the thread. Blocks; a second call does nothing.
    pub fn stop(&self) {
        *self.jobs.write() = None;
        if let Some(thread) = self.thread.lock().take()
            && thread.join().is_err()
        {
            tracing::error!("the writer thread panicked");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::store::Committed;
    use crate::store::testing::open;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_line_of_a_batch_says_which_and_a_panic_in_it_ends_no_writer() {
        let dir = tempfile::tempdir().unwrap();
        let engine = Arc::new(open(dir.path()));
        let panics = AtomicBool::new(true);
        let now_ms = move || {
            assert!(!panics.swap(false, Ordering::SeqCst), "in the middle of a batch");
            1_780_000_000_000
        };
        let writer = Writer::inline(engine, now_ms, |_: &Committed| ());
        let lines = Lines::default();
        let make = lines.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || make.clone()).finish();
        let _guard = tracing::subscriber::set_default(subscriber);

        let token = Token::parse("sesame-the-key-of-an-audit").unwrap();
        let command = Command::Make { token, ops: Vec::new() };
        assert!(matches!(writer.write(command.clone()).await, Err(StoreError::Failed(_))));
        let text = String::from_utf8(lines.0.lock().clone()).unwrap();
        assert!(text.contains("batch{ops=0 audits=sesa...}"), "{text}");
        assert!(text.contains("the writer panicked") && !text.contains("sesame"), "{text}");
        writer.write(command).await.unwrap();
    }

    type Answer = oneshot::Receiver<Result<Vec<OpAck>, StoreError>>;

    /// Hears of what it is told, with how much of the answer was out by then.
    struct Listening {
        said: Arc<Mutex<Vec<String>>>,
        answer: Mutex<Answer>,
    }

    impl Listening {
        fn note(&self, what: &str) {
            let answered = self.answer.lock().try_recv().is_ok();
            self.said.lock().push(format!("{what}, {}", if answered { "answered" } else { "not answered" }));
        }
    }

    impl CommitListener for Listening {
        fn committed(&self, _: &Committed) {
            self.note("committed");
        }

        fn answered(&self, tokens: &[Token]) {
            self.note(&format!("{} of news", tokens.len()));
        }
    }

    #[test]
    fn the_answer_is_out_before_anybody_else_hears_and_after_all_is_counted() {
        let dir = tempfile::tempdir().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let (reply, answer) = oneshot::channel();
        let listening = Listening { said: Arc::clone(&said), answer: Mutex::new(answer) };
        let worker = Worker::new(Arc::new(open(dir.path())), || 1, listening, Busy::default());
        let make = Command::Make { token: Token::parse("jalibat").unwrap(), ops: Vec::new() };
        worker.write(vec![make], vec![reply]);
        assert_eq!(*said.lock(), ["committed, not answered", "1 of news, answered"]);
    }

    #[tokio::test]
    async fn a_panic_beside_the_jobs_ends_no_writer_either() {
        let dir = tempfile::tempdir().unwrap();
        let engine = Arc::new(open(dir.path()));
        let panics = AtomicBool::new(true);
        let on_commit = move |_: &Committed| {
            assert!(!panics.swap(false, Ordering::SeqCst), "between a commit and its answer");
        };
        let writer = Writer::start(engine, || 1_780_000_000_000, on_commit).unwrap();
        let make = |token| Command::Make { token: Token::parse(token).unwrap(), ops: Vec::new() };
        assert!(
            matches!(writer.write(make("one")).await, Err(StoreError::Failed(_))),
            "and not that it is stopping"
        );
        writer.write(make("two")).await.unwrap();
        assert!(writer.runs());
        assert!(
            matches!(writer.write(make("one")).await, Err(StoreError::AuditExists(_))),
            "it was on the disk"
        );
        writer.stop();
        assert!(!writer.runs());
    }
}
