//! Attacks on the clock and honest nights, each as a line of what happens; then any mixture of both.

use super::*;
use proptest::prelude::*;

const BUILT: u64 = 1_763_769_600_000;
/// The true time when each night begins.
const NOW: u64 = BUILT + 200 * DAY_MS;
const YEAR: u64 = 365 * DAY_MS;
const HOUR: u64 = 3_600_000;
const MINUTE: u64 = 60_000;

/// A hub on a machine without a clock chip: each start finds the machine's clock where `wake_at` says.
struct Night {
    clock: SiteClock,
    mono: u64,
    /// What the machine's clock is more than monotonic time.
    wall: u64,
    synchronised: bool,
    log_ms: u64,
    /// How far the true time has got.
    passed: u64,
}

fn member(name: &str) -> Witness {
    Witness {
        device: format!("tech_{name}"),
        address: format!("at {name}"),
        name: Some(name.to_owned()),
        joined: true,
    }
}

fn stranger(address: &str) -> Witness {
    Witness { device: address.to_owned(), address: address.to_owned(), name: None, joined: false }
}

impl Night {
    fn wake_at(wall: u64) -> Self {
        let reading = Reading { monotonic_ms: 0, wall_ms: wall, synchronised: false };
        let clock = SiteClock::start(reading, BUILT, 0, None);
        Self { clock, mono: 0, wall, synchronised: false, log_ms: 0, passed: 0 }
    }

    /// One whose crew has been there before.
    fn with_crew(wall: u64, names: &[&str]) -> Self {
        let mut night = Self::wake_at(wall);
        for name in names {
            night.clock.meet(&member(name), night.reading());
        }
        night.wait(2 * HOUR);
        night
    }

    fn reading(&self) -> Reading {
        Reading { monotonic_ms: self.mono, wall_ms: self.wall + self.mono, synchronised: self.synchronised }
    }

    fn wait(&mut self, ms: u64) {
        self.mono += ms;
        self.passed += ms;
    }

    fn true_ms(&self) -> u64 {
        NOW + self.passed
    }

    fn now(&mut self) -> u64 {
        self.clock.now_ms(self.reading())
    }

    fn steady(&mut self) -> u64 {
        self.clock.steady(self.reading()).ms
    }

    fn hears(&mut self, witness: &Witness, says_ms: u64) {
        self.clock.hear(witness, says_ms, self.reading());
    }

    /// All of them call every ten seconds, each with a clock that is off by so much.
    fn all_say(&mut self, who: &[(&Witness, i64)], for_ms: u64) {
        for _ in 0..=for_ms / 10_000 {
            for (witness, off) in who {
                let says = self.true_ms().checked_add_signed(*off).unwrap();
                self.hears(witness, says);
            }
            self.wait(10_000);
        }
    }

    /// Switched off for so long, and on again with the machine's clock at `wall`.
    fn restart(&mut self, off_ms: u64, wall: u64) {
        self.log_ms = self.log_ms.max(self.now());
        let kept = self.clock.keep(self.reading(), self.log_ms);
        let kept: KeptTime = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
        self.passed += off_ms;
        (self.mono, self.wall) = (0, wall);
        self.clock = SiteClock::start(self.reading(), BUILT, self.log_ms, Some(&kept));
    }

    #[track_caller]
    fn is_right(&mut self) {
        let off = self.now().abs_diff(self.true_ms());
        assert!(off <= 2 * MINUTE, "off by {} s", off / 1_000);
    }
}

/// How far a clock that woke at `NOW` has been moved by mere words.
#[track_caller]
fn is_unmoved(night: &mut Night) {
    let (now, ran) = (night.now(), night.wall + night.mono);
    assert!(now.abs_diff(ran) <= AGREE_MS, "moved by {} s", now.abs_diff(ran) / 1_000);
}

