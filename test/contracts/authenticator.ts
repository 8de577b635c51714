import type { Authenticator, Credentials, Principal } from '../../hub/access/access.ts';
import { expect } from './expect.ts';
import { type Runner, suiteFor } from './suite.ts';

export const REMOTE = { address: '10.0.0.1' };

/** An authenticator with one account, `ana`, a viewer. */
export interface AuthenticatorBench {
  readonly authenticator: Authenticator;
  /** Authenticates as `ana` with the right or a wrong secret, or as an account that does not exist. */
  attempt(as: 'right' | 'wrong' | 'unknown'): Promise<Principal | undefined>;
  removeAccount(): Promise<void>;
  close(): void;
}

export interface AuthenticatorTraits {
  /** The fields of the credentials that it checks; none if it offers only exchanges. */
  readonly fields: readonly (keyof Credentials)[];
  /** The code with which it refuses. Default: `auth/wrong`. */
  readonly refusal?: string;
}

const PRESENTED: readonly Credentials[] = [
  {},
  { token: 'ph_guess' },
  { user: 'ana' },
  { user: 'ana', password: 'guess' },
  { login: 'guess' },
  { certificate: { commonName: 'bia' } },
];

/** The contract of every authenticator. */
export function testAuthenticator(
  runner: Runner,
  open: () => Promise<AuthenticatorBench>,
  { fields, refusal = 'auth/wrong' }: AuthenticatorTraits,
): void {
  const { afterEach, beforeEach, it } = suiteFor(runner);
  let bench: AuthenticatorBench;
  beforeEach(async () => {
    bench = await open();
  });
  afterEach(() => bench.close());

  it('lets in the right account, with its role', async () => {
    const principal = await bench.attempt('right');
    expect(principal).toMatchObject({ name: 'ana', role: 'viewer', how: bench.authenticator.kind });
    expect(principal?.credentialIds.length).toBeGreaterThan(0);
  });

  it('refuses a wrong secret and an unknown account in the same words', async () => {
    const [wrong, unknown] = await Promise.all([refusalOf('wrong'), refusalOf('unknown')]);
    expect([wrong.code, unknown.code]).toEqual([refusal, refusal]);
    expect(unknown.message).toBe(wrong.message);
  });

  it('goes on letting in the right account after it has refused', async () => {
    await refusalOf('wrong');
    expect(await bench.attempt('right')).toMatchObject({ name: 'ana' });
  });

  it('refuses an account that was removed', async () => {
    await bench.attempt('right');
    await bench.removeAccount();
    expect(await refusalOf('right')).toMatchObject({ code: refusal });
  });

  it.each(PRESENTED.filter((presented) => !fields.some((field) => field in presented)))(
    'leaves %j to others',
    async (presented) => {
      expect(await bench.authenticator.identify?.(presented, REMOTE)).toBeUndefined();
    },
  );

  it('leaves an exchange that it does not know to others', () => {
    expect(bench.authenticator.beginExchange?.('KERBEROS_V4', REMOTE)).toBeUndefined();
  });

  async function refusalOf(as: 'right' | 'wrong' | 'unknown'): Promise<{ code?: string; message?: string }> {
    const outcome = await bench.attempt(as).catch((error: unknown) => error);
    expect(outcome, 'a refusal').toBeInstanceOf(Error);
    return outcome as { code?: string; message?: string };
  }
}
