//! A list of serial numbers over HTTP: told first, then set by whoever leads; of a number that two modules would share neither is.

use crate::common::TestHub;
use hyper::Method;
use serde_json::json;

const PATH: &str = "/api/v1/audits/jalibat/serials";

#[tokio::test]
async fn a_list_is_told_then_set_and_a_number_given_twice_is_of_neither() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let (lead, omar) = (hub.lead("Léa").await, hub.technician("Omar").await);
    let list = "module,serial\nM001,JKM-1\nM002,JKM-2\nM003,JKM-2\nM999,JKM-9\nM004,1.2E+17\n";
    assert_eq!(omar.call(Method::POST, PATH, list).await.status, 403);
    let told = lead.call(Method::POST, &format!("{PATH}?dry_run=true"), list).await.json();
    let expected = json!({"new": [{"module_id": "M001", "serial": "JKM-1"}], "other": [], "same": 0, "made": 0, "problems": [
        {"problem": "unknown_module", "line": 5, "modules": ["M999"]},
        {"problem": "rounded", "line": 6, "modules": [], "serial": "1.2E+17"},
        {"problem": "serial_twice", "modules": ["M002", "M003"], "serial": "JKM-2"}]});
    assert_eq!(told, expected);
    assert!(lead.module("jalibat", "M001").await["properties"].is_null());
    assert_eq!(lead.call(Method::POST, PATH, list).await.json()["made"], 1);
    assert_eq!(lead.module("jalibat", "M001").await["properties"], json!({"serial": "JKM-1"}));
    let history = lead.get("/api/v1/audits/jalibat/modules/M001/history").await.json();
    assert!(history.to_string().contains("Léa"), "{history}");
    // Another number stays unless somebody says so.
    let other = "module,serial\nM001,JKM-7\n";
    let kept = lead.call(Method::POST, PATH, other).await.json();
    assert_eq!((&kept["other"][0]["has"], &kept["made"]), (&json!("JKM-1"), &json!(0)));
    let replaced = lead.call(Method::POST, &format!("{PATH}?replace=true"), other).await.json();
    assert_eq!(replaced["made"], 1);
    assert_eq!(lead.module("jalibat", "M001").await["properties"]["serial"], "JKM-7");
    for (query, body, field) in [("", "a,b,c\n1,2,3\n", "file"), ("?replace=1", other, "replace")] {
        let refused = lead.call(Method::POST, &format!("{PATH}{query}"), body).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (400, &json!(field)));
    }
}
