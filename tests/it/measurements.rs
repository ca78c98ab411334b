//! Measurements of devices' files: told first, then made, once; limits; other hubs, v3.3 clients beside them; the command line.

use crate::common::peers::{join, meet};
use crate::common::program::run;
use crate::common::{NOW, TestHub, mark};
use hyper::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::properties::property;

const STATE: &str = "/api/v1/audits/jalibat";
const PVSERV: &str = include_str!("../fixtures/pvserv-strings.txt");
const BENNING: &str = include_str!("../fixtures/benning-insulation.csv");

async fn import(hub: &TestHub, query: &str, file: &str) -> Value {
    let path = format!("{STATE}/measurements?{query}");
    let answer = hub.client.call(Method::POST, &path, file.to_owned()).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

/// What is measured of a string: by kind, number and take, with the fill factor or insulation.
async fn of_string(hub: &TestHub, number: u16) -> Vec<String> {
    let state = hub.client.get(STATE).await.json();
    let known = &state["strings_properties"][number.to_string()]["properties"];
    let known = known.as_object().into_iter().flatten().filter(|(name, _)| name.starts_with("measurement_"));
    let mut all: Vec<String> = known
        .map(|(_, value)| {
            let one: Value = serde_json::from_str(value.as_str().unwrap()).unwrap();
            let value = one["values"]["ff"].as_str().or(one["values"]["riso"].as_str()).unwrap();
            format!("{} {} {} {value}", one["kind"].as_str().unwrap(), one["n"], one["take"])
        })
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn a_file_is_proposed_and_then_made_once_and_shifted_it_moves() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let told = import(&hub, "dry_run=true", PVSERV).await;
    let rows = told["measurements"].as_array().unwrap();
    assert_eq!((rows.len(), &told["made"], &told["problems"]), (14, &json!(0), &json!([])));
    assert_eq!(
        (&rows[3]["of"], &rows[3]["verdict"], &rows[3]["number"]),
        (&json!({ "string": 4 }), &json!("bad"), &json!(4))
    );
    assert_eq!(rows[3]["beyond"][0], json!({ "field": "ff", "is": "under", "limit": 0.9 }));
    assert_eq!((&rows[4]["take"], &rows[4]["verdict"]), (&json!(2), &json!("look")));
    assert_eq!((&rows[11]["left"], rows[11].get("of")), (&json!("diode"), None));
    assert!(of_string(&hub, 4).await.is_empty(), "nothing is made by that");

    assert_eq!(import(&hub, "place=11%3DM012", PVSERV).await["made"], 12);
    assert_eq!(of_string(&hub, 4).await, ["dark_iv 4 2 0.917", "dark_iv 4 null 0.884"]);
    let m012 = hub.client.module("jalibat", "M012").await;
    assert_eq!(m012["properties"].as_object().unwrap().len(), 1);
    assert_eq!((&m012["status"], m012.get("property_conflicts")), (&json!("pending"), None));
    let seq = hub.client.get(STATE).await.json()["seq"].clone();
    let again = import(&hub, "place=11%3DM012", PVSERV).await;
    assert_eq!((&again["made"], &again["measurements"][0]["state"]), (&json!(0), &json!("same")));
    assert_eq!(hub.client.get(STATE).await.json()["seq"], seq, "the same file again writes nothing");

    assert_eq!(import(&hub, "", BENNING).await["made"], 10);
    assert_eq!(of_string(&hub, 9).await, ["dark_iv 9 null 0.951", "insulation 9 null >200"]);
    // The walk began at string 2: what had been brought in is now one on.
    let moved = import(&hub, "first=2", PVSERV).await;
    assert_eq!(
        (&moved["measurements"][0]["state"], &moved["measurements"][0]["from"]),
        (&json!("moves"), &json!([{ "string": 1 }]))
    );
    assert_eq!(of_string(&hub, 4).await, ["dark_iv 3 null 0.954", "insulation 4 null 0.6"]);
    assert_eq!(of_string(&hub, 1).await, ["insulation 1 null 41.8"]);

    for wrong in [
        "dry_run=yes",
        "shift=x",
        "shift=-9223372036854775808",
        "first=0",
        "shift=1&first=1",
        "place=11",
        "column=voc%3DU",
        "device=x&column=u%3DU",
    ] {
        let answer =
            hub.client.call(Method::POST, &format!("{STATE}/measurements?{wrong}"), PVSERV.to_owned()).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn limits_are_settings_of_the_audit_and_columns_are_named_once_for_a_device() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let limits = property(json!({}), json!({ "measurement_limits": r#"{"riso_least":50}"# }), "lea");
    hub.client.ops("jalibat", vec![limits]).await;
    let told = import(&hub, "dry_run=true", BENNING).await;
    let verdicts: Vec<_> =
        told["measurements"].as_array().unwrap().iter().map(|row| row["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["bad", "ok", "ok", "bad", "ok", "ok", "ok", "ok", "ok", "bad"]);

    let own = "Strang x;Wert 7\n3;785,1\n4;?\n";
    let unknown = import(&hub, "", own).await;
    assert_eq!(
        (&unknown["problems"][0]["problem"], &unknown["columns"][1]["head"]),
        (&json!("unknown_columns"), &json!("Wert 7"))
    );
    let first = import(&hub, "device=X%201&column=string%3DStrang%20x&column=voc%3DWert%207", own).await;
    assert_eq!((&first["made"], &first["problems"][0]["line"]), (&json!(1), &json!(3)));
    let next = import(&hub, "device=X%201", &own.replace("785,1", "786")).await;
    assert_eq!((&next["made"], &next["columns"][1]["field"]), (&json!(1), &json!("voc")));
    assert_eq!(
        hub.client.get(STATE).await.json()["strings_properties"]["3"]["properties"]
            .as_object()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn measurements_go_up_to_another_hub_survive_a_restart_and_v33_neither_sees_nor_loses_them() {
    let (hub, above) = (TestHub::start().await, TestHub::start().await);
    hub.jalibat().await;
    import(&hub, "", PVSERV).await;
    let all = async |hub: &TestHub| hub.client.get(STATE).await.json()["strings_properties"].clone();
    let here = all(&hub).await;
    assert_eq!(here.as_object().unwrap().len(), 10);

    let v33 = hub.client.get("/api/audit/jalibat/updates?since=0").await;
    assert!(v33.status == 200 && !String::from_utf8_lossy(&v33.body).contains("measurement"));
    let marked = json!({ "status": "dead", "technicianId": "tech_old" });
    assert_eq!(hub.client.post("/api/audit/jalibat/module/M001", &marked).await.status, 200);

    let running = join(&hub, &above, None);
    meet(&hub, &above).await;
    assert_eq!(all(&above).await, here);
    // Both hubs bring in the same file while they are apart: one measurement each, as it is one.
    import(&hub, "", BENNING).await;
    import(&above, "", BENNING).await;
    hub.client.ops("jalibat", vec![mark("M002", "ok", "lea", NOW)]).await;
    meet(&hub, &above).await;
    assert_eq!(
        of_string(&above, 4).await,
        ["dark_iv 4 2 0.917", "dark_iv 4 null 0.884", "insulation 4 null 0.6"]
    );
    let values = async |hub: &TestHub| {
        let all = all(hub).await;
        all.as_object()
            .unwrap()
            .iter()
            .map(|(n, one)| (n.clone(), one["properties"].clone()))
            .collect::<Vec<_>>()
    };
    let here = values(&hub).await;
    assert_eq!(values(&above).await, here);
    running.stop().await;
    let hub = hub.restart().await;
    assert_eq!(values(&hub).await, here);
}

#[test]
fn the_command_line_tells_first_and_sets_once() {
    let temp = TempDir::new().unwrap();
    let dir = temp.path().join("data");
    run(&dir, &["audit", "create", "--name", "Roof", "--strings", "3,2,2", "--token", "roof"]).good();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pvserv-strings.txt");
    let measurements =
        |more: &[&str]| run(&dir, &[&["audit", "measurements", "roof", file], more].concat()).good();
    let told = measurements(&["--dry-run", "--first", "2"]);
    assert!(told.starts_with("14 measurements in the file: 2 new, 0 there already, 0 of something else until now, 12 left out\n"), "{told}");
    assert!(told.contains("Nr. 1 -> string 2; ok: ff 0.954, rds 16.45, uf 776"), "{told}");
    assert!(told.contains("Nr. 4 (2) -> left out: the audit has no such string; look at it: ff 0.917 (under 0.93), rds 21.50 (over 20)"), "{told}");
    assert!(measurements(&["--shift", "-2", "--place", "13=M004"]).ends_with("5 measurements set\n"));
    assert!(measurements(&["--shift", "-2", "--place", "13=M004"]).ends_with("0 measurements set\n"));
}
