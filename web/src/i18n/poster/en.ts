// The English texts of the sheet with the QR codes.
import type { PosterMessages } from './fr';

export const en: PosterMessages = {
  title: 'To scan',
  print: 'Print the sheet',
  wifi: 'Join the Wi-Fi',
  open: 'Open the hub',
  how: 'Scan the two codes in this order with the camera, then give your name.',
  howAlone: 'Scan the code with the camera, then give your name.',
  network: 'Network',
  password: 'Password',
  noPassword: 'no password',
  address: 'Address',
  code: 'Crew code',
  noInternet: 'This Wi-Fi has no internet: stay connected if the device asks.',
  trust: (url) => `HTTPS (optional): ${url}`,
  wifiQr: (ssid) => `QR code of the Wi-Fi ${ssid}`,
  openQr: 'QR code that opens the hub and lets into the crew',
  noOrigin: 'The hub does not know its own address: tell it (origin, under [lan] of the settings).',
};
