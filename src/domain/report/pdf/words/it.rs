//! Italian words of the report on paper.

use super::PaperWords;

pub(super) static WORDS: PaperWords = PaperWords {
    colon: ": ",
    contents: "Indice",
    editions: "Questo documento",
    date: "Data",
    place_and_date: "Luogo, data",
    signature: "Firma",
    of_modules: "{} moduli su {} ({})",
    of_examined: "{} ({} degli esaminati)",
    in_words: "In parole",
    by_finding: "Moduli per esito",
    by_severity: "Difetti per gravità",
    by_action: "Difetti per azione",
    by_string: "Esiti per stringa",
    by_position: "Difetti per posizione nella stringa",
    worst_strings: "Stringhe con più difetti",
    strings_left_out: "Altre {} stringhe sono nella tabella delle stringhe.",
    statistics: "Statistiche",
    sessions: "Stringhe sotto corrente",
    site_photos: "Foto dell'impianto e delle stringhe",
    catalogue: "Catalogo dei difetti",
    catalogue_note: "Che cosa indicano gli esiti di questo rapporto. L'elettroluminescenza dei moduli è descritta dalla IEC TS 60904-13; documentazione e ispezione degli impianti connessi in rete dalla IEC 62446-1. Un esito dice che cosa si è visto; la causa si giudica da immagini e misure.",
    to_look_for: "Che cosa si vede",
    may_mean: "Che cosa può significare",
    annex: "Allegato: tutti i moduli",
    map_by_place: "Moduli per riga e colonna, come sono posati sull'impianto.",
    map_by_string: "La pianta non dà riga né colonna: ogni linea è una stringa, nell'ordine delle sue posizioni.",
    map_links: "Un clic su un modulo con difetto porta alla sua scheda.",
    without_place: "Senza riga e colonna",
    nothing_said: "Su metodo e condizioni non è stato indicato nulla.",
    whole_string: "stringa intera",
    boxes: "{} caratteri che i font di questo documento non hanno appaiono come □. Il testo copiato li contiene.",
    pictures_missing: "{} foto non si sono potute mostrare: non erano sull'hub, o nessun lettore saprebbe disegnarle.",
    defects: [
        (
            "Celle o parti del modulo sono nettamente più scure o più chiare delle altre.",
            "Celle che non si accordano, correnti di dispersione, contatti invecchiati o degrado indotto da potenziale (PID).",
        ),
        (
            "Linee scure e sottili nelle celle, singole o ramificate; le zone dietro possono essere scure.",
            "Carico meccanico: trasporto, montaggio, calpestio, vento, neve o grandine. Le fratture che isolano zone costano potenza e possono portare a punti caldi.",
        ),
        (
            "L'intero modulo o un terzo resta scuro mentre la sua stringa ha corrente.",
            "Un diodo di bypass che conduce, una connessione interrotta o celle rotte.",
        ),
        (
            "Nessun modulo della stringa si accende.",
            "Circuito aperto: connettore, cavo o fusibile, oppure stringa disinserita.",
        ),
        (
            "Il modulo resta scuro e non è collegato alla sua stringa.",
            "È stato escluso dalla stringa, o il suo connettore è aperto.",
        ),
    ],
};
