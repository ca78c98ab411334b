//! Poster: the sheet to print, with what to scan and in which order. HTML that needs no other file, no script and no colour.
//!
//! The one source of it: `http` answers with it, the page shows and prints that, `fieldhub poster` writes it into a file. Calls qrcode
//! for the codes, as drawings that stay sharp at any size.

mod words;

use std::fmt::Write;

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use super::wifi::Wifi;
pub use words::PosterLanguages;
use words::PosterWords;

const STYLE: &str = include_str!("sheet.css");
/// Letters of the large kind that fit on one line of a card.
const LONG: usize = 26;
const LONG_TITLE: usize = 34;

/// What a sheet says. What is not known has a line to fill in by hand, or is left out.
#[derive(Debug, Clone, Default)]
pub struct PosterFacts {
    pub name: String,
    /// Where tablets find the hub.
    pub origin: Option<String>,
    /// The same with the code that joins.
    pub url: Option<String>,
    /// As people read it out; nothing on an open hub.
    pub code: Option<String>,
    pub wifi: Option<Wifi>,
    pub trust_url: Option<String>,
    /// Fingerprint of the key that the hub signs reports with.
    pub proof_key: Option<String>,
}

pub fn draw(said: &PosterFacts, languages: &PosterLanguages) -> String {
    let words = languages.words();
    let first = words.first().map_or("fr", |words| words.lang);
    let wifi = wifi_card(said.wifi.as_ref(), words);
    let hub = hub_card(said, words);
    let title = if said.name.chars().count() > LONG_TITLE { " class=\"long\"" } else { "" };
    let name = escaped(&said.name);
    let order = each(words, |words| words.order);
    let say = each(words, |words| words.name);
    let trouble: String = words.iter().map(|words| trouble(words, said.code.is_some())).collect();
    let trust = said.trust_url.as_ref().map_or_else(String::new, |url| trust(url, words));
    let key = said.proof_key.as_ref().map_or_else(String::new, |key| proof_key(key, words));
    format!(
        "<!doctype html>\n<html lang=\"{first}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{name}</title>\n\
         <style>\n@page {{ size: A4; margin: 10mm; }}\nbody {{ margin: 0; }}\n{STYLE}</style>\n</head>\n<body>\n\
         <div class=\"poster-sheet\">\n\
         <div class=\"head\">\n<h3{title}>{name}</h3>\n{order}</div>\n\
         <div class=\"cards\">\n{wifi}{hub}</div>\n\
         <div class=\"name\"><div class=\"number\">3</div><div class=\"both\">\n{say}</div></div>\n\
         <div class=\"trouble\">\n{trouble}</div>\n{trust}{key}</div>\n</body>\n</html>\n"
    )
}

/// A paragraph in each language.
fn each(words: &[&PosterWords], pick: impl Fn(&PosterWords) -> &str) -> String {
    words
        .iter()
        .map(|words| format!("<p lang=\"{}\">{}</p>\n", words.lang, set(words, pick(words))))
        .collect()
}

fn card(number: u8, heading: &str, code: &str, clear: &str) -> String {
    format!(
        "<section class=\"card\">\n<div class=\"step\"><div class=\"number\">{number}</div><div>\n{heading}</div></div>\n\
         {code}<dl>\n{clear}</dl>\n</section>\n"
    )
}

fn wifi_card(wifi: Option<&Wifi>, words: &[&PosterWords]) -> String {
    let heading = each(words, |words| words.wifi);
    let (network, password) = (label(words, |w| w.network), label(words, |w| w.password));
    let Some(wifi) = wifi else {
        // The hub knows of none: whoever runs the network has a pen.
        return card(1, &heading, "", &format!("{}{}", by_hand(&network), by_hand(&password)));
    };
    let password_text = match wifi.password() {
        Some(text) => format!("<dt>{password}</dt>{}\n", value(text)),
        None => format!("<dt>{}</dt>\n", label(words, |w| w.no_password)),
    };
    let clear = format!("<dt>{network}</dt>{}\n{password_text}", value(wifi.ssid()));
    card(1, &heading, &qr(&wifi.qr_text(), &label(words, |w| w.wifi)), &clear)
}

fn hub_card(said: &PosterFacts, words: &[&PosterWords]) -> String {
    let heading = each(words, |words| words.hub);
    let address = label(words, |w| w.address);
    let mut clear = match &said.origin {
        Some(origin) => format!("<dt>{address}</dt>{}\n", value(origin.trim_end_matches('/'))),
        None => by_hand(&address),
    };
    if let Some(code) = &said.code {
        let label = label(words, |w| w.code);
        let _ = writeln!(clear, "<dt>{label}</dt><dd class=\"code\">{}</dd>", escaped(code));
    }
    let drawn = said.url.as_ref().map_or_else(String::new, |url| qr(url, &label(words, |w| w.hub)));
    card(2, &heading, &drawn, &clear)
}

fn by_hand(label: &str) -> String {
    format!("<dt>{label}</dt><dd class=\"pen\"></dd>\n")
}

/// What is to be typed, letter by letter.
fn value(text: &str) -> String {
    let class = if text.chars().count() > LONG { " class=\"long\"" } else { "" };
    format!("<dd{class}>{}</dd>", escaped(text))
}

fn label(words: &[&PosterWords], pick: impl Fn(&PosterWords) -> &str) -> String {
    let each: Vec<_> = words.iter().map(|words| set(words, pick(words))).collect();
    each.join(" · ")
}

