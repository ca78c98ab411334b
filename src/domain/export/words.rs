//! Localisation of tables for people: columns, findings and the separator of each language. The page has the same names of findings
//! (web/src/i18n/lang).

use crate::domain::property::names::{ACTION, ACTIONS, NOT_EXAMINED, REASONS};
use crate::domain::spreadsheet::STRING_NAME;
use crate::domain::status::Status;

#[derive(Debug)]
pub struct TableWords {
    language: &'static str,
    pub separator: &'static str,
    /// Finding, by whom, when, name of the string, audit, client, location. None of them is one of `spreadsheet::COLUMNS`.
    pub columns: [&'static str; 7],
    /// How many modules of the audit are hidden, and not among the rows.
    pub hidden: &'static str,
    /// In the order of `Status::ALL`.
    statuses: [&'static str; 6],
    /// In the order of `export::SET`.
    pub set: [&'static str; 4],
    /// In the order of `names::ACTIONS` and `names::REASONS`.
    actions: [&'static str; 4],
    reasons: [&'static str; 6],
    pending: &'static str,
}

static WORDS: [TableWords; 5] = [
    TableWords {
        language: "fr",
        separator: ";",
        columns: ["Constat", "Relevé par", "Relevé le", STRING_NAME[0], "Audit", "Client", "Lieu"],
        hidden: "Modules masqués, absents du tableau",
        statuses: ["OK", "Inégalité", "Microfissures", "HS", "String ouvert", "Non raccordé"],
        set: ["Gravité", "À faire", "Numéro de série", "Non examiné"],
        actions: ["Surveiller", "Remplacer", "Garantie", "Urgent"],
        reasons: ["À l’ombre", "Pas d’accès", "Pas de courant", "Météo", "Pas le temps", "Module absent"],
        pending: "À contrôler",
    },
    TableWords {
        language: "en",
        separator: ",",
        columns: ["Finding", "Marked by", "Marked at", STRING_NAME[1], "Audit", "Client", "Location"],
        hidden: "Hidden modules, not in this table",
        statuses: ["OK", "Inequality", "Microcracks", "Dead", "Open string", "Not connected"],
        set: ["Severity", "To do", "Serial number", "Not examined"],
        actions: ["Watch", "Replace", "Claim", "Urgent"],
        reasons: ["In the shade", "No access", "No power", "Weather", "No time", "Module missing"],
        pending: "Not checked",
    },
    TableWords {
        language: "de",
        separator: ";",
        columns: ["Befund", "Markiert von", "Markiert am", STRING_NAME[2], "Audit", "Kunde", "Ort"],
        hidden: "Ausgeblendete Module, nicht in dieser Tabelle",
        statuses: ["OK", "Ungleichheit", "Mikrorisse", "Ausfall", "String offen", "Kein Anschluss"],
        set: ["Schwere", "Zu tun", "Seriennummer", "Nicht geprüft"],
        actions: ["Beobachten", "Ersetzen", "Garantie", "Dringend"],
        reasons: ["Im Schatten", "Kein Zugang", "Kein Strom", "Wetter", "Keine Zeit", "Modul fehlt"],
        pending: "Zu prüfen",
    },
    TableWords {
        language: "es",
        separator: ";",
        columns: ["Estado", "Marcado por", "Marcado el", STRING_NAME[3], "Auditoría", "Cliente", "Lugar"],
        hidden: "Módulos ocultos, fuera de esta tabla",
        statuses: ["OK", "Desigualdad", "Microfisuras", "Averiado", "String abierto", "Sin conectar"],
        set: ["Gravedad", "Qué hacer", "Número de serie", "No examinado"],
        actions: ["Vigilar", "Cambiar", "Garantía", "Urgente"],
        reasons: ["A la sombra", "Sin acceso", "Sin corriente", "Tiempo", "Falta tiempo", "No hay módulo"],
        pending: "Por revisar",
    },
    TableWords {
        language: "it",
        separator: ";",
        columns: ["Esito", "Rilevato da", "Rilevato il", STRING_NAME[4], "Audit", "Cliente", "Luogo"],
        hidden: "Moduli nascosti, non in questa tabella",
        statuses: ["OK", "Disparità", "Microfratture", "Guasto", "Stringa aperta", "Non collegato"],
        set: ["Gravità", "Da fare", "Numero di serie", "Non esaminato"],
        actions: ["Controllare", "Sostituire", "Garanzia", "Urgente"],
        reasons: ["In ombra", "Senza accesso", "Senza corrente", "Meteo", "Manca il tempo", "Modulo assente"],
        pending: "Da controllare",
    },
];

impl TableWords {
    pub fn of(language: &str) -> Option<&'static Self> {
        WORDS.iter().find(|words| words.language == language)
    }

    /// What people call a value of one of `export::SET`: their own words stay as they are.
    pub fn value<'v>(&self, name: &str, value: &'v str) -> &'v str {
        let said = |words: &[&str], texts: &[&'static str]| {
            words.iter().position(|word| *word == value).and_then(|at| texts.get(at).copied())
        };
        let text = match name {
            ACTION => said(&ACTIONS, &self.actions),
            NOT_EXAMINED => said(&REASONS, &self.reasons),
            _ => None,
        };
        text.unwrap_or(value)
    }

    pub fn status(&self, status: Option<Status>) -> &'static str {
        let found = status.and_then(|status| Status::ALL.iter().position(|one| *one == status));
        found.and_then(|at| self.statuses.get(at)).unwrap_or(&self.pending)
    }
}
