//! Operation, idempotent by its id: everything that happens to an audit is one of these in its log.
//!
//! `NewOp` is what a caller hands in, `Op` what the log holds. `merge` and `audit` fold them.

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::id::{Author, DeviceId, Invalid, MAX_NOTE, ModuleId, OpId, comment_text};
use super::layout::Layout;
use super::layout_edit::LayoutEdit;
use super::photo::{Photo, PhotoEdit};
use super::property::Property;
use super::report::ReportVersion;
use super::stamp::{Seen, Stamp};
use super::status::Status;

/// One technician's finding about one module. The outer `Option` says whether the field is
/// touched, the inner one its new value: `Some(None)` clears it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub module: ModuleId,
    pub status: Option<Option<Status>>,
    pub comment: Option<Option<String>>,
}

impl Mark {
    pub fn new(
        module: ModuleId,
        status: Option<Option<Status>>,
        comment: Option<Option<String>>,
    ) -> Result<Self, Invalid> {
        if status.is_none() && comment.is_none() {
            return Err(Invalid::new("status", "a mark sets the status, the comment or both"));
        }
        let comment = match comment {
            Some(Some(text)) => Some(comment_text(&text)?),
            other => other,
        };
        Ok(Self { module, status, comment })
    }
}

/// Stamps in what the author of an undone mark had seen: more than a crew has tablets on one module.
const MOST_SEEN: usize = 64;

/// What an undo does. It follows a plain mark that says the same, for hubs and pages that do not know this kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restore {
    /// What is put back; null: nothing was said.
    pub mark: Mark,
    /// That plain mark ...
    pub of: OpId,
    /// ... the operation that is taken back ...
    pub undoes: OpId,
    /// ... and what its author had seen of the module.
    pub seen: Seen,
}

impl Restore {
    pub fn check(&self) -> Result<(), Invalid> {
        if self.seen.stamps().len() > MOST_SEEN {
            return Err(Invalid::new("undoes", format!("at most {MOST_SEEN} stamps")));
        }
        Ok(())
    }

    /// The id of the undo that goes with this plain mark: the same on every hub that makes one of it.
    pub fn id_beside(of: OpId) -> OpId {
        let mut context = Context::new(&SHA256);
        context.update(b"fieldhub undo");
        context.update(of.as_bytes());
        let mut random = [0; 10];
        random.copy_from_slice(&context.finish().as_ref()[..10]);
        uuid::Builder::from_unix_timestamp_millis(of.as_u64_pair().0 >> 16, &random).into_uuid()
    }
}

/// A word to the crew about an audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub text: String,
}

impl Note {
    pub fn new(text: &str) -> Result<Self, Invalid> {
        if text.chars().count() > MAX_NOTE {
            return Err(Invalid::new("text", format!("at most {MAX_NOTE} characters")));
        }
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::new("text", "it is empty"));
        }
        Ok(Self { text: text.to_owned() })
    }
}

/// A change of the audit's own data; a field that is `None` is untouched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetailsChange {
    pub name: Option<String>,
    pub client: Option<Option<String>>,
    pub location: Option<Option<String>>,
}

/// What an operation does. Kept and sent as kind number and bytes (see `body`), so that a hub can pass on
/// kinds that it does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    Mark(Mark),
    Details(DetailsChange),
    Layout(Layout),
    Note(Note),
    LayoutEdit(LayoutEdit),
    Restore(Box<Restore>),
    Photo(Box<Photo>),
    PhotoEdit(Box<PhotoEdit>),
    Property(Box<Property>),
    Report(Box<ReportVersion>),
    Unknown { kind: u16, bytes: Vec<u8> },
}

impl Body {
    pub fn module(&self) -> Option<&ModuleId> {
        self.mark().map(|mark| &mark.module)
    }

    /// What it sets of a module, be it by an undo.
    pub fn mark(&self) -> Option<&Mark> {
        match self {
            Body::Mark(mark) => Some(mark),
            Body::Restore(restore) => Some(&restore.mark),
            _ => None,
        }
    }

    pub fn property(&self) -> Option<&Property> {
        match self {
            Body::Property(property) => Some(property),
            _ => None,
        }
    }

    /// The module in whose history it is.
    pub fn told_of(&self) -> Option<&ModuleId> {
        self.module().or_else(|| self.property()?.of.module())
    }

    /// Of a plain mark alone: how pages tell one operation by another is what all versions must agree on, and some know
    /// of no undos.
    pub fn plainly_marked(&self) -> Option<&ModuleId> {
        match self {
            Body::Mark(mark) => Some(&mark.module),
            _ => None,
        }
    }

    /// Does it set something of the audit's own data?
    pub fn changes_audit(&self) -> bool {
        matches!(self, Body::Details(_) | Body::Layout(_) | Body::LayoutEdit(_))
    }
}

/// What the author had seen of the module when marking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    Seen(Seen),
    /// Everything this hub holds: v3.3 clients poll and do not say, and their last mark always won.
    Everything,
}

