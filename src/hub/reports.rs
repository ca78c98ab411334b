//! Reports of the hub: a log folded up to a position (read snapshot), one report at a time, and numbered versions of one.
//!
//! Called by `http`; calls the engine for the log, page by page, so that a mark waits for a page at most and memory does not grow with
//! the log. `domain::report` says what a report is, and writes it down.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::Hub;
use crate::domain::company::Company;
use crate::domain::op::{Body, NewOp};
use crate::domain::photo::BlobHash;
use crate::domain::proof::{HubKey, HubStatement, Sealer};
use crate::domain::report::format::{self, ReportFormat};
use crate::domain::report::gather::{ReportDisputes, ReportFold, ReportHead};
use crate::domain::report::proof::draft_head;
use crate::domain::report::version::absent_picture;
use crate::domain::report::{
    Report, ReportEdition, ReportLanguage, ReportProof, ReportSections, ReportVersion, SignedHead,
};
use crate::domain::{Author, Digest, Invalid, Op, Token};
use crate::store::{Blobs, Have, StoreError};

/// Operations, and bytes of the log, that are folded at a time.
const PAGE: usize = 1_000;
const PAGE_BYTES: usize = 256 << 10;
/// Who waits while a report is made; others are told to come later.
const WAITING: usize = 4;
/// Versions that are told of: the last ones.
const VERSIONS: usize = 100;
/// Small pictures are put into pages; what claims to be small and is not is left out.
const MOST_PICTURE: u64 = 4 << 20;

/// Whose turn it is to have a report made, and how far that one is.
#[derive(Debug)]
pub(super) struct ReportTurns {
    waiting: Semaphore,
    turn: Arc<Semaphore>,
    /// Held while a version gets its number.
    numbering: tokio::sync::Mutex<()>,
    progress: Arc<Mutex<Option<ReportProgress>>>,
}

impl Default for ReportTurns {
    fn default() -> Self {
        Self {
            waiting: Semaphore::new(WAITING),
            turn: Arc::new(Semaphore::new(1)),
            numbering: tokio::sync::Mutex::default(),
            progress: Arc::default(),
        }
    }
}

/// How far the report is that is being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportProgress {
    pub token: Token,
    /// `None`: a draft.
    pub number: Option<u32>,
    /// Operations that are read of so many.
    pub read: u64,
    pub of: u64,
}

/// A version as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedReport {
    pub seq: u64,
    pub by: Author,
    pub version: ReportVersion,
    /// The log that it was made of is the one of this hub: it can be made again.
    pub here: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("this audit has no version {0} of its report")]
    NoVersion(u32),
    #[error("version {0} was made on another hub, from a log that is not the one here: ask for it there")]
    Elsewhere(u32),
    #[error("several reports are being made: come again")]
    Busy,
    #[error(
        "the log of this audit was begun by a version that kept no digests: no version can be frozen in it"
    )]
    NoDigest,
    #[error(transparent)]
    Wrong(#[from] Invalid),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a draft is to be like.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReportDraft {
    pub utc_offset_minutes: i32,
    pub sections: ReportSections,
}

/// What a new version is to be like.
#[derive(Debug, Clone)]
pub struct ReportRequest {
    pub language: ReportLanguage,
    pub utc_offset_minutes: i32,
    /// Those that it has, in the order of the report; none: all.
    pub sections: Vec<String>,
    /// No draft: the lead says so.
    pub is_final: bool,
}

impl Hub {
    /// The versions of an audit's report, the last of them where there are very many, oldest first.
    pub fn report_versions(&self, token: &Token) -> Result<Vec<NumberedReport>, StoreError> {
        let ops: Vec<Op> = self.reading(token, |audit| {
            let seqs = self.engine.report_seqs(audit, VERSIONS)?;
            self.engine.ops_at(audit, &seqs)
        })?;
        let mut versions = Vec::with_capacity(ops.len());
        for op in ops {
            let Body::Report(version) = op.body else { continue };
            let here = self.digest_of(token, version.position)? == Some(version.digest);
            versions.push(NumberedReport { seq: op.seq, by: op.author, version: *version, here });
        }
        Ok(versions)
    }

