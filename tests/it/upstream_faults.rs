//! A cloud that refuses, breaks off, hangs or is overloaded: nothing is lost, nothing is doubled, nobody waits.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::common::cloud::{self, At, Fault, TestCloud};
use crate::common::dice::Dice;
use crate::common::mark;
use crate::common::upstream::{AUDIT, Site, cloud_at, held, now_ms, office, patient_cloud_at};
use crate::common::wait::until_async;
use fieldhub::domain::ModuleId;
use fieldhub::hub::{LinkState, ParkedFilter};
use serde_json::{Value, json};

fn why(state: &LinkState) -> &str {
    match state {
        LinkState::Waiting { why, .. } | LinkState::Paused { why } => why,
        LinkState::Untried | LinkState::Idle | LinkState::Syncing => "",
    }
}

fn parked(site: &Site) -> Vec<(String, String)> {
    let all = site.hub.all_parked(&ParkedFilter::default()).unwrap();
    all.into_iter().map(|found| (found.module.to_string(), found.parked.reason)).collect()
}

fn one(module: &str) -> ParkedFilter {
    ParkedFilter { module: Some(ModuleId::parse(module).unwrap()), ..ParkedFilter::default() }
}

/// The state of the link is such, and says so.
async fn waits_for(site: &Site, words: &str) {
    until_async(words, async || {
        let state = site.state();
        matches!(state, LinkState::Waiting { .. }) && why(&state).contains(words)
    })
    .await;
}

#[tokio::test]
async fn a_refused_module_is_parked_and_the_others_go_on() {
    let cloud = TestCloud::start();
    cloud.fail(Fault::status(422).saying("no such module here").module("M007"));
    cloud.fail(Fault::status(404).saying("gone").module("M009"));
    let site = Site::of(&cloud).await;
    for n in 1..=20 {
        site.mark(&format!("M{n:03}"), "dead", "night").await;
    }
    site.sent().await;
    assert_eq!(cloud.rows(AUDIT).len(), 18);
    let reasons = parked(&site);
    assert_eq!(reasons.iter().map(|(module, _)| module.as_str()).collect::<Vec<_>>(), ["M007", "M009"]);
    assert!(reasons[0].1.contains("422") && reasons[0].1.contains("no such module here"), "{reasons:?}");
    assert_eq!(site.audit().await["cloud"]["parked"], json!(["M007", "M009"]));
    assert_eq!(site.report("cloud").parked, 2);
    // They are left alone, over a restart too.
    let tries =
        |module: &str| cloud.marks().iter().filter(|call| call.module.as_deref() == Some(module)).count();
    assert_eq!((tries("M007"), tries("M009")), (1, 1));
    let mut site = site.restart().await;
    site.link(vec![cloud_at("cloud", &cloud.url, None)]);
    site.reads(&cloud, 3).await;
    site.sent().await;
    assert_eq!((tries("M007"), tries("M009")), (1, 1));
    assert_eq!(parked(&site).len(), 2);

    // Tried again by hand: one is still refused, the other has become welcome.
    cloud.heal();
    cloud.fail(Fault::status(404).module("M009"));
    assert_eq!(site.hub.retry_parked(&ParkedFilter::default()).await.unwrap(), 2);
    until_async("one of them went through", async || cloud.row(AUDIT, "M007").is_some()).await;
    until_async("the other is parked again", async || tries("M009") == 2 && parked(&site).len() == 1).await;
    assert_eq!(parked(&site)[0].0, "M009");

    // Dropped: it is counted no more, and stays away as it is.
    assert_eq!(site.hub.drop_parked(&one("M009")).await.unwrap(), 1);
    cloud.heal();
    until_async("it is counted no more", async || site.report("cloud").parked == 0).await;
    site.reads(&cloud, 3).await;
    assert_eq!(cloud.row(AUDIT, "M009"), None);
    // What is marked anew is a new mark, and goes.
    site.mark("M009", "ok", "night").await;
    until_async("the new mark is there", async || cloud.row(AUDIT, "M009").is_some()).await;
    until_async("nothing is parked", async || parked(&site).is_empty()).await;
    site.agrees_with(&cloud).await;
    assert_eq!(site.audit().await["cloud"]["parked"], json!([]));
}

