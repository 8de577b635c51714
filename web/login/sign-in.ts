import type { LoginWords } from './words.ts';

/** What somebody shows to be let in. */
export type Shown = { readonly user: string; readonly password: string } | { readonly token: string };

/** Why somebody was not let in, by the name of the words for it. */
export type Refusal = Extract<
  keyof LoginWords,
  'wrongPassword' | 'wrongToken' | 'tooMany' | 'unreachable' | 'failed'
>;

/** Asks the hub to let the browser in, which it remembers by a cookie. Resolves to why not, if it does not. */
export async function signIn(shown: Shown, request: typeof fetch = fetch): Promise<Refusal | undefined> {
  const isToken = 'token' in shown;
  try {
    const { ok, status } = await request('/api/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(shown),
    });
    if (ok) return undefined;
    if (status === 401) return isToken ? 'wrongToken' : 'wrongPassword';
    return status === 429 ? 'tooMany' : 'failed';
  } catch (error) {
    if (error instanceof TypeError) return 'unreachable'; // What fetch rejects with where there is no answer.
    throw error;
  }
}

/** Whether the hub knows this browser already, or asks nobody. */
export async function isSignedIn(request: typeof fetch = fetch): Promise<boolean> {
  try {
    return (await request('/api/me')).ok;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
