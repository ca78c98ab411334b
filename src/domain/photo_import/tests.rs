//! Proposals over folders as cameras make them: names, lists, walks with double and missing shots, clocks that are off by hours;
//! and that nothing is said which cannot be known.

use proptest::prelude::*;

use super::*;
use crate::domain::Layout;
use crate::domain::id::ModuleId;

fn id(text: &str) -> ModuleId {
    ModuleId::parse(text).unwrap()
}

/// Ten strings of 24 and 26 modules, `M001` to `M242`.
fn jalibat() -> PhotoSite {
    PhotoSite::new(Layout::from_counts("26,24x9").unwrap().places().to_vec(), &[], vec![])
}

fn named(names: &[&str]) -> Vec<CardPicture> {
    names
        .iter()
        .map(|name| CardPicture { name: (*name).to_owned(), bytes: 6_000_000, ..CardPicture::default() })
        .collect()
}

/// One a line: module, string, or why not.
fn told(proposal: &PhotoProposal) -> Vec<String> {
    let one = |picture: &PictureProposal| match &picture.found {
        Ok(FoundPlace { at: PhotoPlace { module: Some(module), .. }, sure, .. }) => {
            format!("{module} {}", sure.as_str())
        }
        Ok(FoundPlace { at, .. }) => format!("string {}", at.string.unwrap_or_default()),
        Err(left) => left.as_str().to_owned(),
    };
    proposal.pictures.iter().map(one).collect()
}

fn by_rule(pictures: &[CardPicture], rule: &ImportRule, adjustments: &[Adjustment]) -> Vec<String> {
    told(&propose(pictures, &jalibat(), rule, adjustments, DOUBLE_MS).unwrap())
}

#[test]
fn names_say_modules_as_whole_words_and_string_with_position() {
    let names = [
        "M050.JPG",
        "DCIM/100CANON/el_m050-2.jpg",
        "M05.jpg",
        "M0500.jpg",
        "XM050.jpg",
        "M050b.jpg",
        "S03_P12.tif",
        "s3-pos12 (2).jpg",
        "String 03 Position 12.JPG",
        "S03P12_IMG_0042.JPG",
        "S03/P12.jpg",
        "S03/IMG_0042.JPG",
        "M050/IMG_0042.JPG",
        "S02_P99.jpg",
        "S99_P1.jpg",
        "M999.jpg",
        "M001_M002.jpg",
        "M050 S01.jpg",
        "S03/S02_P01.jpg",
        "IMG_0042.JPG",
        "P1010042.JPG",
        "DSC_0050.JPG",
        "Galaxy S20.jpg",
        "",
    ];
    let said = by_rule(&named(&names), &ImportRule::Name(None), &[]);
    let m050 = "M062 sure";
    assert_eq!(
        said,
        [
            "M050 sure",
            "M050 likely",
            "M005 likely",
            "unknown_module",
            "nothing_in_name",
            "nothing_in_name",
            m050,
            m050,
            m050,
            m050,
            m050,
            "string 3",
            "M050 likely",
            "unknown_module",
            "unknown_module",
            "unknown_module",
            "names_several",
            "names_several",
            "names_several",
            "nothing_in_name",
            "nothing_in_name",
            "nothing_in_name",
            "nothing_in_name",
            "nothing_in_name",
        ]
    );
}

#[test]
fn modules_with_bare_numbers_are_not_found_in_what_a_camera_counts() {
    let mut places = Layout::from_counts("3").unwrap().places().to_vec();
    for (place, name) in places.iter_mut().zip(["42", "S3-12", "gate"]) {
        place.module = id(name);
    }
    let site =
        PhotoSite::new(places, &[(id("gate"), "Tor links".to_owned())], vec![(1, Some("S7".to_owned()))]);
    let names = ["IMG_42.JPG", "s03_12.jpg", "el tor-links 1.jpg", "S7_P02.jpg", "S7/IMG_1.jpg"];
    let proposal = propose(&named(&names), &site, &ImportRule::Name(None), &[], DOUBLE_MS).unwrap();
    assert_eq!(told(&proposal), ["nothing_in_name", "S3-12 likely", "gate likely", "S3-12 sure", "string 1"]);
    let template = NameTemplate::parse("IMG_{module}").unwrap();
    let proposal =
        propose(&named(&names[..1]), &site, &ImportRule::Name(Some(template)), &[], DOUBLE_MS).unwrap();
    assert_eq!(told(&proposal), ["42 sure"]);
}

