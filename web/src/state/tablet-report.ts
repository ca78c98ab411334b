// Device status (telemetry) of this tablet: tells the hub how many marks wait here, which page this is, and the battery where the
// browser tells; the lead's crew screen shows it. Read by state/app.svelte.ts after the first screen; nothing depends on it.
import { systemText } from '../domain/tablets';
import { ApiError } from '../net/call';
import type { App } from './app.svelte';
import { PAGE_VERSION } from './version';

const EVERY_MS = 20_000;
/** Out of reach, or not let in: nothing is asked of the hub meanwhile. */
const AWAY_MS = 5_000;
/** Taps come in rows, and so do answers: the last of them is what is told. */
const SOON_MS = 1_000;

interface Battery {
  level: number;
  charging: boolean;
}

export function reportTablet(app: App): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let deaf = false;
  let telling = false;

  const may = () =>
    !deaf &&
    app.reach === 'yes' &&
    app.settings.sync &&
    app.access.mode === 'crew' &&
    app.access.session !== null &&
    !app.access.outside;

  const tell = async (): Promise<void> => {
    within(may() ? EVERY_MS : AWAY_MS);
    if (telling || !may()) return;
    telling = true;
    try {
      await app.api.tellTablet({ ...(await unsentOf(app)), ...(await aboutThis()) });
    } catch (error) {
      // A hub of before: it does not know the address, and will not until there is another page.
      deaf = error instanceof ApiError && (error.status === 404 || error.status === 405);
    }
    telling = false;
  };
  const within = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void tell(), ms);
  };
  const soon = () => {
    within(SOON_MS);
  };
  app.events.on({ added: soon, settled: soon, outbox: soon, admitted: soon, hello: soon });
  soon();
}

/** As the disk has it. Where that does not answer, nothing is said of it: that is not none. */
async function unsentOf({
  store,
  photos,
}: App): Promise<{ unsent?: number; unsent_photos?: number; refused?: number }> {
  const tally = await store.tally().catch(() => null);
  const pictures = await photos?.store.waiting().catch(() => null);
  const told = pictures ? { unsent_photos: pictures.length } : {};
  if (!tally) return told;
  const unsent = [...tally.waiting.values()].reduce((sum, one) => sum + one, 0);
  return { unsent, ...told, refused: tally.refused.length };
}

async function aboutThis(): Promise<{
  page: string;
  system?: string;
  battery_percent?: number;
  charging?: boolean;
}> {
  const system = systemText(navigator);
  // Chromium alone, and over HTTPS alone.
  const ask = (navigator as { getBattery?: () => Promise<Battery> }).getBattery;
  const battery = await ask?.call(navigator).catch(() => null);
  return {
    page: PAGE_VERSION,
    ...(system !== null && { system }),
    ...(battery && { battery_percent: Math.round(battery.level * 100), charging: battery.charging }),
  };
}
