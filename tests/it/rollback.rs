//! A hub whose database was put back from an older copy, and readers who say that it was: what only this database can have
//! given is believed, and a claim is not.

use crate::common::{Client, Event, Events, NOW, TestClock, TestHub, mark};
use fieldhub::domain::crew::Access;
use fieldhub::domain::{Cursor, Digest, Token};
use fieldhub::hub::change;
use serde_json::{Value, json};

const LIVE: &str = "/api/v1/audits/jalibat/live";
const MAIN: &str = "fieldhub.redb";

/// The database, as a copy of the card would have it; the hub goes on.
async fn image(mut hub: TestHub) -> (TestHub, Vec<u8>) {
    let (clock, access) = (hub.clock.clone(), hub.hub.access());
    let dir = hub.stop().await;
    let bytes = std::fs::read(dir.path().join(MAIN)).unwrap();
    (TestHub::start_in(dir, clock, access).await, bytes)
}

async fn put_back(mut hub: TestHub, image: &[u8]) -> TestHub {
    let (clock, access) = (hub.clock.clone(), hub.hub.access());
    let dir = hub.stop().await;
    std::fs::write(dir.path().join(MAIN), image).unwrap();
    TestHub::start_in(dir, clock, access).await
}

async fn marks(hub: &TestHub, who: &str, modules: std::ops::RangeInclusive<u64>) {
    let ops = modules.map(|n| mark(&format!("M{n:03}"), "dead", who, NOW + n)).collect();
    hub.client.ops("jalibat", ops).await;
}

/// The last event of this many, as a reader keeps it.
async fn last_of(hub: &TestHub, count: u64) -> Event {
    let mut feed = hub.client.live(LIVE, None).await;
    loop {
        let op = feed.wait("op").await;
        if op.data["seq"] == count {
            return op;
        }
    }
}

fn proved(event: &Event) -> String {
    format!("{}:{}", event.id.as_ref().unwrap(), event.data["proof"].as_str().unwrap())
}

/// A reader who has read all, and hears only of what comes.
async fn at_the_end(client: &Client, hub: &TestHub) -> Events {
    let head = hub.hub.view(&token(), |loaded, _| loaded.state.head).unwrap();
    let mut feed = client.live(&format!("{LIVE}?after={}:{head}", hub.hub.identity().log_id), None).await;
    feed.wait("presence").await;
    feed
}

fn token() -> Token {
    Token::parse("jalibat").unwrap()
}

/// What comes first after `hello`: who is here, when all is well.
async fn first(client: &Client, path: &str, id: Option<&str>) -> Event {
    let mut feed = client.live(path, id).await;
    assert_eq!(feed.wait("hello").await.name, "hello");
    feed.next().await.unwrap()
}

/// All sorts of cursors that say more than the log has, or something else, with nothing that shows it.
fn claims(hub: &TestHub, event: &Event) -> Vec<String> {
    let log_id = hub.hub.identity().log_id;
    let proof = event.data["proof"].as_str().unwrap();
    let (digest, mac) = proof.split_at(32);
    let seq = event.data["seq"].as_u64().unwrap();
    let strange = Digest::EMPTY.then(1, b"strange");
    let other = Token::parse("other").unwrap();
    let of_other = hub.hub.cursor_key().prove(log_id, &other, 99_999_999, strange);
    vec![
        format!("{log_id}:99999999"),
        format!("{log_id}:{}", u64::MAX),
        format!("{log_id}:99999999:{proof}"),
        format!("{log_id}:99999999:{of_other}"),
        format!("{log_id}:99999999:{}", "0".repeat(48)),
        format!("{log_id}:{seq}:{strange}{mac}"),
        format!("{log_id}:{}:{digest}{mac}", seq - 1),
    ]
}

