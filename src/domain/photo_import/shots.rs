//! Shots: pictures in the order in which they were taken, those that are seconds apart (double shots), or one picture in two
//! formats, together.
//!
//! Called by `propose`; `walk` and `by_time` place shots.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::CardPicture;
use super::names::stem;

/// One look at one module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shot {
    /// Numbers of pictures, in their order.
    pub pictures: Vec<usize>,
    /// Of its first picture, by the camera.
    pub at_ms: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shots {
    pub shots: Vec<Shot>,
    /// The camera has said of each picture when it was taken, and its numbers count up with that.
    pub steady: bool,
}

/// Without the pictures in `left`. In the order of their times where all have one; else of the camera's numbers; else of their
/// names, as people count.
pub fn shots(pictures: &[CardPicture], left: &HashSet<usize>, double_ms: u64) -> Shots {
    let mut order: Vec<usize> = (0..pictures.len()).filter(|at| !left.contains(at)).collect();
    let by_name = |a: &usize, b: &usize| {
        let (a, b) = (&pictures[*a], &pictures[*b]);
        let numbers = a.sequence.zip(b.sequence).map_or(Ordering::Equal, |(a, b)| a.cmp(&b));
        numbers.then_with(|| natural(&a.name, &b.name))
    };
    order.sort_by(by_name);
    let timed = order.iter().all(|at| pictures[*at].taken_ms.is_some());
    let counted = order.clone();
    if timed {
        // Stable: what the camera gives the same second stays in the order of its numbers.
        order.sort_by_key(|at| pictures[*at].taken_ms);
    }
    let steady = timed && !order.is_empty() && order == counted;
    let mut shots: Vec<Shot> = Vec::new();
    for at in order {
        let belongs = shots.last().and_then(|shot| shot.pictures.last()).is_some_and(|last| {
            let (last, now) = (&pictures[*last], &pictures[at]);
            let apart = last.taken_ms.zip(now.taken_ms).map(|(last, now)| now.abs_diff(last));
            stem(&last.name) == stem(&now.name) || (timed && apart.is_some_and(|apart| apart <= double_ms))
        });
        match shots.last_mut() {
            Some(shot) if belongs => shot.pictures.push(at),
            _ => shots.push(Shot { pictures: vec![at], at_ms: pictures[at].taken_ms }),
        }
    }
    Shots { shots, steady }
}

/// As people count: `IMG_9` before `IMG_10`, and `100CANON` before `101CANON`.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (x, y) = (a.chars().next(), b.chars().next());
        let (Some(x), Some(y)) = (x, y) else { return x.is_some().cmp(&y.is_some()) };
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let run = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
            let (first, rest) = a.split_at(run(a));
            let (other, others) = b.split_at(run(b));
            let (short, shorts) = (first.trim_start_matches('0'), other.trim_start_matches('0'));
            let order = short.len().cmp(&shorts.len()).then_with(|| short.cmp(shorts));
            let order = order.then_with(|| first.len().cmp(&other.len()));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (rest, others);
            continue;
        }
        let order = x.to_lowercase().cmp(y.to_lowercase()).then_with(|| x.cmp(&y));
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn picture(name: &str, taken_s: Option<u64>) -> CardPicture {
        CardPicture { name: name.to_owned(), taken_ms: taken_s.map(|s| s * 1_000), ..CardPicture::default() }
    }

    fn grouped(pictures: &[CardPicture]) -> Vec<Vec<usize>> {
        shots(pictures, &HashSet::new(), 5_000).shots.into_iter().map(|shot| shot.pictures).collect()
    }

    #[test]
    fn double_shots_and_formats_are_one_shot_and_folders_count_on() {
        let all = [
            picture("101CANON/IMG_0001.JPG", Some(90)),
            picture("100CANON/IMG_9999.JPG", Some(40)),
            picture("100CANON/IMG_9998.JPG", Some(10)),
            picture("100CANON/IMG_9998.TIF", Some(10)),
            picture("101CANON/IMG_0002.JPG", Some(94)),
        ];
        assert_eq!(grouped(&all), [vec![2, 3], vec![1], vec![0, 4]]);
        let untimed = all.map(|picture| CardPicture { taken_ms: None, ..picture });
        assert_eq!(grouped(&untimed), [vec![2, 3], vec![1], vec![0], vec![4]], "nobody says what is double");
        let clock_set = [picture("IMG_1.JPG", Some(900)), picture("IMG_2.JPG", Some(20))];
        assert!(!shots(&clock_set, &HashSet::new(), 5_000).steady);
    }

    proptest! {
        #[test]
        fn every_picture_is_in_one_shot(names in prop::collection::vec(("[a-c]{0,2}[0-9]{1,3}", prop::option::of(0..60_u64)), 0..30)) {
            let all: Vec<_> = names.iter().map(|(name, taken)| picture(name, *taken)).collect();
            let mut there: Vec<usize> = grouped(&all).concat();
            there.sort_unstable();
            prop_assert_eq!(there, (0..all.len()).collect::<Vec<_>>());
        }

        #[test]
        fn the_order_of_names_is_an_order(a in "[ab0-3]{0,6}", b in "[ab0-3]{0,6}", c in "[ab0-3]{0,6}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b) == Ordering::Equal, a == b);
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
