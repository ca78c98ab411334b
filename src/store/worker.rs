//! Group commit: the writer thread takes everything that waits into one transaction.
//!
//! Started and fed by `writer`; calls `Engine::commit`. There is no timer: when nothing waits, a lone mark commits at once;
//! while one flush runs, the next batch gathers by itself. A job that panics has an error for its answer, and the database
//! is opened anew.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::command::{Command, Oddities, OpAck, OpVerdict};
use super::engine::Engine;
use super::progress;
use crate::domain::Token;
use crate::domain::company::CompanyWords;

/// Operations in one transaction, so that one import does not delay everybody's marks for long.
const BATCH: usize = 4_096;
/// And bytes of them.
const BATCH_BYTES: usize = 1 << 20;
/// What nobody has looked at for so long leaves memory: when something is written next, or the watchdog asks.
const REST: Duration = Duration::from_secs(5 * 60);
/// Audits that the span of a batch names.
const HINTS: usize = 4;

/// What the writer tells after a commit.
#[derive(Debug)]
pub struct Committed {
    pub ops: usize,
    pub took: Duration,
    pub oddities: Oddities,
    pub result: Result<(), StoreError>,
}

/// Who hears of commits. A closure hears of the first alone.
pub trait CommitListener {
    /// Between the commit and its answers: what is to be counted before anybody asks.
    fn committed(&self, committed: &Committed);

    /// The answers are out. The logs of these audits are longer now, or they are there or gone now. Whoever wakes an audience does it here, where no mark waits for it.
    fn answered(&self, _tokens: &[Token]) {}
}

impl<F: Fn(&Committed)> CommitListener for F {
    fn committed(&self, committed: &Committed) {
        self(committed);
    }
}

pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

pub(super) enum Job {
    Write(Command, Reply<Vec<OpAck>>),
    MintLogId(uuid::Uuid, Reply<()>),
    NewIdentity(Option<uuid::Uuid>, Reply<()>),
    Restore(String, Reply<()>),
    Archive { token: Token, on: bool, reply: Reply<()> },
    SetCompany(CompanyWords, Reply<()>),
    Probe { flush: bool, reply: Reply<()> },
}

impl Job {
    /// What the writer is at with it, in words.
    fn words(&self) -> &'static str {
        match self {
            Self::Write(..) | Self::Archive { .. } | Self::SetCompany(..) | Self::Probe { .. } => COMMIT,
            Self::MintLogId(..) | Self::NewIdentity(..) => "a new log",
            Self::Restore(..) => "restoring a backup",
        }
    }
}

const COMMIT: &str = "one commit";

/// Since when the writer has been at what it is at, and what that is.
pub(super) type Busy = Arc<Mutex<Option<(Instant, &'static str)>>>;

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

pub(super) struct Worker<N, L> {
    engine: Arc<Engine>,
    now_ms: N,
    listener: L,
    rested: Cell<Instant>,
    busy: Busy,
}

/// Busy as long as it is kept, however that ends.
struct AtWork<'a>(&'a Busy);

impl<'a> AtWork<'a> {
    fn begin(busy: &'a Busy) -> Self {
        let at_work = Self(busy);
        at_work.goes_on_with(COMMIT);
        at_work
    }

    fn goes_on_with(&self, what: &'static str) {
        *self.0.lock() = Some((Instant::now(), what));
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        *self.0.lock() = None;
    }
}

impl<N: Fn() -> u64, L: CommitListener> Worker<N, L> {
    pub(super) fn new(engine: Arc<Engine>, now_ms: N, listener: L, busy: Busy) -> Self {
        Self { engine, now_ms, listener, rested: Cell::new(Instant::now()), busy }
    }