fn trouble(words: &PosterWords, has_code: bool) -> String {
    let scan = if has_code { words.no_scan } else { words.no_scan_open };
    let mut list = vec![words.no_internet, scan, words.no_page];
    list.extend(has_code.then_some(words.wrong_code));
    list.push(words.out_of_reach);
    let items: String = list.into_iter().map(|item| format!("<li>{}</li>\n", set(words, item))).collect();
    format!(
        "<section lang=\"{}\">\n<h4>{}</h4>\n<ul>\n{items}</ul>\n</section>\n",
        words.lang,
        set(words, words.trouble)
    )
}

fn trust(url: &str, words: &[&PosterWords]) -> String {
    let why = each(words, |words| words.trust);
    format!("<div class=\"trust\">\n{why}<p><strong>{}</strong></p>\n</div>\n", escaped(url))
}

/// For whoever holds a report, years later.
fn proof_key(key: &str, words: &[&PosterWords]) -> String {
    format!("<p class=\"key\">{} <strong>{}</strong></p>\n", label(words, |w| w.key), escaped(key))
}

/// Read in the dark, creased and wet: a quarter of the code may be missing. Too long for a code (no address is): none.
fn qr(text: &str, label: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::Q) else {
        return String::new();
    };
    let drawn = code.render::<svg::Color<'_>>().module_dimensions(1, 1).build();
    // It is a part of a page here, not a file.
    let inline = drawn.find("<svg").map_or("", |at| &drawn[at..]);
    format!("{}\n", inline.replacen("<svg", &format!("<svg role=\"img\" aria-label=\"{label}\""), 1))
}

/// Escaped, and set as the language wants it: French keeps some signs on the line of their word.
fn set(words: &PosterWords, text: &str) -> String {
    let text = escaped(text);
    if words.lang != "fr" {
        return text;
    }
    let kept = |text: String, sign: &str| text.replace(&format!(" {sign}"), &format!("\u{a0}{sign}"));
    [":", "?", "!", ";", "»"].into_iter().fold(text, kept).replace("« ", "«\u{a0}")
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> PosterFacts {
        PosterFacts {
            name: "Camionnette 1".to_owned(),
            origin: Some("http://192.168.4.1/".to_owned()),
            url: Some("http://192.168.4.1/#/join/K7MPXQD4".to_owned()),
            code: Some("K7MP-XQD4".to_owned()),
            wifi: Some(Wifi::new("JALIBAT", Some("nuit-claire-42")).unwrap()),
            trust_url: Some("http://192.168.4.1/trust".to_owned()),
            proof_key: Some("3f2a 91bc 77d0 12ef 5a60 c4d9".to_owned()),
        }
    }

    fn drawn(said: &PosterFacts, languages: &str) -> String {
        draw(said, &languages.parse().unwrap())
    }

    #[test]
    fn the_sheet_is_as_it_was_looked_at() {
        insta::assert_snapshot!(drawn(&said(), "both"));
    }

    #[test]
    fn one_language_is_the_half_of_it() {
        let headings = ["Ouvrez le hub", "Open the hub", "Öffnen Sie den Hub", "Abre el hub", "Apri l’hub"];
        for (language, own) in PosterLanguages::TAGS.into_iter().zip(headings) {
            let sheet = drawn(&said(), language);
            for heading in headings {
                assert_eq!(sheet.contains(heading), heading == own, "{language}: {heading}");
            }
            assert!(sheet.contains(&format!("<html lang=\"{language}\">")));
        }
        let both = drawn(&said(), "both");
        assert_eq!(both, drawn(&said(), "fr,en"));
        assert!(both.contains(headings[0]) && both.contains(headings[1]));
        // The first is the large one.
        let other = drawn(&said(), "it,de");
        assert!(other.find(headings[4]).unwrap() < other.find(headings[2]).unwrap());
    }

    #[test]
    fn it_says_no_more_than_there_is() {
        let mut said = said();
        (said.trust_url, said.proof_key) = (None, None);
        said.wifi = Some(Wifi::new("Ouvert", None).unwrap());
        (said.url, said.code) = (said.origin.clone(), None);
        let sheet = drawn(&said, "fr");
        assert!(sheet.contains("sans mot de passe") && !sheet.contains("Mot de passe"));
        assert!(!sheet.contains("class=\"trust\"") && !sheet.contains("class=\"key\""));
        for of_codes in ["Code de l’équipe", "puis le code", "n’est pas le bon"] {
            assert!(!sheet.contains(of_codes), "{of_codes}");
        }
        said.wifi = None;
        let by_hand = |said: &PosterFacts| drawn(said, "fr").matches("<dd class=\"pen\">").count();
        assert_eq!(by_hand(&said), 2, "to fill in by hand");
        (said.origin, said.url) = (None, None);
        assert_eq!(by_hand(&said), 3, "the address too");
    }

    #[test]
    fn names_and_passwords_are_text_and_never_markup() {
        let mut said = said();
        said.name = "<script>alert(1)</script>".to_owned();
        let markup = "<img src=x>&\"'".to_owned();
        said.wifi = Some(Wifi::new(&markup, Some(&markup)).unwrap());
        let sheet = drawn(&said, "both");
        assert!(!sheet.contains("<script") && !sheet.contains("<img"));
        assert_eq!(sheet.matches("&lt;img src=x&gt;&amp;&quot;'").count(), 2);
    }
}
