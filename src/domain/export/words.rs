//! Localisation of tables for people: columns, findings and the separator of each language. The page has the same names of findings
//! (web/src/i18n/lang).

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
    pending: &'static str,
}

static WORDS: [TableWords; 5] = [
    TableWords {
        language: "fr",
        separator: ";",
        columns: ["Constat", "Relevé par", "Relevé le", STRING_NAME[0], "Audit", "Client", "Lieu"],
        hidden: "Modules masqués, absents du tableau",
        statuses: ["OK", "Inégalité", "Microfissures", "HS", "String ouvert", "Non raccordé"],
        pending: "À contrôler",
    },
    TableWords {
        language: "en",
        separator: ",",
        columns: ["Finding", "Marked by", "Marked at", STRING_NAME[1], "Audit", "Client", "Location"],
        hidden: "Hidden modules, not in this table",
        statuses: ["OK", "Inequality", "Microcracks", "Dead", "Open string", "Not connected"],
        pending: "Not checked",
    },
    TableWords {
        language: "de",
        separator: ";",
        columns: ["Befund", "Markiert von", "Markiert am", STRING_NAME[2], "Audit", "Kunde", "Ort"],
        hidden: "Ausgeblendete Module, nicht in dieser Tabelle",
        statuses: ["OK", "Ungleichheit", "Mikrorisse", "Ausfall", "String offen", "Kein Anschluss"],
        pending: "Zu prüfen",
    },
    TableWords {
        language: "es",
        separator: ";",
        columns: ["Estado", "Marcado por", "Marcado el", STRING_NAME[3], "Auditoría", "Cliente", "Lugar"],
        hidden: "Módulos ocultos, fuera de esta tabla",
        statuses: ["OK", "Desigualdad", "Microfisuras", "Averiado", "String abierto", "Sin conectar"],
        pending: "Por revisar",
    },
    TableWords {
        language: "it",
        separator: ";",
        columns: ["Esito", "Rilevato da", "Rilevato il", STRING_NAME[4], "Audit", "Cliente", "Luogo"],
        hidden: "Moduli nascosti, non in questa tabella",
        statuses: ["OK", "Disparità", "Microfratture", "Guasto", "Stringa aperta", "Non collegato"],
        pending: "Da controllare",
    },
];

impl TableWords {
    pub fn of(language: &str) -> Option<&'static Self> {
        WORDS.iter().find(|words| words.language == language)
    }

    pub fn status(&self, status: Option<Status>) -> &'static str {
        let found = status.and_then(|status| Status::ALL.iter().position(|one| *one == status));
        found.and_then(|at| self.statuses.get(at)).unwrap_or(&self.pending)
    }
}