#[test]
fn a_template_is_typed_once_and_what_fits_in_two_ways_fits_in_none() {
    let fits = |template: &str, names: &[&str]| {
        by_rule(&named(names), &ImportRule::Name(Some(NameTemplate::parse(template).unwrap())), &[])
    };
    assert_eq!(
        fits(
            "{string}-{position}_*",
            &["card/03-12_a.jpg", "3-12_.tif", "03-12.jpg", "3-99_x.jpg", "11-1_x.jpg"]
        ),
        ["M062 sure", "M062 sure", "nothing_in_name", "unknown_module", "nothing_in_name"]
    );
    assert_eq!(
        fits("el*{module}*", &["EL_M050_2.jpg", "EL M0501.jpg", "el.m050.m051.jpg"]),
        ["M050 sure", "nothing_in_name", "names_several"]
    );
    assert_eq!(
        fits("s{string}/{position}*", &["x/S03/12 a.jpg", "S03/a12.jpg"]),
        ["M062 sure", "nothing_in_name"]
    );
    assert_eq!(fits("{string}_*.tif", &["3_a.tif", "3_a.jpg"]), ["string 3", "nothing_in_name"]);
    assert_eq!(
        fits("*?*?*?*?{module}*?*?*?*?*", &[&format!("{}.jpg", "a".repeat(300))]),
        ["names_several"],
        "given up"
    );
    for wrong in ["", "*", "{string}{position}", "{strng}", "{module", "{position}", "{module}*{module}"] {
        assert_eq!(NameTemplate::parse(wrong).unwrap_err().field, "template", "{wrong}");
    }
}

#[test]
fn a_list_is_read_with_and_without_a_header() {
    let pictures =
        named(&["a/IMG_1.JPG", "a/IMG_2.JPG", "b/IMG_1.JPG", "a/IMG_3.JPG", "a/IMG_4.JPG", "a/IMG_5.JPG"]);
    let read = |text: &str| {
        let list = PictureList::read(text.as_bytes(), &pictures, &jalibat()).unwrap().unwrap();
        propose(&pictures, &jalibat(), &ImportRule::List(list), &[], DOUBLE_MS).unwrap()
    };
    let with = read(
        "Module;Nom du fichier;remarque\nM050;img_2.jpg;x\nM051;b\\IMG_1.JPG;\nM9999;IMG_3;\nM052;IMG_4.JPG\nM053;IMG_4.JPG\n\nM001;IMG_77.JPG;\n",
    );
    assert_eq!(
        told(&with),
        ["not_in_list", "M050 sure", "M051 sure", "unknown_module", "listed_twice", "not_in_list"]
    );
    assert_eq!(with.not_there, ["IMG_77.JPG"]);
    let without = read("1,IMG_2,m50\n2,IMG_3,M051\n3,IMG_1.JPG,M052\n");
    assert_eq!(told(&without)[..4], ["same_file_name", "M050 likely", "same_file_name", "M051 sure"]);
    let places = read("file\tstring\tposition\nIMG_2.JPG\tS3\t12\nIMG_3.JPG\t4\t\nIMG_4.JPG\t1\t99\n");
    assert_eq!(told(&places)[1..5], ["M062 sure", "not_in_list", "string 4", "unknown_module"]);
    assert_eq!(PictureList::read(b"x,y\n1,2\n", &pictures, &jalibat()).unwrap(), None);
    assert_eq!(PictureList::read(b"", &pictures, &jalibat()).unwrap(), None);
}

/// Seconds of shots as numbers of a camera.
fn shot_at(seconds: &[u64]) -> Vec<CardPicture> {
    let picture = |(n, s): (usize, &u64)| CardPicture {
        name: format!("DCIM/100EL/IMG_{:04}.JPG", n + 1),
        bytes: 6_000_000,
        taken_ms: Some(1_600_000_000_000 + s * 1_000),
        sequence: None,
    };
    seconds.iter().enumerate().map(picture).collect()
}

fn walk(first: &str, path: WalkPath, backwards: bool) -> ImportRule {
    ImportRule::Order(Walk { first: id(first), path, backwards })
}