#[tokio::test]
async fn what_v33_has_no_words_for_is_parked_with_the_reason() {
    let cloud = TestCloud::start();
    let site = Site::of(&cloud).await;
    site.mark("M001", "dead", "night").await;
    site.agrees_with(&cloud).await;
    let mut back = mark("M001", "ok", "night", now_ms());
    back["status"] = Value::Null;
    back["base"] = site.client.module(AUDIT, "M001").await["stamp"].clone();
    site.op(back).await;
    let mut alone = mark("M002", "ok", "night", now_ms());
    alone.as_object_mut().unwrap().remove("status");
    alone["comment"] = "label is missing".into();
    site.op(alone).await;
    site.mark("M003", "ok", "night").await;
    site.sent().await;
    let reasons: BTreeMap<String, String> = parked(&site).into_iter().collect();
    assert!(reasons["M001"].contains("pending"), "{reasons:?}");
    assert!(reasons["M002"].contains("comment"), "{reasons:?}");
    assert_eq!(reasons.len(), 2);
    // The cloud holds what it held, and that is not taken for a mark of the office.
    assert_eq!(cloud.row(AUDIT, "M001").unwrap().status, "dead");
    site.reads(&cloud, 3).await;
    assert_eq!(site.client.module(AUDIT, "M001").await["status"], "pending");
    // A status again, and all is well.
    site.mark("M001", "inequality", "night").await;
    site.mark("M002", "ok", "night").await;
    site.agrees_with(&cloud).await;
    assert_eq!(parked(&site), []);
    assert_eq!(held(&cloud)["M002"], ("ok".into(), Some("label is missing".into())));
}

#[tokio::test]
async fn a_cloud_that_does_not_let_it_in_pauses_it_with_a_plain_word() {
    let cloud = TestCloud::with(&["--token", "s3cret"]);
    let mut site = Site::alone().await;
    site.mark("M001", "dead", "night").await;
    site.link(vec![cloud_at("cloud", &cloud.url, Some("old"))]);
    until_async("it is paused", async || matches!(site.state(), LinkState::Paused { .. })).await;
    let state = site.state();
    assert!(why(&state).contains("401") && why(&state).contains("token"), "{state:?}");
    assert_eq!(cloud.marks().len(), 0);
    let asked = cloud.journal().len();
    for _ in 0..5 {
        site.mark("M002", "dead", "night").await;
    }
    assert_eq!(cloud.journal().len(), asked, "marks do not wake what is paused");
    site.unlink().await;
    site.link(vec![cloud_at("cloud", &cloud.url, Some("s3cret"))]);
    site.agrees_with(&cloud).await;

    // Sent away in the middle, and let in again: somebody asks to try at once.
    cloud.fail(Fault::status(403).kind("module"));
    site.mark("M003", "dead", "night").await;
    until_async("it is paused", async || matches!(site.state(), LinkState::Paused { .. })).await;
    assert_eq!(parked(&site), [], "no module is to blame");
    cloud.heal();
    site.sync_now();
    site.agrees_with(&cloud).await;
}

