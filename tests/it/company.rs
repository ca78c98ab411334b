//! Company of the hub: leads say who writes the reports; a version keeps what it was made with, and a backup carries it.

use hyper::Method;
use serde_json::json;

use crate::common::image_files::png;
use crate::common::program::run;
use crate::common::{Client, TestHub};
use crate::report_pdf::said;

const PATH: &str = "/api/v1/company";
const LOGO: &str = "/api/v1/company/logo";
const REPORTS: &str = "/api/v1/audits/jalibat/reports";

/// Red letters on nothing, as logos are.
fn logo_file(width: u32) -> Vec<u8> {
    let pixel = |at: u32| if at % 7 < 3 { [200, 20, 20, 255] } else { [0, 0, 0, 0] };
    let samples: Vec<u8> = (0..width * 60).flat_map(pixel).collect();
    png(&samples, (width, 60), png::ColorType::Rgba, png::BitDepth::Eight, None)
}

async fn file(client: &Client, number: u32, format: &str) -> Vec<u8> {
    let answer = client.get(&format!("{REPORTS}/{number}?format={format}&lang=fr")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.body.to_vec()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|some| some == part)
}

#[tokio::test]
async fn a_version_keeps_the_company_that_it_was_made_with() {
    let hub = TestHub::crew().await;
    hub.jalibat().await;
    let lead = hub.lead("Léa").await;
    assert_eq!(lead.get(PATH).await.json(), json!({}));
    let body = json!({"name": "Solaire & Fils SARL", "address": "12 rue des Lilas\n31000 Toulouse",
        "contact": "+33 5 00 00 00 00", "text": "Ne vaut que pour les modules examinés."});
    assert_eq!(lead.put(PATH, &body).await.json()["name"], "Solaire & Fils SARL");
    let put = lead.call(Method::PUT, LOGO, logo_file(900)).await;
    assert_eq!(put.status, 200, "{}", put.text());
    assert_eq!((&put.json()["logo"]["width"], &put.json()["text"]), (&json!(640), &body["text"]));
    let logo = lead.get(LOGO).await;
    assert_eq!(logo.header("content-type"), "image/jpeg");
    let logo = logo.body.to_vec();
    let first = lead.post(REPORTS, &json!({"lang": "fr"})).await.json();
    assert_eq!(first["number"], 1);
    let mut before = Vec::new();
    for format in ["pdf", "html", "xlsx", "json"] {
        before.push((format, file(&lead, 1, format).await));
    }
    assert!(has(&before[0].1, &logo) && !has(&before[0].1, b"/SMask"), "the logo is on paper, and opaque");
    let page = String::from_utf8(before[1].1.clone()).unwrap();
    for word in ["Solaire &amp; Fils SARL", "31000 Toulouse", "Ne vaut que", "data:image/jpeg;base64,"] {
        assert!(page.contains(word), "{word}");
    }
    assert!(has(&before[2].1, b"xl/media/image1.jpeg"));
    let dir = tempfile::tempdir().unwrap();
    let paper = dir.path().join("1.pdf");
    std::fs::write(&paper, &before[0].1).unwrap();
    if let Some(text) = said("pdftotext", &["-layout"], &paper) {
        let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
        assert!(pages.len() > 3 && pages.iter().all(|page| page.contains("Solaire & Fils SARL")), "{text}");
        assert!(pages[0].contains("31000 Toulouse") && pages[0].contains("Ne vaut que"), "{}", pages[0]);
    }

    // Nothing new: it is that version. Another company: the next one.
    assert_eq!(lead.post(REPORTS, &json!({"lang": "fr"})).await.json()["number"], 1);
    lead.put(PATH, &json!({"name": "Another"})).await;
    assert_eq!(lead.call(Method::DELETE, LOGO, "").await.status, 204);
    assert_eq!(lead.get(LOGO).await.status, 404);
    assert_eq!(lead.get(PATH).await.json(), json!({"name": "Another"}));
    assert_eq!(lead.post(REPORTS, &json!({"lang": "fr"})).await.json()["number"], 2);
    for (format, bytes) in &before {
        assert!(file(&lead, 1, format).await == *bytes, "{format} is another now");
    }
    let second = String::from_utf8(file(&lead, 2, "html").await).unwrap();
    assert!(second.contains("Another") && !second.contains("Solaire"));
}

#[tokio::test]
async fn who_is_no_lead_changes_nothing_and_what_is_no_logo_is_refused() {
    let hub = TestHub::crew().await;
    let (lead, omar) = (hub.lead("Léa").await, hub.technician("Omar").await);
    assert_eq!(omar.put(PATH, &json!({"name": "X"})).await.status, 403);
    assert_eq!(omar.call(Method::PUT, LOGO, logo_file(100)).await.status, 403);
    assert_eq!(lead.call(Method::PUT, LOGO, logo_file(100)).await.status, 200);
    let long = "é".repeat(301);
    let refused = lead.put(PATH, &json!({ "address": long })).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (400, &json!("address")));
    let cut = logo_file(100)[..80].to_vec();
    for none in [b"<svg onload=x>".to_vec(), Vec::new(), cut] {
        let refused = lead.call(Method::PUT, LOGO, none).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (400, &json!("logo")));
    }
    assert_eq!(lead.call(Method::PUT, LOGO, vec![0; (4 << 20) + 1]).await.status, 413);
    assert_eq!(omar.get(PATH).await.json()["logo"]["width"], 100, "what was there stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_says_it_and_a_backup_carries_it() {
    let mut hub = TestHub::start().await;
    let temp = hub.stop().await;
    let dir = temp.path();
    let at = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    std::fs::write(dir.join("logo.png"), logo_file(320)).unwrap();
    let (logo, copy) = (at("logo.png"), at("hub.backup"));
    run(dir, &["company", "set", "--name", "Solaire", "--contact", "05", "--logo", &logo]).good();
    let told = run(dir, &["company", "set", "--contact", ""]).good();
    assert!(told.contains("Solaire") && told.contains("320 × 60") && !told.contains("contact"), "{told}");
    run(dir, &["backup", &copy]).good();
    run(dir, &["company", "set", "--name", "Another", "--no-logo"]).good();
    run(dir, &["restore", &copy, "--yes"]).good();
    assert_eq!(run(dir, &["company"]).good(), told);
}
