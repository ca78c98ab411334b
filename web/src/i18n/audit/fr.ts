// Texts of an open audit that are not of the first load, in French: read right after it. `AuditTexts` is what every language says.

export const audit = {
  tray: (module: string, status: string) => `${module} : ${status}. Un commentaire ?`,
  trayOther: 'Autre…',
  back: (module: string) => `Retour à ${module}`,
  undoTo: (what: string) => `Défaire ${what}`,
  neighbours: 'Modules voisins',
  halt: (string: string) => `Fin : ${string}`,
  haltCount: (marked: string, total: string) => `${marked} sur ${total} modules marqués`,
  haltOn: (string: string, module: string) => `Continuer : ${string}, ${module}`,

  quoted: (text: string) => `« ${text} »`,
  found: (what: string, count: string, where: string) => `${what} : ${count} · ${where}`,
  nothing: 'rien',
  everywhere: 'dans tous les strings',
  lookEverywhere: 'Chercher partout',
  anew: 'Actualiser',
  showAll: 'Tout montrer',
};

export type AuditTexts = typeof audit;
