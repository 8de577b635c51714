import type { Words } from './words.ts';

/** The credentials that somebody has typed. */
export type Shown = { readonly user: string; readonly password: string } | { readonly token: string };

/** Why somebody was not let in, by the name of the words for it. */
export interface Refusal {
  readonly why: Extract<
    keyof Words['say'],
    'wrongPassword' | 'wrongToken' | 'wrongLink' | 'tooMany' | 'tooManyFor' | 'unreachable' | 'failed'
  >;
  /** After how long to try again, with `tooManyFor`. */
  readonly seconds?: number;
}

/** Asks the hub to let the browser in, which it remembers by a cookie. Resolves to why not, if it does not. */
export async function signIn(shown: Shown, request: typeof fetch = fetch): Promise<Refusal | undefined> {
  const isToken = 'token' in shown;
  try {
    const { ok, status, headers } = await request('api/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(shown),
    });
    if (ok) return undefined;
    if (status === 401) return { why: isToken ? 'wrongToken' : 'wrongPassword' };
    return status === 429 ? tooMany(headers) : { why: 'failed' };
  } catch (error) {
    if (error instanceof TypeError) return { why: 'unreachable' }; // `fetch` rejects with it if there is no answer.
    throw error;
  }
}

function tooMany(headers: Headers): Refusal {
  const seconds = Number(headers.get('Retry-After'));
  return seconds > 0 ? { why: 'tooManyFor', seconds } : { why: 'tooMany' };
}

/** Whether the hub knows this browser already, or asks nobody. */
export async function isSignedIn(request: typeof fetch = fetch): Promise<boolean> {
  try {
    return (await request('api/me')).ok;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