#[test]
fn one_tablet_of_2031_moves_nothing_however_often_the_hub_starts() {
    let mut night = Night::with_crew(NOW, &["mad"]);
    for _ in 0..50 {
        night.all_say(&[(&member("mad"), 5 * YEAR as i64)], 2 * MINUTE);
        is_unmoved(&mut night);
        let wall = night.wall + night.mono;
        night.restart(MINUTE, wall);
    }
    is_unmoved(&mut night);
}

#[test]
fn one_person_with_two_joins_is_one_vote() {
    let of = |device: &str, address: &str, name: &str| Witness {
        device: device.to_owned(),
        address: address.to_owned(),
        name: Some(name.to_owned()),
        joined: true,
    };
    for (one, two) in [
        (of("tech_1", "10.0.0.1", "Mad"), of("tech_2", "10.0.0.1", "Bad")),
        (of("tech_1", "10.0.0.1", "Mad"), of("tech_2", "10.0.0.2", "Mad")),
        (of("tech_1", "10.0.0.1", "Mad"), of("tech_1", "10.0.0.2", "Bad")),
    ] {
        let mut night = Night::wake_at(NOW);
        for _ in 0..1_000 {
            night.all_say(&[(&one, YEAR as i64), (&two, YEAR as i64)], MINUTE);
        }
        is_unmoved(&mut night);
    }
    // Two joins that look like two people: not at once where somebody is known, by 324 years never, and nobody's
    // session ends by it.
    let (one, two) = (of("tech_1", "10.0.0.1", "Mad"), of("tech_2", "10.0.0.2", "Bad"));
    let mut night = Night::with_crew(NOW, &["here"]);
    night.all_say(&[(&member("here"), 0), (&one, YEAR as i64), (&two, YEAR as i64)], 30 * MINUTE);
    is_unmoved(&mut night);
    let mut night = Night::wake_at(NOW);
    let before = night.steady();
    for years in 1..324 {
        night.all_say(&[(&one, (years * YEAR) as i64), (&two, (years * YEAR) as i64)], 2 * MINUTE);
        let wall = night.wall + night.mono;
        night.restart(0, wall);
    }
    assert!(night.now() <= BUILT + HORIZON_MS + 2 * YEAR, "{}", night.now());
    let ran = night.passed;
    assert!(night.steady() <= before + ran, "sessions go by what has passed");
    // And they lose it again when three others are there.
    let honest = ["a", "b", "c"].map(member);
    for witness in &honest {
        night.clock.meet(witness, night.reading());
    }
    night.wait(2 * HOUR);
    let all: Vec<_> =
        honest.iter().map(|w| (w, 0)).chain([(&one, YEAR as i64), (&two, YEAR as i64)]).collect();
    night.all_say(&all, 2 * MINUTE);
    night.is_right();
}

#[test]
fn addresses_from_which_no_mark_came_have_no_vote_on_an_open_hub() {
    let mut night = Night::wake_at(NOW);
    for _ in 0..500 {
        let (one, two) = (stranger("10.0.0.1"), stranger("10.0.0.2"));
        night.all_say(&[(&one, 51 * YEAR as i64), (&two, 51 * YEAR as i64)], MINUTE);
    }
    is_unmoved(&mut night);
    // Those who have marked do, when they have been there for a while; a year of another century is nobody's.
    for (off, moved) in [(51 * YEAR, false), (YEAR, true)] {
        let mut night = Night::wake_at(NOW);
        let (one, two) = (stranger("10.0.0.1"), stranger("10.0.0.2"));
        night.clock.meet(&one, night.reading());
        night.clock.meet(&two, night.reading());
        night.wait(2 * HOUR);
        night.all_say(&[(&one, off as i64), (&two, off as i64)], 2 * MINUTE);
        assert_eq!(night.clock.source() == TimeSource::Tablets, moved);
    }
}