fn modules(said: &[String]) -> Vec<&str> {
    said.iter().map(|line| line.split(' ').next().unwrap()).collect()
}

#[test]
fn a_walk_takes_double_shots_together_and_skips_where_people_say_so() {
    // The fourth is a double of the third; at 100 s one module was passed over, and the last is a test shot.
    let pictures = shot_at(&[0, 20, 40, 43, 60, 100, 120, 140]);
    let strings = walk("M001", WalkPath::Strings, false);
    assert_eq!(
        modules(&by_rule(&pictures, &strings, &[])),
        ["M001", "M002", "M003", "M003", "M004", "M005", "M006", "M007"]
    );
    let skip = [Adjustment::Skip { module: id("M005") }, Adjustment::Leave { picture: 7 }];
    assert_eq!(
        modules(&by_rule(&pictures, &strings, &skip)),
        ["M001", "M002", "M003", "M003", "M004", "M006", "M007", "by_hand"]
    );
    let shift = [Adjustment::Shift { picture: 4, by: 2 }, Adjustment::Swap { picture: 0, with: 1 }];
    assert_eq!(
        modules(&by_rule(&pictures, &strings, &shift)),
        ["M002", "M001", "M003", "M003", "M006", "M007", "M008", "M009"]
    );
    let first = [
        Adjustment::Leave { picture: 0 },
        Adjustment::Put { picture: 5, at: PhotoPlace { module: None, string: Some(2) } },
    ];
    let said = by_rule(&pictures, &strings, &first);
    assert_eq!((modules(&said)[..3].to_vec(), &*said[5]), (vec!["by_hand", "M001", "M002"], "string 2"));
    for wrong in [Adjustment::Leave { picture: 8 }, Adjustment::Skip { module: id("M999") }] {
        assert_eq!(
            propose(&pictures, &jalibat(), &strings, &[wrong], DOUBLE_MS).unwrap_err().field,
            "adjust"
        );
    }
}

#[test]
fn a_walk_goes_in_a_snake_ends_where_the_plant_ends_and_says_where_it_is_unsure() {
    let pictures = shot_at(&[0, 20, 40, 60]);
    let of =
        |first, path, backwards| modules(&by_rule(&pictures, &walk(first, path, backwards), &[])).join(" ");
    assert_eq!(of("M025", WalkPath::Strings, false), "M025 M026 M027 M028");
    assert_eq!(of("M025", WalkPath::SnakeStrings, false), "M025 M026 M050 M049");
    assert_eq!(of("M026", WalkPath::SnakeStrings, false), "M026 M025 M024 M023");
    assert_eq!(of("M028", WalkPath::Strings, true), "M028 M027 M026 M025");
    assert_eq!(of("M241", WalkPath::Strings, false), "M241 M242 beyond_last beyond_last");
    let no_rows = propose(&pictures, &jalibat(), &walk("M001", WalkPath::SnakeRows, false), &[], DOUBLE_MS);
    assert_eq!(no_rows.unwrap_err().field, "path");
    assert_eq!(
        propose(&pictures, &jalibat(), &walk("X", WalkPath::Strings, false), &[], DOUBLE_MS)
            .unwrap_err()
            .field,
        "first"
    );
    let mut places = Layout::from_counts("6").unwrap().places().to_vec();
    for (n, place) in (0..).zip(&mut places) {
        (place.row, place.col) = (Some(n / 3), Some(n % 3));
    }
    let grid = PhotoSite::new(places, &[], vec![]);
    let snake = propose(&pictures, &grid, &walk("M003", WalkPath::SnakeRows, false), &[], DOUBLE_MS).unwrap();
    assert_eq!(
        modules(&told(&snake)),
        ["M003", "M002", "M001", "M004"],
        "from the end of a row towards its beginning"
    );
    // A halt of five minutes within string 1, and one between the strings.
    let halted = by_rule(
        &shot_at(&[0, 20, 320, 340, 700, 720, 740, 760]),
        &walk("M023", WalkPath::Strings, false),
        &[],
    );
    assert_eq!(halted[..5], ["M023 likely", "M024 likely", "M025 unsure", "M026 unsure", "M027 likely"]);
    let untimed = by_rule(&named(&["1.jpg", "2.jpg"]), &walk("M001", WalkPath::Strings, false), &[]);
    assert_eq!(untimed, ["M001 unsure", "M002 unsure"], "nobody knows what is a double");
}

