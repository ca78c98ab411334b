// Guided start of a hub, as its lead sees it: what there is already, what doctor finds, and a cloud that is tried before it is set. Made by
// ui/lead/HubScreen.svelte for as long as it is open.
import type { Setup, TriedUpstream } from '../domain/setup';
import type { Member } from '../domain/access';
import type { Poster } from '../domain/poster';
import type { Upstream } from '../domain/upstream';
import type { App } from './app.svelte';
import { plain } from './plain';

export class SetupState {
  /** Null: not read yet. */
  setup: Setup | null = $state.raw(null);
  poster: Poster | null = $state.raw(null);
  upstreams: Upstream[] | null = $state.raw(null);
  members: Member[] | null = $state.raw(null);
  problem: string | null = $state(null);
  looking = $state(false);

  tried: TriedUpstream | null = $state.raw(null);
  /** What was tried, which is what is told to be written. */
  triedUrl = $state('');
  tryProblem: string | null = $state(null);
  trying = $state(false);

  constructor(private readonly app: App) {
    void this.look();
  }

  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    const { api } = this.app;
    try {
      // What doctor finds takes seconds: the rest is shown meanwhile.
      const setup = api.setup();
      setup.catch(() => undefined);
      [this.poster, this.upstreams, this.members] = await Promise.all([
        api.poster(),
        api.upstreams(),
        api.crew(),
      ]);
      this.setup = await setup;
      this.problem = null;
    } catch (error) {
      this.problem = plain(error);
    }
    this.looking = false;
  }

  async try(url: string, token: string): Promise<void> {
    this.trying = true;
    this.tried = null;
    this.tryProblem = null;
    try {
      this.tried = await this.app.api.tryUpstream(url, token);
      this.triedUrl = url;
    } catch (error) {
      this.tryProblem = plain(error);
    }
    this.trying = false;
  }
}
