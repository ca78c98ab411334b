//! Pictures from hub to hub: up and down after the marks, by class, on from the byte where they broke off, within their budgets and
//! hours, and never before a mark.

use crate::common::narrow::NarrowLink;
use crate::common::peers::{head, join, join_by, meet, night, token};
use crate::common::program::{Serving, program};
use crate::common::wait::until_async;
use crate::common::{Client, NOW, TestClock, TestHub, config};
use crate::photos::{photo, picture, send, variant};
use fieldhub::domain::BlobHash;
use fieldhub::http::Limits;
use fieldhub::hub::{HubConfig, ReasonCode};
use fieldhub::store::{BlobLimits, Have};
use fieldhub::upstream::{ClassRule, PhotoRules};
use rustix::process::Signal;
use serde_json::{Value, json};

const THUMB: usize = 0;
const PREVIEW: usize = 1;
const ORIGINAL: usize = 2;

/// All classes, as many bytes as they have.
pub fn all() -> PhotoRules {
    PhotoRules(std::array::from_fn(|_| ClassRule::default()))
}

/// A photo of a module in three sizes, which the hub has whole.
pub async fn take(client: &Client, n: u8, original: usize) -> [BlobHash; 3] {
    let sizes = [picture(n, 9_000), picture(n, 90_000), picture(n, original)];
    let classes = ["thumb", "preview", "original"];
    let mut hashes = Vec::new();
    for bytes in &sizes {
        // A step has a mebibyte at most.
        let hash = BlobHash::of(bytes);
        for (at, step) in bytes.chunks(1 << 20).enumerate() {
            let at = at << 20;
            let path = format!("/api/v1/audits/jalibat/photos/{hash}");
            let request = client
                .request(hyper::Method::PATCH, &path)
                .header("content-type", "application/partial-upload")
                .header("upload-offset", at.to_string())
                .header("upload-complete", if at + step.len() == bytes.len() { "?1" } else { "?0" });
            let answer = client.send(request.body(step.to_vec().into()).unwrap()).await;
            assert!(answer.status.is_success(), "{}", answer.text());
        }
        hashes.push(hash);
    }
    let variants: Vec<Value> =
        classes.iter().zip(&sizes).map(|(class, bytes)| variant(class, bytes)).collect();
    let taken = client.ops("jalibat", vec![photo(&format!("M{n:03}"), &variants)]).await;
    assert_eq!(taken[0]["outcome"], "applied", "{taken:?}");
    hashes.try_into().unwrap()
}

fn is_whole(hub: &TestHub, hash: BlobHash) -> bool {
    matches!(hub.hub.blobs().have(hash), Have::Whole(_))
}

async fn until_whole(hub: &TestHub, what: &str, hashes: &[BlobHash]) {
    until_async(what, async || hashes.iter().all(|hash| is_whole(hub, *hash))).await;
    for hash in hashes {
        assert!(hub.hub.blobs().is_sound(*hash).unwrap(), "{what}: {hash}");
    }
}

async fn upstream(hub: &TestHub) -> Value {
    hub.client.get("/api/v1/upstream").await.json()["upstreams"][0].clone()
}

fn held(hub: &TestHub) -> Option<ReasonCode> {
    hub.hub.status_board().report()[0].photos_held.as_ref().map(|why| why.code)
}

