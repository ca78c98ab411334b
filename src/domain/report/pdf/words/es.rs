//! Spanish words of the report on paper.

use super::PaperWords;

pub(super) static WORDS: PaperWords = PaperWords {
    colon: ": ",
    contents: "Contenido",
    editions: "Este documento",
    date: "Fecha",
    place_and_date: "Lugar, fecha",
    signature: "Firma",
    of_modules: "{} de {} módulos ({})",
    of_examined: "{} ({} de los examinados)",
    in_words: "En palabras",
    by_finding: "Módulos por estado",
    by_severity: "Defectos por gravedad",
    by_action: "Defectos por acción",
    by_string: "Estados por string",
    by_position: "Defectos según la posición en el string",
    worst_strings: "Strings con más defectos",
    strings_left_out: "Otros {} strings figuran en la tabla de strings.",
    statistics: "Estadísticas",
    sessions: "Strings con corriente",
    site_photos: "Fotos de la planta y de strings",
    catalogue: "Catálogo de defectos",
    catalogue_note: "Qué significan los estados de este informe. La electroluminiscencia de módulos se describe en IEC TS 60904-13; la documentación y la inspección de sistemas conectados a la red, en IEC 62446-1. Un estado dice lo que se vio; su causa se juzga con imágenes y medidas.",
    to_look_for: "Qué se ve",
    may_mean: "Qué puede significar",
    annex: "Anexo: todos los módulos",
    map_by_place: "Módulos por fila y columna, tal como están en la planta.",
    map_by_string: "El plano no da fila ni columna: cada línea es un string, en el orden de sus posiciones.",
    map_links: "Un clic en un módulo con defecto lleva a su ficha.",
    without_place: "Sin fila ni columna",
    nothing_said: "No se indicó nada sobre el método y las condiciones.",
    whole_string: "string entero",
    boxes: "{} caracteres que no tienen las fuentes de este documento aparecen como □. El texto copiado los conserva.",
    pictures_missing: "{} fotos no se pudieron mostrar: no estaban en el hub, o ningún lector podría dibujarlas.",
    defects: [
        (
            "Células o partes del módulo son claramente más oscuras o más claras que las demás.",
            "Células que no casan entre sí, corrientes de fuga, contactos envejecidos o degradación inducida por potencial (PID).",
        ),
        (
            "Líneas finas y oscuras en las células, sueltas o ramificadas; las zonas de detrás pueden estar oscuras.",
            "Carga mecánica: transporte, montaje, pisadas, viento, nieve o granizo. Las fisuras que aíslan zonas cuestan potencia y pueden llevar a puntos calientes.",
        ),
        (
            "El módulo entero o un tercio queda oscuro mientras su string tiene corriente.",
            "Un diodo de derivación que conduce, una conexión interrumpida o células rotas.",
        ),
        (
            "No se ilumina ningún módulo del string.",
            "Circuito abierto: conector, cable o fusible, o un string desconectado.",
        ),
        (
            "El módulo queda oscuro y no está conectado a su string.",
            "Se dejó fuera del string, o su conector está abierto.",
        ),
    ],
};
