//! Proposals for the pictures of a card: by names, a list, walking order and the times of marks, over HTTP; nothing is made by them.

use crate::common::{NOW, TestHub, mark};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/audits/jalibat/photos/proposal";

async fn proposed(hub: &TestHub, body: Value) -> Value {
    let answer = hub.client.post(PATH, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// Module, or string, or why not, of each picture.
fn places(proposal: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let one = |picture: &Value| {
        let string = picture["at"]["string"].as_u64().map(|string| format!("string {string}"));
        text(&picture["at"]["module_id"]).or(string).or_else(|| text(&picture["left"])).unwrap_or_default()
    };
    proposal["pictures"].as_array().unwrap().iter().map(one).collect()
}

fn named(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "name": name, "bytes": 6_000_000 })).collect()
}

#[tokio::test]
async fn pictures_are_proposed_string_by_string_and_nothing_is_made() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let head = hub.client.get("/api/v1/audits/jalibat").await.json();
    let names = ["DCIM/S01_P02.jpg", "M050.jpg", "m51 b.tif", "IMG_7.JPG", "S04/IMG_8.JPG"];
    let proposal = proposed(&hub, json!({ "by": "name", "pictures": named(&names) })).await;
    assert_eq!(places(&proposal), ["M002", "M050", "M051", "nothing_in_name", "string 4"]);
    assert_eq!(
        (&proposal["by"], &proposal["shots"], &proposal["left_over"]),
        (&json!("name"), &json!(5), &json!(1))
    );
    let strings = proposal["strings"].as_array().unwrap();
    assert_eq!(
        strings.iter().map(|string| string["string"].as_u64().unwrap()).collect::<Vec<_>>(),
        [1, 2, 3, 4]
    );
    assert_eq!((&strings[0]["module_count"], &strings[0]["pictures"]), (&json!(26), &json!(1)));
    assert_eq!(strings[0]["without"].as_array().unwrap().len(), 25);
    assert_eq!(strings[3]["without"], json!([]), "of no module");
    let first = &proposal["pictures"][0];
    assert_eq!(
        (&first["rule"], &first["sure"], &first["string"]),
        (&json!("position"), &json!("sure"), &json!(1))
    );
    let template =
        json!({ "by": "name", "template": "{string}-{position}*", "pictures": named(&["3-12 a.jpg"]) });
    assert_eq!(places(&proposed(&hub, template).await), ["M062"]);
    let csv = json!({ "by": "csv", "csv": "Datei;Modul\nimg_7;M009\nIMG_99.JPG;M010\n", "pictures": named(&names) });
    let listed = proposed(&hub, csv).await;
    assert_eq!((&*places(&listed)[3], &listed["not_there"]), ("M009", &json!(["IMG_99.JPG"])));
    assert_eq!(hub.client.get("/api/v1/audits/jalibat").await.json(), head, "nothing was made");
}

#[tokio::test]
async fn a_walk_is_adjusted_and_what_is_wrong_is_named() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let shot =
        |n: u64| json!({ "name": format!("IMG_{n:04}.JPG"), "bytes": 1, "taken_at_ms": NOW + n * 20_000 });
    let pictures: Vec<Value> = (0..8).map(shot).collect();
    let order = |adjust: Value| json!({ "by": "order", "first": "m25", "path": "snake_strings", "pictures": pictures, "adjust": adjust });
    let walked = places(&proposed(&hub, order(json!([]))).await);
    assert_eq!(walked[..4], ["M025", "M026", "M050", "M049"]);
    let adjust = json!([{ "do": "skip", "module_id": "M050" }, { "do": "leave", "picture": 0 }, { "do": "swap", "picture": 6, "with": 7 },
        { "do": "put", "picture": 5, "at": { "module_id": "M0242" } }, { "do": "shift", "picture": 4, "by": 1 }]);
    let walked = places(&proposed(&hub, order(adjust)).await);
    assert_eq!(walked, ["by_hand", "M025", "M026", "M049", "M047", "M242", "M044", "M045"]);
    for (field, body) in [
        ("by", json!({ "by": "colour", "pictures": [] })),
        ("first", json!({ "by": "order", "pictures": [] })),
        ("first", json!({ "by": "order", "first": "M999", "pictures": [] })),
        ("path", json!({ "by": "order", "first": "M001", "path": "snake_rows", "pictures": [] })),
        ("template", json!({ "by": "name", "template": "{module", "pictures": [] })),
        ("csv", json!({ "by": "csv", "pictures": [] })),
        ("csv", json!({ "by": "csv", "csv": "a,b\n1,2\n", "pictures": [] })),
        ("clock", json!({ "by": "time", "clock": { "add_ms": 1, "at_ms": 2 }, "pictures": [] })),
        ("clock", json!({ "by": "time", "clock": { "picture": 7, "at_ms": 2 }, "pictures": [] })),
        ("adjust", order(json!([{ "do": "leave", "picture": 8 }]))),
        ("adjust.do", order(json!([{ "do": "jump" }]))),
        ("pictures[0].name", json!({ "by": "name", "pictures": named(&[&"x".repeat(401)]) })),
    ] {
        let refused = hub.client.post(PATH, &body).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (400, &json!(field)), "{body}");
    }
    let unknown = hub
        .client
        .post("/api/v1/audits/none/photos/proposal", &json!({ "by": "name", "pictures": [] }))
        .await;
    assert_eq!(unknown.status, 404);
}

