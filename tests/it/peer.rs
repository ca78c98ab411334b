//! Fieldhub to fieldhub: the whole log travels, both ways, whatever either side has lost meanwhile.

use std::path::Path;

use crate::common::peers::{head, join, meet, night, same, token, until_told, whole_elsewhere as whole};
use crate::common::{NOW, TestClock, TestHub, mark};
use fieldhub::domain::crew::Access;
use fieldhub::domain::id::DeviceId;
use fieldhub::domain::page::{Encoder, Header, PageProofs};
use fieldhub::domain::stamp::actor_of;
use fieldhub::domain::{
    Author, Base, Body, Carried, Cursor, LinkName, Mark, ModuleId, NewOp, OpId, Seen, Stamp, Status, Token,
};
use fieldhub::store::TakeIn;
use hyper::Method;
use serde_json::json;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_history_travels_and_what_the_office_marks_comes_back() {
    let (site, office) = (TestHub::start().await, TestHub::crew().await);
    site.jalibat().await;
    night(&site, "lea", 1..=200, "dead").await;
    night(&site, "tom", 100..=150, "ok").await;
    let van = office.lead("Van").await;
    let running = join(&site, &office, Some(van.token()));
    meet(&site, &office).await;
    let history = van.get("/api/v1/audits/jalibat/modules/M120/history").await.json();
    let by: Vec<_> =
        history["entries"].as_array().unwrap().iter().map(|e| e["technician_name"].clone()).collect();
    assert_eq!(by, ["lea", "tom"]);
    assert!(history["conflict"].as_bool().unwrap(), "neither had seen the other");
    let audit = van.get("/api/v1/audits/jalibat").await.json();
    assert_eq!((audit["client"].as_str(), audit["string_count"].as_u64()), (Some("Watt&Co"), Some(10)));

    let by_office = json!({"ops": [mark("M001", "ok", "office", NOW + 1_000_000)]});
    van.post("/api/v1/audits/jalibat/ops", &by_office).await;
    meet(&site, &office).await;
    assert_eq!(site.client.module("jalibat", "M001").await["status"], "ok");
    let all = head(&site);
    until_told(&[&site], "told", || whole(&site) == Some((all, 0))).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_where_is_told_both_ways() {
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    let lea = json!({"technician_id": "tech_lea", "technician_name": "Léa", "focus": "M007"});
    site.client.put("/api/v1/audits/jalibat/presence", &lea).await;
    let running = join(&site, &office, None);
    let names = |hub: &TestHub| -> Vec<_> {
        hub.hub
            .present(&token())
            .into_iter()
            .map(|(_, p)| (p.name, p.at.focus.map(|f| f.to_string())))
            .collect()
    };
    let lea = ("Léa".to_owned(), Some("M007".to_owned()));
    until_told(&[&office], "Léa there", || names(&office) == [lea.clone()]).await;
    let ana = json!({"technician_id": "tech_ana", "technician_name": "Ana"});
    office.client.put("/api/v1/audits/jalibat/presence", &ana).await;
    let both = [("Ana".to_owned(), None), lea];
    until_told(&[&site], "Ana here", || names(&site) == both).await;
    let of = |hub: &TestHub, name: &str| {
        hub.hub.present(&token()).into_iter().find(|(_, p)| p.name == name).unwrap().1
    };
    assert_eq!(of(&site, "Ana").via.unwrap().as_str(), "office");
    assert!(of(&office, "Léa").via.unwrap().as_str().starts_with("Test-hub-"));
    assert_eq!(of(&site, "Léa").via, None);
    running.stop().await;
}

fn of_the_future(n: u128) -> Carried {
    Carried {
        id: OpId::from_u128(n),
        author: Author::new("tech_1", None).unwrap(),
        device: DeviceId::parse("dev_1").unwrap(),
        marked_ms: NOW,
        stamp: Stamp { ms: NOW, counter: 0, actor: actor_of("dev_1") },
        base: Seen::default(),
        body: Body::Unknown { kind: 900, bytes: b"what a later version says".to_vec() },
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kinds_that_nobody_knows_pass_through_a_hub_in_the_middle() {
    let (site, middle, office) = (TestHub::start().await, TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    let ops = vec![of_the_future(1), of_the_future(2)];
    let take = TakeIn {
        ops,
        ..TakeIn::remember(token(), fieldhub::store::Remember::of(LinkName::parse("x").unwrap()))
    };
    site.hub.take_in(take).await.unwrap();
    night(&site, "lea", 1..=5, "dead").await;
    let up = join(&site, &middle, None);
    meet(&site, &middle).await;
    let further = join(&middle, &office, None);
    meet(&middle, &office).await;
    let found = office.hub.since(&token(), 0, 99).unwrap().ops;
    let strange = found.iter().filter(|op| op.body == of_the_future(0).body).count();
    assert_eq!(strange, 2);
    up.stop().await;
    further.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn either_side_may_restart_and_goes_on_where_it_was() {
    let (mut site, mut office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    for round in 1..=3 {
        night(&site, "lea", round * 10..round * 10 + 10, "dead").await;
        let running = join(&site, &office, None);
        meet(&site, &office).await;
        running.stop().await;
        let here = site.hub.identity().log_id;
        let before = office.hub.have(&token(), here).unwrap();
        office = office.restart().await;
        assert_eq!(office.hub.have(&token(), here).unwrap(), before, "with the operations, or not at all");
        assert!(before > round * 10);
        site = site.restart().await;
        night(&office, "ana", round * 10 + 100..round * 10 + 105, "ok").await;
    }
    let running = join(&site, &office, None);
    meet(&site, &office).await;
    assert_eq!(head(&site), head(&office), "nothing is there twice");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_changed_on_either_side_begins_again_and_doubles_nothing() {
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    night(&site, "lea", 1..=50, "dead").await;
    let running = join(&site, &office, None);
    meet(&site, &office).await;
    for (hub, who, first) in [(&site, "tom", 100), (&office, "ana", 110)] {
        let log_id = hub.hub.identity().log_id;
        hub.hub.resume(&token(), Cursor::unproved(log_id, head(hub) + 1), true).await.unwrap();
        assert_ne!(hub.hub.identity().log_id, log_id);
        night(hub, who, first..first + 5, "ok").await;
        meet(&site, &office).await;
    }
    assert_eq!((head(&site), head(&office)), (62, 62));
    until_told(&[&site], "all told", || whole(&site) == Some((62, 0))).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_office_that_is_restored_from_a_backup_gets_everything_again() {
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    night(&site, "lea", 1..=20, "dead").await;
    let running = join(&site, &office, None);
    meet(&site, &office).await;
    let backup = std::fs::read(office.hub.copy_to("backup.redb".to_owned()).await.unwrap()).unwrap();
    night(&site, "lea", 21..=40, "dead").await;
    night(&office, "ana", 50..=55, "ok").await;
    meet(&site, &office).await;
    let upload = office.hub.upload().unwrap();
    std::fs::write(upload.path(), backup).unwrap();
    office.hub.restore(upload).await.unwrap();
    assert!(head(&office) < head(&site));
    // What the office itself had marked since its backup is not lost either: the site has it.
    meet(&site, &office).await;
    assert_eq!(head(&site), head(&office));
    running.stop().await;
}

async fn rolled_back(hub: &mut TestHub, to: &Path) -> TestHub {
    let dir = hub.stop().await;
    std::fs::copy(to, dir.path().join("fieldhub.redb")).unwrap();
    TestHub::start_in(dir, TestClock::new(true), Access::Open).await
}

/// Somebody laid an old file over the database: it has the same log id, and has forgotten what it had.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn either_side_may_have_forgotten_what_it_had_without_knowing() {
    let (mut site, mut office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    night(&site, "lea", 1..=20, "dead").await;
    let running = join(&site, &office, None);
    meet(&site, &office).await;
    running.stop().await;
    let old_office = office.hub.copy_to("old.redb".to_owned()).await.unwrap();
    let old_site = site.hub.copy_to("old.redb".to_owned()).await.unwrap();
    let keep = tempfile::tempdir().unwrap();
    let kept = |name: &str| keep.path().join(name);
    std::fs::copy(old_office, kept("office")).unwrap();
    std::fs::copy(old_site, kept("site")).unwrap();

    night(&site, "lea", 21..=40, "dead").await;
    night(&office, "ana", 50..=55, "ok").await;
    let running = join(&site, &office, None);
    meet(&site, &office).await;
    running.stop().await;
    let all = head(&site);

    office = rolled_back(&mut office, &kept("office")).await;
    let running = join(&site, &office, None);
    meet(&site, &office).await;
    running.stop().await;
    assert_eq!(head(&office), all);

    site = rolled_back(&mut site, &kept("site")).await;
    night(&site, "tom", 60..=61, "ok").await;
    let running = join(&site, &office, None);
    meet(&site, &office).await;
    running.stop().await;
    assert_eq!((head(&site), head(&office)), (all + 2, all + 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sites_and_an_office_that_were_apart_agree() {
    let (north, south, office) = (TestHub::start().await, TestHub::start().await, TestHub::start().await);
    for (hub, who, status) in
        [(&north, "lea", "dead"), (&south, "tom", "microcracks"), (&office, "ana", "ok")]
    {
        hub.jalibat().await;
        night(hub, who, 1..=30, status).await;
    }
    let ups = [join(&north, &office, None), join(&south, &office, None)];
    let agree = || same(&[&north, &south, &office]);
    until_told(&[&north, &south, &office], "one state everywhere", agree).await;
    for hub in [&north, &south, &office] {
        let module = hub.client.module("jalibat", "M007").await;
        assert!(module["conflict"].as_bool().unwrap(), "{module}");
        let history = hub.client.get("/api/v1/audits/jalibat/modules/M007/history").await.json();
        assert_eq!(history["entries"].as_array().unwrap().len(), 3, "the losers are in the history");
    }
    // Somebody who has seen all settles it, for everybody.
    let seen = south.client.module("jalibat", "M007").await["stamp"].clone();
    let mut settled = mark("M007", "dead", "tom", NOW + 99);
    settled["base"] = seen;
    south.client.ops("jalibat", vec![settled]).await;
    until_told(&[&north, &south, &office], "settled everywhere", agree).await;
    for hub in [&north, &south, &office] {
        let module = hub.client.module("jalibat", "M007").await;
        assert_eq!((module["conflict"].as_bool(), module["status"].as_str()), (Some(false), Some("dead")));
    }
    for up in ups {
        up.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_much_to_send_what_shows_now_goes_first() {
    const MODULES: u64 = 1_500;
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    let op = |n: u64| NewOp {
        id: OpId::from_u128(u128::from(NOW + n) << 80 | 7 << 76 | 2 << 62 | u128::from(n)),
        author: Author::new("tech_1", None).unwrap(),
        device: DeviceId::parse("dev_1").unwrap(),
        marked_ms: NOW - 100_000 + n,
        base: Base::Everything,
        body: Body::Mark(
            Mark::new(
                ModuleId::parse(format!("M{:05}", n % MODULES)).unwrap(),
                Some(Some(Status::ALL[n as usize / MODULES as usize % 6])),
                None,
            )
            .unwrap(),
        ),
        stamp: None,
        believed_ms: 0,
    };
    for round in 0..6 {
        let ops = (round * MODULES..(round + 1) * MODULES).map(op).collect();
        site.hub.apply_or_make(token(), ops).await.unwrap();
    }
    let running = join(&site, &office, None);
    meet(&site, &office).await;
    running.stop().await;
    let log = office.hub.since(&token(), 0, usize::MAX).unwrap().ops;
    let shown: Vec<_> = log[..MODULES as usize].iter().map(|op| op.marked_ms).collect();
    assert!(shown.iter().all(|ms| *ms >= NOW - 100_000 + 5 * MODULES), "the last mark of each comes first");
    let rest: Vec<_> = log[MODULES as usize..].iter().map(|op| op.marked_ms).collect();
    assert!(rest.is_sorted(), "and then the others as they were made");
    assert_eq!(log.len() as u64, 6 * MODULES);
}

/// A page of somebody's log, as it would come.
fn page(token: &str, after: u64, upto: u64) -> Vec<u8> {
    let mut encoder = Encoder::default();
    (after + 1..=upto).for_each(|n| assert!(encoder.push(&of_the_future(n.into())).unwrap()));
    let (token, log_id) = (Token::parse(token).unwrap(), Uuid::from_u128(77));
    encoder
        .finish(Header { hub_id: Uuid::nil(), log_id, token, after, upto, head: upto, partial: false })
        .unwrap()
}

#[tokio::test]
async fn pages_are_taken_in_order_once_and_refused_with_a_reason() {
    let started = TestHub::start().await;
    let hub = &started;
    let post = |page: Vec<u8>| hub.client.call(Method::POST, "/api/v1/peer/jalibat/ops", page);
    let gap = post(page("jalibat", 3, 5)).await;
    assert_eq!(
        (gap.status.as_u16(), gap.json()["code"].as_str(), gap.json()["have"].as_u64()),
        (409, Some("gap"), Some(0))
    );
    let first = post(page("jalibat", 0, 5)).await.json();
    assert_eq!((first["have"].as_u64(), first["new"].as_u64()), (Some(5), Some(5)), "{first}");
    let again = post(page("jalibat", 0, 5)).await.json();
    assert_eq!(
        (again["have"].as_u64(), again["known"].as_u64(), again["new"].as_u64()),
        (Some(5), Some(5), Some(0))
    );
    let next = post(page("jalibat", 4, 8)).await.json();
    assert_eq!((next["have"].as_u64(), next["new"].as_u64()), (Some(8), Some(3)));

    let other = post(page("another", 0, 1)).await;
    assert_eq!((other.status.as_u16(), other.json()["field"].as_str()), (400, Some("token")));
    let mut broken = page("jalibat", 8, 9);
    broken[20] ^= 1;
    let broken = post(broken).await;
    assert_eq!((broken.status.as_u16(), broken.json()["code"].as_str()), (400, Some("bad_page")));
    let large = post(vec![1; (2 << 20) + 1]).await;
    assert_eq!(large.status, 413);

    let log = hub.hub.identity().log_id;
    let ours = Uuid::from_u128(77);
    let state = hub.client.get(&format!("/api/v1/peer/jalibat?log={ours}")).await.json();
    assert_eq!(state, json!({"log_id": log, "have": 8, "proof": null, "unasked": false, "head": 8}));
    // Left out what came from the caller; another's log begins at 0.
    let give = |query: String| async move {
        let answer = hub.client.get(&format!("/api/v1/peer/jalibat/ops?{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("fieldhub-log"), hub.hub.identity().log_id.to_string());
        let page = fieldhub::domain::page::decode(&answer.body).unwrap();
        (page.ops.len(), page.header.after, page.header.upto)
    };
    assert_eq!(give(format!("after=0&log={log}&except={ours}")).await, (0, 0, 8));
    assert_eq!(give(format!("after=3&log={log}&limit=2")).await, (2, 3, 5));
    assert_eq!(give(format!("after=3&log={ours}")).await, (8, 0, 8));
    assert_eq!(give(format!("after=9&log={log}")).await, (8, 0, 8), "seen more than there is: another log");
    assert_eq!(hub.hub.identity().log_id, log, "and nobody else begins again by that: see `rollback`");

    hub.client.call(Method::DELETE, "/api/v1/audits/jalibat", "").await;
    let gone = post(page("jalibat", 8, 9)).await;
    assert_eq!((gone.status.as_u16(), gone.json()["code"].as_str()), (410, Some("gone")));
}

/// 20 marks and a note after the audit's own two operations, as the last version that wrote no proofs gave them.
#[tokio::test]
async fn a_page_of_the_version_before_is_taken_as_it_always_was() {
    let bytes = include_bytes!("../fixtures/page-without-proofs.bin");
    let page = fieldhub::domain::page::decode(bytes).unwrap();
    assert_eq!((page.header.after, page.header.upto, page.proofs), (0, 23, PageProofs::default()));
    let hub = TestHub::start().await;
    let post = || hub.client.call(Method::POST, "/api/v1/peer/jalibat/ops", bytes.as_slice());
    let (first, again) = (post().await.json(), post().await.json());
    assert_eq!((&first["new"], &first["have"]), (&json!(23), &json!(23)), "{first}");
    assert_eq!((&again["known"], &again["have"]), (&json!(23), &json!(23)), "{again}");
    let audit = hub.client.get("/api/v1/audits/jalibat").await.json();
    assert_eq!((audit["name"].as_str(), audit["marked"].as_u64()), (Some("Watt & Été"), Some(20)));
    let state = hub.client.get(&format!("/api/v1/peer/jalibat?log={}", page.header.log_id)).await.json();
    assert_eq!((&state["have"], &state["proof"]), (&json!(23), &json!(null)));
}