#[tokio::test]
async fn an_overloaded_cloud_is_given_time_and_the_rest_is_sent_later() {
    let cloud = TestCloud::start();
    let site = Site::of(&cloud).await;
    site.reads(&cloud, 1).await;
    cloud.fail(Fault::status(429).retry_after(2).kind("module").times(1));
    site.mark("M001", "dead", "night").await;
    until_async("it was asked to wait", async || !cloud.marks().is_empty()).await;
    waits_for(&site, "429").await;
    // Whoever is impatient does not overrule it.
    assert_eq!(site.hub.status_board().sync_now(None), (0, 1));
    assert!(matches!(site.state(), LinkState::Waiting { .. }), "nobody is told that it tries");
    // While it waits, everybody can see how much does.
    site.mark("M002", "dead", "night").await;
    site.mark("M003", "dead", "night").await;
    until_async("three wait", async || site.audit().await["cloud"]["pending"] == 3).await;
    assert!(matches!(site.state(), LinkState::Waiting { .. }));
    site.agrees_with(&cloud).await;
    let calls = cloud.journal();
    let refused = calls.iter().position(|call| call.status == Some(429)).unwrap();
    let pause = calls[refused + 1].at_ms - calls[refused].ended_ms.unwrap();
    assert!(pause >= 1_990, "it came back after {pause} ms");

    // Errors of the other side, wherever they come.
    for (status, kind) in [(500, "updates"), (503, "module"), (502, "updates"), (408, "module")] {
        cloud.fail(Fault::status(status).kind(kind).times(2));
        site.mark("M004", if status > 500 { "ok" } else { "dead" }, "night").await;
        site.agrees_with(&cloud).await;
    }
    assert_eq!(parked(&site), []);

    // A page that asks for money is not a cloud, and has taken nothing.
    cloud.fail(Fault::portal());
    site.mark("M005", "dead", "night").await;
    waits_for(&site, "page to log in").await;
    until_async("it is counted", async || site.audit().await["cloud"]["pending"] == 1).await;
    cloud.heal();
    site.sync_now();
    site.agrees_with(&cloud).await;
    cloud.fail(Fault::portal().kind("module").times(1));
    site.mark("M006", "dead", "night").await;
    site.agrees_with(&cloud).await;
    assert_eq!(cloud.row(AUDIT, "M006").unwrap().status, "dead");
}

#[tokio::test]
async fn one_failure_ends_the_batch() {
    let cloud = TestCloud::start();
    let site = Site::of(&cloud).await;
    let night =
        |status: &str| (1..=150).map(|n| mark(&format!("M{n:03}"), status, "night", now_ms())).collect();
    // All goes well, so that batches are as large as they get.
    site.client.ops(AUDIT, night("dead")).await;
    site.agrees_with(&cloud).await;
    let faults = [Fault::status(503), Fault::status(429).retry_after(1), Fault::hang(At::Before)];
    for (fault, status) in faults.into_iter().zip(["ok", "inequality", "microcracks"]) {
        cloud.clear();
        cloud.fail(fault.clone().kind("module"));
        site.client.ops(AUDIT, night(status)).await;
        until_async("it waits", async || matches!(site.state(), LinkState::Waiting { .. })).await;
        // What was under way, and what had begun when the first answer came: not the whole batch, call by call.
        let marks = cloud.marks().len();
        assert!(marks <= 12, "{marks} more marks after {fault:?}");
        cloud.heal();
        site.sync_now();
        site.agrees_with(&cloud).await;
    }
}

#[tokio::test]
async fn a_cut_anywhere_repeats_a_harmless_call() {
    let cloud = TestCloud::start();
    let site = Site::of(&cloud).await;
    for (n, fault) in
        [Fault::cut(At::Before), Fault::cut(At::After), Fault::cut(At::Middle)].into_iter().enumerate()
    {
        cloud.fail(fault.kind("module").times(4));
        for m in 1..=10 {
            site.mark(&format!("M{:03}", n * 10 + m), "dead", "night").await;
        }
        site.agrees_with(&cloud).await;
    }
    assert_eq!(site.log().await.len(), 30, "nothing came back as news");
    // A reading that ends half-way is no reading.
    for n in 31..=60 {
        office(&cloud, &format!("M{n:03}"), "ok", Some("a comment that makes the answer long")).await;
        if n % 10 == 0 {
            cloud.fail(Fault::cut(At::Middle).kind("updates").times(2));
            site.sync_now();
        }
    }
    site.agrees_with(&cloud).await;
    assert_eq!(site.log().await.len(), 60);
    assert_eq!(cloud.summary().doubled, Vec::<String>::new());
}

