//! What must hold of a mark, a note, an author or an operation that was let in.
//!
//! Called by the targets that read bodies; calls `fieldhub::http::fuzz` to read again what it wrote.

use fieldhub::domain::id::{MAX_COMMENT, MAX_NAME, MAX_NOTE};
use fieldhub::domain::op::Note;
use fieldhub::domain::status::Status;
use fieldhub::domain::{Author, Base, Body, Mark, NewOp};
use fieldhub::http::fuzz;
use serde_json::{Value, json};

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && text.chars().count() <= MAX_NAME
        && !text.chars().any(char::is_control)
}

pub fn check_author(author: &Author) {
    let id = author.id.as_str();
    assert!((1..=64).contains(&id.len()) && id.is_ascii() && !id.contains('/'), "{id:?}");
    assert!(is_name(&author.name), "{:?}", author.name);
}

pub fn check_mark(mark: &Mark) {
    assert!(mark.status.is_some() || mark.comment.is_some());
    if let Some(Some(comment)) = &mark.comment {
        assert!(!comment.is_empty() && comment.trim() == comment);
        assert!(comment.chars().count() <= MAX_COMMENT);
    }
}

pub fn check_note(note: &Note) {
    assert!(!note.text.is_empty() && note.text.trim() == note.text);
    assert!(note.text.chars().count() <= MAX_NOTE);
}

/// It is within all limits, and written as a tablet would write it, it reads as the same.
pub fn check_operation(op: &NewOp) {
    check_author(&op.author);
    assert_eq!(op.id.get_version_num(), 7);
    match &op.body {
        Body::Mark(mark) => check_mark(mark),
        Body::Note(note) => check_note(note),
        // The hub makes it of the mark before it.
        Body::Restore(restore) => return check_mark(&restore.mark),
        // What these may say is held by tests of their own; here they only have to be let in.
        Body::LayoutEdit(_) | Body::Photo(_) | Body::PhotoEdit(_) | Body::Property(_) => return,
        _ => panic!("no tablet sends this: {op:?}"),
    }
    let body = json!({ "ops": [written(op)] }).to_string();
    let mut again = fuzz::operations(body.as_bytes()).expect("what was let in is let in again");
    assert_eq!(again.remove(0).as_ref(), Ok(op));
}

fn written(op: &NewOp) -> Value {
    let Base::Seen(base) = &op.base else { panic!("tablets say what they have seen: {op:?}") };
    let mut json = json!({
        "id": op.id, "technician_id": op.author.id, "technician_name": op.author.name, "device_id": op.device,
        "marked_at_ms": op.marked_ms,
    });
    // Of what is offered again: the place that it was given.
    if let Some(stamp) = op.stamp {
        json["stamp"] = stamp.to_string().into();
    }
    match &op.body {
        Body::Mark(mark) => {
            json["kind"] = "mark".into();
            json["module_id"] = mark.module.as_str().into();
            json["base"] = base.to_string().into();
            if let Some(status) = mark.status {
                json["status"] = status.map(Status::as_str).into();
            }
            if let Some(comment) = &mark.comment {
                json["comment"] = comment.clone().into();
            }
        }
        Body::Note(note) => {
            json["kind"] = "note".into();
            json["text"] = note.text.clone().into();
        }
        _ => panic!("no tablet can say it: {op:?}"),
    }
    json
}
