// What the tabs of one tablet tell each other: that the marks in the store changed. Used by the state.
// (Who sends is settled by a lease in the store, sync/outbox.ts; each visible tab has its own live feed.)

export class Tabs {
  readonly #channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('fieldhub');

  constructor(outboxChanged: () => void) {
    if (this.#channel) {
      this.#channel.onmessage = (event: MessageEvent<unknown>) => {
        if (event.data === 'outbox') outboxChanged();
      };
    }
  }

  tellOutbox(): void {
    this.#channel?.postMessage('outbox');
  }
}
