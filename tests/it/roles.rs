//! Every route against every kind of caller: the expected status of each cell.
//!
//! The routes come from the OpenAPI document, so that a new one without a row here fails the test.

use std::collections::BTreeMap;

use crate::common::{Client, TestClock, TestHub, config, mark};
use fieldhub::domain::crew::Access;
use fieldhub::hub::crew::{Claims, WhichCode};
use fieldhub::hub::{Hub, HubConfig, change};
use http_body_util::BodyExt;
use hyper::{Method, StatusCode};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use uuid::Uuid;

/// The least that a route asks of its caller.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Least {
    Anybody,
    Viewer,
    Technician,
    Lead,
    Administrator,
}
use Least::{Administrator, Anybody, Lead, Technician, Viewer};

/// Route, the least role, and what it answers to somebody who may.
const TABLE: &[(&str, &str, Least, u16)] = &[
    ("POST", "/api/audit/{token}/module/{module_id}", Technician, 200),
    ("GET", "/api/audit/{token}/updates", Viewer, 200),
    ("POST", "/api/audit/{token}/heartbeat", Viewer, 200),
    ("GET", "/api/audit/{token}/technicians", Viewer, 200),
    ("GET", "/api/v1/hub", Anybody, 200),
    ("GET", "/api/v1/audits", Viewer, 200),
    ("POST", "/api/v1/audits", Lead, 201),
    ("POST", "/api/v1/audits/preview", Lead, 200),
    ("GET", "/api/v1/audits/{token}", Viewer, 200),
    ("GET", "/api/v1/audits/{token}/share", Viewer, 200),
    ("PATCH", "/api/v1/audits/{token}", Lead, 200),
    ("DELETE", "/api/v1/audits/{token}", Lead, 204),
    ("GET", "/api/v1/audits/{token}/export", Viewer, 200),
    ("GET", "/api/v1/audits/{token}/layout", Viewer, 200),
    ("POST", "/api/v1/audits/{token}/layout", Lead, 200),
    ("POST", "/api/v1/audits/{token}/plan", Lead, 200),
    ("POST", "/api/v1/audits/{token}/measurements", Lead, 200),
    // JSON is no list.
    ("POST", "/api/v1/audits/{token}/serials", Lead, 400),
    ("PUT", "/api/v1/audits/{token}/open-v33", Lead, 200),
    ("GET", "/api/v1/audits/{token}/ops", Viewer, 200),
    ("POST", "/api/v1/audits/{token}/ops", Technician, 200),
    ("GET", "/api/v1/audits/{token}/modules/{module_id}/history", Viewer, 200),
    ("GET", "/api/v1/audits/{token}/notes", Viewer, 200),
    ("GET", "/api/v1/audits/{token}/live", Viewer, 200),
    ("GET", "/api/v1/live", Viewer, 200),
    ("PUT", "/api/v1/audits/{token}/presence", Viewer, 200),
    ("POST", "/api/v1/join", Anybody, 200),
    ("GET", "/api/v1/me", Viewer, 200),
    ("PATCH", "/api/v1/me", Viewer, 200),
    ("POST", "/api/v1/me/renew", Viewer, 200),
    ("PUT", "/api/v1/me/tablet", Viewer, 204),
    ("GET", "/api/v1/crew", Lead, 200),
    ("PATCH", "/api/v1/crew/{technician_id}", Lead, 200),
    ("GET", "/api/v1/crew/code", Lead, 200),
    ("POST", "/api/v1/crew/code", Lead, 200),
    ("GET", "/api/v1/crew/lead-code", Lead, 200),
    ("POST", "/api/v1/crew/lead-code", Lead, 200),
    ("GET", "/api/v1/crew/viewer-code", Lead, 200),
    ("POST", "/api/v1/crew/viewer-code", Lead, 200),
    ("GET", "/api/v1/poster", Lead, 200),
    ("POST", "/api/v1/crew/hubs", Administrator, 201),
    ("POST", "/api/v1/crew/revoke-all", Administrator, 200),
    ("POST", "/api/v1/crew/rotate-key", Administrator, 204),
    ("GET", "/api/v1/upstream", Viewer, 200),
    ("POST", "/api/v1/upstream/sync", Technician, 202),
    // This hub was started by nobody who knows its machine; no address is given.
    ("GET", "/api/v1/setup", Lead, 503),
    ("POST", "/api/v1/upstream/try", Lead, 400),
    ("GET", "/api/v1/upstream/parked", Viewer, 200),
    ("POST", "/api/v1/upstream/retry", Lead, 200),
    ("POST", "/api/v1/upstream/drop", Lead, 200),
    ("GET", "/api/v1/audits/{token}/photos", Viewer, 200),
    ("GET", "/api/v1/audits/{token}/closing", Viewer, 200),
    ("GET", "/api/v1/audits/{token}/reports", Viewer, 200),
    ("POST", "/api/v1/audits/{token}/reports", Lead, 200),
    ("GET", "/api/v1/audits/{token}/reports/{number}", Viewer, 200),
    ("GET", "/api/v1/company", Viewer, 200),
    ("PUT", "/api/v1/company", Lead, 200),
    // There is none, and JSON is none.
    ("GET", "/api/v1/company/logo", Viewer, 404),
    ("PUT", "/api/v1/company/logo", Lead, 400),
    ("DELETE", "/api/v1/company/logo", Lead, 204),
    ("GET", "/api/v1/photos", Lead, 200),
    // No hash: refused for what it is.
    ("POST", "/api/v1/photos/verify", Lead, 400),
    ("POST", "/api/v1/audits/{token}/photos/proposal", Technician, 200),
    ("DELETE", "/api/v1/photos/orphaned", Lead, 200),
    // Nobody has sent it; and JSON is no step of a picture.
    ("HEAD", "/api/v1/audits/{token}/photos/{sha256}", Technician, 204),
    ("POST", "/api/v1/audits/{token}/photos/{sha256}/variants", Technician, 404),
    ("PATCH", "/api/v1/audits/{token}/photos/{sha256}", Technician, 415),
    ("GET", "/api/v1/audits/{token}/photos/{sha256}", Viewer, 404),
    // Without the caller's log, no page, no bundle: refused for what they are.
    ("GET", "/api/v1/peer/{token}", Lead, 400),
    ("GET", "/api/v1/peer/{token}/ops", Lead, 200),
    ("POST", "/api/v1/peer/{token}/ops", Lead, 400),
    ("PUT", "/api/v1/peer/{token}/presence", Lead, 200),
    ("GET", "/api/v1/peer/{token}/photos", Lead, 200),
    ("GET", "/api/v1/bundle", Lead, 200),
    ("POST", "/api/v1/bundle", Lead, 400),
    ("PUT", "/api/v1/bundle/exported", Lead, 204),
    ("GET", "/api/v1/status", Lead, 200),
    ("GET", "/api/v1/clock", Lead, 200),
    // The machine's clock is synchronised, and counts.
    ("PUT", "/api/v1/clock", Lead, 409),
    ("POST", "/api/v1/identity", Administrator, 200),
    ("GET", "/api/v1/backup", Lead, 200),
    ("GET", "/api/v1/backups", Lead, 200),
    ("POST", "/api/v1/backups", Lead, 202),
    // Without a state: refused for what it is.
    ("PUT", "/api/v1/backups/told", Administrator, 400),
    // No database: refused for what it is, not for who sends it.
    ("POST", "/api/v1/restore", Lead, 400),
    ("GET", "/healthz", Anybody, 200),
    ("GET", "/metrics", Lead, 200),
    ("GET", "/api/openapi.json", Anybody, 200),
    // This hub has no CA of its own.
    ("GET", "/trust", Anybody, 200),
    ("GET", "/trust/fieldhub-ca.crt", Anybody, 404),
    ("GET", "/trust/fieldhub-ca.pem", Anybody, 404),
    ("GET", "/trust/fieldhub.mobileconfig", Anybody, 404),
    ("GET", "/trust/check", Anybody, 404),
];

