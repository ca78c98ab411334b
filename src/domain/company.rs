//! Company that writes reports (letterhead): name, address, contact, a standing text and the logo, once on a hub.
//!
//! `store` keeps it and `http` changes it, in the words that a version of a report freezes (`report::version`); the report shows it.

use std::collections::BTreeMap;

use super::base64::{base64, from_base64};
use super::id::Invalid;
use super::image::SmallImage;

/// Names of its texts, and characters of each.
pub const COMPANY_TEXTS: [(&str, usize); 4] =
    [("name", 120), ("address", 300), ("contact", 300), ("text", 1_000)];
/// Lines of one of them.
const MOST_LINES: usize = 12;
/// Among what is said of a version of a report.
const PREFIX: &str = "company_";
const LOGO: &str = "company_logo";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Company {
    pub name: Option<String>,
    pub address: Option<String>,
    /// Telephone, mail, registration: whatever a letterhead has.
    pub contact: Option<String>,
    /// What each report is to say, such as what the company does not answer for.
    pub text: Option<String>,
    pub logo: Option<SmallImage>,
}

/// As words that are kept and frozen.
pub type CompanyWords = BTreeMap<String, String>;

impl Company {
    fn texts_mut(&mut self) -> [&mut Option<String>; COMPANY_TEXTS.len()] {
        [&mut self.name, &mut self.address, &mut self.contact, &mut self.text]
    }

    /// Texts trimmed and within their limits; an empty one is none.
    pub fn checked(mut self) -> Result<Self, Invalid> {
        for ((field, most), text) in COMPANY_TEXTS.into_iter().zip(self.texts_mut()) {
            let Some(typed) = text.take() else { continue };
            let typed = typed.replace("\r\n", "\n");
            let typed = typed.trim();
            if typed.chars().count() > most || typed.lines().count() > MOST_LINES {
                return Err(Invalid::new(field, format!("at most {most} characters, in {MOST_LINES} lines")));
            }
            if typed.chars().any(|c| c.is_control() && (c != '\n' || field == "name")) {
                return Err(Invalid::new(field, "no control characters"));
            }
            *text = (!typed.is_empty()).then(|| typed.to_owned());
        }
        Ok(self)
    }

    /// Nothing where nothing is said.
    pub fn to_words(&self) -> CompanyWords {
        let mut texts = self.clone();
        let texts = COMPANY_TEXTS.into_iter().zip(texts.texts_mut().map(Option::take));
        let mut words: CompanyWords =
            texts.filter_map(|((name, _), text)| Some((format!("{PREFIX}{name}"), text?))).collect();
        if let Some(SmallImage { jpeg, width, height }) = &self.logo {
            words.insert(LOGO.to_owned(), format!("{width} {height} {}", base64(jpeg)));
        }
        words
    }

    /// `None`: nothing is said of a company. Words that are not of it are passed over.
    pub fn of_words(words: &CompanyWords) -> Option<Self> {
        let mut company = Self::default();
        for ((name, _), text) in COMPANY_TEXTS.into_iter().zip(company.texts_mut()) {
            *text = words.get(&format!("{PREFIX}{name}")).cloned();
        }
        company.logo = words.get(LOGO).and_then(|word| logo(word));
        (company != Self::default()).then_some(company)
    }

    /// As an audit's report has it: an audit that names a company has that one, and its address.
    #[must_use]
    pub fn named(mut self, name: Option<&str>, address: Option<&str>) -> Self {
        let own = |text: &str| Some(text.to_owned());
        match (name, address) {
            (None, None) => {}
            (None, Some(address)) => self.address = own(address),
            // The hub's address is of the hub's company.
            (Some(name), None) if self.name.as_deref() == Some(name) => {}
            (Some(name), address) => (self.name, self.address) = (own(name), address.and_then(own)),
        }
        self
    }
}

fn logo(word: &str) -> Option<SmallImage> {
    let mut parts = word.splitn(3, ' ');
    let mut side = || parts.next()?.parse().ok().filter(|side| *side > 0);
    let (width, height) = (side()?, side()?);
    Some(SmallImage { jpeg: from_base64(parts.next()?)?, width, height })
}

#[cfg(test)]
pub(in crate::domain) fn sample() -> Company {
    let text = |text: &str| Some(text.to_owned());
    Company {
        name: text("Solaire & Fils SARL"),
        address: text("12 rue des Lilas\n31000 Toulouse"),
        contact: text("+33 5 00 00 00 00 · audit@example.org"),
        text: text("Ce rapport ne vaut que pour les modules examinés."),
        logo: Some(SmallImage { jpeg: vec![0xff, 0xd8, 1, 2], width: 4, height: 2 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_back_out_of_words_among_others() {
        let mut words = sample().to_words();
        assert_eq!(words.len(), 5);
        words.insert("final".into(), "yes".into());
        assert_eq!(Company::of_words(&words), Some(sample()));
        assert_eq!(Company::of_words(&CompanyWords::from([("final".into(), "yes".into())])), None);
        assert!(Company::default().to_words().is_empty());
        for damaged in ["4 2", "4 0 AAAA", "x 2 AAAA", "4 2 A", ""] {
            let words = CompanyWords::from([(LOGO.to_owned(), damaged.to_owned())]);
            assert_eq!(Company::of_words(&words), None, "{damaged}");
        }
    }

    #[test]
    fn texts_are_trimmed_and_within_their_limits() {
        let with = |name: &str, address: &str| {
            let (name, address) = (Some(name.to_owned()), Some(address.to_owned()));
            Company { name, address, ..Company::default() }.checked()
        };
        let good = with("  Solaire ", "1\r\n2\n").unwrap();
        assert_eq!((good.name.as_deref(), good.address.as_deref()), (Some("Solaire"), Some("1\n2")));
        assert_eq!(with(" ", "").unwrap(), Company::default());
        let (long, lines) = ("é".repeat(121), "1\n".repeat(13));
        for (name, address, field) in [
            (long.as_str(), "", "name"),
            ("a\nb", "", "name"),
            ("", "a\u{7}", "address"),
            ("", &lines, "address"),
        ] {
            assert_eq!(with(name, address).unwrap_err().field, field);
        }
    }

    #[test]
    fn an_audit_that_names_another_company_has_no_address_of_the_hubs() {
        let named = |name, address| {
            let company = sample().named(name, address);
            (company.name.unwrap(), company.address)
        };
        let own = (sample().name.unwrap(), sample().address);
        assert_eq!(named(None, None), own);
        assert_eq!(named(Some("Solaire & Fils SARL"), None), own);
        assert_eq!(named(Some("Another"), None), ("Another".to_owned(), None));
        assert_eq!(named(None, Some("Pau")).1.as_deref(), Some("Pau"));
        assert_eq!(sample().named(Some("Another"), Some("Pau")).logo, sample().logo);
    }
}
