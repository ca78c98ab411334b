// Sound, vibration and notifications: says without words that something happened: a short tone, a buzz, a notification of
// the system, each only where somebody chose it. Made by state/app.svelte.ts.
import type { Settings, Signals as Chosen } from './settings.svelte';

/** `change`: somebody else marked what is on the screen; `mention`: somebody means the one who works here. */
export type Signal = 'change' | 'mention';

const TONES: Record<Signal, readonly number[]> = { change: [660], mention: [660, 990] };
const TONE_S = 0.12;
const BUZZ: Record<Signal, number[]> = { change: [40], mention: [60, 60, 60] };

export class Signals {
  /** The browser was told to show none. */
  denied = $state(false);
  #audio: AudioContext | null = null;

  constructor(private readonly settings: Settings) {}

  /** Only on HTTPS, and not on every system. */
  get canNotify(): boolean {
    return isSecureContext && 'Notification' in window && 'serviceWorker' in navigator;
  }

  /** The page stays with the hub where it is not looked at, to tell of what concerns whoever works here. */
  get alert(): boolean {
    return this.settings.signals.notify && this.canNotify && Notification.permission === 'granted';
  }

  /** Called by a tap alone: browsers ask for permission, and let tones be heard, after nothing else. */
  async choose(change: Partial<Chosen>): Promise<void> {
    if (change.notify === true) {
      const said = await Notification.requestPermission();
      this.denied = said === 'denied';
      if (said !== 'granted') return;
    }
    await this.settings.setSignals(change);
    if (change.sound === true || change.vibrate === true) this.play('change');
  }

  play(signal: Signal): void {
    const { sound, vibrate } = this.settings.signals;
    // A phone that is silent, or was never touched, refuses: nothing depends on it.
    if (vibrate && 'vibrate' in navigator) navigator.vibrate(BUZZ[signal]);
    if (sound) this.#tones(TONES[signal]);
  }

  /**
   * Where the page is not looked at; the system shows it over whatever is. Of those `about` the same thing (another tab has
   * it as well) it shows one, and tells the next silently or not at all.
   */
  async notify(title: string, body: string, link: string, about: string): Promise<void> {
    if (!this.alert || document.visibilityState === 'visible') return;
    const registration = await navigator.serviceWorker.getRegistration().catch(() => undefined);
    await registration
      ?.showNotification(title, { body, tag: `${link} ${about}`, data: { link }, icon: '/icons/192.png' })
      .catch(() => undefined);
  }

  #tones(tones: readonly number[]): void {
    try {
      const audio = (this.#audio ??= new AudioContext());
      void audio.resume().catch(() => undefined);
      tones.forEach((tone, n) => {
        const from = audio.currentTime + n * TONE_S;
        const [voice, volume] = [audio.createOscillator(), audio.createGain()];
        voice.frequency.value = tone;
        // Up and down again, or it would click.
        volume.gain.setValueAtTime(0, from);
        volume.gain.linearRampToValueAtTime(0.15, from + 0.01);
        volume.gain.linearRampToValueAtTime(0, from + TONE_S);
        voice.connect(volume).connect(audio.destination);
        voice.start(from);
        voice.stop(from + TONE_S);
      });
    } catch {
      this.#audio = null;
    }
  }
}