    fn digest_of(&self, token: &Token, position: u64) -> Result<Option<Digest>, StoreError> {
        self.reading(token, |audit| self.engine.digest_at(audit, position))
    }

    /// How far the report of this audit is that is being made.
    pub fn report_progress(&self, token: &Token) -> Option<ReportProgress> {
        self.reports.progress.lock().clone().filter(|progress| progress.token == *token)
    }

    /// Makes the next version, of all that the log has now; where nothing has come since the last one, it is that, and not a new one.
    /// `op` makes the version's operation.
    pub async fn number_report(
        &self,
        token: &Token,
        request: ReportRequest,
        op: impl FnOnce(Body) -> Result<NewOp, Invalid> + Send,
    ) -> Result<NumberedReport, ReportError> {
        let _numbering = self.reports.numbering.lock().await;
        let versions = self.report_versions(token)?;
        let (position, log_id, mut absent) = self.view(token, |loaded, facts| {
            let photos = loaded.state.photos().iter().filter(|(_, photo)| photo.is_shown());
            let variants = photos.filter_map(|(_, photo)| photo.taken()).flat_map(|taken| &taken.variants);
            let small = variants.filter(|variant| variant.class != "original").map(|variant| variant.hash);
            let absent = small.filter(|hash| !matches!(self.blobs.have(*hash), Have::Whole(_)));
            (loaded.state.head, facts.log_id, absent.map(absent_picture).collect::<Vec<_>>())
        })?;
        absent.sort_unstable();
        absent.dedup();
        let ReportRequest { language, utc_offset_minutes, sections, is_final } = request;
        let key = self.proof_key();
        let signer = key.as_deref().map(|key| self.signer(key));
        let company = self.company()?;
        let is_it = |one: &&NumberedReport| {
            let version = &one.version;
            let same = (&version.sections, &version.absent) == (&sections, &absent);
            let same = same && version.utc_offset_minutes == utc_offset_minutes;
            // One that can no longer be signed is no use to anybody who has a key.
            let signed = signer.is_none_or(|by| version.is_by(by));
            let same = same && version.company().unwrap_or_default() == company;
            // What is final is no draft again.
            one.here && one.seq == position && same && signed && (version.is_final() || !is_final)
        };
        if let Some(last) = versions.last().filter(is_it) {
            return Ok(last.clone());
        }
        let digest = self.digest_of(token, position)?.ok_or(ReportError::NoDigest)?;
        let clock = self.clock.state();
        let last = versions.iter().map(|one| one.version.number).max();
        let version = ReportVersion {
            number: last.unwrap_or(0).saturating_add(1),
            log_id,
            position,
            digest,
            made_ms: clock.now_ms,
            time_source: clock.source,
            time_contradicted: clock.contradicted_ms.is_some(),
            utc_offset_minutes,
            language: language.tag().to_owned(),
            sections,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            absent,
            signed: None,
            said: BTreeMap::new(),
            later: Vec::new(),
        };
        let version = version.by_company(&company).finalised(is_final);
        let version = match signer {
            Some(by) => version.signed(token, by),
            None => version,
        };
        let op = op(Body::Report(Box::new(version.clone().checked()?)))?;
        let by = op.author.clone();
        let acks = self.apply(token.clone(), vec![op]).await?;
        let seq = acks.first().map_or(position, |ack| ack.seq);
        Ok(NumberedReport { seq, by, version, here: true })
    }

