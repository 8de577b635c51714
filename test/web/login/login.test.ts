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

  it('is not needed where the hub knows the browser, or asks nobody', async () => {
    expect(await isSignedIn(answering(200))).toBe(true);
    expect(await isSignedIn(answering(401))).toBe(false);
  });
});

describe('the page to go on to', () => {
  const origin = 'http://pi.local:5000';
  it.each([
    ['', `${origin}/`],
    ['?next=%2Fsimulator%3Fdevice%3Dana', `${origin}/simulator?device=ana`],
    ['?next=%2F%2Fevil.example', '/'],
    ['?next=%2F%5Cevil.example', '/'],
    ['?next=http%3A%2F%2Fevil.example', '/'],
    ['?next=javascript%3Aalert(1)', '/'],
    ['?next=%2Flogin%3Fnext%3D%2Flogin', '/'],
    ['?next=http%3A%2F%2F', '/'],
  ])('of %j is %s', (search, page) => {
    expect(nextPage({ origin, search })).toBe(page);
  });
});
