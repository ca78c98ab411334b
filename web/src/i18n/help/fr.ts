// Texts of the help, in French: not of the first load. `HelpTexts` is what every language says.

export const help = {
  title: 'Aide',
  /** What there is to choose from. */
  part: 'Rubrique',
  parts: { guide: 'Guide', keys: 'Touches', news: 'Nouveautés', about: 'À propos' },
  away: 'Cette page n’est pas encore sur cette tablette : elle se chargera au retour du hub.',
  about: {
    what: 'fieldhub : le hub d’une équipe qui relève des modules photovoltaïques, la nuit, sans Internet.',
    hub: (name: string, version: string) => `Hub ${name}, version ${version}`,
    page: (version: string) => `Page, version ${version}`,
    licences:
      'Les bibliothèques libres qu’il contient et leurs licences sont listées dans le paquet du hub (SBOM).',
  },
  /** Keys as they are written on a keyboard, one after the other, and what they do. */
  keys: [
    ['↑ ↓ ← →', 'Module suivant, précédent, dessus, dessous'],
    ['Début Fin', 'Premier, dernier module'],
    ['Page↓ Page↑', 'String suivant, précédent'],
    ['Entrée', 'Ouvrir le module ; dans la fiche : enregistrer le commentaire'],
    ['1 … 6', 'Dans la fiche : choisir ce que vous voyez, dans l’ordre des boutons'],
    ['Échap', 'Fermer ce qui est ouvert'],
    ['/', 'Chercher un module'],
    ['Ctrl+Z', 'Défaire'],
    ['Ctrl+Y', 'Rétablir'],
    ['Ctrl+Entrée', 'Dans un commentaire sur plusieurs lignes : enregistrer'],
    ['?', 'Cette aide'],
  ] as [keys: string, what: string][],
};

export type HelpTexts = typeof help;