#[tokio::test]
async fn what_was_written_without_an_answer_does_not_come_back_over_what_was_marked_since() {
    let cloud = TestCloud::start();
    let site = Site::of(&cloud).await;
    site.reads(&cloud, 1).await;
    // Written at the cloud's time, which is later than the marks that are still on a tablet.
    cloud.fail(Fault::cut(At::After).kind("module").times(1));
    site.mark_at("M001", "inequality", "night", now_ms() - 60_000).await;
    until_async("it was written", async || cloud.row(AUDIT, "M001").is_some()).await;
    // A tablet that was out of reach brings a mark that was made half a minute before that.
    let mut later = mark("M001", "dead", "night", now_ms() - 30_000);
    later["base"] = site.client.module(AUDIT, "M001").await["stamp"].clone();
    site.op(later).await;
    site.sync_now();
    until_async("the later mark is in both places", async || {
        held(&cloud)["M001"].0 == "dead" && site.client.module(AUDIT, "M001").await["status"] == "dead"
    })
    .await;
    site.agrees_with(&cloud).await;
    assert_eq!(site.log().await.len(), 2, "our own mark came back as somebody else's");
}

#[tokio::test]
async fn tablets_do_not_wait_for_a_cloud_that_hangs() {
    let cloud = TestCloud::start();
    let site = Site::of(&cloud).await;
    site.reads(&cloud, 1).await;
    let worst = async |site: &Site, status: &str| {
        let mut worst = Duration::ZERO;
        for n in 1..=100 {
            let started = Instant::now();
            site.mark(&format!("M{n:03}"), status, "night").await;
            worst = worst.max(started.elapsed());
        }
        worst
    };
    cloud.fail(Fault::hang(At::After).kind("module"));
    site.mark("M200", "dead", "night").await;
    until_async("calls hang", async || cloud.summary().open > 0).await;
    let slowest = worst(&site, "dead").await;
    assert!(slowest < Duration::from_millis(500), "a mark took {slowest:?}");
    assert!(cloud.summary().open > 0, "it hung all the while");
    cloud.heal();
    site.agrees_with(&cloud).await;
    assert!(cloud.summary().most_in_flight <= 6);
    assert_eq!(cloud.summary().doubled, Vec::<String>::new());
}

/// A call of this kind is with the cloud, and not one of those before it.
fn is_open(cloud: &TestCloud, kind: &str) -> bool {
    cloud.journal().iter().any(|call| call.kind == kind && call.ended_ms.is_none())
}

/// Nothing moves, for as long as anybody likes; "sync now" makes the call anew, and is not lost in it.
#[tokio::test]
async fn sync_now_ends_a_call_that_is_stuck() {
    let cloud = TestCloud::start();
    // Another status each time: what the cloud shows already is not sent.
    for (at, kind, status) in
        [(At::Before, "updates", "dead"), (At::After, "module", "ok"), (At::Middle, "module", "microcracks")]
    {
        let mut site = Site::alone().await;
        cloud.fail(Fault::hang(at).kind(kind).times(1));
        site.mark("M001", status, "night").await;
        let before = cloud.summary().of(kind);
        site.link(vec![patient_cloud_at("cloud", &cloud.url)]);
        let hangs = async || cloud.summary().of(kind) > before && is_open(&cloud, kind);
        until_async("a call hangs", hangs).await;
        site.sync_now();
        site.sent().await;
        assert!(cloud.row(AUDIT, "M001").is_some());
        assert_eq!(cloud.summary().doubled, Vec::<String>::new());
        site.unlink().await;
    }
}

/// A round that goes on is not cut off by whoever is impatient; what they asked for comes after it.
#[tokio::test]
async fn sync_now_in_a_round_that_moves_asks_once_more_after_it() {
    let cloud = TestCloud::start();
    let mut site = Site::alone().await;
    let mut slow = patient_cloud_at("cloud", &cloud.url);
    slow.intervals.stuck = Duration::from_secs(3_600);
    site.link(vec![slow]);
    until_async("the first round is over", async || site.state() == LinkState::Idle).await;
    cloud.fail(Fault::slow(1).held().kind("module").times(1));
    site.mark("M001", "dead", "night").await;
    until_async("it is being sent", async || is_open(&cloud, "module")).await;
    let reads = cloud.summary().of("updates");
    site.sync_now();
    cloud.heal();
    until_async("it asks once more", async || cloud.summary().of("updates") > reads).await;
    until_async("and is at rest", async || site.state() == LinkState::Idle).await;
    assert_eq!(cloud.marks().len(), 1, "what was on its way was not sent again");
}

