//! Words of measurements in the report, one set a language.
//!
//! Called by `measured` and by all that write it down; beside `report::words`, which has what every report says.

use crate::domain::measurement::MeasurementKind;
use crate::domain::measurement::judge::MeasurementVerdict;

/// Sentences that have something put in have it at `{}`.
#[derive(Debug)]
pub struct MeasurementWords {
    pub title: &'static str,
    /// In the order of `MeasurementKind`.
    pub kinds: [&'static str; 5],
    pub irradiance: &'static str,
    pub module_temperature: &'static str,
    /// In the order of `MeasurementVerdict`, then what has no limit.
    pub verdicts: [&'static str; 5],
    /// The device's number.
    pub number: &'static str,
    /// Which one with that number.
    pub again: &'static str,
    /// Volts.
    pub per_module: &'static str,
    pub limits: &'static str,
    pub limits_note: &'static str,
    pub what: &'static str,
    pub values: &'static str,
    /// Heads of columns.
    pub verdict_head: &'static str,
    pub beyond: &'static str,
    pub device: &'static str,
    pub device_time: &'static str,
    pub curves: &'static str,
    pub number_head: &'static str,
    pub take_head: &'static str,
}

/// By the names of the trade, which are those of all languages.
const FIELD_NAMES: [(&str, &str); 13] = [
    ("ff", "FF"),
    ("rds", "Rds"),
    ("rs", "Rs"),
    ("rsh", "Rsh"),
    ("uf", "Uf"),
    ("voc", "Voc"),
    ("isc", "Isc"),
    ("vmpp", "Vmpp"),
    ("impp", "Impp"),
    ("pmax", "Pmax"),
    ("riso", "Riso"),
    ("viso", "Viso"),
    ("rpe", "Rpe"),
];

impl MeasurementWords {
    /// By the tag of a language of the report.
    pub fn of(tag: &str) -> &'static Self {
        match tag {
            "fr" => &FR,
            "de" => &DE,
            "es" => &ES,
            "it" => &IT,
            _ => &EN,
        }
    }

    /// What a later version measures is a measured value.
    pub fn kind(&self, kind: MeasurementKind) -> &'static str {
        let [dark_iv, diode, insulation, values, typed] = self.kinds;
        match kind {
            MeasurementKind::DarkIv => dark_iv,
            MeasurementKind::Diode => diode,
            MeasurementKind::Insulation => insulation,
            MeasurementKind::Values | MeasurementKind::Later => values,
            MeasurementKind::Typed => typed,
        }
    }

    pub fn verdict(&self, verdict: Option<MeasurementVerdict>) -> &'static str {
        let [ok, look, bad, failed, none] = self.verdicts;
        match verdict {
            Some(MeasurementVerdict::Ok) => ok,
            Some(MeasurementVerdict::Look) => look,
            Some(MeasurementVerdict::Bad) => bad,
            Some(MeasurementVerdict::Failed) => failed,
            None => none,
        }
    }

    pub fn field<'a>(&self, field: &'a str) -> &'a str {
        match field {
            "irradiance" => self.irradiance,
            "module_temperature" => self.module_temperature,
            other => FIELD_NAMES.iter().find(|(name, _)| *name == other).map_or(other, |(_, called)| called),
        }
    }
}

static EN: MeasurementWords = MeasurementWords {
    title: "Measurements",
    kinds: ["Dark I-V curve", "Bypass diode", "Insulation", "Measured values", "Typed by hand"],
    irradiance: "Irradiance",
    module_temperature: "Module temperature",
    verdicts: ["good", "look at it", "bad", "measurement failed", "no limit"],
    number: "No. {}",
    again: "measurement {}",
    per_module: "Uf per module {} V",
    limits: "Limits",
    limits_note: "Values were held against these limits, which are settings of this audit.",
    what: "Measured",
    values: "Values",
    verdict_head: "Verdict",
    beyond: "Beyond the limit",
    device: "Device",
    device_time: "By the device's clock",
    curves: "I-V curves: current over voltage",
    number_head: "Number",
    take_head: "Taken",
};

