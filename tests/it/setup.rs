//! Set-up from the page: what doctor finds, where settings are changed, and an upstream that is called before it is set.

use std::net::TcpListener;
use std::path::Path;

use crate::common::blocking::Blocking;
use crate::common::program::{Ran, Serving, program};
use serde_json::{Value, json};

fn crew_hub(data: &Path) -> (Serving, String) {
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--demo", "--no-mdns", "--data-dir"]);
    command.arg(data).env("FIELDHUB_ACCESS", "crew");
    let serving = Serving::spawn(command);
    let mut code = program(&["crew", "lead-code", "--json", "--data-dir"]);
    let code = Ran::from(code.arg(data).env("FIELDHUB_ACCESS", "crew").output().unwrap()).json();
    let body = json!({"code": code["code"], "name": "Lea", "device_id": "dev_lea"}).to_string();
    let joined = Blocking::connect(&serving.address).unwrap().call("POST", "/api/v1/join", &body).unwrap();
    let joined: Value = serde_json::from_str(&joined.1).unwrap();
    (serving, joined["token"].as_str().unwrap().to_owned())
}

fn call(hub: &Serving, token: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let mut client = Blocking::connect(&hub.address).unwrap().with_token(token);
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (status, body) = client.call(method, path, &body).unwrap();
    (status, serde_json::from_str(&body).unwrap())
}

#[test]
fn a_lead_sees_what_doctor_finds_and_where_settings_are() {
    let dir = tempfile::tempdir().unwrap();
    let (hub, lead) = crew_hub(&dir.path().join("data"));
    let (status, setup) = call(&hub, &lead, "GET", "/api/v1/setup", &Value::Null);
    assert_eq!(status, 200, "{setup}");
    // It was started by hand, whatever else is installed on this machine.
    assert!(setup["settings_file"].is_null() && setup["restart"].is_null(), "{setup}");
    let checks = setup["checks"].as_array().unwrap();
    let found = |name: &str| checks.iter().find(|check| check["name"] == name);
    assert!(found("backup stick").is_some() && found("hub").is_some(), "{setup}");
    for check in checks.iter().filter(|check| check["verdict"] == "do" || check["verdict"] == "look") {
        assert!(
            check["do"].as_str().is_some_and(|remedy| !remedy.is_empty()),
            "each says what to do: {check}"
        );
    }
}

#[test]
fn an_upstream_is_really_called_before_anything_is_said_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let (hub, lead) = crew_hub(&dir.path().join("data"));
    let (strict, _) = crew_hub(&dir.path().join("strict"));
    let open = Serving::start(&dir.path().join("open"), &["--demo", "--no-mdns"]);
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let tried = |url: String, token: Option<&str>| {
        let (status, said) =
            call(&hub, &lead, "POST", "/api/v1/upstream/try", &json!({"url": url, "token": token}));
        assert_eq!(status, 200, "{said}");
        said
    };
    // A cloud by v3.3, and another fieldhub: this hub's audit is on both.
    for url in [format!("http://{}", open.address), format!("fieldhub+http://{}", open.address)] {
        let said = tried(url, None);
        assert_eq!((&said["works"], &said["reason_code"]), (&json!(true), &Value::Null), "{said}");
    }
    let said = tried(format!("fieldhub+http://{}", strict.address), Some("wrong"));
    assert_eq!((&said["works"], &said["reason_code"]), (&json!(false), &json!("lets_nobody_in")), "{said}");
    let said = tried(format!("http://{nobody}"), None);
    assert_eq!((&said["works"], &said["reason_code"]), (&json!(false), &json!("unreachable")), "{said}");
    let (status, said) =
        call(&hub, &lead, "POST", "/api/v1/upstream/try", &json!({"url": "ftp://cloud.example"}));
    assert_eq!((status, &said["field"]), (400, &json!("url")), "{said}");
    // Nothing was set by it.
    assert_eq!(call(&hub, &lead, "GET", "/api/v1/upstream", &Value::Null).1["upstreams"], json!([]));
}
