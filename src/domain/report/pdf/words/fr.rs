//! French words of the report on paper.

use super::PaperWords;

pub(super) static WORDS: PaperWords = PaperWords {
    colon: "\u{a0}: ",
    contents: "Sommaire",
    editions: "Ce document",
    date: "Date",
    place_and_date: "Lieu, date",
    signature: "Signature",
    of_modules: "{} modules sur {} ({})",
    of_examined: "{} ({} des modules examinés)",
    in_words: "En bref",
    by_finding: "Modules par constat",
    by_severity: "Défauts par gravité",
    by_action: "Défauts par action",
    by_string: "Constats par string",
    by_position: "Défauts selon la position dans le string",
    worst_strings: "Strings avec le plus de défauts",
    strings_left_out: "{} autres strings figurent dans le tableau des strings.",
    statistics: "Statistiques",
    sessions: "Strings alimentés",
    site_photos: "Photos du site et des strings",
    catalogue: "Catalogue des défauts",
    catalogue_note: "Ce que désignent les constats de ce rapport. L'électroluminescence des modules est décrite par l'IEC TS 60904-13 ; la documentation et l'inspection des systèmes raccordés au réseau par l'IEC 62446-1. Un constat dit ce qui a été vu ; sa cause s'apprécie d'après les images et les mesures.",
    to_look_for: "Ce que l'on voit",
    may_mean: "Ce que cela peut signifier",
    annex: "Annexe : tous les modules",
    map_by_place: "Modules par rangée et colonne, comme ils sont posés sur le site.",
    map_by_string: "Le plan ne donne ni rangée ni colonne : chaque ligne est un string, dans l'ordre de ses positions.",
    map_links: "Un clic sur un module avec défaut mène à son constat.",
    without_place: "Sans rangée ni colonne",
    nothing_said: "Rien n'a été indiqué sur la méthode et les conditions.",
    whole_string: "string entier",
    boxes: "{} caractères absents des polices de ce document apparaissent comme □. Le texte copié les contient.",
    pictures_missing: "{} photos n'ont pas pu être montrées : elles n'étaient pas sur le hub, ou aucun lecteur ne saurait les afficher.",
    defects: [
        (
            "Des cellules ou des parties du module sont nettement plus sombres ou plus claires que les autres.",
            "Cellules mal appariées, courants de fuite, contacts vieillis ou dégradation induite par le potentiel (PID).",
        ),
        (
            "De fines lignes sombres dans les cellules, isolées ou ramifiées ; des zones derrière elles peuvent être sombres.",
            "Contraintes mécaniques : transport, pose, piétinement, vent, neige ou grêle. Les fissures qui isolent une zone coûtent de la puissance et peuvent mener à des points chauds.",
        ),
        (
            "Le module entier ou un tiers du module reste sombre alors que son string est alimenté.",
            "Diode de dérivation passante, connexion interrompue ou cellules cassées.",
        ),
        (
            "Aucun module du string ne s'allume.",
            "Circuit ouvert : connecteur, câble ou fusible, ou string hors service.",
        ),
        (
            "Le module reste sombre et n'est pas raccordé à son string.",
            "Il a été laissé hors du string, ou son connecteur est ouvert.",
        ),
    ],
};