/// Pictures of a class that wait, by the upstream's own word.
fn waits(hub: &TestHub, class: usize) -> Option<u64> {
    let report = hub.hub.status_board().report();
    let progress = report[0].photos.get(&token())?;
    progress.known.then_some(progress.waits[class].blobs)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_follow_their_marks_both_ways_and_the_status_says_how_far() {
    let (site, office) = (TestHub::start().await, TestHub::crew().await);
    site.jalibat().await;
    let mut of_site = Vec::new();
    for n in 1..=3 {
        of_site.extend(take(&site.client, n, 700_000).await);
    }
    let van = office.lead("Van").await;
    let running = join_by(&site, office.address, Some(van.token()), all());
    until_whole(&office, "all pictures in the office", &of_site).await;
    let sum = |class: &str| json!({ "class": class, "pictures": 0, "bytes": 0, "travels": true });
    let waits = json!([sum("thumb"), sum("preview"), sum("original")]);
    let said = json!({ "known": true, "waits": waits, "refused": 0, "reason": null, "reason_code": null });
    until_async("the status says so", async || upstream(&site).await["photos"] == said).await;

    // What the office has, and the site has not, comes down.
    let of_office = take(&van, 9, 300_000).await;
    until_whole(&site, "the office's pictures on the site", &of_office).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn originals_stay_where_nobody_allows_them_and_the_status_says_that_they_do() {
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    let [thumb, preview, original] = take(&site.client, 1, 700_000).await;
    let running = join(&site, &office, None);
    until_whole(&office, "what is small", &[thumb, preview]).await;
    until_async("nothing but the original waits", async || {
        waits(&site, THUMB) == Some(0)
            && waits(&site, PREVIEW) == Some(0)
            && waits(&site, ORIGINAL) == Some(1)
    })
    .await;
    let said = upstream(&site).await["photos"]["waits"][ORIGINAL].clone();
    assert_eq!(said, json!({ "class": "original", "pictures": 1, "bytes": 700_000, "travels": false }));
    assert!(!is_whole(&office, original));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_goes_on_where_the_link_was_cut_ten_times() {
    const ORIGINAL_BYTES: usize = 3 << 20;
    const CUTS: usize = 10;
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    let hashes = take(&site.client, 1, ORIGINAL_BYTES).await;
    let link = NarrowLink::to(office.address).await;
    let running = join_by(&site, link.address, None, all());
    for cut in 0..CUTS {
        link.allow(250_000);
        until_async("so much has gone up", async || link.is_used_up()).await;
        assert!(!is_whole(&office, hashes[ORIGINAL]), "cut {cut} is too late to show anything");
        link.cut();
        link.mend();
        site.hub.status_board().sync_now(None);
    }
    link.allow_all();
    until_whole(&office, "all of it", &hashes).await;
    let (up, least) = (link.up(), (ORIGINAL_BYTES + 99_000) as u64);
    // Beside the bodies: what is asked, who is here, and heads. The last step of a cut has 256 KiB at most, and what came of it is
    // kept but for what was in the buffers of the link.
    println!("{up} bytes went up for {least} of pictures, over {CUTS} cuts");
    assert!(up < least + (CUTS as u64) * (64 << 10) + 600_000, "{up} bytes for {least}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_waits_for_no_more_than_the_step_under_way() {
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    let hashes = take(&site.client, 1, 8 << 20).await;
    let link = NarrowLink::to(office.address).await;
    let running = join_by(&site, link.address, None, all());
    link.allow(2 << 20);
    until_async("the original is on its way", async || link.is_used_up()).await;
    let before = office.hub.blobs().have(hashes[ORIGINAL]);
    assert!(matches!(before, Have::Partial(1..)), "{before:?}");
    night(&site, "lea", 50..=50, "dead").await;
    // The rest of a step of 256 KiB, and the mark with all that is said beside it. Another step after it would not get through.
    link.allow((256 << 10) + (64 << 10));
    until_async("the mark is in the office", async || head(&office) == head(&site)).await;
    assert!(!is_whole(&office, hashes[ORIGINAL]));
    link.allow_all();
    until_whole(&office, "the original too", &hashes).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upstream_without_room_for_photos_takes_marks_and_the_pictures_later() {
    let dir = tempfile::tempdir().unwrap();
    let photos = BlobLimits { quota: 120_000, keep_free: 0, ..BlobLimits::default() };
    let config = HubConfig { photos, ..config(dir.path()) };
    let site = TestHub::start().await;
    let mut office = TestHub::start_as(config, dir, TestClock::new(true), Limits::default()).await;
    site.jalibat().await;
    let hashes = take(&site.client, 1, 700_000).await;
    let link = NarrowLink::to(office.address).await;
    link.allow_all();
    let running = join_by(&site, link.address, None, all());
    until_async("no room there", async || held(&site) == Some(ReasonCode::PhotosFull)).await;
    assert_eq!(upstream(&site).await["photos"]["reason_code"], "photos_full");
    night(&site, "lea", 50..=55, "dead").await;
    meet(&site, &office).await;
    until_async("marks are not held up", async || upstream(&site).await["state"] == "idle").await;
    assert!(is_whole(&office, hashes[THUMB]), "what had room went");
    running.stop().await;
    let dir = office.stop().await;
    let office = TestHub::start_in(dir, TestClock::new(true), fieldhub::domain::crew::Access::Open).await;
    let running = join_by(&site, office.address, None, all());
    until_whole(&office, "with room, all of them", &hashes).await;
    until_async("nothing is held", async || held(&site).is_none()).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_class_keeps_to_its_hours_and_to_its_budget() {
    let clock = TestClock::new(true);
    let (site, office) = (TestHub::with_clock(clock.clone()).await, TestHub::start().await);
    site.jalibat().await;
    let first = take(&site.client, 1, 400_000).await;
    let minute = NOW / 60_000 % (24 * 60);
    let opens = (minute + 120) % (24 * 60);
    let hour = |minute: u64| format!("{:02}:{:02}", minute / 60, minute % 60);
    let hours = format!("{}-{}", hour(opens), hour((opens + 60) % (24 * 60)));
    let rules = PhotoRules([
        ClassRule::default(),
        ClassRule { per_day: Some(60_000), hours: Vec::new() },
        ClassRule { per_day: None, hours: vec![hours.parse().unwrap()] },
    ]);
    let running = join_by(&site, office.address, None, rules);
    until_whole(&office, "the thumbnail", &first[..1]).await;
    until_async("the budget of previews is used up", async || held(&site) == Some(ReasonCode::Budget)).await;
    assert!(!is_whole(&office, first[PREVIEW]) && !is_whole(&office, first[ORIGINAL]));
    assert_eq!(office.hub.blobs().have(first[ORIGINAL]), Have::Partial(0), "not one byte before its hour");
    let sent = match office.hub.blobs().have(first[PREVIEW]) {
        Have::Partial(sent) => sent,
        whole => panic!("{whole:?}"),
    };
    assert!((1..90_000).contains(&sent), "{sent}");
    clock.advance(121 * 60_000);
    site.hub.status_board().sync_now(None);
    until_whole(&office, "the original in its hour", &first[ORIGINAL..]).await;
    assert!(!is_whole(&office, first[PREVIEW]), "its budget is of the day");
    clock.advance(24 * 3_600_000);
    site.hub.status_board().sync_now(None);
    until_whole(&office, "the preview on the next day", &first).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_picture_comes_back_from_the_upstream_and_goes_to_one_that_lost_it() {
    let (site, mut office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    let hashes = take(&site.client, 1, 200_000).await;
    let running = join_by(&site, office.address, None, all());
    until_whole(&office, "all of them", &hashes).await;
    running.stop().await;
    // On the site's card a sector went bad.
    let spoil = |hub: &TestHub, hash: BlobHash| {
        let name = hash.to_string();
        std::fs::write(hub.dir().join("photos").join(&name[..2]).join(&name), b"\xff\xd8\xff\xe0 spoilt")
            .unwrap();
        assert!(hub.hub.blobs().drop_unsound(hash).unwrap());
    };
    spoil(&site, hashes[PREVIEW]);
    spoil(&office, hashes[ORIGINAL]);
    office = office.restart().await;
    let running = join_by(&site, office.address, None, all());
    until_whole(&site, "the preview is back", &hashes).await;
    until_whole(&office, "the original is back", &hashes).await;
    running.stop().await;
}

/// The photo is in the office's log before its pictures are: whoever looks at it there is told when they come, by a hub and by a tablet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_comes_after_its_photo_is_told_to_those_who_look_at_it() {
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    let running = join_by(&site, office.address, None, all());
    meet(&site, &office).await;
    let mut feed = office.client.live("/api/v1/audits/jalibat/live?after=2", None).await;
    let hashes = take(&site.client, 1, 700_000).await;
    let held = |photo: &Value| {
        let variants = photo["variants"].as_array().unwrap();
        variants.iter().filter(|variant| variant["held"] == true).count()
    };
    let op = loop {
        let op = feed.wait("op").await.data;
        if op["kind"] == "photo" {
            break op;
        }
    };
    let (id, mut there) = (op["photo"]["photo_id"].clone(), held(&op["photo"]));
    assert!(there < 3, "the test shows nothing: {op}");
    while there < 3 {
        let told = feed.wait("photos").await;
        assert_eq!((&told.id, told.data["photos"].as_array().unwrap().len()), (&None, 1), "{told:?}");
        assert_eq!(told.data["photos"][0]["photo_id"], id);
        let now = held(&told.data["photos"][0]);
        assert!(now >= there, "{told:?}");
        there = now;
    }
    until_whole(&office, "all of it", &hashes).await;
    running.stop().await;

    // Its card lost one, and a tablet sends it once more.
    let name = hashes[PREVIEW].to_string();
    std::fs::write(office.dir().join("photos").join(&name[..2]).join(&name), b"\xff\xd8\xff\xe0").unwrap();
    assert!(office.hub.blobs().drop_unsound(hashes[PREVIEW]).unwrap());
    send(&office.client, &picture(1, 90_000)).await;
    let told = feed.wait("photos").await.data;
    assert_eq!((&told["photos"][0]["photo_id"], held(&told["photos"][0])), (&id, 3));
}

/// Off is for what is copied: what one of the two had and lost is mended all the same, and nothing else goes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_original_comes_back_where_originals_are_off_and_no_other_one_travels() {
    let (site, mut office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    let first = take(&site.client, 1, 200_000).await;
    let second = take(&site.client, 2, 200_000).await;
    let running = join_by(&site, office.address, None, all());
    until_whole(&office, "all of both", &[first, second].concat()).await;
    running.stop().await;
    let third = take(&site.client, 3, 200_000).await;
    // On each of the two a sector went bad.
    for (hub, hash) in [(&site, first[ORIGINAL]), (&office, second[ORIGINAL])] {
        let name = hash.to_string();
        let blob = hub.dir().join("photos").join(&name[..2]).join(&name);
        std::fs::write(blob, b"\xff\xd8\xff\xe0 spoilt").unwrap();
        assert!(hub.hub.blobs().drop_unsound(hash).unwrap());
    }
    office = office.restart().await;
    let running = join(&site, &office, None);
    until_whole(&site, "the original of the site is back", &first).await;
    until_whole(&office, "and that of the office", &second).await;
    until_whole(&office, "small ones go as ever", &third[..2]).await;
    assert_eq!(office.hub.blobs().have(third[ORIGINAL]), Have::Partial(0), "an original that it never had");
    running.stop().await;
}

/// The program itself, killed in the middle of a picture: on from where it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_is_killed_in_the_middle_of_a_picture_goes_on_where_it_was() {
    let (dir, office) = (tempfile::tempdir().unwrap(), TestHub::start().await);
    let link = NarrowLink::to(office.address).await;
    let start = || {
        let upstream = format!("fieldhub+http://{}", link.address);
        let mut command =
            program(&["serve", "--listen", "127.0.0.1:0", "--upstream", &upstream, "--data-dir"]);
        command
            .arg(dir.path())
            .env("FIELDHUB_ACCESS", "open")
            .env("FIELDHUB_PHOTOS_KEEP_FREE", "0")
            .env("FIELDHUB_PHOTOS_ORIGINALS", "all");
        Serving::spawn(command)
    };
    let site = start();
    let client = Client::new(site.address.parse().unwrap());
    let plan = json!({ "name": "Jalibat", "token": "jalibat", "strings": "10x20" });
    assert_eq!(client.post("/api/v1/audits", &plan).await.status, 201);
    let hashes = take(&client, 1, 3 << 20).await;
    let mut site = Some(site);
    for _ in 0..2 {
        link.allow(1 << 20);
        until_async("some of it has gone up", async || link.is_used_up()).await;
        site.take().unwrap().stop(Signal::KILL);
        site = Some(start());
    }
    link.allow_all();
    until_whole(&office, "all of it", &hashes).await;
    let (up, least) = (link.up(), (3 << 20) as u64 + 99_000);
    assert!(up < least + 2 * (256 << 10) + 300_000, "{up} bytes for {least}");
    drop(site);
}
