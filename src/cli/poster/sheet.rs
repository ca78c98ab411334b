//! The sheet itself: HTML that needs no other file, no script and no colour.
//!
//! Called by `poster`; calls qrcode for the codes, as drawings that stay sharp at any size.

use std::fmt::Write;

use anyhow::{Context, bail};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Deserialize;

use super::words::{Language, PosterWords};
use crate::domain::wifi::Wifi;

const STYLE: &str = include_str!("sheet.css");
/// Letters of the large kind that fit on one line of a card.
const LONG: usize = 26;
const LONG_TITLE: usize = 34;

/// What `GET /api/v1/poster` says, as far as it is drawn here.
#[derive(Deserialize)]
pub struct PosterFacts {
    pub name: String,
    pub join: Join,
    pub wifi: Option<SheetWifi>,
    pub tls: Option<Trust>,
    pub origin: Option<String>,
    /// Of the key that the hub signs reports with.
    #[serde(default)]
    pub proof_key: Option<String>,
}

#[derive(Deserialize)]
pub struct Join {
    pub url: Option<String>,
    pub code: Option<String>,
}

#[derive(Deserialize)]
pub struct SheetWifi {
    pub ssid: String,
    pub password: Option<String>,
}

#[derive(Deserialize)]
pub struct Trust {
    pub trust_url: String,
}

