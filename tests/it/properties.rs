//! Properties over HTTP (severity, serial numbers, sessions of strings, what was not examined, conditions): who sets what, what is read,
//! conflicts; and that v3.3 clients and clouds neither see nor lose them, and other hubs, bundles and backups have them.

use crate::common::cloud::TestCloud;
use crate::common::peers::{join, meet};
use crate::common::upstream::{AUDIT, Site, cloud_at};
use crate::common::{Answer, NOW, TestHub, mark};
use fieldhub::domain::AuditBounds;
use fieldhub::domain::crew::Access;
use fieldhub::http::Limits;
use hyper::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const OPS: &str = "/api/v1/audits/jalibat/ops";
const STATE: &str = "/api/v1/audits/jalibat";

pub fn property(of: Value, set: Value, who: &str) -> Value {
    json!({ "id": Uuid::now_v7(), "kind": "property", "of": of, "set": set, "marked_at_ms": NOW,
        "technician_id": format!("tech_{who}"), "technician_name": who, "device_id": format!("dev_{who}") })
}

fn module(id: &str, set: Value, who: &str) -> Value {
    property(json!({ "module_id": id }), set, who)
}

fn knowing(mut op: Value, base: &Value) -> Value {
    op["base"] = base["property_stamp"].clone();
    op
}

async fn state(hub: &TestHub) -> Value {
    hub.client.get(STATE).await.json()
}

/// What is set, of all things; without what the log of this hub is called by.
async fn all_set(hub: &TestHub) -> Value {
    let state = state(hub).await;
    let set = |from: &Value| json!([from["properties"], from["property_stamp"], from["property_conflicts"]]);
    let modules = state["modules"].as_array().unwrap().iter();
    let modules: Vec<_> = modules.map(set).filter(|set| !set[1].is_null()).collect();
    json!([set(&state), state["strings_properties"], modules])
}

fn outcomes(results: &[Value]) -> Vec<&str> {
    results.iter().map(|result| result["outcome"].as_str().unwrap()).collect()
}

/// Something of each kind, and a conflict.
async fn a_night(hub: &TestHub) {
    let mut ops = vec![
        mark("M050", "microcracks", "lea", NOW),
        module("M050", json!({ "severity": "B", "serial": " JKM-0050 ", "action": "claim" }), "lea"),
        module("M051", json!({ "not_examined": "shade" }), "lea"),
        property(
            json!({ "string": 3 }),
            json!({ "energised_from": "1780000000000", "current_a": "3.5" }),
            "lea",
        ),
        property(json!({ "string": 4 }), json!({ "not_examined": "no_access" }), "lea"),
        property(json!({}), json!({ "weather": "clear", "severity_scale": "koentges" }), "lea"),
        module("M050", json!({ "severity": "C", "later_name": "what only a later version knows" }), "tom"),
    ];
    ops[6]["marked_at_ms"] = json!(NOW + 1_000);
    let results = hub.client.ops("jalibat", ops).await;
    assert_eq!(outcomes(&results)[..6], ["applied"; 6], "{results:?}");
    assert_eq!(outcomes(&results)[6], "conflict");
}