/// A night by a dice: shots of modules in their order, and marks some seconds after them.
struct CardNight {
    pictures: Vec<CardPicture>,
    truth: Vec<usize>,
    marks: Vec<MarkTime>,
}

const NIGHT: u64 = 1_700_000_000_000;

/// `paces`: seconds to each module, and after how many the mark comes; not each module is marked. `off_ms`: what has to be added.
fn night(paces: &[(u64, u64, bool)], off_ms: i64) -> CardNight {
    let site = jalibat();
    let mut now = NIGHT;
    let (mut pictures, mut truth, mut marks) = (Vec::new(), Vec::new(), Vec::new());
    for (at, (pace, lag, marked)) in paces.iter().enumerate() {
        now += pace * 1_000;
        pictures.push(CardPicture {
            name: format!("IMG_{:04}.JPG", at + 1),
            bytes: 6_000_000,
            taken_ms: now.checked_add_signed(-off_ms),
            sequence: None,
        });
        truth.push(at);
        if *marked {
            marks.push(MarkTime { module: site.places()[at].module.clone(), at_ms: now + lag * 1_000 });
        }
    }
    CardNight { pictures, truth, marks }
}

fn paces(marked: f64) -> impl Strategy<Value = Vec<(u64, u64, bool)>> {
    prop::collection::vec((12..45_u64, 1..7_u64, prop::bool::weighted(marked)), 40..160)
}

fn by_time(night: &CardNight, clock: ClockHint) -> PhotoProposal {
    let rule = ImportRule::Time { clock, marks: night.marks.clone() };
    propose(&night.pictures, &jalibat(), &rule, &[], DOUBLE_MS).unwrap()
}

/// How many modules are right, and how many are wrong.
fn checked(night: &CardNight, proposal: &PhotoProposal) -> (usize, usize) {
    let site = jalibat();
    let (mut right, mut wrong) = (0, 0);
    for (picture, truth) in proposal.pictures.iter().zip(&night.truth) {
        let Ok(found) = &picture.found else { continue };
        let place = &site.places()[*truth];
        match (&found.at.module, found.at.string) {
            (Some(module), _) if *module == place.module => right += 1,
            (None, Some(string)) if string == place.string => {}
            _ => wrong += 1,
        }
    }
    (right, wrong)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// A clock that is off by hours, or years, is put right, or nothing is said at all.
    #[test]
    fn a_clock_that_is_off_is_put_right_or_left(paces in paces(0.9), off_s in -200_000_000..200_000_000_i64) {
        let night = night(&paces, off_s * 1_000);
        let proposal = by_time(&night, ClockHint::Fit);
        if let Some(clock) = proposal.clock {
            prop_assert!((clock.add_ms - off_s * 1_000).abs() < 9_000, "{clock:?} is not {off_s} s");
            let (right, wrong) = checked(&night, &proposal);
            prop_assert!(wrong == 0, "{wrong} wrong, {right} right");
            prop_assert!(right * 3 > night.truth.len(), "{right} of {}", night.truth.len());
        } else {
            prop_assert!(proposal.pictures.iter().all(|picture| picture.found == Err(LeftOver::ClockUnknown)));
        }
    }

    /// Marks of another night say nothing of these pictures.
    #[test]
    fn marks_that_have_nothing_to_do_with_the_pictures_fit_at_no_time(paces in paces(1.0), others in paces(1.0)) {
        let (mut night, other) = (night(&paces, 0), night(&others, 0));
        night.marks = other.marks;
        prop_assert_eq!(by_time(&night, ClockHint::Fit).clock, None);
    }

    #[test]
    fn a_walk_without_missing_shots_is_right(doubles in prop::collection::vec(1..4_u64, 1..60)) {
        let mut seconds = Vec::new();
        let mut truth = Vec::new();
        for (n, shots) in (0_u64..).zip(&doubles) {
            for double in 0..*shots {
                seconds.push(n * 30 + double * 3);
                truth.push(format!("M{:03}", n + 1));
            }
        }
        let said = by_rule(&shot_at(&seconds), &walk("M001", WalkPath::Strings, false), &[]);
        prop_assert_eq!(modules(&said), truth);
    }

    /// Whatever the name of a file is: no panic, and a module only where its number is in it.
    #[test]
    fn no_name_is_read_into(name in "[sSpPmM0-9_ /.é{-]{0,16}") {
        let said = by_rule(&named(&[&name]), &ImportRule::Name(None), &[]);
        let module = modules(&said)[0];
        if let Some(number) = id(module).number() {
            let in_name = name.to_lowercase().contains(&format!("{number}"));
            let place = jalibat().places()[number - 1].clone();
            let by_place = name.contains(&place.string.to_string()) && name.contains(&place.position.to_string());
            prop_assert!(in_name || by_place, "{name} is no {module}");
        }
    }
}

