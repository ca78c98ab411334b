//! Stale reads of a v3.3 cloud: what the office marks between a hub's reading and its sending is not overwritten.

use std::time::Duration;

use crate::common::cloud::{Fault, TestCloud};
use crate::common::upstream::{AUDIT, HOUR, Site, held, now_ms, office, patient_cloud_at};
use crate::common::wait::until_async;

/// Longer than the first fifteen quick calls take on a machine that is busy with other things: else they come in other batches
/// than the tests think. And shorter than the slow ones.
const FRESH: Duration = Duration::from_secs(5);
const SLOW_MS: u64 = 6_000;

/// A van that reads seldom while it sends, and waits for what is slow.
async fn unhurried(cloud: &TestCloud) -> Site {
    const SELDOM: Duration = Duration::from_secs(60);
    let mut site = Site::alone().await;
    let mut slow = patient_cloud_at("cloud", &cloud.url);
    slow.intervals.reread = SELDOM;
    slow.intervals.busy = SELDOM;
    slow.intervals.fresh = FRESH;
    for n in 1..=40 {
        site.mark_at(&format!("M{n:03}"), "dead", "night", now_ms() - HOUR).await;
    }
    site.link(vec![slow]);
    site
}

/// What the office marks while these modules go up slowly, from the first `under_way` on, is not overwritten.
async fn marked_between_reading_and_sending(skip: u64, under_way: usize, theirs: &str) {
    let cloud = TestCloud::start();
    let slow = Fault::slow(SLOW_MS).held();
    cloud.fail(slow.kind("module").skip(skip).times(under_way as u64));
    let site = unhurried(&cloud).await;
    until_async("they are on their way", async || {
        cloud.marks().iter().filter(|call| call.ended_ms.is_none()).count() >= under_way
    })
    .await;
    assert!(cloud.marks().iter().all(|call| call.module.as_deref() != Some(theirs)), "it is still to come");
    office(&cloud, theirs, "ok", Some("seen in the daylight")).await;
    cloud.heal();
    site.sent().await;
    assert_eq!(site.shows().await, held(&cloud));
    let row = cloud.row(AUDIT, theirs).unwrap();
    assert_eq!((row.status.as_str(), row.technician_id.as_str()), ("ok", "tech_office"));
    assert_eq!(site.client.module(AUDIT, theirs).await["conflict"], true, "and neither had seen the other");
    let sent = cloud.marks().iter().filter(|call| call.module.as_deref() == Some(theirs)).count();
    assert_eq!(sent, 1, "the office's own");
}

#[tokio::test]
async fn the_cloud_is_read_once_more_just_before_a_batch_goes_up() {
    // M001 alone is the first batch, M002 and M003 the second.
    marked_between_reading_and_sending(0, 1, "M003").await;
}

#[tokio::test]
async fn a_batch_on_a_slow_link_ends_when_its_reading_is_no_longer_fresh() {
    // 1 + 2 + 4 + 8 modules have gone up: sixteen are one batch, six of them at a time.
    marked_between_reading_and_sending(15, 6, "M031").await;
}