#[tokio::test]
async fn what_is_set_is_read_of_modules_strings_and_the_audit() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let before = state(&hub).await;
    for absent in ["properties", "property_stamp", "property_conflicts", "strings_properties"] {
        assert!(before.get(absent).is_none() && before["modules"][0].get(absent).is_none(), "{absent}");
    }
    let mut feed = hub.client.live(&format!("{STATE}/live?after={}", before["seq"]), None).await;
    a_night(&hub).await;

    let now = state(&hub).await;
    assert_eq!(now["properties"], json!({ "weather": "clear", "severity_scale": "koentges" }));
    let strings = &now["strings_properties"];
    assert_eq!(strings["3"]["properties"]["current_a"], "3.5");
    assert_eq!(strings["4"]["properties"], json!({ "not_examined": "no_access" }));
    let m050 = hub.client.module("jalibat", "M050").await;
    let set = json!({ "severity": "C", "serial": "JKM-0050", "action": "claim", "later_name": "what only a later version knows" });
    assert_eq!((&m050["properties"], &m050["property_conflicts"]), (&set, &json!(["severity"])));
    assert_eq!((&m050["status"], &m050["conflict"]), (&json!("microcracks"), &json!(false)));
    let m051 = hub.client.module("jalibat", "M051").await;
    assert_eq!((&m051["status"], m051.get("property_conflicts")), (&json!("pending"), None));

    // Whoever has seen both settles it; what is taken back is gone, and its stamp stays.
    let settled = knowing(module("M050", json!({ "severity": "B", "action": null }), "ana"), &m050);
    assert_eq!(outcomes(&hub.client.ops("jalibat", vec![settled]).await), ["applied"]);
    let m050 = hub.client.module("jalibat", "M050").await;
    assert_eq!((&m050["properties"]["severity"], m050.get("property_conflicts")), (&json!("B"), None));
    assert!(m050["properties"].get("action").is_none());
    let back = knowing(module("M051", json!({ "not_examined": null }), "ana"), &m051);
    hub.client.ops("jalibat", vec![back.clone()]).await;
    let m051 = hub.client.module("jalibat", "M051").await;
    assert!(
        m051.get("properties").is_none() && m051["property_stamp"].as_str().unwrap().len() > 40,
        "{m051}"
    );
    assert_eq!(outcomes(&hub.client.ops("jalibat", vec![back]).await), ["duplicate"]);

    // The feed tells each with all that is set of its thing by now.
    let mut told = Vec::new();
    while told.len() < 9 {
        let event = feed.wait("op").await.data;
        told.push(event);
    }
    assert_eq!(told[1]["kind"], "property");
    assert_eq!((&told[1]["module_id"], &told[1]["set"]["severity"]), (&json!("M050"), &json!("B")));
    assert_eq!(told[1]["property"]["of"], json!({ "module_id": "M050" }));
    assert_eq!(told[3]["string"], 3);
    assert_eq!(
        (&told[3]["property"]["of"], &told[3]["property"]["properties"]["current_a"]),
        (&json!({ "string": 3 }), &json!("3.5"))
    );
    assert_eq!(
        (&told[5]["property"]["of"], &told[5]["property"]["properties"]["weather"]),
        (&json!({}), &json!("clear"))
    );
    assert_eq!(told[7]["property"]["properties"]["severity"], "B");
    assert!(told[0].get("property").is_none());
}

#[tokio::test]
async fn the_history_of_a_module_says_who_set_which_value_also_after_a_restart() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    a_night(&hub).await;
    let history = async |hub: &TestHub| {
        let history = hub.client.get(&format!("{STATE}/modules/M050/history")).await.json();
        let entries = history["entries"].as_array().unwrap().clone();
        entries
            .iter()
            .map(|e| {
                json!([e["kind"], e["technician_id"], e["set"]["severity"], e["stands"], e["module_id"]])
            })
            .collect::<Vec<_>>()
    };
    let told = [
        json!(["mark", "tech_lea", null, null, "M050"]),
        json!(["property", "tech_lea", "B", true, "M050"]),
        json!(["property", "tech_tom", "C", true, "M050"]),
    ];
    assert_eq!(history(&hub).await, told);
    let set = all_set(&hub).await;
    // Once from the log alone, once from the tables.
    let hub = hub.restart().await;
    assert_eq!((history(&hub).await, all_set(&hub).await), (told.to_vec(), set.clone()));
    let hub = hub.restart().await;
    assert_eq!((history(&hub).await, all_set(&hub).await), (told.to_vec(), set));
}

#[tokio::test]
async fn the_audits_own_are_a_leads_and_what_is_out_of_form_is_refused_alone() {
    let hub = TestHub::with_limits(Access::Crew, Limits::default()).await;
    hub.jalibat().await;
    let (lead, tom) = (hub.lead("Ana").await, hub.technician("Tom").await);
    let own = |of: Value, set: Value| json!({ "id": Uuid::now_v7(), "kind": "property", "of": of, "set": set, "marked_at_ms": NOW });
    let results = tom
        .ops(
            "jalibat",
            vec![
                own(json!({}), json!({ "weather": "rain" })),
                own(json!({ "module_id": "M001" }), json!({ "severity": "A" })),
                own(json!({ "string": 2 }), json!({ "current_a": "3,5" })),
                own(json!({ "string": 2 }), json!({ "severity": "A" })),
                own(json!({ "string": 2, "module_id": "M001" }), json!({ "severity": "A" })),
                own(json!({ "photo": 2 }), json!({ "severity": "A" })),
                own(json!({ "module_id": "M001" }), json!({})),
                own(json!({ "module_id": "M001" }), json!({ "Severity": "A" })),
                own(json!({ "module_id": "M001" }), json!({ "serial": "" })),
            ],
        )
        .await;
    let reasons: Vec<&str> = results.iter().map(|result| result["reason"].as_str().unwrap_or("-")).collect();
    let begins = [
        "of: only a lead",
        "-",
        "set.current_a: a number with a decimal point",
        "set.severity: it is of a module",
        "of: a module, a string, or neither",
        "of.photo: unknown field",
        "set: 1 to 32 names",
        "set: a name has at most 40",
        "set.serial: it is empty",
    ];
    for (reason, begin) in reasons.iter().zip(begins) {
        assert!(reason.starts_with(begin), "{reason}");
    }
    assert_eq!(
        outcomes(&lead.ops("jalibat", vec![own(json!({}), json!({ "weather": "rain" }))]).await),
        ["applied"]
    );
    assert_eq!(
        hub.client.post(OPS, &json!({ "ops": [own(json!({}), json!({ "weather": "x" }))] })).await.status,
        401
    );
    let state = tom.get(STATE).await.json();
    assert_eq!(state["properties"]["weather"], "rain");
}

