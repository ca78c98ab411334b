// What was asked of the cloud, when, and how it ended. Kept by front.js; read by the tests through run.mjs.

export class Journal {
  #calls = [];
  #open = new Set();
  #most = 0;
  #doubled = [];

  /** A request has arrived. Its entry is to be ended once. */
  begin(request) {
    const call = { ...request, at_ms: Date.now(), body: '', fault: null, status: null, ended_ms: null };
    this.#calls.push(call);
    if (call.kind === 'module') {
      const same = (other) => other.token === call.token && other.module === call.module;
      if ([...this.#open].some(same)) this.#doubled.push(call.module);
      this.#open.add(call);
      this.#most = Math.max(this.#most, this.#open.size);
    }
    return call;
  }

  /** Answered with `status`, or over without an answer (null). */
  end(call, status) {
    if (call.ended_ms !== null) return;
    Object.assign(call, { status, ended_ms: Date.now() });
    this.#open.delete(call);
  }

  /** From entry `after` on. */
  calls(after = 0) {
    return this.#calls.slice(after);
  }

  /** Counts by kind, how many marks were under way at once, and which modules were so twice. */
  summary() {
    const count = {};
    for (const { kind } of this.#calls) count[kind] = (count[kind] ?? 0) + 1;
    const open = this.#calls.filter((call) => call.ended_ms === null).length;
    return { requests: this.#calls.length, open, count, most_in_flight: this.#most, doubled: this.#doubled };
  }

  clear() {
    this.#calls = [];
    this.#most = this.#open.size;
    this.#doubled = [];
  }
}
