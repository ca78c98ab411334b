//! Hang detection of an access point (send queue, stations): whether the radio has stopped while the hub is well, told from what the
//! kernel counts.
//!
//! Pure: samples in, a verdict out. Called by `watch`. Two signs are believed, and both only after a while:
//! tablets are joined, what is sent to them piles up, and nothing at all comes from any of them; or several were there and all went at
//! once, and none came back. Somebody who is there would have been heard in the first case, and in the second nobody is there whom a
//! restart could cut off.

use std::time::Duration;

/// No tablet with the page open is silent for so long.
const STALLED: Duration = Duration::from_secs(90);
/// A crew that drives off leaves one by one, or is gone for good: one restart then harms nobody.
const EMPTIED: Duration = Duration::from_secs(180);
/// Between two restarts: a radio that does not come back by them must not be kept down by them.
const PAUSE: Duration = Duration::from_secs(600);
/// One tablet that goes is a tablet that goes.
const SEVERAL: usize = 2;

/// What is so at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RadioSample {
    /// Since the watch began.
    pub at: Duration,
    pub stations: usize,
    /// Packets that came, ever.
    pub received: u64,
    /// Packets that wait to be sent.
    pub waiting: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RadioHang {
    Stalled,
    Emptied,
}

impl RadioHang {
    pub fn said(self) -> &'static str {
        match self {
            Self::Stalled => {
                "tablets are joined, but nothing comes from them and what is sent to them piles up"
            }
            Self::Emptied => "all tablets were gone at once and none has come back",
        }
    }
}

#[derive(Debug, Default)]
pub struct RadioWatch {
    last: Option<RadioSample>,
    stalled_since: Option<Duration>,
    emptied_at: Option<Duration>,
    restarted_at: Option<Duration>,
}

impl RadioWatch {
    /// What the sample says; whoever hears of a hang restarts the radio.
    pub fn see(&mut self, now: RadioSample) -> Option<RadioHang> {
        let before = self.last.replace(now);
        let silent = before.is_some_and(|before| now.received == before.received && before.stations > 0);
        if now.stations > 0 && now.waiting > 0 && silent {
            self.stalled_since.get_or_insert(now.at);
        } else {
            self.stalled_since = None;
        }
        if now.stations > 0 {
            self.emptied_at = None;
        } else if before.is_some_and(|before| before.stations >= SEVERAL) {
            self.emptied_at = Some(now.at);
        }
        let lasts =
            |since: Option<Duration>, time| since.is_some_and(|since| now.at.saturating_sub(since) >= time);
        let hang = if lasts(self.stalled_since, STALLED) {
            RadioHang::Stalled
        } else if lasts(self.emptied_at, EMPTIED) {
            RadioHang::Emptied
        } else {
            return None;
        };
        if self.restarted_at.is_some_and(|at| now.at.saturating_sub(at) < PAUSE) {
            return None;
        }
        // What was seen before is of a radio that is no more.
        *self = Self { restarted_at: Some(now.at), ..Self::default() };
        Some(hang)
    }
}

/// Packets that wait, of `tc -s qdisc show dev WLAN`: `backlog 1234b 5p requeues 0`, for each queue.
pub fn waiting(queues: &str) -> u64 {
    let packets = |line: &str| {
        line.trim().strip_prefix("backlog ")?.split(' ').nth(1)?.strip_suffix('p')?.parse::<u64>().ok()
    };
    // The first queue counts what lies in those below it.
    queues.lines().filter_map(packets).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: u64 = 15;

    /// A sample each 15 s; when it was restarted, and why.
    fn restarts(samples: impl IntoIterator<Item = (usize, u64, u64)>) -> Vec<(u64, RadioHang)> {
        let mut watch = RadioWatch::default();
        let timed = samples.into_iter().zip(0..).map(|((stations, received, waiting), n)| RadioSample {
            at: Duration::from_secs(n * EVERY),
            stations,
            received,
            waiting,
        });
        timed.filter_map(|sample| Some((sample.at.as_secs(), watch.see(sample)?))).collect()
    }

    #[test]
    fn a_radio_that_neither_hears_nor_sends_is_restarted_and_not_again_at_once() {
        let well = (0..10).map(|n| (5, n * 100, 0));
        let hangs = (0..60).map(|_| (5, 900, 40));
        let found = restarts(well.chain(hangs));
        assert_eq!(found[0], (240, RadioHang::Stalled));
        assert!(found.len() == 2 && found[1].0 - found[0].0 >= 600, "{found:?}");
    }

    #[test]
    fn a_busy_radio_and_a_quiet_one_are_well() {
        assert_eq!(restarts((0..100).map(|n| (9, n, 80))), [], "one packet in 15 s is somebody who is heard");
        assert_eq!(restarts((0..100).map(|_| (3, 7, 0))), [], "nobody sends anything to tablets that sleep");
        assert_eq!(restarts((0..100).map(|_| (0, 7, 3))), [], "nobody is there");
    }

    #[test]
    fn all_that_go_at_once_are_a_hang_and_those_that_go_one_by_one_drive_home() {
        let gone = |count: usize| (0..30).map(move |_| (count, 500, 0));
        let all = [(4, 400, 0), (4, 500, 0)].into_iter().chain(gone(0));
        assert_eq!(restarts(all), [(210, RadioHang::Emptied)], "and once: nobody was there since");
        let one_by_one = [(3, 1, 0), (2, 2, 0), (1, 3, 0)].into_iter().chain(gone(0));
        assert_eq!(restarts(one_by_one), []);
        let back = [(4, 400, 0), (0, 400, 0), (0, 400, 0), (1, 450, 0)].into_iter().chain(gone(0));
        assert_eq!(restarts(back), []);
    }

    #[test]
    fn the_queue_is_read_as_tc_prints_it() {
        let text = "qdisc mq 0: root\n Sent 1 bytes 2 pkt (dropped 0, overlimits 0 requeues 0)\n backlog 9820b 12p requeues 3\n\
                    qdisc fq_codel 0: parent :1\n backlog 9820b 12p requeues 0\n";
        assert_eq!((waiting(text), waiting("")), (12, 0));
    }
}
