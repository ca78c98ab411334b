//! v3.3 bodies, one a line: marks and heartbeats, and between them native operations. Whatever
//! came before, the last v3.3 mark is what shows.

#![no_main]

use fieldhub::domain::{Author, Base, Body, NewOp};
use fieldhub::http::fuzz;
use fieldhub_fuzz::{NOW, Site, check_author, check_mark, check_operation, device, module};
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use uuid::Uuid;

fuzz_target!(|data: &[u8]| {
    let mut site = None;
    for (n, line) in data.split(|b| *b == b'\n').take(8).enumerate() {
        if let Ok(author) = fuzz::v33_heartbeat(line) {
            check_author(&author);
            let again = json!({ "technicianId": author.id, "technicianName": author.name }).to_string();
            assert_eq!(fuzz::v33_heartbeat(again.as_bytes()).ok(), Some(author));
        }
        for op in fuzz::operations(line).into_iter().flatten().flatten() {
            check_operation(&op);
            site.get_or_insert_with(|| Site::new(Vec::new())).take(vec![op]);
        }
        let Ok((author, mark)) = fuzz::v33_mark(module("M001"), line) else { continue };
        check_author(&author);
        check_mark(&mark);
        let status = mark.status.flatten().expect("a v3.3 mark has a status");
        let comment = mark.comment.clone().expect("a v3.3 mark sets the comment");
        let again = json!({ "status": status.as_str(), "comment": comment, "technicianId": author.id,
            "technicianName": author.name });
        let read = fuzz::v33_mark(module("M001"), again.to_string().as_bytes());
        assert_eq!(read.ok(), Some((author.clone(), mark.clone())));

        let site = site.get_or_insert_with(|| Site::new(Vec::new()));
        site.take(vec![as_taken(n, author, mark)]);
        site.look(|state| {
            let shown = &state.modules().get(&module("M001")).expect("it is marked").state;
            assert_eq!((shown.status(), shown.comment()), (Some(status), comment.as_deref()));
        });
    }
});

fn as_taken(n: usize, author: Author, mark: fieldhub::domain::Mark) -> NewOp {
    NewOp {
        id: Uuid::from_u128(n as u128),
        device: device(author.id.as_str()),
        author,
        marked_ms: NOW,
        base: Base::Everything,
        body: Body::Mark(mark),
        stamp: None,
        believed_ms: 0,
    }
}