#[tokio::test]
async fn a_claim_to_have_seen_more_or_other_things_makes_nobody_else_begin_again() {
    for access in [Access::Open, Access::Crew] {
        let hub = TestHub::start_in(tempfile::tempdir().unwrap(), TestClock::new(true), access).await;
        hub.jalibat().await;
        let callers = match access {
            Access::Open => vec![("anybody", hub.client.clone())],
            Access::Crew => {
                let viewer = hub.technician("Vera").await;
                let me = viewer.get("/api/v1/me").await.json();
                let vera = me["technician_id"].as_str().unwrap().to_owned();
                let role = Some("viewer".parse().unwrap());
                change(hub.the_crew(), move |crew| crew.set(&vera, role, None)).await.unwrap();
                vec![
                    ("viewer", viewer),
                    ("member", hub.technician("Tom").await),
                    ("lead", hub.lead("Léa").await),
                ]
            }
        };
        let reader = &callers.last().unwrap().1;
        let ops = (1..=3).map(|n| mark(&format!("M00{n}"), "dead", "lea", NOW + n)).collect();
        reader.ops("jalibat", ops).await;
        let log_id = hub.hub.identity().log_id;
        let mut others = at_the_end(reader, &hub).await;
        let mut feed = reader.live(LIVE, None).await;
        let mut event = feed.wait("op").await;
        while event.data["seq"] != 4 {
            event = feed.wait("op").await;
        }
        for claim in claims(&hub, &event) {
            if access == Access::Crew {
                let stranger = hub.client.get(&format!("{LIVE}?after={claim}")).await;
                assert_eq!(stranger.status, 401, "{claim}");
            }
            for (who, client) in &callers {
                for (path, id) in [
                    (format!("{LIVE}?after={claim}"), None),
                    (LIVE.to_owned(), Some(claim.as_str())),
                    (beside(&claim), None),
                ] {
                    let reset = first(client, &path, id).await;
                    assert_eq!(reset.name, "reset", "{who}: it is not of this log: {claim}");
                    assert_eq!(reset.data["resend"], true, "{who}: {claim}");
                    assert_eq!(reset.data["log_id"], log_id.to_string(), "{who}: {claim}");
                }
                let many = client
                    .live(&format!("/api/v1/live?audit=jalibat@{claim}"), None)
                    .await
                    .wait("reset")
                    .await;
                assert_eq!(many.data["log_id"], log_id.to_string(), "{who}: {claim}");
            }
        }
        assert_eq!(hub.hub.identity().log_id, log_id);
        // Those who were there hear what comes, and nothing else.
        reader.ops("jalibat", vec![mark("M009", "ok", "lea", NOW)]).await;
        loop {
            let event = others.next().await.unwrap();
            assert_ne!(event.name, "reset");
            if event.name == "op" {
                assert_eq!(event.data["module_id"], "M009");
                break;
            }
        }
    }
}

/// The same cursor with its proof beside it, as a page writes it that may speak to an earlier hub.
fn beside(cursor: &str) -> String {
    let mut parts = cursor.splitn(3, ':');
    let (log_id, seq) = (parts.next().unwrap(), parts.next().unwrap());
    format!("{LIVE}?after={log_id}:{seq}&proof={}", parts.next().unwrap_or_default())
}

#[tokio::test]
async fn a_hub_that_proves_nothing_is_believed_once_a_minute_where_only_hubs_may_say_so() {
    for (access, believed) in [(Access::Open, false), (Access::Crew, true)] {
        let hub = TestHub::start_in(tempfile::tempdir().unwrap(), TestClock::new(true), access).await;
        hub.jalibat().await;
        let client = if believed { hub.lead("Office").await } else { hub.client.clone() };
        let claim = async || {
            let log_id = hub.hub.identity().log_id;
            let path = format!("/api/v1/peer/jalibat/ops?after=99999999&log={log_id}");
            assert_eq!(client.get(&path).await.status, 200);
            hub.hub.identity().log_id != log_id
        };
        assert_eq!(claim().await, believed);
        assert!(!claim().await);
        hub.clock.advance(60_000);
        assert_eq!(claim().await, believed);
    }
}

#[tokio::test]
async fn what_this_database_gave_and_does_not_hold_any_more_makes_everybody_begin_again() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    marks(&hub, "lea", 1..=3).await;
    let (hub, image) = image(hub).await;
    marks(&hub, "lea", 4..=9).await;
    let seen = last_of(&hub, 11).await;
    let hub = put_back(hub, &image).await;
    let log_id = hub.hub.identity().log_id;
    assert_eq!(seen.id, Some(format!("{log_id}:11")), "it does not know that it was put back");

    let mut others = at_the_end(&hub.client, &hub).await;
    let reset = first(&hub.client, &beside(&proved(&seen)), None).await;
    assert_eq!(
        (reset.name.as_str(), &reset.data["head"], &reset.data["resend"]),
        ("reset", &json!(5), &json!(true))
    );
    assert_ne!(reset.data["log_id"], log_id.to_string());
    let told = others.wait("reset").await;
    assert_eq!((&told.data["log_id"], &told.data["resend"]), (&reset.data["log_id"], &json!(true)));
    let hub = hub.restart().await;
    assert_eq!(reset.data["log_id"], hub.hub.identity().log_id.to_string(), "and it is kept");
}