#[test]
fn a_pair_of_liars_loses_against_three_who_agree_whoever_speaks_first() {
    let lie = 300 * DAY_MS as i64;
    let names = ["liar", "other liar", "a", "b", "c"];
    let [liar, other, a, b, c] = names.map(member);
    for alone_ms in [0, 20_000, 10 * MINUTE] {
        let mut night = Night::with_crew(NOW - 90 * DAY_MS, &names);
        night.all_say(&[(&liar, lie), (&other, lie)], alone_ms);
        let honest = [(&a, 0), (&b, 4_000), (&c, -3_000)];
        night.all_say(&[&[(&liar, lie), (&other, lie)][..], &honest].concat(), 2 * MINUTE);
        night.is_right();
        assert_eq!(night.clock.quality(), Quality::Learnt);
    }
    // Two against two: nobody is followed, and that can be seen.
    let mut night = Night::with_crew(NOW, &names);
    night.all_say(&[(&liar, lie), (&a, 0), (&other, lie), (&b, 0)], 5 * MINUTE);
    is_unmoved(&mut night);
    assert_eq!(night.clock.quality(), Quality::Unknown);
    let contradicted = night.clock.contradicted_ms(night.reading()).unwrap();
    assert!(contradicted.abs_diff(night.true_ms() + lie as u64) <= 2 * MINUTE);
}

#[test]
fn a_hub_that_woke_months_ago_learns_the_time_from_its_crew_and_goes_on_from_there() {
    let mut night = Night::with_crew(NOW - 150 * DAY_MS, &["a", "b", "c"]);
    let crew = ["a", "b", "c"].map(member);
    let all: Vec<_> = crew.iter().map(|witness| (witness, 0)).collect();
    night.all_say(&all, MINUTE);
    night.is_right();
    assert_eq!((night.clock.quality(), night.clock.source()), (Quality::Learnt, TimeSource::Tablets));
    // Switched off over the winter; the machine wakes up with the time of its last shutdown.
    let wall = night.wall + night.mono;
    night.restart(120 * DAY_MS, wall);
    assert_eq!(night.clock.quality(), Quality::Unknown);
    assert!(night.now() < night.true_ms() - 100 * DAY_MS);
    night.all_say(&all, MINUTE);
    night.is_right();
    // A restart within the night loses nothing, although the machine's own clock is wrong by months.
    let wall = night.wall + night.mono + 5_000;
    night.restart(5_000, wall);
    night.is_right();
}

#[test]
fn a_new_crew_that_agrees_tells_the_time_to_a_hub_that_has_none() {
    let (a, b, c) = (member("a"), member("b"), member("c"));
    let mut night = Night::wake_at(NOW - 90 * DAY_MS);
    night.all_say(&[(&a, 1_000), (&b, -30_000), (&c, 0)], MINUTE);
    night.is_right();
    assert_eq!(night.clock.source(), TimeSource::Tablets);
    // Who comes later has the hour to wait: the time is known now.
    night.wait(20 * MINUTE);
    let (x, y) = (member("x"), member("y"));
    night.all_say(&[(&x, YEAR as i64), (&y, YEAR as i64)], 2 * MINUTE);
    night.is_right();
}

#[test]
fn newcomers_who_disagree_or_come_among_those_who_are_known_move_nothing() {
    let (a, b, liar) = (member("a"), member("b"), member("liar"));
    let mut night = Night::wake_at(NOW);
    night.all_say(&[(&a, YEAR as i64), (&b, YEAR as i64), (&liar, 0)], 3 * MINUTE);
    is_unmoved(&mut night);

    let mut night = Night::with_crew(NOW, &["known"]);
    night.all_say(&[(&member("known"), 0), (&a, YEAR as i64), (&b, YEAR as i64)], 3 * MINUTE);
    is_unmoved(&mut night);
}

#[test]
fn a_start_with_a_wrong_date_is_not_believed_and_one_nearby_is_undone_by_the_right_one() {
    for wall in [0, NOW + 51 * YEAR, u64::MAX / 2] {
        let mut night = Night::wake_at(wall);
        assert_eq!((night.now(), night.clock.source()), (BUILT, TimeSource::Kept), "{wall}");
    }
    // The log is that of a hub which believed in 2077, in the version before.
    let reading = Reading { monotonic_ms: 0, wall_ms: NOW, synchronised: false };
    let mut healed = SiteClock::start(reading, BUILT, NOW + 51 * YEAR, None);
    assert_eq!(healed.now_ms(reading), NOW);

    let mut night = Night::wake_at(NOW);
    for n in 1..100 {
        night.restart(0, NOW + n * YEAR);
        night.wait(MINUTE);
    }
    assert!(night.now() < BUILT + HORIZON_MS + HOUR, "in all, and not at each start");
    let right = night.true_ms();
    night.restart(0, right);
    night.is_right();
}