    pub(super) fn run(&self, queue: &mut mpsc::Receiver<Job>) {
        while let Some(first) = queue.blocking_recv() {
            let at_work = AtWork::begin(&self.busy);
            let mut next = Some(first);
            let mut commands = Vec::new();
            let mut replies = Vec::new();
            let (mut weight, mut bytes) = (0, 0);
            while let Some(job) = next.take() {
                match job {
                    Job::Write(command, reply) => {
                        weight += command.weight();
                        bytes += command.bytes();
                        commands.push(command);
                        replies.push(reply);
                        if weight < BATCH && bytes < BATCH_BYTES {
                            next = queue.try_recv().ok();
                        }
                    }
                    // These end a batch: what came before them is written before them.
                    other => {
                        self.write(std::mem::take(&mut commands), std::mem::take(&mut replies));
                        at_work.goes_on_with(other.words());
                        self.other(other);
                        at_work.goes_on_with(COMMIT);
                    }
                }
            }
            self.write(commands, replies);
            self.fold(false);
        }
        self.fold(true);
    }

    pub(super) fn write(&self, commands: Vec<Command>, replies: Vec<Reply<Vec<OpAck>>>) {
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
        self.listener.committed(&Committed { ops, took, oddities, result });
        for (reply, answer) in replies.into_iter().zip(answers) {
            // Nobody there to hear it: the client went away; it will ask again by the same id.
            let _ = reply.send(answer);
        }
        self.listener.answered(&tokens);
    }

    /// The one catch around whatever the writer does. redb may panic on a file altered behind its back; the hub goes on
    /// without that job.
    fn guarded<T>(&self, job: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        // A large batch on a slow card is no hang.
        let job = || progress::during(self.engine.options.opening, None, job);
        catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|_| {
            let error = StoreError::Failed("the writer panicked; the database was opened again".to_owned());
            tracing::error!("the writer panicked; the database is opened again");
            // As the writer: with no limit to how often.
            let _turn = self.engine.turn.lock();
            self.engine.recover(self.engine.generation(), &error);
            Err(error)
        })
    }

    pub(super) fn other(&self, job: Job) {
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
            Job::SetCompany(words, reply) => {
                let _ = reply.send(self.guarded(|| engine.set_company(&words)));
                return;
            }
            Job::Probe { flush, reply } => {
                // Nobody's news: no audit is longer now, and a snapshot of the same marks would wear the card.
                let _ = reply.send(if flush { self.guarded(|| engine.probe()) } else { Ok(()) });
                return;
            }
            Job::Write(..) => return,
        };
        self.listener.committed(&Committed {
            ops: 0,
            took: Duration::ZERO,
            oddities: Oddities::default(),
            result: result.clone(),
        });
        let _ = reply.send(result);
        self.listener.answered(&self.engine.tokens());
    }

    pub(super) fn fold(&self, all: bool) {
        if let Err(error) = self.guarded(|| self.engine.checkpoint(all)) {
            // Nothing is lost: the log has it all.
            tracing::warn!(%error, "the checkpoint failed");
        }
        if let Err(error) = self.guarded(|| self.engine.make_room_if_crowded()) {
            tracing::warn!(%error, "audits that there is no room for stay in memory");
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
    use super::*;
    use crate::store::testing::open;

    #[tokio::test]
    async fn what_it_is_at_is_said_by_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let busy = Busy::default();
        let said = Arc::new(Mutex::new(Vec::new()));
        let on_commit = {
            let (busy, said) = (Arc::clone(&busy), Arc::clone(&said));
            move |_: &Committed| said.lock().push(busy.lock().unwrap().1)
        };
        let worker = Worker::new(Arc::new(open(dir.path())), || 1, on_commit, Arc::clone(&busy));
        let (jobs, mut queue) = mpsc::channel(4);
        let (reply, answer) = oneshot::channel();
        let token = Token::parse("sesame").unwrap();
        jobs.send(Job::Write(Command::Make { token, ops: Vec::new() }, reply)).await.unwrap();
        let (reply, restored) = oneshot::channel();
        jobs.send(Job::Restore("no-such-file".to_owned(), reply)).await.unwrap();
        drop(jobs);
        tokio::task::spawn_blocking(move || worker.run(&mut queue)).await.unwrap();
        assert!(answer.await.unwrap().is_ok() && restored.await.unwrap().is_err());
        assert_eq!(*said.lock(), ["one commit", "restoring a backup"]);
        assert!(busy.lock().is_none(), "at rest");
    }
}
