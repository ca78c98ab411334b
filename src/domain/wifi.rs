//! Wi-Fi credentials: the network that tablets join, and the text of the QR code that joins it. Pure.
//!
//! Made by `cli` from the settings; `http` and `cli` draw it.

use std::fmt;

/// What is in the way of a network that can be joined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WifiError {
    #[error(
        "a Wi-Fi password has 8 to 63 characters of ASCII, or 64 hexadecimal digits; this one has {0} bytes"
    )]
    Length(usize),
    #[error(
        "a Wi-Fi password has no line breaks and no characters beyond ASCII: tablets would join with another one"
    )]
    Characters,
}

/// A network; without a password it is open.
#[derive(Clone, PartialEq, Eq)]
pub struct Wifi {
    ssid: String,
    password: Option<String>,
}

/// Passwords get into no log.
impl fmt::Debug for Wifi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = self.password.as_ref().map(|_| "********");
        f.debug_struct("Wifi").field("ssid", &self.ssid).field("password", &password).finish()
    }
}

impl Wifi {
    /// `password` as a file has it: a newline at its end is no part of it.
    pub fn new(ssid: &str, password: Option<&str>) -> Result<Self, WifiError> {
        let password = password.map(|text| text.strip_suffix('\n').unwrap_or(text));
        let password = password.map(|text| text.strip_suffix('\r').unwrap_or(text));
        if let Some(text) = password {
            // IEEE 802.11: printable ASCII. 64 digits are the key itself.
            if !text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
                return Err(WifiError::Characters);
            }
            let key = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
            if !(8..=63).contains(&text.len()) && !key {
                return Err(WifiError::Length(text.len()));
            }
        }
        Ok(Self { ssid: ssid.to_owned(), password: password.map(str::to_owned) })
    }

    pub fn ssid(&self) -> &str {
        &self.ssid
    }

    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The form that cameras of Android and iOS read: ZXing's "Barcode contents", Android's WifiQrCode.
    /// `WPA` is WPA2 and WPA3 alike there.
    pub fn qr_text(&self) -> String {
        let ssid = escaped(&self.ssid);
        match &self.password {
            Some(password) => format!("WIFI:T:WPA;S:{ssid};P:{};;", escaped(password)),
            None => format!("WIFI:T:nopass;S:{ssid};;"),
        }
    }
}

/// With a backslash before what would end or quote a field.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | ';' | ',' | ':' | '"') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(ssid: &str, password: Option<&str>) -> String {
        Wifi::new(ssid, password).unwrap().qr_text()
    }

    #[test]
    fn a_code_is_as_cameras_read_it() {
        assert_eq!(text("JALIBAT", Some("nuit-claire\n")), "WIFI:T:WPA;S:JALIBAT;P:nuit-claire;;");
        assert_eq!(text("Camionnette 2", None), "WIFI:T:nopass;S:Camionnette 2;;");
        assert_eq!(
            text(r#"a;b,c:"d"\e"#, Some(r"pass;word\")),
            r#"WIFI:T:WPA;S:a\;b\,c\:\"d\"\\e;P:pass\;word\\;;"#
        );
        assert_eq!(text("Été", Some("12345678")), "WIFI:T:WPA;S:Été;P:12345678;;");
    }

    #[test]
    fn a_password_that_no_tablet_can_join_with_is_refused() {
        for good in ["12345678", &"x".repeat(63), &"0a".repeat(32), " spaces \r\n"] {
            Wifi::new("n", Some(good)).unwrap();
        }
        for wrong in ["", "\n", "1234567", &"x".repeat(64), &"0".repeat(65)] {
            let length = wrong.trim_end().len();
            assert_eq!(Wifi::new("n", Some(wrong)), Err(WifiError::Length(length)), "{wrong}");
        }
        for wrong in ["pass\nword", "été été été", "tab\ttab\ttab"] {
            assert_eq!(Wifi::new("n", Some(wrong)), Err(WifiError::Characters), "{wrong}");
        }
        let shown = format!("{:?}", Wifi::new("JALIBAT", Some("nuit-claire")).unwrap());
        assert_eq!(shown, r#"Wifi { ssid: "JALIBAT", password: Some("********") }"#);
    }

    /// As a camera takes it apart: by `;` that no backslash precedes.
    fn fields(code: &str) -> Vec<String> {
        let mut fields = vec![String::new()];
        let mut chars = code.strip_prefix("WIFI:").unwrap().chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => fields.last_mut().unwrap().push(chars.next().unwrap()),
                ';' => fields.push(String::new()),
                c => fields.last_mut().unwrap().push(c),
            }
        }
        fields
    }

    proptest! {
        #[test]
        fn every_name_and_password_reads_back(ssid in ".{1,8}", password in "[ -~]{8,63}") {
            let read = fields(&text(&ssid, Some(&password)));
            prop_assert_eq!(read, ["T:WPA", &format!("S:{ssid}"), &format!("P:{password}"), "", ""]);
        }
    }
}