static FR: MeasurementWords = MeasurementWords {
    title: "Mesures",
    kinds: [
        "Courbe I-V à l’obscurité",
        "Diode de dérivation",
        "Isolement",
        "Valeurs mesurées",
        "Saisies à la main",
    ],
    irradiance: "Éclairement",
    module_temperature: "Température du module",
    verdicts: ["bon", "à regarder", "mauvais", "mesure ratée", "sans limite"],
    number: "n° {}",
    again: "mesure {}",
    per_module: "Uf par module {} V",
    limits: "Limites",
    limits_note: "Les valeurs ont été jugées selon ces limites, qui sont des réglages de cet audit.",
    what: "Mesuré",
    values: "Valeurs",
    verdict_head: "Verdict",
    beyond: "Hors limite",
    device: "Appareil",
    device_time: "À l’horloge de l’appareil",
    curves: "Courbes I-V : courant selon la tension",
    number_head: "Numéro",
    take_head: "Mesure",
};

static DE: MeasurementWords = MeasurementWords {
    title: "Messungen",
    kinds: ["Dunkelkennlinie", "Bypassdiode", "Isolation", "Messwerte", "Von Hand eingetippt"],
    irradiance: "Einstrahlung",
    module_temperature: "Modultemperatur",
    verdicts: ["gut", "ansehen", "schlecht", "Messung misslungen", "ohne Grenzwert"],
    number: "Nr. {}",
    again: "Messung {}",
    per_module: "Uf je Modul {} V",
    limits: "Grenzwerte",
    limits_note: "Die Werte wurden an diesen Grenzwerten gemessen; sie sind Einstellungen dieses Audits.",
    what: "Gemessen",
    values: "Werte",
    verdict_head: "Urteil",
    beyond: "Jenseits des Grenzwerts",
    device: "Gerät",
    device_time: "Nach der Uhr des Geräts",
    curves: "Kennlinien: Strom über der Spannung",
    number_head: "Nummer",
    take_head: "Messung",
};

static ES: MeasurementWords = MeasurementWords {
    title: "Medidas",
    kinds: [
        "Curva I-V en oscuridad",
        "Diodo de derivación",
        "Aislamiento",
        "Valores medidos",
        "Escritas a mano",
    ],
    irradiance: "Irradiancia",
    module_temperature: "Temperatura del módulo",
    verdicts: ["bien", "para revisar", "mal", "medida fallida", "sin límite"],
    number: "n.º {}",
    again: "medida {}",
    per_module: "Uf por módulo {} V",
    limits: "Límites",
    limits_note: "Los valores se juzgaron según estos límites, que son ajustes de esta auditoría.",
    what: "Medido",
    values: "Valores",
    verdict_head: "Juicio",
    beyond: "Fuera del límite",
    device: "Aparato",
    device_time: "Según el reloj del aparato",
    curves: "Curvas I-V: corriente según la tensión",
    number_head: "Número",
    take_head: "Medida",
};

static IT: MeasurementWords = MeasurementWords {
    title: "Misure",
    kinds: ["Curva I-V al buio", "Diodo di bypass", "Isolamento", "Valori misurati", "Scritte a mano"],
    irradiance: "Irraggiamento",
    module_temperature: "Temperatura del modulo",
    verdicts: ["buono", "da guardare", "cattivo", "misura fallita", "senza limite"],
    number: "n. {}",
    again: "misura {}",
    per_module: "Uf per modulo {} V",
    limits: "Limiti",
    limits_note: "I valori sono stati giudicati secondo questi limiti, che sono impostazioni di questo audit.",
    what: "Misurato",
    values: "Valori",
    verdict_head: "Giudizio",
    beyond: "Oltre il limite",
    device: "Strumento",
    device_time: "Secondo l’orologio dello strumento",
    curves: "Curve I-V: corrente in funzione della tensione",
    number_head: "Numero",
    take_head: "Misura",
};