#[test]
fn a_machine_that_jumped_ahead_while_the_hub_was_off_is_undone_by_the_right_one() {
    let mut night = Night::wake_at(NOW);
    night.synchronised = true;
    night.wait(HOUR);
    night.is_right();
    night.synchronised = false;
    night.restart(DAY_MS, NOW + 660 * DAY_MS);
    assert_eq!(night.clock.quality(), Quality::Unknown);
    night.wait(HOUR);
    let right = night.true_ms() + DAY_MS;
    night.restart(DAY_MS, right);
    night.is_right();
    // What others told stays, however far behind the machine is and however often it starts.
    let mut night = Night::with_crew(NOW - 150 * DAY_MS, &["a", "b", "c"]);
    let crew = ["a", "b", "c"].map(member);
    let all: Vec<_> = crew.iter().map(|witness| (witness, 0)).collect();
    night.all_say(&all, MINUTE);
    for _ in 0..3 {
        let wall = night.wall + night.mono + HOUR;
        night.restart(HOUR, wall);
        night.is_right();
    }
}

#[test]
fn a_synchronised_clock_corrects_forward_and_back() {
    for wrong in [-400 * DAY_MS as i64, 400 * DAY_MS as i64] {
        let mut night = Night::wake_at(NOW.checked_add_signed(wrong).unwrap());
        night.synchronised = true;
        night.wall = NOW;
        night.is_right();
        assert_eq!(night.clock.take_move().unwrap().source, TimeSource::Network);
        assert_eq!(night.clock.quality(), Quality::Synchronised);
        let steady = night.steady();
        assert_eq!(steady, night.true_ms());
        let crew = ["a", "b", "c"].map(member);
        let all: Vec<_> = crew.iter().map(|witness| (witness, YEAR as i64)).collect();
        night.all_say(&all, 3 * HOUR);
        night.is_right();
    }
}

#[test]
fn an_upstream_is_believed_alone_and_corrects_what_nobody_vouched_for() {
    let mut night = Night::wake_at(NOW - 30 * DAY_MS);
    night.clock.told(NOW, night.reading());
    assert_eq!((night.now(), night.clock.quality()), (NOW, Quality::Learnt));
    // Another that is behind, and one of no time at all.
    for says in [NOW - DAY_MS, 0, u64::MAX] {
        night.clock.told(says, night.reading());
        night.is_right();
    }
    let mut night = Night::wake_at(NOW + 300 * DAY_MS);
    night.clock.told(NOW, night.reading());
    night.is_right();
    // What it vouched for, tablets do not take back.
    let crew = ["a", "b", "c"].map(member);
    let all: Vec<_> = crew.iter().map(|witness| (witness, -100 * DAY_MS as i64)).collect();
    night.all_say(&all, 3 * HOUR);
    night.is_right();
}

