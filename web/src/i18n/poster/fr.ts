// The French texts of the sheet with the QR codes, and with them the type of every language; read through
// i18n/poster/index.ts.
export const fr = {
  title: 'À scanner',
  print: 'Imprimer la feuille',
  wifi: 'Rejoindre le Wi-Fi',
  open: 'Ouvrir le hub',
  how: 'Scannez les deux codes dans cet ordre avec l’appareil photo, puis donnez votre nom.',
  howAlone: 'Scannez le code avec l’appareil photo, puis donnez votre nom.',
  network: 'Réseau',
  password: 'Mot de passe',
  noPassword: 'sans mot de passe',
  address: 'Adresse',
  code: 'Code de l’équipe',
  noInternet: 'Ce Wi-Fi n’a pas Internet : restez connecté si l’appareil le demande.',
  trust: (url: string) => `HTTPS (facultatif) : ${url}`,
  wifiQr: (ssid: string) => `Code QR du Wi-Fi ${ssid}`,
  openQr: 'Code QR qui ouvre le hub et fait entrer dans l’équipe',
  noOrigin: 'Le hub ne connaît pas sa propre adresse : donnez-la-lui (origin, sous [lan] des réglages).',
};

export type PosterMessages = typeof fr;