pub fn draw(said: &PosterFacts, language: Language) -> anyhow::Result<String> {
    let (Some(origin), Some(url)) = (&said.origin, &said.join.url) else {
        bail!(
            "the hub does not know where tablets find it: bring its network up, or give its address as origin of \
             [lan]"
        );
    };
    let words = language.words();
    let first = words.first().map_or("fr", |words| words.lang);
    let wifi = wifi_card(said.wifi.as_ref(), words)?;
    let hub = hub_card(origin, url, said.join.code.as_deref(), words)?;
    let title = if said.name.chars().count() > LONG_TITLE { " class=\"long\"" } else { "" };
    let name = escaped(&said.name);
    let order = each(words, |words| words.order);
    let say = each(words, |words| words.name);
    let trouble: String = words.iter().map(|words| trouble(words, said.join.code.is_some())).collect();
    let trust = said.tls.as_ref().map_or_else(String::new, |tls| trust(&tls.trust_url, words));
    let key = said.proof_key.as_ref().map_or_else(String::new, |key| proof_key(key, words));
    Ok(format!(
        "<!doctype html>\n<html lang=\"{first}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{name}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1{title}>{name}</h1>\n{order}</header>\n\
         <main class=\"cards\">\n{wifi}{hub}</main>\n\
         <div class=\"name\"><div class=\"number\">3</div><div class=\"both\">\n{say}</div></div>\n\
         <div class=\"trouble\">\n{trouble}</div>\n{trust}{key}</body>\n</html>\n"
    ))
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

fn wifi_card(wifi: Option<&SheetWifi>, words: &[&PosterWords]) -> anyhow::Result<String> {
    let heading = each(words, |words| words.wifi);
    let (network, password) = (label(words, |w| w.network), label(words, |w| w.password));
    let Some(wifi) = wifi else {
        // The hub knows of none: whoever runs the network has a pen.
        let clear = format!(
            "<dt>{network}</dt><dd class=\"pen\"></dd>\n<dt>{password}</dt><dd class=\"pen\"></dd>\n"
        );
        return Ok(card(1, &heading, "", &clear));
    };
    let code = qr(&Wifi::new(&wifi.ssid, wifi.password.as_deref())?.qr_text())?;
    let password_text = match &wifi.password {
        Some(text) => format!("<dt>{password}</dt>{}\n", value(text)),
        None => format!("<dt>{}</dt>\n", label(words, |w| w.no_password)),
    };
    let clear = format!("<dt>{network}</dt>{}\n{password_text}", value(&wifi.ssid));
    Ok(card(1, &heading, &code, &clear))
}

fn hub_card(origin: &str, url: &str, code: Option<&str>, words: &[&PosterWords]) -> anyhow::Result<String> {
    let heading = each(words, |words| words.hub);
    let mut clear =
        format!("<dt>{}</dt>{}\n", label(words, |w| w.address), value(origin.trim_end_matches('/')));
    if let Some(code) = code {
        writeln!(clear, "<dt>{}</dt><dd class=\"code\">{}</dd>", label(words, |w| w.code), escaped(code))?;
    }
    Ok(card(2, &heading, &qr(url)?, &clear))
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
        "<section lang=\"{}\">\n<h2>{}</h2>\n<ul>\n{items}</ul>\n</section>\n",
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
    format!("<p class=\"key\">{}: <strong>{}</strong></p>\n", label(words, |w| w.key), escaped(key))
}

/// Read in the dark, creased and wet: a quarter of the code may be missing.
fn qr(text: &str) -> anyhow::Result<String> {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::Q).context("this is too long for a QR code")?;
    let drawn = code.render::<svg::Color<'_>>().module_dimensions(1, 1).build();
    // It is a part of a page here, not a file.
    let inline = drawn.find("<svg").map_or("", |at| &drawn[at..]);
    Ok(format!("{inline}\n"))
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
            join: Join {
                url: Some("http://192.168.4.1/#/join/K7MPXQD4".to_owned()),
                code: Some("K7MP-XQD4".to_owned()),
            },
            wifi: Some(SheetWifi { ssid: "JALIBAT".to_owned(), password: Some("nuit-claire-42".to_owned()) }),
            tls: Some(Trust { trust_url: "http://192.168.4.1/trust".to_owned() }),
            proof_key: Some("3f2a 91bc 77d0 12ef 5a60 c4d9".to_owned()),
        }
    }

    #[test]
    fn the_sheet_is_as_it_was_looked_at() {
        insta::assert_snapshot!(draw(&said(), Language::Both).unwrap());
    }

    #[test]
    fn one_language_is_the_half_of_it() {
        let both = draw(&said(), Language::Both).unwrap();
        let (fr, en) = ("Ouvrez le hub", "Open the hub");
        for (language, own, other) in [(Language::Fr, fr, en), (Language::En, en, fr)] {
            let sheet = draw(&said(), language).unwrap();
            assert!(both.contains(own) && sheet.contains(own) && !sheet.contains(other));
        }
    }

    #[test]
    fn it_says_no_more_than_there_is() {
        let mut said = said();
        (said.tls, said.proof_key) = (None, None);
        said.wifi = Some(SheetWifi { ssid: "Ouvert".to_owned(), password: None });
        said.join = Join { url: said.origin.clone(), code: None };
        let sheet = draw(&said, Language::Fr).unwrap();
        assert!(sheet.contains("sans mot de passe") && !sheet.contains("Mot de passe"));
        assert!(!sheet.contains("class=\"trust\"") && !sheet.contains("class=\"key\""));
        for of_codes in ["Code de l’équipe", "puis le code", "n’est pas le bon"] {
            assert!(!sheet.contains(of_codes), "{of_codes}");
        }
        said.wifi = None;
        let sheet = draw(&said, Language::Fr).unwrap();
        assert_eq!(sheet.matches("<dd class=\"pen\">").count(), 2, "to fill in by hand");
        said.origin = None;
        assert!(draw(&said, Language::Fr).unwrap_err().to_string().contains("origin of [lan]"));
    }

    #[test]
    fn names_and_passwords_are_text_and_never_markup() {
        let mut said = said();
        said.name = "<script>alert(1)</script>".to_owned();
        let markup = "<img src=x>&\"'".to_owned();
        said.wifi = Some(SheetWifi { ssid: markup.clone(), password: Some(markup) });
        let sheet = draw(&said, Language::Both).unwrap();
        assert!(!sheet.contains("<script") && !sheet.contains("<img"));
        assert_eq!(sheet.matches("&lt;img src=x&gt;&amp;&quot;'").count(), 2);
    }
}
