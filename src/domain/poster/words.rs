//! Localisation of the poster: what the sheet says, in the languages of the page. Called by the sheet beside it.

use std::str::FromStr;

/// In which languages a sheet is, the first one larger. At most two: it is one page.
#[derive(Debug, Clone)]
pub struct PosterLanguages(Vec<&'static PosterWords>);

const ALL: [&PosterWords; 5] = [&FRENCH, &ENGLISH, &GERMAN, &SPANISH, &ITALIAN];

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a poster is in one or two of {}, such as fr or fr,en, or in both: fr,en", PosterLanguages::TAGS.join(", "))]
pub struct NoPosterLanguage;

impl PosterLanguages {
    pub const TAGS: [&str; 5] = [FRENCH.lang, ENGLISH.lang, GERMAN.lang, SPANISH.lang, ITALIAN.lang];

    pub(super) fn words(&self) -> &[&'static PosterWords] {
        &self.0
    }
}

impl FromStr for PosterLanguages {
    type Err = NoPosterLanguage;

    fn from_str(tags: &str) -> Result<Self, Self::Err> {
        let tags = if tags == "both" { "fr,en" } else { tags };
        let mut words: Vec<&PosterWords> = Vec::new();
        for tag in tags.split(',') {
            let named = ALL.into_iter().find(|words| words.lang == tag.trim()).ok_or(NoPosterLanguage)?;
            if words.iter().all(|other| other.lang != named.lang) {
                words.push(named);
            }
        }
        if words.len() > 2 { Err(NoPosterLanguage) } else { Ok(Self(words)) }
    }
}

/// The field's own words: docs/field-guide.*.md say the same things.
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
    out_of_reach: "Hub injoignable : continuez. Vos relevés restent sur la tablette et partiront d’eux-mêmes.",
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

const GERMAN: PosterWords = PosterWords {
    lang: "de",
    order: "Scannen Sie in dieser Reihenfolge, mit der Kamera des Tablets.",
    wifi: "Verbinden Sie sich mit dem WLAN",
    network: "Netz",
    password: "Passwort",
    no_password: "kein Passwort",
    hub: "Öffnen Sie den Hub",
    address: "Adresse",
    code: "Team-Code",
    name: "Geben Sie einmal Ihren Namen ein. Das ist alles.",
    trouble: "Wenn etwas nicht geht",
    no_internet: "„Kein Internet“ ist normal. Bleiben Sie verbunden.",
    no_scan: "Der Code lässt sich nicht scannen: Tippen Sie die ganze Adresse in den Browser, mit http, dann den Code.",
    no_scan_open: "Der Code lässt sich nicht scannen: Tippen Sie die ganze Adresse in den Browser, mit http.",
    no_page: "Die Seite öffnet sich nicht: WLAN prüfen, mobile Daten ausschalten, näher an den Hub gehen.",
    wrong_code: "„Dieser Code stimmt nicht“: Er wurde ersetzt. Fragen Sie die Teamleitung.",
    out_of_reach: "Hub nicht erreichbar: Machen Sie weiter. Ihre Einträge bleiben auf dem Tablet und gehen von selbst ab.",
    trust: "Freiwillig, damit sich die Seite auch ohne den Hub öffnet:",
    key: "Schlüssel, mit dem dieser Hub seine Berichte unterschreibt",
};

const SPANISH: PosterWords = PosterWords {
    lang: "es",
    order: "Escanea en este orden, con la cámara de la tableta.",
    wifi: "Únete a la Wi-Fi",
    network: "Red",
    password: "Contraseña",
    no_password: "sin contraseña",
    hub: "Abre el hub",
    address: "Dirección",
    code: "Código del equipo",
    name: "Escribe tu nombre, una sola vez. Nada más.",
    trouble: "Si algo no va bien",
    no_internet: "«Sin Internet» es normal. Sigue conectado.",
    no_scan: "El código no se escanea: escribe la dirección entera en el navegador, con http, y luego el código.",
    no_scan_open: "El código no se escanea: escribe la dirección entera en el navegador, con http.",
    no_page: "La página no se abre: comprueba la Wi-Fi, desactiva los datos móviles, acércate al hub.",
    wrong_code: "«Este código no es correcto»: se ha cambiado. Pide el nuevo al jefe de equipo.",
    out_of_reach: "Hub fuera de alcance: sigue. Tus marcas quedan en la tableta y se envían solas.",
    trust: "Opcional, para que la página se abra también sin el hub:",
    key: "Clave con la que este hub firma sus informes",
};

const ITALIAN: PosterWords = PosterWords {
    lang: "it",
    order: "Inquadra in quest’ordine, con la fotocamera del tablet.",
    wifi: "Collegati al Wi-Fi",
    network: "Rete",
    password: "Password",
    no_password: "senza password",
    hub: "Apri l’hub",
    address: "Indirizzo",
    code: "Codice della squadra",
    name: "Scrivi il tuo nome, una volta sola. È tutto.",
    trouble: "Se qualcosa non va",
    no_internet: "«Nessuna connessione a Internet» è normale. Resta collegato.",
    no_scan: "Il codice non si legge: scrivi l’indirizzo intero nel browser, http compreso, poi il codice.",
    no_scan_open: "Il codice non si legge: scrivi l’indirizzo intero nel browser, http compreso.",
    no_page: "La pagina non si apre: controlla il Wi-Fi, disattiva i dati mobili, avvicinati all’hub.",
    wrong_code: "«Questo codice non è giusto»: è stato cambiato. Chiedi quello nuovo al caposquadra.",
    out_of_reach: "Hub fuori portata: continua. Le tue rilevazioni restano sul tablet e partono da sole.",
    trust: "Facoltativo, per aprire la pagina anche senza l’hub:",
    key: "Chiave con cui questo hub firma i suoi rapporti",
};
