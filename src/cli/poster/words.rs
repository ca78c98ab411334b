//! What the sheet says, in French and in English. Called by `sheet`.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    Fr,
    En,
    Both,
}

impl Language {
    pub fn words(self) -> &'static [&'static PosterWords] {
        match self {
            Self::Fr => &[&FRENCH],
            Self::En => &[&ENGLISH],
            Self::Both => &[&FRENCH, &ENGLISH],
        }
    }
}

/// The field's own words: docs/field-guide.fr.md and .en.md say the same things.
#[derive(Debug)]
pub struct PosterWords {
    pub lang: &'static str,
    pub order: &'static str,
    pub wifi: &'static str,
    pub network: &'static str,
    pub password: &'static str,
    pub no_password: &'static str,
    pub hub: &'static str,
    pub address: &'static str,
    pub code: &'static str,
    pub name: &'static str,
    pub trouble: &'static str,
    pub no_internet: &'static str,
    pub no_scan: &'static str,
    pub no_scan_open: &'static str,
    pub no_page: &'static str,
    pub wrong_code: &'static str,
    pub out_of_reach: &'static str,
    pub trust: &'static str,
    pub key: &'static str,
}

const FRENCH: PosterWords = PosterWords {
    lang: "fr",
    order: "Scannez dans l’ordre, avec l’appareil photo de la tablette.",
    wifi: "Rejoignez le Wi-Fi",
    network: "Réseau",
    password: "Mot de passe",
    no_password: "sans mot de passe",
    hub: "Ouvrez le hub",
    address: "Adresse",
    code: "Code de l’équipe",
    name: "Saisissez votre nom, une seule fois. C’est tout.",
    trouble: "Si quelque chose ne va pas",
    no_internet: "« Pas d’internet » : c’est normal. Restez connecté.",
    no_scan: "Le code ne se scanne pas : tapez l’adresse entière dans le navigateur, http compris, puis le code.",
    no_scan_open: "Le code ne se scanne pas : tapez l’adresse entière dans le navigateur, http compris.",
    no_page: "La page ne s’ouvre pas : vérifiez le Wi-Fi, désactivez les données mobiles, rapprochez-vous du hub.",
    wrong_code: "« Ce code n’est pas le bon » : il a été changé. Demandez le nouveau au chef d’équipe.",
    out_of_reach: "Hub injoignable : continuez. Vos relevés restent sur la tablette et partiront d’elles-mêmes.",
    trust: "Facultatif, pour ouvrir la page même sans le hub :",
    key: "Clé avec laquelle ce hub signe ses rapports",
};

const ENGLISH: PosterWords = PosterWords {
    lang: "en",
    order: "Scan in this order, with the camera of the tablet.",
    wifi: "Join the Wi-Fi",
    network: "Network",
    password: "Password",
    no_password: "no password",
    hub: "Open the hub",
    address: "Address",
    code: "Crew code",
    name: "Give your name, once. That is all.",
    trouble: "If something is wrong",
    no_internet: "“No internet” is normal. Stay connected.",
    no_scan: "The code does not scan: type the whole address into the browser, http included, then the code.",
    no_scan_open: "The code does not scan: type the whole address into the browser, http included.",
    no_page: "The page does not open: check the Wi-Fi, switch mobile data off, move closer to the hub.",
    wrong_code: "“This is not the right code”: it has been replaced. Ask the crew lead.",
    out_of_reach: "Hub out of reach: carry on. Your marks wait on the tablet and are sent by themselves.",
    trust: "Optional, so that the page opens even without the hub:",
    key: "Key with which this hub signs its reports",
};