#[test]
fn a_person_sets_it_forward_and_back_and_tablets_do_not_undo_that() {
    for wrong in [-100 * DAY_MS as i64, 400 * DAY_MS as i64] {
        let mut night = Night::with_crew(NOW.checked_add_signed(wrong).unwrap(), &["a", "b"]);
        let before = night.steady();
        night.clock.set(night.true_ms(), night.reading()).unwrap();
        night.is_right();
        assert_eq!((night.clock.quality(), night.clock.source()), (Quality::Learnt, TimeSource::Person));
        assert!(night.steady() <= before, "nobody's session ends by it");
        let crew = ["a", "b"].map(member);
        let all: Vec<_> = crew.iter().map(|witness| (witness, YEAR as i64)).collect();
        night.all_say(&all, 10 * MINUTE);
        night.is_right();
        assert!(night.clock.contradicted_ms(night.reading()).is_some(), "but it shows");
        // The machine's clock is as wrong as it was, and goes on in the dark.
        let wall = night.wall + night.mono + HOUR;
        night.restart(HOUR, wall);
        night.is_right();
    }
    let mut night = Night::wake_at(NOW);
    assert_eq!(night.clock.set(BUILT - 1, night.reading()), Err(NotSet::Absurd));
    assert_eq!(night.clock.set(u64::MAX, night.reading()), Err(NotSet::Absurd));
    night.synchronised = true;
    assert_eq!(night.clock.set(NOW, night.reading()), Err(NotSet::Synchronised));
}

#[test]
fn a_crowd_of_newcomers_takes_no_vote_from_those_who_are_here() {
    let mut night = Night::with_crew(NOW - 60 * DAY_MS, &["a", "b", "c"]);
    let crew = ["a", "b", "c"].map(member);
    let all: Vec<_> = crew.iter().map(|witness| (witness, 0)).collect();
    for n in 0..2_000 {
        night.hears(&member(&format!("new {n}")), NOW + YEAR);
    }
    night.all_say(&all, MINUTE);
    night.is_right();
}

proptest! {
    /// Any crew in which more than half have the right time: whoever speaks first, whatever the others say, however
    /// often the hub starts, whatever the machine's clock says.
    #[test]
    fn an_honest_majority_ends_within_two_minutes_of_the_truth(
        honest in 2usize..6,
        lies in prop::collection::vec(-400_i64..4_000, 0..5),
        behind_days in 0..150_u64,
        starts in 0usize..4,
        ahead in any::<bool>(),
        first in any::<bool>(),
        off in prop::collection::vec(-25_000_i64..25_000, 6),
    ) {
        let lies: Vec<i64> = lies.into_iter().take(honest - 1).map(|days| days * DAY_MS as i64).collect();
        let (honest, liars): (Vec<_>, Vec<_>) =
            ((0..honest).map(|n| member(&format!("h{n}"))).collect(), (0..lies.len()).map(|n| member(&format!("l{n}"))).collect());
        let woke = if ahead { NOW + behind_days * DAY_MS } else { NOW - behind_days * DAY_MS };
        let mut night = Night::wake_at(woke);
        for witness in honest.iter().chain(&liars) {
            night.clock.meet(witness, night.reading());
        }
        night.wait(2 * HOUR);
        let said: Vec<_> = liars.iter().zip(lies).collect();
        let right: Vec<_> = honest.iter().zip(off).collect();
        for start in 0..=starts {
            if first {
                night.all_say(&said, 15 * MINUTE);
            }
            let all: Vec<_> = right.iter().chain(&said).copied().collect();
            night.all_say(&all, 2 * MINUTE);
            night.is_right();
            prop_assert_eq!(night.clock.quality(), Quality::Learnt);
            let wall = if start % 2 == 0 { woke } else { night.wall + night.mono };
            night.restart(HOUR, wall);
        }
    }

    /// Liars alone, for as long as they like: never further than the horizon, and sessions go by what has passed.
    #[test]
    fn liars_alone_get_no_further_than_the_horizon(
        lies in prop::collection::vec((0..400_000_u64, 0..3_u64), 1..20),
    ) {
        let mut night = Night::with_crew(NOW, &["a", "b"]);
        let (a, b) = (member("a"), member("b"));
        let began = night.steady();
        let passed = night.passed;
        for (days, restarts) in lies {
            let lie = (days * DAY_MS) as i64;
            night.all_say(&[(&a, lie), (&b, lie)], 2 * MINUTE);
            for _ in 0..restarts {
                let wall = night.wall + night.mono;
                night.restart(0, wall);
            }
            prop_assert!(night.now() <= BUILT + HORIZON_MS + night.passed + HOUR);
            prop_assert!(night.steady() <= began + (night.passed - passed));
        }
    }
}
