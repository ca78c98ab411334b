// TLS certificate check: does this browser trust the hub's? There is no way to ask but to call. Used by
// state/secure.svelte.ts and trust/.

/** A handshake and an empty answer; a hub that does not answer is not told from one that is not trusted. */
export async function trusts(origin: string, fetcher: typeof fetch = fetch, ms = 8_000): Promise<boolean> {
  const abort = new AbortController();
  const timer = setTimeout(() => {
    abort.abort();
  }, ms);
  try {
    const answer = await fetcher(`${origin}/trust/check`, {
      mode: 'cors',
      credentials: 'omit',
      cache: 'no-store',
      signal: abort.signal,
    });
    return answer.status === 204;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
