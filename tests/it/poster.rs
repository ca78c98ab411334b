//! The codes and the poster: over the API, and as `fieldhub poster` and `crew code` show them, with the hub running
//! and stopped. What the sheet looks like is in tests/browser/sheet.spec.ts.

use std::path::Path;

use crate::common::TestHub;
use crate::common::program::{Ran, Serving, program};
use crate::common::terminal::Terminal;
use fieldhub::domain::wifi::Wifi;
use fieldhub::hub::Surroundings;
use qrcode::{Color, QrCode};
use rustix::process::Signal;
use serde_json::{Value, json};

/// As a camera sees it: the very modules of a code that says this.
fn drawn(text: &str) -> Value {
    let code = QrCode::new(text).unwrap();
    let modules: String = code.to_colors().into_iter().map(|color| color.select('1', '0')).collect();
    assert_eq!(code[(0, 0)], Color::Dark, "without its margin");
    json!({ "size": code.width(), "modules": modules })
}

#[tokio::test]
async fn a_poster_says_what_there_is_to_scan() {
    let hub = TestHub::crew().await;
    let lead = hub.lead("Lead").await;
    let unknown = lead.get("/api/v1/poster").await.json();
    let code = hub.the_crew().code(fieldhub::hub::crew::WhichCode::Crew);
    let expected = json!({
        "name": "Test hub", "origin": null, "join": { "url": null, "code": code.spaced(), "qr": null },
        "wifi": null, "tls": null, "proof_key": hub.hub.proof_key().unwrap().public().fingerprint(),
    });
    assert_eq!(unknown, expected, "nobody has said yet where the hub is");

    hub.hub.say_surroundings(Surroundings {
        origin: Some("http://192.168.4.1/".to_owned()),
        wifi: Some(Wifi::new("JALIBAT", Some("nuit;claire")).unwrap()),
        trust_url: Some("http://192.168.4.1/trust".to_owned()),
        ..Surroundings::default()
    });
    let url = format!("http://192.168.4.1/#/join/{}", code.as_str());
    let poster = lead.get("/api/v1/poster").await;
    assert_eq!(poster.header("cache-control"), "no-store", "it holds what lets people in");
    let expected = json!({
        "name": "Test hub",
        "origin": "http://192.168.4.1/",
        "join": { "url": url, "code": code.spaced(), "qr": drawn(&url) },
        "wifi": {
            "ssid": "JALIBAT", "password": "nuit;claire", "qr": drawn(r"WIFI:T:WPA;S:JALIBAT;P:nuit\;claire;;"),
        },
        "tls": { "trust_url": "http://192.168.4.1/trust" },
        "proof_key": hub.hub.proof_key().unwrap().public().fingerprint(),
    });
    assert_eq!(poster.json(), expected);
    // And the sheet, for whoever names its language.
    let sheet = lead.get("/api/v1/poster?lang=de,es").await.json()["sheet"].as_str().unwrap().to_owned();
    for told in ["Öffnen Sie den Hub", "Abre el hub", "JALIBAT", "nuit;claire", &code.spaced()] {
        assert!(sheet.contains(told), "{told}");
    }
    assert_eq!(lead.get("/api/v1/poster?lang=pt").await.status, 400);
    assert_eq!(lead.get("/api/v1/crew/code").await.json()["url"], url);

    // Another hotspot, and it is open.
    hub.hub.say_surroundings(Surroundings {
        origin: Some("http://10.42.0.1/".to_owned()),
        wifi: Some(Wifi::new("Ouvert", None).unwrap()),
        ..Surroundings::default()
    });
    let poster = lead.get("/api/v1/poster").await.json();
    assert_eq!(poster["origin"], "http://10.42.0.1/");
    assert_eq!(poster["wifi"]["password"], Value::Null);
    assert_eq!(poster["wifi"]["qr"], drawn("WIFI:T:nopass;S:Ouvert;;"));
    assert_eq!(poster["tls"], Value::Null);
}

/// A command with settings of its own, beside the data directory.
fn command(dir: &Path, args: &[&str]) -> Ran {
    let mut command = program(args);
    command.arg("--data-dir").arg(dir.join("data")).arg("--config").arg(dir.join("fieldhub.toml"));
    command.env_remove("FIELDHUB_ACCESS").output().unwrap().into()
}

fn settings(dir: &Path, access: &str) {
    let password = dir.join("wifi-password");
    std::fs::write(&password, "nuit-claire-42\n").unwrap();
    let text = format!(
        "name = \"Camionnette 1\"\naccess = \"{access}\"\nlisten = [\"127.0.0.1:0\"]\n\
         [lan]\nmdns = false\norigin = \"http://192.168.4.1\"\n\
         [wifi]\nssid = \"JALIBAT\"\npassword_file = \"{}\"\n",
        password.display()
    );
    std::fs::write(dir.join("fieldhub.toml"), text).unwrap();
}

fn serve(dir: &Path) -> Serving {
    let mut command = program(&["serve", "--data-dir"]);
    command
        .arg(dir.join("data"))
        .arg("--config")
        .arg(dir.join("fieldhub.toml"))
        .env_remove("FIELDHUB_ACCESS");
    Serving::spawn(command)
}

