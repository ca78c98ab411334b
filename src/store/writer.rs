//! Group commit with backpressure: the writer thread takes everything that waits into one transaction.
//!
//! `hub` submits and awaits; this calls `Engine::commit`. There is no timer: when nothing waits,
//! a lone mark commits at once; while one flush runs, the next batch gathers by itself.
//!
//! No panic ends the writer. A job that panics has an error for its answer, and the database is opened anew; one beside the
//! jobs begins the thread's loop again. How long it has been at one job is for `hub` to judge.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, RwLock};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::command::{Command, Oddities, OpAck, OpVerdict};
use super::engine::Engine;
use crate::domain::Token;

/// Commands that may wait; beyond that callers wait to submit.
const QUEUE: usize = 1_024;
/// Operations in one transaction, so that one import does not delay everybody's marks for long.
const BATCH: usize = 4_096;
/// What nobody has looked at for so long leaves memory: when something is written next, or the watchdog asks.
const REST: Duration = Duration::from_secs(5 * 60);
/// Audits that the span of a batch names.
const HINTS: usize = 4;

/// What the writer tells after a commit, before it answers.
#[derive(Debug)]
pub struct Committed<'a> {
    /// Audits whose log is longer now, or that are there or gone now.
    pub tokens: &'a [Token],
    pub ops: usize,
    pub took: Duration,
    pub oddities: Oddities,
    pub result: Result<(), StoreError>,
}

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

enum Job {
    Write(Command, Reply<Vec<OpAck>>),
    MintLogId(uuid::Uuid, Reply<()>),
    NewIdentity(Option<uuid::Uuid>, Reply<()>),
    Restore(String, Reply<()>),
    Archive { token: Token, on: bool, reply: Reply<()> },
    Probe { flush: bool, reply: Reply<()> },
}

/// Handle of the writer thread.
pub struct Writer {
    /// `None` once stopped.
    jobs: RwLock<Option<Jobs>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    busy: Busy,
}

/// Since when the writer has been at what it is at.
type Busy = Arc<Mutex<Option<Instant>>>;

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
    /// `now_ms` is the site clock; `on_commit` is called between the commit and the answers.
    pub fn start(
        engine: Arc<Engine>,
        now_ms: impl Fn() -> u64 + Send + 'static,
        on_commit: impl Fn(&Committed<'_>) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (jobs, mut queue) = mpsc::channel(QUEUE);
        let busy = Busy::default();
        let rested = Cell::new(Instant::now());
        let worker = Worker { engine, now_ms, on_commit, rested, busy: Arc::clone(&busy) };
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
        on_commit: impl Fn(&Committed<'_>) + Send + 'static,
    ) -> Self {
        let busy = Busy::default();
        let rested = Cell::new(Instant::now());
        let worker = Mutex::new(Worker { engine, now_ms, on_commit, rested, busy: Arc::clone(&busy) });
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

    /// For how long it has been at one job.
    pub fn busy(&self) -> Option<Duration> {
        self.busy.lock().map(|since| since.elapsed())
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

/// The audits of a batch as logs may name them, and no more of them than a line holds.
struct Hints<'a>(&'a [Command]);

impl fmt::Display for Hints<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tokens: Vec<&Token> = Vec::new();
        for command in self.0 {
            if !tokens.contains(&command.token()) {
                tokens.push(command.token());
            }
            if tokens.len() > HINTS {
                break;
            }
        }
        let hints: Vec<String> = tokens.iter().take(HINTS).map(|token| token.hint()).collect();
        f.write_str(&hints.join(","))?;
        f.write_str(if tokens.len() > HINTS { ",and others" } else { "" })
    }
}

struct Worker<N, C> {
    engine: Arc<Engine>,
    now_ms: N,
    on_commit: C,
    rested: Cell<Instant>,
    busy: Busy,
}

/// Busy as long as it is kept, however that ends.
struct AtWork<'a>(&'a Busy);

impl<'a> AtWork<'a> {
    fn begin(busy: &'a Busy) -> Self {
        *busy.lock() = Some(Instant::now());
        Self(busy)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        *self.0.lock() = None;
    }
}

