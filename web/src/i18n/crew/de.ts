// Texts of the crew's screen, of its tablets and of the poster, in German: read with that screen, and not before anything is shown.
import { numberText } from '..';
import type { CrewTexts } from './fr';

const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);
const marks = (n: number) => `${numberText(n)} ${plural(n, 'Markierung', 'Markierungen')}`;

export const crew: CrewTexts = {
  loading: 'Team wird geladen…',
  members: (n) => `${numberText(n)} ${plural(n, 'Person', 'Personen')} im Team`,
  gone: (n) => `${numberText(n)} entfernt`,
  lastLead: 'Das Team braucht eine Leitung: Ernennen Sie zuerst jemand anderen.',

  codes: 'Codes zum Beitreten',
  code: { code: 'Team-Code', 'lead-code': 'Code der Teamleitung', 'viewer-code': 'Lese-Code' },
  codeFor: {
    code: 'Für Techniker: Sie lesen und markieren.',
    'lead-code':
      'Für weitere Teamleitungen: Sie legen Audits an und löschen sie, verwalten das Team und sehen diese Codes.',
    'viewer-code': 'Für Kunden oder das Büro: Sie lesen alles und markieren nichts.',
  },
  codeQr: (what) => `QR-Code: ${what}`,
  codeShow: 'Zeigen',
  codeHide: 'Ausblenden',
  codeNew: 'Neuer Code',
  codeAsk: 'Der alte Code gilt dann nicht mehr. Wer beigetreten ist, bleibt dabei.',
  codeYes: 'Code ändern',

  memberRole: (name) => `Rolle von ${name}`,
  memberJoined: (time) => `dabei seit: ${time}`,
  memberSeen: (time) => `gesehen: ${time}`,
  memberOut: 'Entfernt',
  remove: 'Entfernen',
  removeLabel: (name) => `${name} entfernen`,
  removeTitle: (name) => `${name} aus dem Team entfernen?`,
  removeWhat: (name) =>
    `${name} kann nichts mehr lesen oder senden. Was auf dem Hub ist, bleibt dort; was noch auf dem Tablet wartet, bleibt ebenfalls dort.`,
  removeUnsent: (n) => `${marks(n)} dieses Tablets ${plural(n, 'ist', 'sind')} nicht auf dem Hub.`,
  removeCodes: {
    technician: 'Auch den Team-Code ändern',
    viewer: 'Auch den Team-Code und den Lese-Code ändern',
    lead: 'Auch alle drei Codes ändern',
  },
  removeCodesWhy: 'Sonst genügt der alte Code, um zurückzukommen. Die anderen bleiben im Team.',
  removeGo: 'Entfernen',
  removed: (name) => `${name} ist entfernt.`,
  removedNewCode: (name, code) =>
    `${name} ist entfernt. Neuer Team-Code: ${code}. Bitte das Plakat austauschen.`,
  removedOldCode: (name) =>
    `${name} ist entfernt, aber der Code konnte nicht geändert werden. Ändern Sie ihn hier.`,
  readmit: 'Wieder aufnehmen',
  readmitLabel: (name) => `${name} wieder aufnehmen`,

  tablets: {
    title: 'Tablets',
    allSent: (n) =>
      n === 1
        ? 'Alles ist auf dem Hub, vom Tablet.'
        : `Alles ist auf dem Hub, von allen ${numberText(n)} Tablets.`,
    wait: (n, names) => `${marks(n)} ${plural(n, 'wartet', 'warten')} noch auf Tablets: ${names}`,
    waitOf: (name, n) => `${name} (${numberText(n)})`,
    notNow: 'Länger nichts gehört von:',
    notNowOf: (name, ago) => `${name} (${ago})`,
    unknown: 'Nicht bekannt:',
    unsent: (n) => `${marks(n)} nur auf diesem Tablet`,
    none: 'alles ist auf dem Hub',
    refused: (n) => `${marks(n)} vom Hub abgelehnt`,
    notTold: 'nicht gesendete Markierungen: nicht bekannt',
    as: (ago) => `zuletzt gehört: ${ago}`,
    page: (version) => `Seite ${version}`,
    pageOld: (version, hub) => `Seite ${version}, der Hub hat ${hub}`,
    battery: (percent) => `Akku ${numberText(percent)} %`,
    charging: (percent) => `Akku ${numberText(percent)} %, lädt`,
  },

  poster: {
    title: 'Zum Scannen',
    print: 'Blatt drucken',
    language: 'Sprache',
    second: 'Zweite Sprache',
    none: 'keine',
    noOrigin:
      'Der Hub kennt seine eigene Adresse nicht: Tragen Sie sie ein (origin, unter [lan] in der Konfiguration).',
  },
};
