//! An audit's log for tests of the report: two people, a disagreement, an undo, photos, and texts of every script.

use super::gather::{ReportFold, ReportHead};
use super::{Report, ReportEdition, ReportProof};
use crate::domain::id::{DeviceId, ModuleId, OpId, Token};
use crate::domain::op::{Body, DetailsChange, Mark, Op, Outcome, Restore};
use crate::domain::photo::{BlobHash, Photo, PhotoPlace, PhotoVariant};
use crate::domain::site_clock::TimeSource;
use crate::domain::{Author, Digest, Layout, Seen, Stamp, Status};

/// 2025-10-24 02:22:12 UTC.
pub(in crate::domain) const NIGHT: u64 = 1_761_272_532_000;

/// A log in the making.
#[derive(Debug, Default)]
pub(in crate::domain) struct Log(pub Vec<Op>);

impl Log {
    pub(in crate::domain) fn add(&mut self, who: u64, body: Body) -> &mut Op {
        let seq = self.0.len() as u64 + 1;
        let name = if who == 1 { "Léa" } else { "Omar" };
        self.0.push(Op {
            seq,
            id: OpId::from_u128(seq.into()),
            author: Author::new(format!("tech_{who}"), Some(name.to_owned())).unwrap(),
            device: DeviceId::parse(format!("dev_{who}")).unwrap(),
            marked_ms: NIGHT + seq * 60_000,
            received_ms: NIGHT + seq * 60_000,
            stamp: Stamp { ms: NIGHT + seq * 60_000, counter: 0, actor: who },
            base: Seen::default(),
            outcome: Outcome::Applied,
            body,
        });
        self.0.last_mut().unwrap()
    }

    pub(in crate::domain) fn mark(
        &mut self,
        who: u64,
        module: &str,
        status: Status,
        comment: Option<&str>,
    ) -> &mut Op {
        self.add(who, mark(module, status, comment))
    }

    pub(in crate::domain) fn photo(&mut self, who: u64, at: PhotoPlace, caption: Option<&str>) {
        let variant = |class: &str, bytes: u64| PhotoVariant {
            class: class.to_owned(),
            hash: BlobHash::of(format!("{class}{}", self.0.len()).as_bytes()),
            bytes,
            media_type: "image/jpeg".to_owned(),
            size: Some((320, 240)),
        };
        let variants = vec![variant("thumb", 9_000), variant("original", 6_000_000)];
        let caption = caption.map(str::to_owned);
        let photo = Photo { at, variants, picture_kind: "el".to_owned(), caption, ..Photo::default() };
        self.add(who, Body::Photo(Box::new(photo)));
    }
}

pub(in crate::domain) fn mark(module: &str, status: Status, comment: Option<&str>) -> Body {
    let module = ModuleId::parse(module).unwrap();
    let comment = comment.map(|text| Some(text.to_owned()));
    Body::Mark(Mark::new(module, Some(Some(status)), comment).unwrap())
}

pub(in crate::domain) fn of(module: &str) -> PhotoPlace {
    PhotoPlace { module: ModuleId::parse(module).ok(), string: None }
}

/// Strings of 3 and 2 modules, and one that is in none.
pub(in crate::domain) fn night() -> Log {
    let mut log = Log::default();
    let named = DetailsChange {
        name: Some("JALIBAT <est>".into()),
        client: Some(Some("Watt & Co".into())),
        location: None,
    };
    log.add(1, Body::Details(named));
    log.add(1, Body::Layout(Layout::from_counts("3,2").unwrap()));
    log.mark(1, "M001", Status::Ok, None);
    log.mark(1, "M002", Status::Dead, Some("=1+1; <b>busbar</b>"));
    log.mark(2, "M002", Status::Microcracks, None).outcome = Outcome::Conflict;
    log.mark(2, "M004", Status::Dead, None);
    // Taken back: it was nothing.
    let module = ModuleId::parse("M004").unwrap();
    let back = Mark { module, status: Some(None), comment: None };
    let undoes = log.0.last().unwrap().id;
    let plain = log.add(2, Body::Mark(back.clone())).id;
    log.add(2, Body::Restore(Box::new(Restore { mark: back, of: plain, undoes, seen: Seen::default() })));
    log.mark(2, "X9", Status::NotConnected, Some("接线盒 مفتوح 🔌"));
    log.photo(1, of("M002"), Some("close"));
    log.photo(2, of("M002"), None);
    log.photo(2, PhotoPlace { module: None, string: Some(2) }, None);
    log.photo(1, PhotoPlace::default(), Some("the gate"));
    log
}

pub(in crate::domain) fn report_of(ops: &[Op]) -> Report {
    let mut fold = ReportFold::default();
    ops.chunks(3).for_each(|page| fold.add(page));
    let mut disputes = fold.disputes();
    if let Some(disputes) = &mut disputes {
        ops.chunks(2).for_each(|page| disputes.add(page));
    }
    let head = ReportHead { token: Token::parse("jalibat-demo").unwrap(), created_ms: NIGHT };
    let edition = ReportEdition {
        number: Some(2),
        is_final: true,
        made_ms: NIGHT + 3_600_000,
        made_by: Some("Léa".into()),
        time_source: TimeSource::Network,
        time_contradicted: false,
        utc_offset_minutes: 120,
        program: "1.2.3".into(),
    };
    let log_id = uuid::Uuid::from_u128(7);
    let position = ops.last().map_or(0, |op| op.seq);
    fold.finish(
        head,
        edition,
        ReportProof { log_id, position, digest: Some(Digest([9; 16])), signed: None },
        disputes,
    )
}