impl<N: Fn() -> u64, C: Fn(&Committed<'_>)> Worker<N, C> {
    fn run(&self, queue: &mut mpsc::Receiver<Job>) {
        while let Some(first) = queue.blocking_recv() {
            let _at_work = AtWork::begin(&self.busy);
            let mut next = Some(first);
            let mut commands = Vec::new();
            let mut replies = Vec::new();
            let mut weight = 0;
            while let Some(job) = next.take() {
                match job {
                    Job::Write(command, reply) => {
                        weight += command.weight();
                        commands.push(command);
                        replies.push(reply);
                        if weight < BATCH {
                            next = queue.try_recv().ok();
                        }
                    }
                    // These end a batch: what came before them is written before them.
                    other => {
                        self.write(std::mem::take(&mut commands), std::mem::take(&mut replies));
                        self.other(other);
                    }
                }
            }
            self.write(commands, replies);
            self.fold(false);
        }
        self.fold(true);
    }

    fn write(&self, commands: Vec<Command>, replies: Vec<Reply<Vec<OpAck>>>) {
        if commands.is_empty() {
            return;
        }
        let started = Instant::now();
        let ops: usize = commands.iter().map(Command::weight).sum();
        // An error's span is there whenever an error is logged. Entered, as nothing here awaits.
        let _batch = tracing::error_span!("batch", ops, audits = %Hints(&commands)).entered();
        let answers = self
            .guarded(|| Ok(self.engine.commit(&commands, (self.now_ms)())))
            .unwrap_or_else(|error| commands.iter().map(|_| Err(error.clone())).collect());

        let mut tokens: Vec<Token> = Vec::new();
        let mut ops = 0;
        let mut oddities = Oddities::default();
        let mut result = Ok(());
        for (command, answer) in commands.iter().zip(&answers) {
            match answer {
                Ok(taken) => {
                    oddities.count(taken);
                    ops += taken.iter().filter(|t| matches!(t.verdict, OpVerdict::Logged { .. })).count();
                    // What is only remembered is news to nobody.
                    let news = !matches!(command, Command::TakeIn(_))
                        || taken.iter().any(|t| matches!(t.verdict, OpVerdict::Logged { .. }));
                    if news && !tokens.contains(command.token()) {
                        tokens.push(command.token().clone());
                    }
                }
                Err(
                    StoreError::UnknownAudit(_)
                    | StoreError::AuditExists(_)
                    | StoreError::Removed(_)
                    | StoreError::Gap { .. }
                    | StoreError::Replaced,
                ) => {}
                Err(error) => result = Err(error.clone()),
            }
        }
        oddities.tell();
        let took = started.elapsed();
        (self.on_commit)(&Committed { tokens: &tokens, ops, took, oddities, result });
        for (reply, answer) in replies.into_iter().zip(answers) {
            // Nobody there to hear it: the client went away; it will ask again by the same id.
            let _ = reply.send(answer);
        }
    }

    /// The one catch around whatever the writer does. redb may panic on a file altered behind its back; the hub goes on
    /// without that job.
    fn guarded<T>(&self, job: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|_| {
            let error = StoreError::Failed("the writer panicked; the database was opened again".to_owned());
            tracing::error!("the writer panicked; the database is opened again");
            // As the writer: with no limit to how often.
            let _turn = self.engine.turn.lock();
            self.engine.recover(self.engine.generation(), &error);
            Err(error)
        })
    }

    fn other(&self, job: Job) {
        let engine = &self.engine;
        let (result, reply) = match job {
            Job::MintLogId(seen, reply) => {
                let stale = engine.identity().log_id != seen;
                (if stale { Ok(()) } else { self.guarded(|| engine.mint_log_id()) }, reply)
            }
            Job::NewIdentity(seen, reply) => {
                let stale = seen.is_some_and(|seen| seen != engine.identity().log_id);
                (if stale { Ok(()) } else { self.guarded(|| engine.new_identity()) }, reply)
            }
            Job::Restore(name, reply) => match self.guarded(|| engine.restore(&name)) {
                // Nothing was touched: it says nothing of how well marks are written.
                Err(
                    error @ (StoreError::NotOurs(_) | StoreError::BadBackup(_) | StoreError::Newer { .. }),
                ) => {
                    let _ = reply.send(Err(error));
                    return;
                }
                result => (result, reply),
            },
            // News to no feed: no log is longer now.
            Job::Archive { token, on, reply } => {
                let _ = reply.send(self.guarded(|| engine.archive(&token, on)));
                return;
            }
            Job::Probe { flush, reply } => {
                // Nobody's news: no audit is longer now, and a snapshot of the same marks would wear the card.
                let _ = reply.send(if flush { self.guarded(|| engine.probe()) } else { Ok(()) });
                return;
            }
            Job::Write(..) => return,
        };
        let tokens = self.engine.tokens();
        (self.on_commit)(&Committed {
            tokens: &tokens,
            ops: 0,
            took: Duration::ZERO,
            oddities: Oddities::default(),
            result: result.clone(),
        });
        let _ = reply.send(result);
    }

    fn fold(&self, all: bool) {
        if let Err(error) = self.guarded(|| self.engine.checkpoint(all)) {
            // Nothing is lost: the log has it all.
            tracing::warn!(%error, "the checkpoint failed");
        }
        if !all && self.rested.get().elapsed() >= REST {
            self.rested.set(Instant::now());
            if let Err(error) = self.guarded(|| self.engine.rest()) {
                tracing::warn!(%error, "audits that nobody looks at stay in memory");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::store::{DirMedium, Options};

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
        let dated = || "20260101".to_owned();
        let options = Options { mint: uuid::Uuid::new_v4, dated, min_free_bytes: 0, opening: |_| () };
        let engine = Arc::new(Engine::open(Arc::new(DirMedium::new(dir.path())), options).unwrap());
        let panics = AtomicBool::new(true);
        let now_ms = move || {
            assert!(!panics.swap(false, Ordering::SeqCst), "in the middle of a batch");
            1_780_000_000_000
        };
        let writer = Writer::inline(engine, now_ms, |_| ());
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

    #[tokio::test]
    async fn a_panic_beside_the_jobs_ends_no_writer_either() {
        let dir = tempfile::tempdir().unwrap();
        let dated = || "20260101".to_owned();
        let options = Options { mint: uuid::Uuid::new_v4, dated, min_free_bytes: 0, opening: |_| () };
        let engine = Arc::new(Engine::open(Arc::new(DirMedium::new(dir.path())), options).unwrap());
        let panics = AtomicBool::new(true);
        let on_commit = move |_: &Committed<'_>| {
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