#[tokio::test]
async fn an_older_copy_with_other_marks_up_to_the_same_place_is_no_less_another_log() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    marks(&hub, "lea", 1..=3).await;
    let (hub, image) = image(hub).await;
    marks(&hub, "lea", 4..=6).await;
    let seen = last_of(&hub, 8).await;
    let shared = last_of(&hub, 5).await;
    let hub = put_back(hub, &image).await;
    marks(&hub, "tom", 7..=12).await;
    let log_id = hub.hub.identity().log_id.to_string();

    // Up to here both are the same.
    assert_eq!(first(&hub.client, LIVE, Some(&proved(&shared))).await.data["seq"], 6);
    // A page of an earlier version says only the number.
    assert_eq!(first(&hub.client, LIVE, seen.id.as_deref()).await.data["seq"], 9);
    let mut feed = hub.client.live(LIVE, Some(&proved(&seen))).await;
    feed.wait("hello").await;
    let reset = feed.next().await.unwrap();
    assert_eq!(reset.name, "reset", "nothing that it says is left out");
    assert_ne!(reset.data["log_id"], log_id);
    for seq in 1..=11 {
        assert_eq!(feed.wait("op").await.data["seq"], seq, "it misses nothing");
    }
    let again = last_of(&hub, 11).await;
    assert_eq!(first(&hub.client, LIVE, Some(&proved(&again))).await.name, "presence");
}

#[tokio::test]
async fn everybody_begins_again_once_a_minute_at_most() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    // As if it had been put back once more each time.
    let ahead = || {
        let log_id = hub.hub.identity().log_id;
        let proof = hub.hub.cursor_key().prove(log_id, &token(), 99, Digest::EMPTY);
        (log_id.to_string(), Cursor { proof: Some(proof), ..Cursor::unproved(log_id, 99) }.to_string())
    };
    let begin = async || {
        let (before, cursor) = ahead();
        let reset = first(&hub.client, LIVE, Some(&cursor)).await;
        assert_eq!(reset.name, "reset");
        reset.data["log_id"] != before
    };
    assert!(begin().await);
    for _ in 0..3 {
        hub.clock.advance(19_000);
        assert!(!begin().await, "that reader alone");
    }
    hub.clock.advance(4_000);
    assert!(begin().await);
}

#[tokio::test]
async fn each_place_that_gives_a_position_gives_its_proof() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    marks(&hub, "lea", 1..=3).await;
    let seen = last_of(&hub, 5).await;
    let state = hub.client.get("/api/v1/audits/jalibat").await.json();
    assert_eq!((&state["seq"], &state["proof"]), (&json!(5), &seen.data["proof"]));
    let page = hub.client.get("/api/v1/audits/jalibat/ops?after=0&limit=4").await.json();
    assert_eq!((&page["next"], &page["proof"]), (&json!(4), &last_of(&hub, 4).await.data["proof"]));
    let page = hub.client.get("/api/v1/audits/jalibat/ops?after=4").await.json();
    assert_eq!(page["proof"], seen.data["proof"]);
    let beyond = hub.client.get("/api/v1/audits/jalibat/ops?after=77").await.json();
    assert_eq!(beyond["proof"], Value::Null, "nothing is known of it");
    // The same after a start, and good after it; of a restored database as well, whose log is another one.
    let hub = hub.restart().await;
    assert_eq!(last_of(&hub, 5).await.data["proof"], seen.data["proof"]);
    assert_eq!(first(&hub.client, LIVE, Some(&proved(&seen))).await.name, "presence");
    for wrong in ["0", "x", &"0".repeat(47), &"G".repeat(48)] {
        let id = seen.id.as_ref().unwrap();
        for path in [format!("{LIVE}?after={id}:{wrong}"), format!("{LIVE}?after={id}&proof={wrong}")] {
            assert_eq!(hub.client.get(&path).await.status, 400, "{path}");
        }
    }
}

#[tokio::test]
async fn what_was_removed_on_purpose_is_not_asked_for_again() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    marks(&hub, "lea", 1..=3).await;
    let seen = last_of(&hub, 5).await;
    let log_id = hub.hub.identity().log_id;
    hub.hub.remove(token()).await.unwrap();
    hub.jalibat().await;
    let reset = first(&hub.client, LIVE, Some(&proved(&seen))).await;
    assert_eq!((reset.name.as_str(), &reset.data["resend"]), ("reset", &json!(false)));
    assert_eq!(hub.hub.identity().log_id, log_id);
    marks(&hub, "lea", 1..=3).await;
    assert_eq!(first(&hub.client, LIVE, Some(&proved(&seen))).await.name, "reset");
    assert_eq!(hub.hub.identity().log_id, log_id);
    // Its new beginning is a position as well.
    let state = hub.client.get("/api/v1/audits/jalibat").await.json();
    let now = format!("{log_id}:{}:{}", state["seq"], state["proof"].as_str().unwrap());
    assert_eq!(first(&hub.client, LIVE, Some(&now)).await.name, "presence");
}
