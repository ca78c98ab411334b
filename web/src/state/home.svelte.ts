// Install prompt (add to home screen): whether the page can be put there, and how. Browsers that can ask say so once,
// early: main.ts listens from the start. Shown by ui/secure/SecureSection.svelte.

/** Chromium's; in no standard. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

class Home {
  /** `ask`: the browser asks for us; `ios`: Safari leaves it to a menu; null: it is there, or cannot be. */
  way: 'ask' | 'ios' | null = $state(null);
  #prompt: InstallPrompt | null = null;

  listen(): void {
    // Safari alone has this, and alone says by it whether the page came from the home screen.
    const { standalone } = navigator as { standalone?: boolean };
    if (location.protocol === 'https:' && standalone === false) this.way = 'ios';
    addEventListener('beforeinstallprompt', (event) => {
      // Offered where it disturbs nobody, not in the middle of marking.
      event.preventDefault();
      this.#prompt = event as InstallPrompt;
      this.way = 'ask';
    });
    addEventListener('appinstalled', () => {
      this.way = null;
    });
  }

  async install(): Promise<void> {
    // A prompt can be used once; the browser gives another when it was declined.
    const prompt = this.#prompt;
    this.#prompt = null;
    this.way = null;
    await prompt?.prompt().catch(() => undefined);
  }
}

export const home = new Home();