#[tokio::test]
async fn v33_clients_neither_see_nor_lose_what_is_set() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let updates =
        async || hub.client.get("/api/audit/jalibat/updates?since=0").await.json()["updates"].clone();
    let export = async |query: &str| hub.client.get(&format!("{STATE}/export{query}")).await.text();
    hub.client.ops("jalibat", vec![mark("M050", "dead", "lea", NOW)]).await;
    let (updated, tablet, table) = (updates().await, export("").await, export("?format=csv").await);
    let set = [
        module("M050", json!({ "severity": "B" }), "lea"),
        module("M060", json!({ "serial": "JKM-0060" }), "lea"),
        property(json!({}), json!({ "weather": "clear" }), "lea"),
    ];
    hub.client.ops("jalibat", set.to_vec()).await;
    assert_eq!(updates().await, updated, "no module has changed for them");
    // Its proof tells how far the log has got; what it proves is as before.
    let for_tablets = |text: &str| {
        let mut export: Value = serde_json::from_str(text).unwrap();
        for passing in ["lastSync", "proof"] {
            assert!(export.as_object_mut().unwrap().remove(passing).is_some(), "{passing}");
        }
        export
    };
    assert_eq!(for_tablets(&export("").await), for_tablets(&tablet));
    let with_set = export("?format=csv").await;
    let rows = table.lines().zip(with_set.lines());
    assert!(rows.clone().count() == 243 && rows.into_iter().all(|(before, now)| now.starts_with(before)));

    let marked = json!({ "status": "ok", "comment": "seen by day", "technicianId": "tech_office", "technicianName": "Office" });
    assert_eq!(hub.client.post("/api/audit/jalibat/module/M050", &marked).await.status, 200);
    let m050 = hub.client.module("jalibat", "M050").await;
    assert_eq!((&m050["status"], &m050["properties"]), (&json!("ok"), &json!({ "severity": "B" })));
}

#[tokio::test]
async fn a_v33_cloud_is_sent_none_of_it_and_takes_none_away() {
    let cloud = TestCloud::start();
    let mut site = Site::alone().await;
    site.mark("M050", "dead", "lea").await;
    for op in [
        module("M050", json!({ "severity": "B" }), "lea"),
        module("M051", json!({ "serial": "JKM-0051" }), "lea"),
        property(json!({ "string": 3 }), json!({ "current_a": "3.5" }), "lea"),
    ] {
        site.op(op).await;
    }
    site.link(vec![cloud_at("cloud", &cloud.url, None)]);
    site.agrees_with(&cloud).await;
    assert_eq!(cloud.summary().of("module"), 1, "the mark alone");
    site.op(module("M052", json!({ "severity": "A" }), "lea")).await;
    // What is marked after it goes up, so it was passed over.
    site.mark("M053", "ok", "lea").await;
    site.agrees_with(&cloud).await;
    assert_eq!(cloud.summary().of("module"), 2);
    crate::common::upstream::office(&cloud, "M050", "ok", Some("seen in the daylight")).await;
    site.agrees_with(&cloud).await;
    let m050 = site.client.module(AUDIT, "M050").await;
    assert_eq!((&m050["status"], &m050["properties"]["severity"]), (&json!("ok"), &json!("B")));
}