/// An operation as it comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOp {
    pub id: OpId,
    pub author: Author,
    pub device: DeviceId,
    pub marked_ms: u64,
    pub base: Base,
    pub body: Body,
    /// The one that some hub gave it before: it was acknowledged, and is offered again to a log that may not have it.
    pub stamp: Option<Stamp>,
    /// Up to here stamps that it tells of are believed, be they ahead of the hub's clock: see [`Self::believe`].
    pub believed_ms: u64,
}

impl NewOp {
    /// Bytes that it takes, roughly.
    pub fn bytes(&self) -> usize {
        let base = match &self.base {
            Base::Seen(seen) => size_of_val(seen.stamps()),
            Base::Everything => 0,
        };
        let text = match &self.body {
            Body::Note(note) => note.text.len(),
            Body::Photo(photo) => photo.weight(),
            Body::Property(property) => property.weight(),
            Body::Report(version) => version.weight(),
            Body::PhotoEdit(edit) => edit.caption.iter().flatten().map(String::len).sum(),
            body => body.mark().and_then(|mark| mark.comment.as_ref()?.as_ref()).map_or(0, String::len),
        };
        size_of::<Self>() + base + text
    }

    /// The hub does not know the time, and may have woken before its own backup: what this claims, and says that it
    /// has seen, may well be so.
    pub fn believe(&mut self) {
        let seen_ms = match &self.base {
            Base::Seen(seen) => seen.latest().map_or(0, |latest| latest.ms.saturating_add(1)),
            Base::Everything => 0,
        };
        self.believed_ms = self.marked_ms.max(seen_ms);
    }
}

/// An operation as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Op {
    pub seq: u64,
    pub id: OpId,
    pub author: Author,
    pub device: DeviceId,
    /// When the author says it happened: kept as claimed, however wrong that clock was.
    pub marked_ms: u64,
    /// When this hub took it in, by the site clock: never decreases along the log.
    pub received_ms: u64,
    pub stamp: Stamp,
    pub base: Seen,
    pub outcome: Outcome,
    pub body: Body,
}

/// An operation as it travels between hubs: what both must agree on to fold the same state. The first
/// hub that took it in gave it its stamp; where it lies in a log and when it came there is each hub's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    pub id: OpId,
    pub author: Author,
    pub device: DeviceId,
    pub marked_ms: u64,
    pub stamp: Stamp,
    pub base: Seen,
    pub body: Body,
}

impl Carried {
    /// Whether a hub may take it in that holds `held` as the latest of the same thing.
    pub fn is_in_range(&self, held: Option<Stamp>) -> bool {
        self.stamp.is_in_range(held) && self.base.stamps().iter().all(|s| s.is_in_range(held))
    }
}

impl From<Op> for Carried {
    fn from(op: Op) -> Self {
        let Op { id, author, device, marked_ms, stamp, base, body, .. } = op;
        Self { id, author, device, marked_ms, stamp, base, body }
    }
}

/// What an operation says, by which a repeat is told from another operation that goes by the same id.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    pub id: OpId,
    author: &'a Author,
    device: &'a DeviceId,
    marked_ms: u64,
    pub body: &'a Body,
}

impl Content<'_> {
    /// A tablet that has joined anew sends what it made before under another name or as another device, not both.
    pub fn is_repeated_by(&self, other: &Content<'_>) -> bool {
        // A mark out of a file that does not tell the time: it was made when the file was first read.
        let timeless = self.id.as_u64_pair().0 >> 16 == 0;
        self.id == other.id
            && self.body == other.body
            && (self.marked_ms == other.marked_ms || timeless)
            && (self.device == other.device || self.author.id == other.author.id)
    }
}

macro_rules! content_of {
    ($($what:ty),*) => {$(
        impl<'a> From<&'a $what> for Content<'a> {
            fn from(op: &'a $what) -> Self {
                let (author, device, body) = (&op.author, &op.device, &op.body);
                Self { id: op.id, author, device, marked_ms: op.marked_ms, body }
            }
        }
    )*};
}
content_of!(NewOp, Op, Carried);

impl Op {
    /// Whether no stamp of it is beyond what a log may have: what is brought back whole is looked at by this.
    pub fn is_in_range(&self) -> bool {
        self.stamp.is_in_range_of_logs() && self.base.stamps().iter().all(|s| s.is_in_range_of_logs())
    }

    /// When it happened, for people: as claimed, unless that was pulled back (see [`Stamp`]).
    pub fn shown_ms(&self) -> u64 {
        shown_ms(self.marked_ms, self.stamp)
    }
}

/// A claim later than its own stamp was clamped; a stamp lifted past its base keeps the claim.
pub fn shown_ms(marked_ms: u64, stamp: Stamp) -> u64 {
    marked_ms.min(stamp.ms)
}

/// What became of an operation when this hub took it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It shows.
    Applied,
    /// A later one shows; this one is in the history.
    Superseded,
    /// Somebody else marked the module differently, neither having seen the other.
    Conflict,
}