/// Whoever asked while a call was under way does not pass over what the cloud then asked for.
#[tokio::test]
async fn sync_now_in_a_round_that_is_asked_to_wait_waits() {
    let cloud = TestCloud::start();
    let mut site = Site::alone().await;
    let mut slow = patient_cloud_at("cloud", &cloud.url);
    slow.intervals.stuck = Duration::from_secs(3_600);
    site.link(vec![slow]);
    until_async("the first round is over", async || site.state() == LinkState::Idle).await;
    cloud.fail(Fault::status(429).retry_after(3).held().kind("module").times(1));
    site.mark("M001", "dead", "night").await;
    until_async("it is being sent", async || is_open(&cloud, "module")).await;
    site.sync_now();
    cloud.heal();
    site.sent().await;
    let calls = cloud.journal();
    let refused = calls.iter().position(|call| call.status == Some(429)).unwrap();
    let pause = calls[refused + 1].at_ms - calls[refused].ended_ms.unwrap();
    assert!(pause >= 2_990, "it came back after {pause} ms");
}

/// Office, crew and link do what they like. At the end both sides show the same, and each mark was made once.
#[tokio::test]
async fn whatever_happens_both_sides_come_to_one_state() {
    let seed = std::env::var("FIELDHUB_SEED").map_or_else(|_| now_ms(), |seed| seed.parse().unwrap());
    println!("FIELDHUB_SEED={seed}");
    let mut dice = Dice::new(seed);
    let cloud = TestCloud::start();
    let mut site = Site::of(&cloud).await;
    let statuses = ["ok", "inequality", "microcracks", "dead", "string_open", "not_connected"];
    let (mut here, mut there) = (0, 0);
    for step in 0..150 {
        let module = format!("M{:03}", dice.below(8) + 1);
        let status = statuses[usize::try_from(dice.below(6)).unwrap()];
        match dice.below(10) {
            0..=4 => {
                let mut op = mark(&module, status, "night", now_ms() - dice.below(60_000));
                if dice.one_in(2) {
                    op["base"] = site.client.module(AUDIT, &module).await["stamp"].clone();
                }
                if dice.one_in(3) {
                    op["comment"] = format!("comment {step}").into();
                }
                site.op(op).await;
                here += 1;
            }
            5 | 6 => {
                office_whatever_fails(&cloud, &module, status, step).await;
                there += 1;
            }
            7 => cloud.fail(
                match dice.below(6) {
                    0 => Fault::cut(At::Before),
                    1 => Fault::cut(At::After),
                    2 => Fault::cut(At::Middle),
                    3 => Fault::status(503),
                    4 => Fault::status(429).retry_after(0),
                    _ => Fault::slow(dice.below(50) + 1),
                }
                .times(dice.below(4) + 1),
            ),
            8 => site.sync_now(),
            _ if dice.one_in(4) => {
                site = site.restart().await;
                site.link(vec![cloud_at("cloud", &cloud.url, None)]);
            }
            _ => site.reads(&cloud, 0).await,
        }
    }
    cloud.heal();
    site.sync_now();
    site.agrees_with(&cloud).await;
    assert_eq!(parked(&site), []);
    assert_eq!(cloud.summary().doubled, Vec::<String>::new());
    let log = site.log().await;
    let ours = log.iter().filter(|op| op["technician_id"] == "tech_night").count();
    assert_eq!(ours, here, "a mark of the crew came back as another");
    // The cloud keeps the last only, so some of the office's are never seen here; none is seen twice.
    assert!(log.len() - ours <= there, "{} of {there}", log.len() - ours);
}

/// The office has a link of its own, which is always good.
async fn office_whatever_fails(cloud: &TestCloud, module: &str, status: &str, step: u64) {
    let row = cloud::Row::new(status, "office", now_ms());
    cloud.put(AUDIT, &[(module, row.comment(&format!("office {step}")))]);
}
