import { describe, expect, it } from 'vitest';
import { nextPage } from '../../../web/login/next-page.ts';
import { isSignedIn, signIn } from '../../../web/login/sign-in.ts';

const answering =
  (status: number, headers: Record<string, string> = {}): typeof fetch =>
  async () =>
    new Response('{}', { status, headers });
const failing: typeof fetch = async () => {
  throw new TypeError('failed to fetch');
};

describe('signing in', () => {
  it.each([
    [{ user: 'ana', password: 'x' }, 200, undefined],
    [{ user: 'ana', password: 'x' }, 401, 'wrongPassword'],
    [{ token: 'x' }, 401, 'wrongToken'],
    [{ token: 'x' }, 429, 'tooMany'],
    [{ token: 'x' }, 500, 'failed'],
  ])('with %j, answered with %d, says %s', async (shown, status, refusal) => {
    expect((await signIn(shown, answering(status)))?.why).toBe(refusal);
  });

  it('too often says after how long to try again', async () => {
    const refused = answering(429, { 'Retry-After': '12' });
    expect(await signIn({ token: 'x' }, refused)).toEqual({ why: 'tooManyFor', seconds: 12 });
  });

  it('says that the hub cannot be reached', async () => {
    expect(await signIn({ token: 'x' }, failing)).toEqual({ why: 'unreachable' });
    expect(await isSignedIn(failing)).toBe(false);
  });

  it('is not needed if the hub knows the browser, or asks nobody', async () => {
    expect(await isSignedIn(answering(200))).toBe(true);
    expect(await isSignedIn(answering(401))).toBe(false);
  });
});

describe('the page to go on to', () => {
  const pi = 'http://pi.local:5000/';
  const home = 'https://home.example/pinhub/';
  it.each([
    [pi, '', pi],
    [pi, '?next=%2Fsimulator%3Fdevice%3Dana', `${pi}simulator?device=ana`],
    [pi, '?next=%2F%2Fevil.example', pi],
    [pi, '?next=%2F%5Cevil.example', pi],
    [pi, '?next=http%3A%2F%2Fevil.example', pi],
    [pi, '?next=javascript%3Aalert(1)', pi],
    [pi, '?next=%2Flogin%3Fnext%3D%2Flogin', pi],
    [pi, '?next=http%3A%2F%2F', pi],
    [home, '', home],
    [home, '?next=%2Fpinhub%2Fsimulator', `${home}simulator`],
    [home, '?next=%2Fpinhub%2F..%2Fother', home],
    [home, '?next=%2Fother', home],
    [home, '?next=%2Fpinhub%2Flogin', home],
  ])('of a hub at %s, by %j, is %s', (hub, search, page) => {
    expect(nextPage({ href: `${hub}login${search}`, search })).toBe(page);
  });
});