#[test]
fn most_nights_are_matched_wholly_by_their_times() {
    let dice = |n: u64| n.wrapping_mul(6_364_136_223_846_793_005).rotate_left(23) % 33;
    let paces: Vec<_> = (0..200).map(|n| (12 + dice(n), 2 + dice(n + 900) % 4, dice(n + 77) > 2)).collect();
    let night = night(&paces, 7_385_000);
    let proposal = by_time(&night, ClockHint::Fit);
    let clock = proposal.clock.unwrap();
    assert!((clock.add_ms - 7_385_000).abs() < 6_000, "{clock:?}");
    let (right, wrong) = checked(&night, &proposal);
    assert!(wrong == 0 && right > 150, "{right} right, {wrong} wrong of 200");
    // The same by what somebody has read off, a few seconds wrong.
    let typed = by_time(&night, ClockHint::Typed(7_390_000));
    let (right, wrong) = checked(&night, &typed);
    assert!(wrong == 0 && right > 150, "{right} right, {wrong} wrong of 200");
}

#[test]
fn one_tap_for_a_whole_string_says_nothing_of_where_somebody_was_and_a_steady_pace_no_difference() {
    let site = jalibat();
    let steady: Vec<_> = (0..60).map(|_| (20, 5, true)).collect();
    let night = night(&steady, 3_600_000);
    assert_eq!(by_time(&night, ClockHint::Fit).clock, None, "one module further fits as well");
    let (right, wrong) = checked(&night, &by_time(&night, ClockHint::Typed(3_605_000)));
    assert!(wrong == 0 && right == 60, "{right} right, {wrong} wrong");
    let at_once =
        site.places().iter().map(|place| MarkTime { module: place.module.clone(), at_ms: NIGHT + 600_000 });
    let batch = CardNight { marks: at_once.collect(), ..night };
    let said = told(&by_time(&batch, ClockHint::Typed(3_600_000)));
    assert!(said.iter().all(|line| line == "no_mark_near"), "{said:?}");
    let no_times: Vec<_> = named(&["IMG_1.JPG"]);
    let rule = ImportRule::Time { clock: ClockHint::Typed(0), marks: batch.marks };
    assert_eq!(by_rule(&no_times, &rule, &[]), ["no_time"]);
}

#[test]
fn ten_thousand_pictures_are_placed_whichever_way() {
    let site = PhotoSite::new(Layout::from_counts("25x400").unwrap().places().to_vec(), &[], vec![]);
    let pictures: Vec<CardPicture> = (0..20_000_u64)
        .map(|n| CardPicture {
            name: format!("DCIM/{}EL/M{:05}_{}.JPG", 100 + n / 999, n / 2 + 1, n % 2),
            bytes: 1,
            taken_ms: Some(NIGHT + n / 2 * 20_000 + n / 2 % 7 * 900 + n % 2 * 2_000),
            sequence: Some(n),
        })
        .collect();
    let marks: Vec<MarkTime> = (0..10_000_u64)
        .map(|n| MarkTime { module: ModuleId::numbered(n as usize + 1), at_ms: NIGHT + n * 20_000 })
        .collect();
    let placed = |rule: &ImportRule| {
        let proposal = propose(&pictures, &site, rule, &[], DOUBLE_MS).unwrap();
        proposal.pictures.iter().filter(|picture| picture.found.is_ok()).count()
    };
    assert_eq!(placed(&ImportRule::Name(None)), 20_000);
    assert_eq!(placed(&walk("M001", WalkPath::SnakeStrings, false)), 20_000);
    placed(&ImportRule::Time { clock: ClockHint::Fit, marks });
}
