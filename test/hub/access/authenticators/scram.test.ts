import { describe, expect, it } from 'vitest';
import { decoyScramKeys, deriveScramKeys } from '../../../../hub/access/accounts/secrets.ts';
import { ScramServer } from '../../../../hub/access/authenticators/scram.ts';
import { createScramClient } from '../scram-client.ts';

/** RFC 7677, 3: the example exchange for the user "user" with the password "pencil". */
const RFC = {
  salt: Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'),
  serverNonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  clientFirst: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
  serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  clientFinal:
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
};

const keys = await deriveScramKeys('pencil', { salt: RFC.salt, iterations: 4096 });

function createServer(keysOf = async (_user: string) => keys) {
  return new ScramServer({ keysOf, createNonce: () => RFC.serverNonce });
}

describe('a SCRAM-SHA-256 server', () => {
  it("says what RFC 7677's example says", async () => {
    const server = createServer();
    expect(await server.step(RFC.clientFirst)).toEqual({ message: RFC.serverFirst, user: undefined });
    expect(await server.step(RFC.clientFinal)).toEqual({ message: RFC.serverFinal, user: 'user' });
  });

  it('agrees with a client that follows RFC 5802, for any password and name', async () => {
    const password = 'çédille, = e vírgula';
    const own = await deriveScramKeys(password, { iterations: 4096 });
    const users: string[] = [];
    const server = new ScramServer({ keysOf: async (user) => (users.push(user) && own ? own : keys) });
    const client = createScramClient('n,,', 'n=a=2Cb=3Dc,r=abc', password);
    const { message } = await server.step(client.first);
    const last = await server.step(client.final(message));
    expect(users).toEqual(['a,b=c']);
    expect(last).toEqual({ message: `v=${client.serverSignature()}`, user: 'a,b=c' });
  });

  it('refuses a wrong password, and a client that sends another nonce or binding at the end', async () => {
    const wrong = converse(createScramClient('n,,', 'n=user,r=abc', 'pencils'));
    await expect(wrong).rejects.toMatchObject({ code: 'auth/wrong' });
    const replayed = createServer();
    await replayed.step('n,,n=user,r=other');
    await expect(replayed.step(RFC.clientFinal)).rejects.toMatchObject({ code: 'auth/wrong' });
    // Turning "y" into "n" on the way is how an attacker would disable binding.
    const bent = createServer();
    await bent.step('y,,n=user,r=rOprNGfwEbeRWgbNEkqO');
    await expect(bent.step(RFC.clientFinal)).rejects.toMatchObject({ code: 'auth/wrong' });
  });

  it('lets nobody through with the keys that are stored', async () => {
    const server = createServer();
    const { message } = await server.step(RFC.clientFirst);
    const nonce = message.slice(2, message.indexOf(',s='));
    const stolen = await server.step(`c=biws,r=${nonce},p=${keys.storedKey}`).catch((error) => error);
    expect(stolen).toMatchObject({ code: 'auth/wrong' });
  });

  it.each([
    ['', /first SCRAM message/],
    ['n=user,r=abc', /first SCRAM message/],
    ['p=tls-unique,,n=user,r=abc', /channel binding is not supported/],
    ['n,a=root,n=user,r=abc', /in the name of another/],
    ['n,,m=ext,n=user,r=abc', /first SCRAM message/],
    ['n,,n=us=er,r=abc', /"=" only in/],
    ['n,,n=user,r=a b', /printable ASCII/],
    [`n,,n=${'u'.repeat(5_000)},r=abc`, /at most 4096/],
  ])('refuses %j as a first message', async (message, reason) => {
    const answer = createServer().step(message);
    await expect(answer).rejects.toThrow(reason);
    await expect(answer).rejects.toMatchObject({ code: 'protocol/violation' });
  });

  it.each(['', 'c=biws,r=x', 'c=biws,r=x,p=AAAA', 'r=x,c=biws,p=AAAA'])(
    'refuses %j as a final message',
    async (message) => {
      const server = createServer();
      await server.step(RFC.clientFirst);
      await expect(server.step(message)).rejects.toMatchObject({ code: 'protocol/violation' });
    },
  );

  it('accepts nothing after its end, whatever the outcome', async () => {
    const server = createServer();
    await server.step(RFC.clientFirst);
    await server.step('c=').catch(() => undefined);
    await expect(server.step(RFC.clientFinal)).rejects.toThrow(/over/);
  });

  it('answers for an unknown user as for a known one, and the same each time', () => {
    const secret = Buffer.from('secret');
    const [first, again, other] = ['eve', 'eve', 'bob'].map((name) => decoyScramKeys(name, secret));
    expect(first?.salt).toBe(again?.salt);
    expect(first?.salt).not.toBe(other?.salt);
    expect(first?.storedKey).not.toBe(again?.storedKey);
    expect(Buffer.from(first?.salt ?? '', 'base64')).toHaveLength(16);
  });
});

async function converse(client: ReturnType<typeof createScramClient>) {
  const server = createServer();
  const { message } = await server.step(client.first);
  return server.step(client.final(message));
}
