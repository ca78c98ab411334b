// Texts of an audit's report, in French: read with it, and not before anything is shown. `ReportTexts` is what every language says.
import { numberText } from '..';

export const report = {
  title: 'Rapport',
  print: 'Imprimer',
  paper: 'Papier',
  printHow:
    'Les couleurs ne sortent pas ? Cochez « Graphiques d’arrière-plan » dans la fenêtre d’impression. En gris, les signes suffisent.',
  made: (time: string, hub: string) => `Rapport du ${time}, hub ${hub}`,
  marked: (from: string, to: string) => `Relevés du ${from} au ${to}`,
  by: (names: string) => `Relevé par ${names}`,
  results: 'Résultats',
  perString: 'Par string',
  string: 'String',
  total: 'Modules',
  share: 'Part',
  plan: 'Plan',
  findings: (n: number) =>
    n > 1 ? `${numberText(n)} défauts et remarques` : `${numberText(n)} défaut ou remarque`,
  findingsNone: 'Aucun défaut et aucune remarque.',
  module: 'Module',
  finding: 'Constat',
  comment: 'Commentaire',
  author: 'Relevé par',
  at: 'Relevé le',
  unfinished: (n: number) =>
    n > 1
      ? `Audit incomplet : ${numberText(n)} modules ne sont pas encore contrôlés.`
      : 'Audit incomplet : 1 module n’est pas encore contrôlé.',
  conflicts: (n: number) =>
    n > 1 ? `${numberText(n)} conflits ne sont pas réglés.` : `${numberText(n)} conflit n’est pas réglé.`,
  waiting: (n: number) =>
    n > 1
      ? `${numberText(n)} relevés de cette tablette n’y sont pas : ils attendent d’être envoyés.`
      : `${numberText(n)} relevé de cette tablette n’y est pas : il attend d’être envoyé.`,
  loading: 'Chargement du rapport…',
  away: 'Le rapport vient du hub, qui est injoignable. Il s’affichera dès son retour.',
  frozen: {
    head: 'Rapport figé',
    how: 'Une version ne change plus, même si des relevés arrivent après : ils sont dans la suivante.',
    make: 'Établir le rapport',
    reading: (percent: number) => `Le hub lit son journal : ${String(percent)} %`,
    coming: 'Le rapport arrive…',
    none: 'Aucune version pour le moment.',
    version: (n: number, time: string, by: string) => `Version ${String(n)} · ${time} · ${by}`,
    isFinal: 'définitive',
    isDraft: 'brouillon',
    look: 'Regarder',
    download: 'Télécharger',
    language: 'Langue du rapport',
    form: 'Forme du fichier',
    page: 'Page',
    book: 'Classeur',
    elsewhere: 'Établie sur un autre hub : à demander là-bas.',
    saved: (file: string) => `Enregistré : ${file}`,
  },
  company: {
    head: 'Société et logo',
    how: 'Ils figurent sur chaque nouveau rapport : couverture, en-tête et pied de page. Les versions déjà établies ne changent pas.',
    name: 'Nom',
    address: 'Adresse',
    contact: 'Contact (téléphone, e-mail, SIRET)',
    text: 'Mention sur chaque rapport',
    choose: 'Choisir un logo',
    change: 'Changer de logo',
    remove: 'Retirer le logo',
    form: 'PNG ou JPEG, 4 Mo au plus.',
    save: 'Enregistrer',
    saved: 'Enregistré.',
    none: 'Pas encore indiquée',
  },
  sections: {
    head: 'Parties du rapport',
    all: 'toutes',
    some: (n: number, of: number) => `${String(n)} sur ${String(of)}`,
    names: {
      summary: 'Synthèse',
      examined: 'Non examiné',
      conditions: 'Méthode et conditions',
      map: 'Plan du site',
      strings: 'Strings',
      statistics: 'Statistiques',
      measurements: 'Mesures',
      findings: 'Défauts',
      claims: 'Réclamations',
      catalogue: 'Catalogue des défauts',
      history: 'Historique',
      photos: 'Photos',
      annex: 'Tous les modules',
    } as Record<string, string>,
  },
  closing: {
    head: 'Avant le rapport définitif',
    clean: 'Rien n’est ouvert, à la connaissance du hub.',
    pending: (n: number) =>
      n > 1
        ? `${numberText(n)} modules à contrôler, sans raison indiquée`
        : '1 module à contrôler, sans raison indiquée',
    conflicts: (n: number) => (n > 1 ? `${numberText(n)} conflits à régler` : '1 conflit à régler'),
    no_session: (n: number) =>
      n > 1 ? `${numberText(n)} strings sans heure d’alimentation` : '1 string sans heure d’alimentation',
    no_severity: (n: number) => (n > 1 ? `${numberText(n)} défauts sans gravité` : '1 défaut sans gravité'),
    no_picture: (n: number) => (n > 1 ? `${numberText(n)} défauts sans photo` : '1 défaut sans photo'),
    pictures: (n: number) =>
      n > 1
        ? `${numberText(n)} photos annoncées ne sont pas encore sur le hub`
        : '1 photo annoncée n’est pas encore sur le hub',
    unused: {
      no_session: 'Personne n’indique l’alimentation des strings dans cet audit.',
      no_severity: 'Personne n’indique de gravité dans cet audit.',
      no_picture: 'Aucune photo dans cet audit.',
    } as Record<string, string>,
    waits: (names: string) => `Encore sur des tablettes : ${names}`,
    silent: (names: string) => `Pas de nouvelles récentes, il reste peut-être des relevés : ${names}`,
    unknown: (names: string) => `On ne sait pas ce qui reste sur la tablette de : ${names}`,
    noCrew: 'On ne sait pas ce qui reste sur les tablettes : ce hub n’a pas d’équipe.',
    make: 'Rendre définitif',
    sure: 'Ce qui sera relevé ensuite figurera dans la version suivante.',
    sureOpen: (n: number) =>
      n > 1 ? `${numberText(n)} points sont encore ouverts.` : '1 point est encore ouvert.',
    yes: 'Oui, définitif',
    yesOpen: 'Définitif malgré tout',
    back: 'Retour',
    isFinal: (version: number) => `La version ${String(version)} est définitive.`,
    since: (n: number, version: number) =>
      n > 1
        ? `${numberText(n)} modifications depuis la version ${String(version)}`
        : `1 modification depuis la version ${String(version)}`,
  },
};

export type ReportTexts = typeof report;
