//! The report as PDF, as other programs read it: qpdf, and poppler's pdffonts, pdfinfo and pdftotext; and what PDF/A-2b asks for that can be seen
//! in the file.

use std::path::Path;
use std::process::Command;

use fieldhub::domain::report::ReportLanguage;
use hyper::Method;

use crate::common::{NOW, TestHub, mark};
use crate::photos::{photo, send, variant};

/// What a program says of the file; nothing where it is not installed, which CI may not be.
pub fn said(program: &str, words: &[&str], file: &Path) -> Option<String> {
    match Command::new(program).args(words).arg(file).args((program == "pdftotext").then_some("-")).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            assert!(output.status.success(), "{program}: {said}");
            Some(said)
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{program}: {error}");
            println!("skipped: {program}: {error}");
            None
        }
    }
}

fn el_image() -> Vec<u8> {
    let pixels: Vec<u8> = (0..320 * 192).map(|at| if at % 32 == 0 { 20 } else { (at / 320) as u8 }).collect();
    let mut jpeg = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 80);
    encoder.encode(&pixels, 320, 192, jpeg_encoder::ColorType::Luma).unwrap();
    jpeg
}

#[tokio::test]
async fn other_programs_read_it_and_find_its_words() {
    let hub = TestHub::start().await;
    let csv = include_str!("../fixtures/jalibat-observed.csv");
    let made = hub
        .client
        .call(Method::POST, "/api/v1/audits?token=jalibat&name=JALIBAT%20%E2%80%93%20Cézac", csv)
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    hub.client.ops("jalibat", vec![mark("M010", "dead", "lea", NOW + 1)]).await;
    let preview = el_image();
    send(&hub.client, &preview).await;
    hub.client.ops("jalibat", vec![photo("M010", &[variant("preview", &preview)])]).await;
    let dir = tempfile::tempdir().unwrap();
    for language in ReportLanguage::ALL {
        let (tag, words) = (language.tag(), language.words());
        let answer =
            hub.client.get(&format!("/api/v1/audits/jalibat/reports/draft?format=pdf&lang={tag}")).await;
        assert_eq!(answer.status, 200);
        let bytes = answer.body.to_vec();
        assert!(
            bytes.windows(preview.len()).any(|some| some == preview),
            "the picture is not in it as it is"
        );
        as_archives_want_it(&bytes);
        let file = dir.path().join(format!("{tag}.pdf"));
        std::fs::write(&file, &bytes).unwrap();
        if let Some(said) = said("qpdf", &["--check"], &file) {
            assert!(said.contains("No syntax or stream encoding errors"), "{said}");
        }
        if let Some(said) = said("pdffonts", &[], &file) {
            let fonts: Vec<&str> = said.lines().skip(2).collect();
            assert!(fonts.len() == 2 && fonts.iter().all(|font| font.contains("yes yes yes")), "{said}");
        }
        if let Some(said) = said("pdftotext", &["-layout"], &file) {
            for word in [words.title, words.proof, words.statuses[3], "JALIBAT – Cézac", "M010", "hot spot"]
            {
                assert!(said.contains(word), "{tag}: {word} is not in {said}");
            }
        }
    }
}

/// ISO 19005-2, clause by clause as far as bytes tell: the rest is for a checker, such as veraPDF.
fn as_archives_want_it(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // 6.1.2 and 6.1.3: the header, a line that is no text, an identifier.
    assert!(bytes.starts_with(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n") && text.contains("/ID[<"));
    // 6.2.3 and 6.6.2: colours by a profile that is inside, and metadata that says which part it follows.
    for needed in [
        "/S/GTS_PDFA1",
        "/DestOutputProfile",
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
        "/CIDToGIDMap/Identity",
        "/ToUnicode",
    ] {
        assert!(text.contains(needed), "{needed}");
    }
    // 6.1.3, 6.1.7, 6.2.10, 6.3, 6.5 and 6.6.1: what must not be there.
    for banned in [
        "/Encrypt",
        "/LZWDecode",
        "/SMask",
        "/JavaScript",
        "/AA",
        "/Launch",
        "/EmbeddedFiles",
        "/CA ",
        "/Interpolate",
    ] {
        assert!(!text.contains(banned), "{banned}");
    }
    // 6.5.3: each link is printed, and hides nothing.
    assert_eq!(text.matches("/Subtype/Link/F 4").count(), text.matches("/Subtype/Link").count());
}