#[test]
fn the_sheet_is_the_same_with_the_hub_running_and_stopped() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    settings(dir, "crew");
    let stopped = command(dir, &["poster"]).good();
    let code = command(dir, &["crew", "code", "--json"]).json()["code"].as_str().unwrap().to_owned();
    let spaced = format!("{}-{}", &code[..4], &code[4..]);
    for told in ["Camionnette 1", "JALIBAT", "nuit-claire-42", ">http://192.168.4.1<", &spaced] {
        assert!(stopped.contains(told), "{told}");
    }
    assert_eq!(stopped.matches("<svg").count(), 2);
    // One file: it loads nothing and runs nothing.
    for other in ["<script", "src=", "href=", "url(", "@import"] {
        assert!(!stopped.contains(other), "{other}");
    }

    let hub = serve(dir);
    assert_eq!(command(dir, &["poster"]).good(), stopped);
    let file = dir.join("poster.html");
    let said = command(dir, &["poster", "-o", file.to_str().unwrap(), "--lang", "en"]).good();
    assert_eq!(said, format!("{}: print it on A4 from any browser\n", file.display()));
    let english = std::fs::read_to_string(&file).unwrap();
    assert!(english.contains("Open the hub") && !english.contains("Ouvrez"));
    assert!(command(dir, &["poster", "--lang", "pt"]).bad(2).contains("one or two of fr, en, de, es, it"));
    let mixed = command(dir, &["poster", "--lang", "de,it"]).good();
    assert!(mixed.contains("Öffnen Sie den Hub") && mixed.contains("Apri l’hub"));

    // A new code is on the next one.
    let new = command(dir, &["crew", "code", "--new", "--json"]).json();
    assert!(!command(dir, &["poster"]).good().contains(&spaced));
    assert_eq!(new["url"], format!("http://192.168.4.1/#/join/{}", new["code"].as_str().unwrap()));
    assert_eq!(hub.stop(Signal::TERM), Some(0));
}

#[test]
fn on_a_terminal_the_sheet_goes_into_a_file_and_not_onto_the_screen() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    settings(dir, "crew");
    let piped = command(dir, &["poster"]).good();
    let at_a_terminal = |screen: bool| {
        let mut command = program(&["poster", "--data-dir"]);
        command
            .arg(dir.join("data"))
            .arg("--config")
            .arg(dir.join("fieldhub.toml"))
            .env_remove("FIELDHUB_ACCESS");
        command.current_dir(dir).env("SUDO_USER", "pi");
        if screen {
            command.env("DISPLAY", ":0");
        }
        let (code, said) = Terminal::run(command).end();
        assert_eq!(code, Some(0), "{said}");
        assert!(!said.contains('<') && said.contains("Camionnette-1-poster.html: print it on A4"), "{said}");
        said
    };
    let headless = at_a_terminal(false);
    let file = dir.join("Camionnette-1-poster.html").canonicalize().unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), piped);
    assert!(
        headless.contains("    scp pi@") && headless.contains(&format!(":{} .", file.display())),
        "{headless}"
    );
    // Written anew: the codes may be others.
    std::fs::write(&file, "old").unwrap();
    assert!(!at_a_terminal(true).contains("scp"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), piped);
}

#[test]
fn an_open_hub_has_a_poster_without_a_code() {
    let temp = tempfile::tempdir().unwrap();
    settings(temp.path(), "open");
    let _hub = serve(temp.path());
    let sheet = command(temp.path(), &["poster"]).good();
    assert!(sheet.contains("Ouvrez le hub") && !sheet.contains("Code de l’équipe"), "{sheet}");
    assert!(sheet.contains("nuit-claire-42"));
}

#[test]
fn serve_says_the_one_address_first_and_shows_both_codes() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    settings(dir, "crew");
    let mut hub = serve(dir);
    assert_eq!(
        hub.said,
        format!("Tablets open http://192.168.4.1/\nfieldhub is listening on http://{}/\n", hub.address)
    );
    let wifi = hub.read_to("Scan to join the Wi-Fi JALIBAT");
    assert!(wifi.contains('█') && !wifi.contains("nuit-claire"), "the password is in the code alone: {wifi}");
    let join = hub.read_to("Scan to join http");
    let url = command(dir, &["crew", "code", "--json"]).json()["url"].as_str().unwrap().to_owned();
    assert!(join.ends_with(&format!("Scan to join {url}\n")), "{join}");

    let shown = command(dir, &["crew", "code"]).good();
    assert!(
        shown.contains("Scan to join the Wi-Fi JALIBAT\n")
            && shown.ends_with(&format!("Scan to join {url}\n"))
    );
    assert!(command(dir, &["crew", "lead-code"]).good().contains("Scan to join the Wi-Fi JALIBAT\n"));
}

#[test]
fn a_wifi_whose_password_cannot_be_had_is_left_out_and_that_is_said() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    settings(dir, "crew");
    std::fs::write(dir.join("wifi-password"), "short\n").unwrap();
    let ran = command(dir, &["poster"]);
    assert!(
        ran.err.starts_with("warning: wifi.password_file ") && ran.err.contains("8 to 63 characters"),
        "{ran:?}"
    );
    assert!(!ran.err.contains("short"), "{}", ran.err);
    assert!(!ran.good().contains("JALIBAT"), "no code that joins nothing");
}
