//! QR codes in a terminal: one joins the Wi-Fi, one opens the hub; side by side where there is room.
//!
//! Called by `serve` and `crew code`; calls qrcode and rustix, for the width of the terminal.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use super::{journal, print};
use crate::domain::wifi::Wifi;

/// Narrower terminals get one below the other.
const SIDE_BY_SIDE: usize = 100;
const GAP: usize = 4;

/// One code, and what scanning it does.
#[derive(Debug)]
pub struct Scan {
    text: String,
    does: String,
}

impl Scan {
    pub fn wifi(wifi: &Wifi) -> Self {
        Self { text: wifi.qr_text(), does: format!("to join the Wi-Fi {}", wifi.ssid()) }
    }

    pub fn join(url: &str) -> Self {
        Self { text: url.to_owned(), does: format!("to join {url}") }
    }

    pub fn open(url: &str) -> Self {
        Self { text: url.to_owned(), does: format!("to open {url}") }
    }

    /// Light on dark, as terminals are; two modules of the code to a character.
    fn drawn(&self) -> Option<String> {
        let code = QrCode::new(&self.text).ok()?;
        Some(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
    }
}

/// In the order in which they are to be scanned. Never into the journal: they hold what lets people in.
pub fn show(scans: &[Scan]) -> anyhow::Result<()> {
    if journal::keeps(&std::io::stdout()) {
        return Ok(());
    }
    print::out(&page(scans, print::columns()))
}

fn page(scans: &[Scan], columns: Option<usize>) -> String {
    let drawn: Vec<(&Scan, String)> =
        scans.iter().filter_map(|scan| scan.drawn().map(|drawn| (scan, drawn))).collect();
    if let [(first, left), (second, right)] = &drawn[..] {
        let width = |drawn: &str| drawn.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        let needed = (width(left) + GAP + width(right)).max(SIDE_BY_SIDE);
        if columns.is_some_and(|columns| columns >= needed) {
            let both = beside(left, right, width(left) + GAP);
            return format!("\n{both}\n\nLeft: scan {}\nRight: scan {}\n", first.does, second.does);
        }
    }
    drawn.iter().map(|(scan, drawn)| format!("\n{drawn}\n\nScan {}\n", scan.does)).collect()
}

/// Line by line; the shorter one ends earlier.
fn beside(left: &str, right: &str, column: usize) -> String {
    let (mut left, mut right) = (left.lines(), right.lines());
    let mut lines = Vec::new();
    loop {
        match (left.next(), right.next()) {
            (None, None) => return lines.join("\n"),
            (l, r) => lines.push(format!("{:<column$}{}", l.unwrap_or(""), r.unwrap_or(""))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://192.168.4.1/#/join/K7MPXQD4";

    fn scans() -> [Scan; 2] {
        [
            Scan::wifi(&Wifi::new("JALIBAT", Some("a-much-longer-password-than-most")).unwrap()),
            Scan::join(URL),
        ]
    }

    #[test]
    fn two_codes_are_side_by_side_where_there_is_room() {
        let wide = page(&scans(), Some(100));
        assert!(
            wide.ends_with(&format!("\nLeft: scan to join the Wi-Fi JALIBAT\nRight: scan to join {URL}\n"))
        );
        let [left, right] = scans().map(|scan| scan.drawn().unwrap());
        let drawn: Vec<&str> = wide.lines().skip(1).take(left.lines().count()).collect();
        for (at, line) in left.lines().enumerate() {
            let beside = right.lines().nth(at).unwrap_or("");
            assert_eq!(drawn[at].trim_end(), format!("{line}    {beside}").trim_end());
        }
        assert!(wide.lines().all(|line| line.chars().count() <= 100), "nothing wraps");
    }

    #[test]
    fn elsewhere_one_is_below_the_other() {
        let [left, right] = scans().map(|scan| scan.drawn().unwrap());
        let both = format!("\n{left}\n\nScan to join the Wi-Fi JALIBAT\n\n{right}\n\nScan to join {URL}\n");
        assert_eq!(page(&scans(), Some(99)), both);
        assert_eq!(page(&scans(), None), both, "a pipe has no width");
        // Too long a password for a hundred columns.
        let long = Wifi::new("JALIBAT", Some(&"x".repeat(63))).unwrap();
        let wide = page(&[Scan::wifi(&long), Scan::join(&URL.repeat(4))], Some(101));
        assert!(wide.contains("\nScan to join the Wi-Fi JALIBAT\n"), "{wide}");
        let one = page(&scans()[1..], Some(200));
        assert!(one.ends_with(&format!("\n\nScan to join {URL}\n")) && one.contains('█'));
    }
}
