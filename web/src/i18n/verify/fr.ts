// The French texts of /verify. `VerifyTexts` is what every language says.

const named = (name: string | null) => (name === null ? '' : ` (${name})`);

export const verify = {
  title: 'Vérifier un rapport',
  why: 'Cette page dit si un rapport est tel que le hub l’a écrit. Le fichier reste sur cet appareil : rien n’est envoyé, et aucun réseau n’est nécessaire.',
  choose: 'Choisir des fichiers',
  drop: 'ou déposez-les ici : PDF, page, classeur, JSON, lot (.fhbundle) ; ou tous les fichiers d’un dossier de rapport.',
  key: 'Clé qui figure sur l’affiche du hub (facultatif)',
  keyHow: 'Par exemple 3f2a 91bc 77d0 12ef 5a60 c4d9.',
  busy: 'Vérification…',
  back: 'Aller aux audits',
  limits:
    'La signature ne prouve ni que ce qui a été saisi est exact, ni à quel moment une chose s’est passée.',
  compare: 'Comparez la clé avec l’affiche du hub : chacun peut signer avec une clé à soi.',
  audit: 'Audit',
  draft: 'brouillon',
  version: (number: string) => `version ${number}`,
  position: 'Dernière opération',
  made: 'Établi le',
  hub: 'Nom que le hub se donne',
  fingerprint: 'Clé du hub',
  verdicts: {
    genuine: 'Authentique : rien n’a été modifié depuis la signature.',
    expected: 'Authentique : rien n’a été modifié, et la clé est celle que vous avez indiquée.',
    named: 'Authentique : c’est bien le fichier que nomme le rapport.',
    altered: 'Modifié : ce n’est pas ce que le hub a écrit.',
    proof: 'Modifié : la preuve dans le fichier est abîmée ou a été changée.',
    other: 'Signé par un autre hub : la clé n’est pas celle que vous avez indiquée.',
    version: 'Authentique en soi, mais d’une autre version que le JSON choisi avec lui.',
    unsigned:
      'Sans signature : fait avant que les hubs ne signent, ou signature retirée, ou fichier qu’ils ne signent pas. Choisissez un tableau ou une photo avec le report.json de son dossier.',
    head: 'Sans signature : le fichier dit d’où il vient, mais rien ne le protège. La signature a été retirée, ou le hub n’avait plus sa clé.',
    unread: 'Ce fichier ne se lit pas.',
    resaved:
      'Sans signature : si un hub a fait ce classeur, un autre programme l’a enregistré depuis, même sans rien changer. Sa signature est perdue ; demandez le fichier tel qu’il a été remis.',
    rescue:
      'Sans signature : ce sont les relevés non envoyés d’une tablette, et une tablette n’a pas la clé d’un hub. Rien ne montre que personne ne les a modifiés.',
  },
  places: {
    module: {
      altered: (row: number, name: string | null) =>
        `Le module n° ${row} de la liste a été modifié${named(name)}.`,
      removed: (row: number) => `Le module n° ${row} de la liste a été retiré.`,
      added: (row: number, name: string | null) =>
        `Un module a été ajouté avant le n° ${row} de la liste${named(name)}.`,
      moved: (row: number, name: string | null) =>
        `Le module n° ${row} de la liste a été déplacé${named(name)}.`,
    },
    part: {
      altered: (audit: string, from: number, to: number) =>
        `Dans les opérations ${from} à ${to} de l’audit ${audit}, ou juste après. Le programme fieldhub verify dit laquelle.`,
      removed: (audit: string, from: number, to: number) =>
        `Les opérations ${from} à ${to} de l’audit ${audit} ont été retirées.`,
    },
    saved:
      'Un autre programme l’a enregistré sous une forme à lui. Demandez le fichier tel qu’il a été remis.',
    list: 'Dans la liste qui dit quel module a été modifié ; d’autres ont pu l’être.',
    around: 'Dans ce qui est dit de l’audit ou du fichier. Tous les modules sont tels qu’ils ont été écrits.',
    frame: 'Dans ce qui encadre les opérations.',
    more: (count: number) => `Et ${count} autres.`,
  },
  clocks: {
    network: 'heure tenue par le réseau',
    upstream: 'heure réglée par un autre serveur',
    person: 'heure réglée par une personne',
    tablets: 'heure réglée par les tablettes',
    none: 'heure que personne n’avait confirmée',
    contradicted: 'les tablettes donnaient une autre heure',
  },
};

export type VerifyTexts = typeof verify;
