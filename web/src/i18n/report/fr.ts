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
    look: 'Regarder',
    download: 'Télécharger',
    language: 'Langue du rapport',
    form: 'Forme du fichier',
    page: 'Page',
    book: 'Classeur',
    elsewhere: 'Établie sur un autre hub : à demander là-bas.',
    saved: (file: string) => `Enregistré : ${file}`,
  },
};

export type ReportTexts = typeof report;