    /// Waits for its turn, and begins to make a version of the report, or without a number a draft of what there is now, which is as it is asked for.
    pub async fn begin_report(
        self: &Arc<Self>,
        token: &Token,
        number: Option<u32>,
        draft: ReportDraft,
    ) -> Result<ReportWork, ReportError> {
        let waiting = self.reports.waiting.try_acquire().map_err(|_| ReportError::Busy)?;
        // An error means that it is closed, which it never is.
        let turn = Arc::clone(&self.reports.turn).acquire_owned().await.ok();
        drop(waiting);
        let facts = self.view(token, |_, facts| facts)?;
        let key = self.proof_key();
        let (edition, mut proof, version, company, sections, head) = match number {
            Some(number) => {
                let versions = self.report_versions(token)?;
                let mut named = versions.into_iter().filter(|one| one.version.number == number).peekable();
                if named.peek().is_none() {
                    return Err(ReportError::NoVersion(number));
                }
                let found = named.find(|one| one.here).ok_or(ReportError::Elsewhere(number))?;
                let sections = ReportSections::named(&found.version.sections);
                let head = found.version.signed_head(token);
                let edition = found.version.edition(&found.by.name);
                let company = found.version.company();
                (edition, found.version.proof(), Some(found.version), company, sections, head)
            }
            None => {
                let (position, clock) = (self.head(token)?, self.clock.state());
                let edition = ReportEdition {
                    number: None,
                    is_final: false,
                    made_ms: clock.now_ms,
                    made_by: None,
                    time_source: clock.source,
                    time_contradicted: clock.contradicted_ms.is_some(),
                    utc_offset_minutes: draft.utc_offset_minutes,
                    program: env!("CARGO_PKG_VERSION").to_owned(),
                };
                let digest = self.digest_of(token, position)?;
                let proof = ReportProof { log_id: facts.log_id, position, digest, signed: None };
                let head = key.as_deref().map(|key| draft_head(token, &edition, &proof, self.signer(key)));
                let company = Some(self.company()?).filter(|company| *company != Company::default());
                (edition, proof, None, company, draft.sections, head)
            }
        };
        let seal = head.and_then(|(statement, line)| {
            // By whom it was begun, and nobody else: a key that is lost signs nothing more.
            let key = key.filter(|key| key.public() == statement.key);
            proof.signed = Some(SignedHead { line, key: statement.key, sealed: key.is_some() });
            key.map(|key| (statement, key))
        });
        Ok(ReportWork {
            hub: Arc::clone(self),
            head: ReportHead { token: token.clone(), created_ms: facts.created_ms },
            log_id: facts.log_id,
            edition,
            proof,
            version,
            company,
            sections,
            seal,
            upto: 0,
            phase: ReportPhase::Fold(ReportFold::default()),
            making: ReportTurn { progress: Arc::clone(&self.reports.progress), _turn: turn },
        })
    }
}

/// Held as long as a report is made.
#[derive(Debug)]
struct ReportTurn {
    progress: Arc<Mutex<Option<ReportProgress>>>,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Drop for ReportTurn {
    fn drop(&mut self) {
        *self.progress.lock() = None;
    }
}

#[derive(Debug)]
enum ReportPhase {
    Fold(ReportFold),
    Disputes(ReportFold, ReportDisputes),
    Folded(ReportFold, Option<ReportDisputes>),
}

/// A report in the making.
#[derive(Debug)]
pub struct ReportWork {
    hub: Arc<Hub>,
    head: ReportHead,
    /// Of the log here: positions are of it as long as it has this id.
    log_id: Uuid,
    edition: ReportEdition,
    proof: ReportProof,
    version: Option<ReportVersion>,
    company: Option<Company>,
    sections: ReportSections,
    seal: Option<(HubStatement, Arc<HubKey>)>,
    upto: u64,
    phase: ReportPhase,
    making: ReportTurn,
}

impl ReportWork {
    /// In which language the version is, where nobody asks for another.
    pub fn language(&self) -> ReportLanguage {
        let tag = self.version.as_ref().map(|version| version.language.as_str());
        tag.and_then(ReportLanguage::parse).unwrap_or_default()
    }

