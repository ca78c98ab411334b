// Hands the status colours of the domain to the style sheet. Called once by main.ts; a theme would call it
// with other looks. It sets properties through the CSSOM, which a strict content security policy allows.
import { LOOKS, STATUSES, type Status, type StatusLook } from '../domain/status';

export function paint(style: CSSStyleDeclaration, looks: Readonly<Record<Status, StatusLook>> = LOOKS): void {
  for (const status of STATUSES) {
    const { fill, ink, hue } = looks[status];
    style.setProperty(`--${status}-fill`, fill);
    style.setProperty(`--${status}-ink`, ink);
    style.setProperty(`--${status}-hue`, hue);
  }
}
