//! A real network cut: hub and cloud in two network namespaces, and the cable between them pulled in mid-transfer.
//!
//! Needs the right to make namespaces (root). Elsewhere it says so and does nothing, but not in CI.

use std::time::{Duration, Instant};

use crate::common::cloud::{Fault, TestCloud};
use crate::common::netns::{self, Namespace};
use crate::common::upstream::{AUDIT, Site, cloud_at};
use crate::common::wait::until_async;
use fieldhub::hub::LinkState;

/// Pulls the cable in three ways while marks go up, and puts it back; nothing is lost, doubled or held up.
#[tokio::test]
async fn marks_go_on_where_they_were_when_the_link_comes_back() {
    if !netns::possible() {
        return;
    }
    let net = Namespace::new();
    let cloud = TestCloud::in_namespace(&net.name, &["--host", &net.theirs]);
    // A transfer that takes a while.
    cloud.fail(Fault::slow(30).kind("module"));
    let mut site = Site::alone().await;
    for n in 1..=240 {
        site.mark(&format!("M{n:03}"), "dead", "night").await;
    }
    site.link(vec![cloud_at("cloud", &cloud.url, None)]);
    let there = || cloud.rows(AUDIT).len();

    type Act = fn(&Namespace);
    let cuts: [(&str, Act, Act); 3] = [
        ("the cable is pulled", Namespace::down, Namespace::up),
        ("one way is cut", Namespace::mute, Namespace::unmute),
        ("the cable is pulled again", Namespace::down, Namespace::up),
    ];
    for (what, cut, mend) in cuts {
        let before = there();
        until_async("some have gone through", async || there() >= before + 40).await;
        let cut_at = Instant::now();
        cut(&net);
        assert!(there() < 240, "{what} too late to show anything");
        until_async("the link waits for a better time", async || {
            matches!(site.state(), LinkState::Waiting { .. })
        })
        .await;
        // The crew works on, and sees what is not in the cloud yet.
        let started = Instant::now();
        site.mark("M001", "ok", "night").await;
        assert!(started.elapsed() < Duration::from_millis(500), "{what}: {:?}", started.elapsed());
        let (at, all) = (there(), site.audit().await);
        assert!(all["cloud"]["shown"].as_u64() < all["seq"].as_u64(), "{what}: {}", all["cloud"]);
        assert!(at < 240);
        mend(&net);
        site.sync_now();
        println!("{what} after {at} of 240 modules, for {:.1} s", cut_at.elapsed().as_secs_f64());
    }
    let mended_at = Instant::now();
    site.agrees_with(&cloud).await;
    println!("all in the cloud {:.1} s after the last", mended_at.elapsed().as_secs_f64());
    assert_eq!(cloud.rows(AUDIT).len(), 240);
    assert_eq!(cloud.row(AUDIT, "M001").unwrap().status, "ok");
    assert_eq!(site.log().await.len(), 243, "nothing of ours came back as news");
    let summary = cloud.summary();
    // A mark whose answer was lost is sent once more: six are under way at most.
    assert!(summary.of("module") <= 243 + 3 * 6, "{} marks sent", summary.of("module"));
    assert!(summary.most_in_flight <= 2 * 6, "the cut ones may still be open there");
}
