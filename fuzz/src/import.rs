//! What must hold of a file that was let in: it becomes an audit, and the audit's exports become
//! the same audit again.
//!
//! Called by `plan`, `tablet`, `csv` and `xlsx`; calls the import, the store and the export.

use std::collections::BTreeMap;

use fieldhub::domain::export::{self, ExportRow};
use fieldhub::domain::id::MAX_MODULES;
use fieldhub::domain::import::{self, ImportKind, ImportedFile};
use fieldhub::domain::op::DetailsChange;
use fieldhub::domain::{Author, Base, Body, Document, ExportHead, NewOp, Token};
use fieldhub::http::fuzz;
use fieldhub::store::OpVerdict;
use uuid::Uuid;

use crate::{NOW, Site, check_mark, device};

/// Modules in one audit that are taken in and out again.
const ENOUGH: usize = 500;

/// Read it; if it is let in, take it in and out again.
pub fn check_file(bytes: &[u8]) {
    let documents: Vec<Document> = match import::read(bytes) {
        Ok(ImportedFile::One(document)) => vec![*document],
        Ok(ImportedFile::Several(audits)) => {
            audits.into_iter().filter_map(|audit| audit.document.ok()).collect()
        }
        Err(error) => {
            // It may show what is wrong, not repeat the file over and over.
            assert!(error.to_string().len() <= 4 * bytes.len() + 1_000, "a refusal stays in proportion");
            return;
        }
    };
    documents.into_iter().for_each(check);
}

fn check(document: Document) {
    assert!(document.layout.places().len() <= MAX_MODULES && document.marks.len() <= MAX_MODULES);
    // A plan of a few bytes can ask for 20,000 modules. They go the same way as the first few, and
    // would leave the fuzzer time for nothing else.
    if document.layout.places().len() > ENOUGH {
        return;
    }
    let view = taken_in(&document);

    let modules = view.rows.iter().zip(1..).map(|(row, id)| export::tablet_module(row, id));
    let tablet = export::tablet_begin(&view.head)
        + &modules.collect::<String>()
        + &export::tablet_end(view.rows.len());
    let again = import::parse(tablet.as_bytes()).unwrap_or_else(|e| panic!("our own export: {e}\n{tablet}"));
    assert_eq!(again.kind, ImportKind::TabletExport);
    assert_eq!(again.created_ms, Some(NOW));
    let again = taken_in(&again);
    let said = |head: &ExportHead| (head.name.clone(), head.client.clone(), head.location.clone());
    assert_eq!(said(&again.head), said(&view.head));
    assert_eq!(by_module(&again), by_module(&view), "a tablet export reads back");

    let nobody = |row: &ExportRow| ExportRow {
        technician_id: None,
        technician_name: None,
        updated_ms: None,
        name: None,
        ..row.clone()
    };
    let anonymous =
        |view: &ExportedAudit| -> Vec<ExportRow> { by_module(view).into_values().map(nobody).collect() };
    let unnamed = |rows: Vec<ExportRow>| -> Vec<ExportRow> {
        rows.into_iter().map(|row| ExportRow { string_name: None, ..row }).collect()
    };
    let people = |language| export::TableForm::for_people(language, 120).expect("a language of ours");
    let forms = ["fr", "en", "de", "es", "it"].map(|language| (people(language), true));
    for (form, names) in [(export::TableForm::plain(), false)].into_iter().chain(forms) {
        let rows = view.rows.iter().map(|row| form.row(&view.head, row));
        let csv = form.begin(&view.head) + &rows.collect::<String>();
        let again = import::parse(csv.as_bytes()).unwrap_or_else(|e| panic!("our own CSV: {e}\n{csv}"));
        assert_eq!(again.kind, ImportKind::Csv);
        let (again, view) = (anonymous(&taken_in(&again)), anonymous(&view));
        let (again, view) = if names { (again, view) } else { (unnamed(again), unnamed(view)) };
        assert_eq!(again, view, "a CSV reads back, but for who and when");
    }
}

/// What a file is made of.
struct ExportedAudit {
    head: ExportHead,
    rows: Vec<ExportRow>,
}

/// The audit that an import of the document makes.
fn taken_in(document: &Document) -> ExportedAudit {
    let token = Token::parse("a").expect("a token");
    let marks = fuzz::imported(&token, document, NOW).unwrap_or_else(|e| panic!("{e:?}"));
    for op in &marks {
        let Body::Mark(mark) = &op.body else { panic!("{op:?}") };
        check_mark(mark);
    }
    let details = DetailsChange {
        name: document.name.clone(),
        client: document.client.clone().map(Some),
        location: document.location.clone().map(Some),
    };
    let mut made = vec![by_hub(1, Body::Details(details))];
    if !document.layout.places().is_empty() {
        made.push(by_hub(2, Body::Layout(document.layout.clone())));
        made.extend((3..).zip(document.names()).map(|(n, names)| by_hub(n, Body::LayoutEdit(names))));
    }
    let site = Site::new(made);
    let taken = site.take(marks.clone());
    assert!(taken.iter().all(|t| matches!(t.verdict, OpVerdict::Logged { .. })), "each mark is taken in");
    site.look(|state| {
        let picture = state.picture();
        ExportedAudit {
            head: ExportHead::of(token, state.name().to_owned(), &picture, NOW, NOW),
            rows: (0..picture.len()).filter_map(|at| ExportRow::at(&picture, at)).collect(),
        }
    })
}

fn by_hub(n: u128, body: Body) -> NewOp {
    NewOp {
        id: Uuid::from_u128(n),
        author: Author::new("hub", None).expect("an author"),
        device: device("hub"),
        marked_ms: NOW,
        base: Base::Everything,
        body,
        stamp: None,
        believed_ms: 0,
    }
}

fn by_module(view: &ExportedAudit) -> BTreeMap<&str, &ExportRow> {
    view.rows.iter().map(|row| (row.module.as_str(), row)).collect()
}
