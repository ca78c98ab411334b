//! HTTPS by the hub's own CA after the machine's clock was wrong, and was put right in one way or another.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::common::TestClock;
use crate::common::secure::HttpsHub;
use fieldhub::domain::crew::Access;
use fieldhub::http::Limits;
use fieldhub::hub::BUILT_MS;

const DAY: u64 = 86_400_000;

/// What a machine's clock says at a start, and whether it is synchronised.
fn machine(wall_ms: u64, synchronised: bool) -> Arc<TestClock> {
    let clock = TestClock::new(synchronised);
    clock.wall_ms.store(wall_ms, Ordering::SeqCst);
    clock
}

#[tokio::test]
async fn a_certificate_that_a_wrong_clock_made_is_good_once_the_clock_is_right() {
    const RIGHT: u64 = BUILT_MS + 40 * DAY;
    // Before the clock's chip was there; a year and more ahead, as far as a machine is believed; and 2031.
    let wrong =
        [(0, false), (BUILT_MS + 700 * DAY, false), (1_930_000_000_000, false), (1_930_000_000_000, true)];
    for (wall_ms, synchronised) in wrong {
        let what = format!("made at {wall_ms}, synchronised: {synchronised}");
        let made = || HttpsHub::start_with(machine(wall_ms, synchronised), Access::Open, Limits::default());
        let is_good = async |site: &HttpsHub, ca: &str, how: &str| {
            site.own.look().unwrap();
            assert_eq!(site.own.ca().sha256().unwrap(), ca, "{what}, {how}: nothing to install again");
            for tablet in [RIGHT - DAY / 2, RIGHT, RIGHT + 60 * DAY] {
                let taken = site.tablet(tablet).connect("fieldhub.local", &[]).await;
                taken.unwrap_or_else(|error| panic!("{what}, {how}, looked at at {tablet}: {error}"));
            }
            assert!(!site.own.look().unwrap(), "{what}, {how}: and not made anew at each look");
        };
        if !synchronised {
            // While it runs. A clock that is synchronised counts, and is put right by being so again.
            for how in ["an upstream", "a person"] {
                let site = made().await;
                let ca = site.own.ca().sha256().unwrap();
                match how {
                    "an upstream" => site.hub.clock().told_by_upstream(RIGHT),
                    _ => site.hub.clock().set(RIGHT).unwrap(),
                }
                is_good(&site, &ca, how).await;
            }
            // The machine's clock was put right, and nobody confirms it.
            let site = made().await;
            let ca = site.own.ca().sha256().unwrap();
            is_good(&site.restart(machine(RIGHT, false)).await, &ca, "an unconfirmed clock").await;
        }
        let site = made().await;
        let ca = site.own.ca().sha256().unwrap();
        let site = site.restart(machine(RIGHT, true)).await;
        is_good(&site, &ca, "a synchronised clock").await;
        // It jumps once more. As long as it is not believed, what was made with the right time stays.
        let until = site.own.shown().until_ms();
        let site = site.restart(machine(wall_ms, false)).await;
        if site.hub.clock().now_ms() > RIGHT + DAY {
            assert_eq!(wall_ms, BUILT_MS + 700 * DAY, "others are not believed");
            continue;
        }
        is_good(&site, &ca, "a wrong clock again").await;
        assert_eq!(site.own.shown().until_ms(), until, "{what}");
    }
}
