//! Regulatory domain: the country, by whose rules a radio may send: a Wi-Fi without one is off, or weak, or against
//! the law.
//!
//! Called by `network`.

use std::fmt;
use std::io::{self, BufRead, IsTerminal, Write};

use super::super::WrongUse;

/// ISO 3166-1, as radios take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country([u8; 2]);

const ASSIGNED: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV \
    BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO \
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP \
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU \
    MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB \
    SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY \
    UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

impl std::str::FromStr for Country {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let capitals = text.trim().to_ascii_uppercase();
        match capitals.as_bytes() {
            &[a, b] if ASSIGNED.split_whitespace().any(|known| known == capitals) => Ok(Self([a, b])),
            _ => Err(format!("`{text}` is not a country; write its two letters, such as FR, DE or GB")),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

/// What is asked for, else what the machine is set to, else what somebody at the terminal says.
pub fn choose(asked: Option<Country>, machine: &[String]) -> anyhow::Result<Country> {
    // A radio that is set to none says 00, or 99 for one of its own.
    let known = || machine.iter().find_map(|text| text.parse().ok());
    if let Some(country) = asked.or_else(known) {
        return Ok(country);
    }
    if !io::stdin().is_terminal() {
        let words = "which country is this? The radio must follow its rules: add --country FR, or another \
                     country's two letters";
        return Err(WrongUse(words.to_owned()).into());
    }
    let mut stderr = io::stderr();
    loop {
        write!(stderr, "Which country is this (FR, DE, GB, ...)? The radio must follow its rules: ")?;
        stderr.flush()?;
        let mut answer = String::new();
        if io::stdin().lock().read_line(&mut answer)? == 0 {
            anyhow::bail!("nothing was changed");
        }
        match answer.parse() {
            Ok(country) => return Ok(country),
            Err(problem) => writeln!(stderr, "{problem}")?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_one_that_there_is() {
        let country = |text: &str| text.parse::<Country>().map(|country| country.to_string());
        assert_eq!(country("fr").unwrap(), "FR");
        for wrong in ["", "F", "00", "99", "XX", "UK", "FRA", "F R", "é"] {
            assert!(country(wrong).unwrap_err().contains("two letters"), "{wrong}");
        }
        assert_eq!(ASSIGNED.split_whitespace().count(), 249);
    }

    #[test]
    fn the_machine_is_asked_before_people() {
        let machine = ["00".to_owned(), "DE".to_owned(), "GB".to_owned()];
        assert_eq!(choose(None, &machine).unwrap().to_string(), "DE");
        assert_eq!(choose("FR".parse().ok(), &machine).unwrap().to_string(), "FR");
    }
}