/// Somebody who calls: with a token or without, and what they are taken for.
struct Who {
    name: &'static str,
    client: Client,
    role: Least,
    /// The code of a 401.
    refused: Option<&'static str>,
}

struct RoleHub {
    hub: TestHub,
    callers: Vec<Who>,
    /// Somebody whom leads may change without breaking anything else.
    somebody: String,
}

/// The claims of a token, unread by anybody but this test.
fn claims(token: &str) -> Claims {
    jsonwebtoken::dangerous::insecure_decode::<Claims>(token).unwrap().claims
}

fn signed(algorithm: Algorithm, claims: &Claims, key: &[u8]) -> String {
    let header = Header::new(algorithm);
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(key)).unwrap()
}

fn base64(text: &str) -> String {
    // The library's own encoding of a header, borrowed: tokens of `none` are made by no library.
    const SET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = text.bytes().map(|b| format!("{b:08b}")).collect();
    let sixes = bits.as_bytes().chunks(6).map(|six| {
        let six = format!("{:0<6}", std::str::from_utf8(six).unwrap());
        char::from(SET[usize::from_str_radix(&six, 2).unwrap()])
    });
    sixes.collect()
}

impl RoleHub {
    async fn start() -> Self {
        let clock = TestClock::new(true);
        let hub = TestHub::crew_with_clock(clock.clone()).await;
        hub.jalibat().await;
        let crew = hub.the_crew();

        let expired = hub.technician("Late").await;
        clock.advance(31 * 86_400_000);
        let lead = hub.lead("Lead").await;
        let technician = hub.technician("Technician").await;
        let viewer = hub.technician("Viewer").await;
        let revoked = hub.technician("Revoked").await;
        let somebody = claims(hub.technician("Somebody").await.token()).sub;
        let id = |client: &Client| claims(client.token()).sub;
        let (v, r) = (id(&viewer), id(&revoked));
        change(crew, move |crew| crew.set(&v, Some("viewer".parse().unwrap()), None)).await.unwrap();
        change(crew, move |crew| crew.set(&r, None, Some(true))).await.unwrap();

        // Another hub of the same make, where somebody with the very same id has joined.
        let dir = tempfile::tempdir().unwrap();
        let other =
            Hub::open(HubConfig { access: Access::Crew, ..config(dir.path()) }, clock.clone()).unwrap();
        let code = other.crew().unwrap().code(WhichCode::Lead).as_str().to_owned();
        let device = "dev_other".to_owned().try_into().unwrap();
        let joined = other.join(code, "Lead".into(), device, None).await.unwrap();
        let foreign = joined.token;

        // The lead's own claims, under a key that is not the hub's, without a key, with another algorithm.
        let lead_claims = claims(lead.token());
        let wrong_key = signed(Algorithm::HS256, &lead_claims, b"not the key of this hub, but as long");
        let body = serde_json::to_string(&lead_claims).unwrap();
        let none = format!("{}.{}.", base64(r#"{"alg":"none","typ":"JWT"}"#), base64(&body));
        let stolen = lead.token().rsplit('.').next().unwrap();
        let none_signed = format!("{}.{}.{stolen}", base64(r#"{"alg":"none"}"#), base64(&body));
        let hs512 = format!("{}.{}.{stolen}", base64(r#"{"alg":"HS512","typ":"JWT"}"#), base64(&body));
        let promoted = Claims { role: "lead".parse().unwrap(), ..claims(viewer.token()) };
        let promoted = serde_json::to_string(&promoted).unwrap();
        let mut parts = viewer.token().split('.');
        let (head, _, tail) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let promoted = format!("{head}.{}.{tail}", base64(&promoted));

        let stranger = |name, token: &str, refused| Who {
            name,
            client: hub.client.with_token(token),
            role: Anybody,
            refused: Some(refused),
        };
        let member = |name, client, role| Who { name, client, role, refused: None };
        let callers = vec![
            Who { name: "anonymous", client: hub.client.clone(), role: Anybody, refused: Some("no_session") },
            stranger("expired", expired.token(), "expired"),
            stranger("revoked", revoked.token(), "revoked"),
            stranger("wrong key", &wrong_key, "bad_token"),
            stranger("alg none", &none, "bad_token"),
            stranger("alg none with a signature", &none_signed, "bad_token"),
            stranger("another algorithm", &hs512, "bad_token"),
            stranger("another hub's lead", &foreign, "bad_token"),
            stranger("a viewer's token made a lead's", &promoted, "bad_token"),
            stranger("no token at all", "nonsense", "bad_token"),
            member("viewer", viewer, Viewer),
            member("technician", technician, Technician),
            member("lead", lead, Lead),
        ];
        Self { hub, callers, somebody }
    }

    /// One call of the table; its status and, of an error, its code.
    async fn call(&self, client: &Client, method: &str, route: &str) -> (u16, Value) {
        let fresh = Uuid::new_v4().to_string();
        // What is removed is made first, by whoever may.
        let token = if (method, route) == ("DELETE", "/api/v1/audits/{token}") {
            let body = json!({"name": "To go", "token": fresh, "strings": "1"});
            let lead = &self.callers.last().unwrap().client;
            assert_eq!(lead.post("/api/v1/audits", &body).await.status, 201);
            fresh.as_str()
        } else {
            "jalibat"
        };
        let path = route
            .replace("{token}", token)
            .replace("{module_id}", "M001")
            .replace("{sha256}", &"0".repeat(64))
            .replace("{number}", "draft")
            .replace("{technician_id}", &self.somebody);
        let path = if route == "/api/v1/live" { format!("{path}?audit={token}") } else { path };
        let body = match (method, route) {
            ("POST", "/api/audit/{token}/module/{module_id}") => {
                json!({"status": "ok", "technicianId": "tech_x"})
            }
            ("POST", "/api/audit/{token}/heartbeat") => json!({"technicianId": "tech_x"}),
            ("POST", "/api/v1/audits" | "/api/v1/audits/preview") => {
                json!({"name": "New", "token": fresh, "strings": "2"})
            }
            ("PUT", "/api/v1/company") => json!({"name": "Solaire"}),
            ("POST", "/api/v1/audits/{token}/reports") => json!({"lang": "fr"}),
            ("POST", "/api/v1/audits/{token}/photos/proposal") => json!({"by": "name", "pictures": []}),
            ("POST", "/api/v1/audits/{token}/plan") => json!({"name": "As it is", "strings": "26,24x9"}),
            ("POST", "/api/v1/audits/{token}/layout") => json!({"hide_unplaced": true}),
            ("PATCH", "/api/v1/audits/{token}") => json!({"client": "Somebody"}),
            ("PUT", "/api/v1/audits/{token}/open-v33") => json!({"open": false}),
            ("POST", "/api/v1/audits/{token}/ops") => {
                json!({"ops": [mark("M001", "ok", "x", crate::common::NOW)]})
            }
            ("PUT", "/api/v1/audits/{token}/presence") => json!({"technician_id": "tech_x"}),
            ("POST", "/api/v1/join") => {
                let code = self.hub.the_crew().code(WhichCode::Crew).as_str().to_owned();
                json!({"code": code, "name": "Another", "device_id": "dev_another"})
            }
            ("PATCH", "/api/v1/me") => json!({"name": "Renamed"}),
            ("PUT", "/api/v1/me/tablet") => json!({"unsent": 3}),
            ("PUT", "/api/v1/clock") => json!({"time_ms": crate::common::NOW}),
            ("PATCH", "/api/v1/crew/{technician_id}") => json!({"role": "technician"}),
            ("PUT", "/api/v1/peer/{token}/presence") => json!({"hub": "van-1", "technicians": []}),
            ("PUT", "/api/v1/bundle/exported") => {
                json!({"log_id": self.hub.hub.identity().log_id, "audits": []})
            }
            ("POST", "/api/v1/restore" | "/api/v1/bundle") => json!("this is no database"),
            _ => Value::Null,
        };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let method: Method = method.parse().unwrap();
        let request = client.request(method, &path).header("content-type", "application/json");
        let response = client.open(request.body(body.into()).unwrap()).await;
        let status = response.status();
        // The live feed has no end.
        if status == StatusCode::OK && route.ends_with("/live") {
            return (200, Value::Null);
        }
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        (status.as_u16(), answer["code"].clone())
    }
}

#[tokio::test]
async fn every_route_answers_every_caller_as_the_table_says() {
    let site = RoleHub::start().await;
    let documented: BTreeMap<(String, String), ()> = routes(&site.hub).await;
    let rows: Vec<_> = TABLE.iter().map(|(m, r, ..)| ((*m).to_owned(), (*r).to_owned())).collect();
    for route in documented.keys() {
        assert!(rows.contains(route), "{} {}: give it a row in this table", route.0, route.1);
    }
    assert_eq!(rows.len(), documented.len(), "a row for a route that is not there");

    let mut wrong = Vec::new();
    let mut cells = 0;
    for (method, route, least, good) in TABLE {
        for who in &site.callers {
            // A code is tried by nobody in a loop: see tests/it/limits.rs. Joining is asked of two here.
            if *route == "/api/v1/join" && !matches!(who.name, "anonymous" | "expired") {
                continue;
            }
            let expected = match who.refused {
                _ if *least == Anybody => (*good, Value::Null),
                Some(code) => (401, Value::from(code)),
                None if who.role >= *least => (*good, Value::Null),
                None => (403, Value::from("forbidden")),
            };
            let (status, code) = site.call(&who.client, method, route).await;
            // An answer to HEAD has no words.
            let wordless = expected.1.is_null() || *method == "HEAD";
            let same = status == expected.0 && (wordless || code == expected.1);
            if !same {
                wrong.push(format!("{method} {route} by {}: {status} {code}, not {expected:?}", who.name));
            }
            cells += 1;
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(cells, TABLE.len() * site.callers.len() - (site.callers.len() - 2));
}

async fn routes(hub: &TestHub) -> BTreeMap<(String, String), ()> {
    let document = hub.client.get("/api/openapi.json").await.json();
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().keys().map(|method| method.to_uppercase());
        methods.map(|method| ((method, path.clone()), ())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

#[tokio::test]
async fn an_open_hub_has_no_roles_and_keeps_itself_from_the_network() {
    let hub = TestHub::start().await;
    hub.jalibat().await;
    let expected = |route: &str, least: Least, good: u16| match (route, least) {
        (
            "/api/v1/me"
            | "/api/v1/me/renew"
            | "/api/v1/me/tablet"
            | "/api/v1/join"
            | "/api/v1/audits/{token}/open-v33",
            _,
        ) => 409,
        ("/metrics", _) => 200,
        (route, Lead)
            if !["audits", "upstream", "peer", "bundle"]
                .iter()
                .any(|of| route.starts_with(&format!("/api/v1/{of}"))) =>
        {
            403
        }
        (_, Administrator) => 403,
        _ => good,
    };
    let nobody = String::from("tech_nobody");
    let fake = json!({"code": "2345ACDE", "name": "N", "device_id": "d", "role": "lead", "open": true});
    for (method, route, least, good) in TABLE {
        // Those that need bodies of their own are the other tests' matter.
        let simple = *method == "GET" || matches!(expected(route, *least, *good), 403 | 409);
        if !simple || route.ends_with("/live") {
            continue;
        }
        let path = route
            .replace("{token}", "jalibat")
            .replace("{module_id}", "M001")
            .replace("{sha256}", &"0".repeat(64))
            .replace("{number}", "draft")
            .replace("{technician_id}", &nobody);
        let answer = hub.client.call(method.parse().unwrap(), &path, fake.to_string()).await;
        assert_eq!(answer.status, expected(route, *least, *good), "{method} {route}: {}", answer.text());
    }
}
