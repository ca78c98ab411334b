// Service worker registration and page updates: brings it in, and lets a newer page take over when that disturbs nobody:
// at the next load, or when this one is looked away from with nothing in hand. Made by main.ts on HTTPS; the worker is
// worker/sw.ts.

export interface UpdatesHost {
  /** No mark waits here, and nobody is at one. */
  idle(): boolean;
  /** A newer page is on this tablet. */
  ready(): void;
}

type Container = Pick<ServiceWorkerContainer, 'controller' | 'register' | 'addEventListener'>;

export class Updates {
  #registration: ServiceWorkerRegistration | null = null;
  /** Another worker serves this page by now: the next load gets another page. */
  #replaced = false;
  #wanted = false;
  #ready = false;

  constructor(
    private readonly host: UpdatesHost,
    private readonly container: Container = navigator.serviceWorker,
    private readonly reload: () => void = () => {
      location.reload();
    },
  ) {}

  async start(): Promise<void> {
    let served = this.container.controller !== null;
    this.container.addEventListener('controllerchange', () => {
      // The first worker of all takes a page that is its own.
      if (served) this.#takenOver();
      served = true;
    });
    const registration = await this.container.register('/sw.js', { updateViaCache: 'none' });
    this.#registration = registration;
    registration.addEventListener('updatefound', () => {
      const fresh = registration.installing;
      fresh?.addEventListener('statechange', () => {
        if (fresh.state === 'installed' && this.container.controller) this.#newer();
      });
    });
    // The page has only just opened: nothing is in hand.
    if (registration.waiting && served) this.now();
  }

  /** The hub was away: it may have been updated. */
  look(): void {
    this.#registration?.update().catch(() => undefined);
  }

  /** Nobody looks at this page now. */
  lookedAway(): void {
    if (this.#ready && this.host.idle()) this.now();
  }

  /** The newer page, at once. */
  now(): void {
    this.#wanted = true;
    if (this.#replaced) this.reload();
    else this.#registration?.waiting?.postMessage('take over');
  }

  #takenOver(): void {
    this.#replaced = true;
    this.#newer();
    // In another tab somebody wanted it; here they may be in the middle of something.
    if (this.#wanted) this.reload();
  }

  #newer(): void {
    this.#ready = true;
    this.host.ready();
  }
}
