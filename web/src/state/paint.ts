// Hands the status colours of the domain to the style sheet. Called by state/theme.ts. It sets properties through the
// CSSOM, which a strict content security policy allows.
import { COLOURS, STATUSES, type Look } from '../domain/status';

export function paint(style: CSSStyleDeclaration, look: Look): void {
  for (const status of STATUSES) {
    const { fill, ink, hue } = COLOURS[look][status];
    style.setProperty(`--${status}-fill`, fill);
    style.setProperty(`--${status}-ink`, ink);
    style.setProperty(`--${status}-hue`, hue);
  }
}
