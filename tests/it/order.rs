//! What crews saw stays the order: histories by seed (`common/course.rs`).
//!
//! At every step no module may show a mark whose successor is in the same log, nor a conflict that is none; and once
//! everything has been pushed again, what showed before the restore shows after it. `FIELDHUB_SEED=7` runs one seed
//! again, `FIELDHUB_HISTORIES=100000` more.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::common::course::{Course, Weather};

/// Histories of each of the tests below: 3,000 in all.
const HISTORIES: u64 = 500;
const STEPS: u64 = 45;

fn run(range: u64, weather: Weather) {
    let asked = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let histories = asked("FIELDHUB_HISTORIES").map_or(HISTORIES, |all| all.div_ceil(6));
    let seeds = match asked("FIELDHUB_SEED") {
        Some(seed) => seed..seed + 1,
        None => range * histories..(range + 1) * histories,
    };
    println!("seeds {} to {}, {weather:?}", seeds.start, seeds.end - 1);
    for seed in seeds {
        let mut course = Course::begin(seed, weather);
        let lived = catch_unwind(AssertUnwindSafe(|| {
            for _ in 0..STEPS {
                course.step();
            }
            course.morning();
        }));
        if let Err(panic) = lived {
            eprintln!("{}", course.story.join("\n"));
            eprintln!("FIELDHUB_SEED={seed} brings this failure back");
            std::panic::resume_unwind(panic);
        }
    }
}

macro_rules! histories {
    ($($name:ident: $range:literal, $($weather:ident)*;)*) => {$(
        #[test]
        fn $name() {
            run($range, Weather { $($weather: true,)* ..Weather::default() });
        }
    )*};
}

histories! {
    restored_in_good_weather: 0,;
    restored_while_answers_get_lost_and_clocks_are_set_back: 1, lost_answers set_back;
    restored_with_a_tablet_years_ahead: 2, lost_answers years_ahead;
    restored_between_two_hubs: 3, lost_answers set_back second_hub v33;
    restored_onto_a_hub_that_woke_in_the_past: 4, late_hub set_back years_ahead;
    restored_under_records_without_stamps: 5, no_stamps set_back;
}
