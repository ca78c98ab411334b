//! What the hub keeps about its crew: over restarts, in private, through damage and power cuts.

use std::os::unix::fs::PermissionsExt;

use crate::common::{TestClock, TestHub, config, device_of};
use fieldhub::domain::crew::{Access, Role, SigningKey};
use fieldhub::hub::crew::{Claims, WhichCode};
use fieldhub::hub::{Hub, HubConfig, change};
use serde_json::{Value, json};

fn code(hub: &TestHub, which: WhichCode) -> String {
    hub.the_crew().code(which).as_str().to_owned()
}

fn body(code: &str, name: &str) -> Value {
    json!({"code": code, "name": name, "device_id": device_of(name)})
}

#[tokio::test]
async fn sessions_codes_and_roles_outlive_a_restart() {
    let hub = TestHub::crew().await;
    let lea = hub.technician("Léa").await;
    let (crew_code, lead_code) = (code(&hub, WhichCode::Crew), code(&hub, WhichCode::Lead));
    let claims = jsonwebtoken::dangerous::insecure_decode::<Claims>(lea.token()).unwrap().claims;
    change(hub.the_crew(), move |crew| crew.set(&claims.sub, Some(Role::Lead), None)).await.unwrap();
    let hub = hub.restart().await;
    assert_eq!((code(&hub, WhichCode::Crew), code(&hub, WhichCode::Lead)), (crew_code, lead_code));
    let lea = hub.client.with_token(lea.token());
    assert_eq!(lea.get("/api/v1/me").await.json()["role"], "lead");
}

#[tokio::test]
async fn strangers_hear_whether_the_hub_is_well_and_not_why() {
    let mut hub = TestHub::crew().await;
    let dir = hub.stop().await;
    // A notice: something was put aside.
    std::fs::write(dir.path().join("fieldhub.redb.damaged-20250101T000000000Z"), "x").unwrap();
    let hub = TestHub::start_in(dir, TestClock::new(true), Access::Crew).await;
    let lea = hub.technician("Léa").await;
    let notices = |answer: Value| answer["notices"].as_array().map_or(0, Vec::len);
    assert_eq!(notices(hub.client.get("/api/v1/hub").await.json()), 0);
    assert_eq!(hub.client.get("/healthz").await.json(), json!({"ok": true}));
    assert_eq!(notices(lea.get("/api/v1/hub").await.json()), 1);
    assert_eq!(notices(lea.get("/healthz").await.json()), 1);
}

#[tokio::test]
async fn keys_and_codes_are_the_owners_and_in_no_backup() {
    let hub = TestHub::crew().await;
    let lead = hub.lead("Marc").await;
    let mode = |name: &str| hub.dir().join(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("fieldhub.secrets"), mode("fieldhub.crew")), (0o600, 0o600));
    let secrets = std::fs::read_to_string(hub.dir().join("fieldhub.secrets")).unwrap();
    let key = secrets.split('"').find(|word| word.len() == 64).unwrap().to_owned();
    let codes = [WhichCode::Crew, WhichCode::Lead, WhichCode::Viewer].map(|which| code(&hub, which));
    let book = std::fs::read_to_string(hub.dir().join("fieldhub.crew")).unwrap();
    assert_eq!(book.matches("$argon2id$").count(), 3);
    let backup = lead.get("/api/v1/backup").await;
    assert_eq!(backup.status, 200);
    for secret in codes.iter().chain([&key]) {
        assert!(!book.contains(secret.as_str()), "the book has hashes alone");
        assert!(!backup.text().contains(secret.as_str()));
    }
}

#[tokio::test]
async fn a_damaged_book_is_put_aside_and_everybody_joins_again() {
    for name in ["fieldhub.crew", "fieldhub.secrets"] {
        let mut hub = TestHub::crew().await;
        let lea = hub.technician("Léa").await;
        let dir = hub.stop().await;
        let path = dir.path().join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let hub = TestHub::start_in(dir, TestClock::new(true), Access::Crew).await;
        let lost = hub.client.with_token(lea.token());
        assert_eq!(lost.get("/api/v1/me").await.json()["code"], "bad_token", "{name}");
        let again = hub.technician("Léa").await;
        let notices = again.get("/api/v1/hub").await.json()["notices"].to_string();
        assert!(notices.contains("everyone has to join again"), "{name}: {notices}");
        let aside =
            std::fs::read_dir(hub.dir()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        assert!(aside.into_iter().any(|n| n.starts_with(&format!("{name}.damaged-"))), "{name}");
    }
}

/// Two files change when a code is replaced; power may be lost between them.
#[tokio::test]
async fn a_code_that_was_being_replaced_when_the_power_went_is_the_new_one() {
    let mut hub = TestHub::crew().await;
    let lea = hub.technician("Léa").await;
    let book = std::fs::read(hub.dir().join("fieldhub.crew")).unwrap();
    let old = code(&hub, WhichCode::Crew);
    change(hub.the_crew(), |crew| crew.new_code(WhichCode::Crew)).await.unwrap();
    let dir = hub.stop().await;
    std::fs::write(dir.path().join("fieldhub.crew"), book).unwrap();
    let hub = TestHub::start_in(dir, TestClock::new(true), Access::Crew).await;
    assert_eq!(hub.client.post("/api/v1/join", &body(&old, "A")).await.status, 403);
    assert_eq!(hub.client.post("/api/v1/join", &body(&code(&hub, WhichCode::Crew), "B")).await.status, 200);
    assert_eq!(hub.client.with_token(lea.token()).get("/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn a_key_from_outside_signs_and_is_not_replaced_here() {
    let dir = tempfile::tempdir().unwrap();
    let key = |fill: u8| Some(SigningKey::parse(&[fill; 32]).unwrap());
    let open = |fill| {
        let config = HubConfig { access: Access::Crew, signing_key: key(fill), ..config(dir.path()) };
        Hub::open(config, TestClock::new(true)).unwrap()
    };
    let hub = open(b'a');
    let crew = hub.crew().unwrap();
    let (code, device) =
        (crew.code(WhichCode::Crew).as_str().to_owned(), "dev_1".to_owned().try_into().unwrap());
    let token = hub.join(code, "Léa".into(), device, None).await.unwrap().token;
    let error = change(crew, |crew| crew.rotate_key()).await.unwrap_err().to_string();
    assert!(error.contains("systemd's credentials"), "{error}");
    hub.close().await;
    drop(hub);
    let hub = open(b'a');
    assert!(hub.session(hub.crew().unwrap(), &token).is_ok());
    hub.close().await;
    drop(hub);
    let hub = open(b'b');
    assert!(hub.session(hub.crew().unwrap(), &token).is_err());
    hub.close().await;
}