#[tokio::test]
async fn other_hubs_bundles_and_backups_have_all_that_is_set() {
    let (site, office) = (TestHub::start().await, TestHub::start().await);
    site.jalibat().await;
    a_night(&site).await;
    let set = all_set(&site).await;

    let running = join(&site, &office, None);
    meet(&site, &office).await;
    assert_eq!(all_set(&office).await, set);
    // Apart from each other both say something, and what they say is one when they meet.
    office.client.ops("jalibat", vec![module("M070", json!({ "severity": "A" }), "office")]).await;
    site.client.ops("jalibat", vec![module("M070", json!({ "severity": "C" }), "lea")]).await;
    meet(&site, &office).await;
    running.stop().await;
    let (there, mut here) =
        (office.client.module("jalibat", "M070").await, site.client.module("jalibat", "M070").await);
    // Where a mark lies is each hub's own.
    here["seq"] = there["seq"].clone();
    assert_eq!((&there["property_conflicts"], &there), (&json!(["severity"]), &here));

    let backup = site.backup().await;
    let set = all_set(&site).await;
    let bundle = site.client.get("/api/v1/bundle").await.body;
    let third = TestHub::start().await;
    let taken: Answer = third.client.call(Method::POST, "/api/v1/bundle", bundle).await;
    assert_eq!(taken.status, 200, "{}", taken.text());
    assert_eq!(all_set(&third).await, set);

    site.client.ops("jalibat", vec![module("M050", json!({ "serial": "OTHER" }), "lea")]).await;
    site.restore(&backup).await;
    assert_eq!(all_set(&site).await, set);
}

#[tokio::test]
async fn text_that_is_one_too_much_for_the_audit_is_refused_alone() {
    let bounds = AuditBounds { audit_text: 5_000, ..AuditBounds::default() };
    let hub = TestHub::with_bounds(Limits::default(), bounds).await;
    hub.jalibat().await;
    let long = |n: usize| property(json!({}), json!({ "summary": "x".repeat(n) }), "lea");
    let results = hub.client.ops("jalibat", vec![long(3_000)]).await;
    assert_eq!(outcomes(&results), ["applied"]);
    let more = module("M001", json!({ "remark": "x".repeat(2_500) }), "lea");
    let results = hub
        .client
        .ops("jalibat", vec![more.clone(), module("M001", json!({ "severity": "A" }), "lea")])
        .await;
    assert_eq!(outcomes(&results), ["refused", "applied"]);
    let seen = state(&hub).await;
    let shorter = knowing(property(json!({}), json!({ "summary": null }), "lea"), &seen);
    let again = Value::Object(more.as_object().unwrap().clone());
    let results = hub.client.ops("jalibat", vec![shorter, again]).await;
    assert_eq!(outcomes(&results), ["applied", "applied"], "{results:?}");
}

#[tokio::test]
async fn a_table_for_people_says_severity_what_to_do_serial_and_why_not_examined() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    a_night(&hub).await;
    let rows = async |query: &str| {
        let text = hub.client.get(&format!("{STATE}/export?format=csv{query}")).await.text();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let plain = rows("").await;
    assert_eq!(
        plain[0],
        "module_id,string,position,row,col,status,comment,severity,action,serial,not_examined"
    );
    assert_eq!(plain[50], "M050,2,24,,,microcracks,,C,claim,JKM-0050,");
    assert_eq!(plain[51], "M051,3,1,,,pending,,,,,shade");
    // String 4 was not examined.
    assert_eq!(plain[75], "M075,4,1,,,pending,,,,,no_access");
    let french = rows("&lang=fr").await;
    assert!(french[0].ends_with(";Lieu;Gravité;À faire;Numéro de série;Non examiné"), "{}", french[0]);
    assert!(french[50].ends_with(";C;Garantie;JKM-0050;"), "{}", french[50]);
    assert!(french[51].ends_with(";;;;À l’ombre"), "{}", french[51]);
}

/// In the list too: what somebody said why of is not pending, and who disagrees on a severity disagrees.
#[tokio::test]
async fn the_list_counts_what_was_said_why_of_and_every_conflict() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    a_night(&hub).await;
    let listed = async |hub: &TestHub| {
        let list = hub.client.get("/api/v1/audits").await.json();
        [list["audits"][0]["conflicts"].clone(), list["audits"][0]["not_examined"].clone()]
    };
    // M051, and the 24 of string 4.
    assert_eq!(listed(&hub).await, [json!(1), json!(25)]);
    let hub = hub.restart().await;
    assert_eq!(listed(&hub).await, [json!(1), json!(25)]);
    // Both at once are one conflict; who marks it has examined it.
    let more = vec![mark("M050", "dead", "tom", NOW + 3_000), mark("M051", "ok", "lea", NOW + 3_000)];
    hub.client.ops("jalibat", more).await;
    assert_eq!(listed(&hub).await, [json!(1), json!(24)]);
}