    /// Reads some more of the log; false when all of it is read.
    pub fn step(&mut self) -> Result<bool, StoreError> {
        let (page, next) = match self.phase {
            ReportPhase::Folded(..) => return Ok(false),
            _ => self.page()?,
        };
        let position = self.proof.position;
        self.upto = next.min(position);
        let done = self.upto >= position;
        let phase = std::mem::replace(&mut self.phase, ReportPhase::Fold(ReportFold::default()));
        self.phase = match phase {
            ReportPhase::Fold(mut fold) => {
                fold.add(&page);
                match (done, done.then(|| fold.disputes()).flatten()) {
                    (false, _) => ReportPhase::Fold(fold),
                    (true, None) => ReportPhase::Folded(fold, None),
                    (true, Some(disputes)) => {
                        self.upto = 0;
                        ReportPhase::Disputes(fold, disputes)
                    }
                }
            }
            ReportPhase::Disputes(fold, mut disputes) => {
                disputes.add(&page);
                if done {
                    ReportPhase::Folded(fold, Some(disputes))
                } else {
                    ReportPhase::Disputes(fold, disputes)
                }
            }
            folded @ ReportPhase::Folded(..) => folded,
        };
        self.tell();
        Ok(!matches!(self.phase, ReportPhase::Folded(..)))
    }

    fn tell(&self) {
        let of = self.proof.position;
        let read = if matches!(self.phase, ReportPhase::Fold(_)) { self.upto } else { of };
        let (token, number) = (self.head.token.clone(), self.edition.number);
        *self.making.progress.lock() = Some(ReportProgress { token, number, read, of });
    }

    /// The next operations, up to the position and not beyond, and where to go on.
    fn page(&self) -> Result<(Vec<Op>, u64), StoreError> {
        let token = &self.head.token;
        let read = |log_id| Ok((log_id, self.hub.since_within(token, self.upto, PAGE, PAGE_BYTES)?));
        let (log_id, mut page) = self.hub.of_log(read)?;
        if log_id != self.log_id {
            // Positions of another log.
            return Err(StoreError::Replaced);
        }
        page.ops.retain(|op| op.seq <= self.proof.position);
        Ok((page.ops, page.next))
    }

    /// The report, once all of the log is read.
    pub fn finish(self) -> Result<ReadyReport, StoreError> {
        let ReportPhase::Folded(fold, disputes) = self.phase else { return Err(StoreError::Replaced) };
        let mut report = fold.finish(self.head, self.edition, self.proof, disputes);
        report.sections = self.sections;
        report.by_company(self.company);
        let blobs = Arc::clone(&self.hub.blobs);
        Ok(ReadyReport { report, version: self.version, seal: self.seal, blobs, _making: self.making })
    }
}

/// A report, to be written down.
#[derive(Debug)]
pub struct ReadyReport {
    pub report: Report,
    version: Option<ReportVersion>,
    seal: Option<(HubStatement, Arc<HubKey>)>,
    blobs: Arc<Blobs>,
    _making: ReportTurn,
}

impl ReadyReport {
    /// `name-report-2.xlsx`; a draft has no number.
    pub fn file_name(&self, format: ReportFormat) -> String {
        let number = self.report.edition.number.map_or("draft".to_owned(), |number| number.to_string());
        format!("{}-report-{number}.{}", self.report.about.token, format.ending())
    }

    pub fn write(
        self,
        format: ReportFormat,
        language: ReportLanguage,
        out: &mut dyn Write,
    ) -> std::io::Result<()> {
        let (version, blobs) = (self.version, self.blobs);
        let mut picture = |hash: BlobHash| {
            let absent = version.as_ref().is_some_and(|version| version.is_absent(hash));
            if absent { None } else { picture(&blobs, hash) }
        };
        let seal = self.seal.as_ref().map(|(statement, key)| Sealer { statement: statement.clone(), key });
        format::write(self.report, format, language, &mut picture, seal.as_ref(), out)
    }
}

/// A small picture, where all of it is here.
fn picture(blobs: &Blobs, hash: BlobHash) -> Option<Vec<u8>> {
    let Have::Whole(bytes) = blobs.have(hash) else { return None };
    let mut picture = vec![0; usize::try_from(bytes.min(MOST_PICTURE + 1)).ok()?];
    if bytes > MOST_PICTURE {
        return None;
    }
    let mut at = 0;
    while at < picture.len() {
        match blobs.read(hash, at as u64, picture.get_mut(at..)?) {
            Ok(0) | Err(_) => return None,
            Ok(read) => at += read,
        }
    }
    Some(picture)
}