/// A crew's pace, the same each time.
fn night() -> Vec<(u64, u64)> {
    let mut at = NOW - 7_200_000;
    let dice = |n: u64| n.wrapping_mul(6_364_136_223_846_793_005).rotate_left(23) % 33;
    (0..80_u64)
        .map(|n| {
            at += (12 + dice(n)) * 1_000;
            (at, at + (2 + dice(n + 900) % 4) * 1_000)
        })
        .collect()
}

#[tokio::test]
async fn a_camera_that_is_hours_off_is_put_right_by_the_marks() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let off = 7_385_000;
    let night_of = night();
    let marked =
        |(n, (_, marked)): (usize, &(u64, u64))| mark(&format!("M{:03}", n + 1), "ok", "lea", *marked);
    let marks = night_of.iter().enumerate().map(marked);
    hub.client.ops("jalibat", marks.collect()).await;
    let shot = |(n, (taken, _)): (usize, &(u64, u64))| json!({ "name": format!("IMG_{n:04}.JPG"), "bytes": 1, "taken_at_ms": taken - off });
    let pictures: Vec<Value> = night().iter().enumerate().map(shot).collect();
    let right = |proposal: &Value| {
        let places = places(proposal);
        let all = places.iter().enumerate();
        let wrong =
            all.filter(|(n, place)| place.starts_with('M') && **place != format!("M{:03}", n + 1)).count();
        (places.iter().filter(|place| place.starts_with('M')).count(), wrong)
    };
    let fitted = proposed(&hub, json!({ "by": "time", "pictures": pictures })).await;
    let add = fitted["clock"]["add_ms"].as_i64().unwrap();
    assert!(
        (add - off as i64).abs() < 6_000 && fitted["clock"]["fits"].as_u64() > Some(40),
        "{}",
        fitted["clock"]
    );
    let (found, wrong) = right(&fitted);
    assert!(found > 60 && wrong == 0, "{found} found, {wrong} wrong");
    assert_eq!(fitted["pictures"][0]["at_ms"], night()[0].0 as i64 - off as i64 + add);
    let typed =
        proposed(&hub, json!({ "by": "time", "clock": { "add_ms": off }, "pictures": pictures })).await;
    assert_eq!(right(&typed).1, 0);
    let seen = json!({ "picture": 3, "at_ms": night()[3].0 });
    let seen = proposed(&hub, json!({ "by": "time", "clock": seen, "pictures": pictures })).await;
    assert_eq!(right(&seen).1, 0);
    // Of pictures that have nothing to do with these marks nothing is said.
    let others: Vec<Value> = (0..60_u64)
        .map(|n| json!({ "name": format!("{n}.jpg"), "taken_at_ms": NOW + n * n * 977 }))
        .collect();
    let none = proposed(&hub, json!({ "by": "time", "pictures": others })).await;
    assert_eq!((none.get("clock"), &none["left_over"]), (None, &json!(60)));
    assert_eq!(none["pictures"][0]["left"], "clock_unknown");
}

#[tokio::test]
async fn as_many_pictures_as_an_audit_has_photos_are_proposed_for_and_no_more() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let pictures = |count: usize| -> Vec<Value> {
        (0..count)
            .map(|n| json!({ "name": format!("DCIM/100EL/M{:03}_{n}.JPG", n % 242 + 1), "bytes": 6_000_000 }))
            .collect()
    };
    let all = proposed(&hub, json!({ "by": "name", "pictures": pictures(20_000) })).await;
    assert_eq!((all["pictures"].as_array().unwrap().len(), &all["left_over"]), (20_000, &json!(0)));
    let refused = hub.client.post(PATH, &json!({ "by": "name", "pictures": pictures(20_001) })).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (400, &json!("pictures")));
}
