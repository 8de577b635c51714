import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NatsOptions } from '../../hub/cluster/nats/connect.ts';
import { openNatsEngine } from '../../hub/cluster/nats/nats-engine.ts';
import { createCertificate } from '../hub/access/actors/fixture.ts';
import { accountsConfig, credsOf, MEMBER, STRANGER } from './nats-accounts.ts';
import { describeWithNats, NatsServers } from './nats-server.ts';

const NAMES = { cluster: 'c', name: 'test' };

/** A server that sends its own description, and answers pings. */
async function startTeller(info: object): Promise<Server> {
  const server = createServer((socket) => {
    socket.write(
      `INFO ${JSON.stringify({ server_id: 'x', max_payload: 1_048_576, headers: true, ...info })}\r\n`,
    );
    socket.on('data', (data) => {
      if (data.toString().includes('PING')) socket.write('PONG\r\n');
    });
    socket.on('error', () => undefined); // The client is gone.
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('a server that cannot be used', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  async function refusal(info: object, options: Partial<NatsOptions> = {}): Promise<Error> {
    server = await startTeller(info);
    const { port } = server.address() as AddressInfo;
    const opening = openNatsEngine({ ...NAMES, servers: [`nats://127.0.0.1:${port}`], ...options });
    return opening.then(
      async (engine) => {
        await engine.close();
        throw new Error('it was accepted');
      },
      (error: Error) => error,
    );
  }

  it.each(['2.9.10', '2.11.9', '1.4.1'])(
    'is refused with the reason if it is too old: %s',
    async (version) => {
      const error = await refusal({ version, jetstream: true });
      expect(error).toMatchObject({ code: 'store/unavailable' });
      expect(error.message).toContain(`nats-server ${version} is too old: a cluster needs 2.12 or newer`);
      expect(error.message).toContain('--cluster-any-version');
    },
  );

  it.each(['2.12.0', '2.15.1', '3.0.0-RC.1'])(
    'is not refused because of its version if it is recent: %s',
    async (version) => {
      await expect(refusal({ version, jetstream: true })).rejects.toThrow('it was accepted');
    },
  );

  it('is tried anyway if the user asks for it', async () => {
    const trying = refusal({ version: '2.9.10', jetstream: true }, { acceptsAnyVersion: true });
    await expect(trying).rejects.toThrow('it was accepted');
  });

  it('is refused if JetStream is off', async () => {
    expect(await refusal({ version: '2.15.1' })).toMatchObject({
      code: 'store/unavailable',
      message: expect.stringContaining('JetStream is off'),
    });
  });

  it('is named in the error if it does not answer', async () => {
    const opening = openNatsEngine({ ...NAMES, servers: ['nats://127.0.0.1:1'] });
    await expect(opening).rejects.toMatchObject({
      code: 'store/unavailable',
      message: expect.stringContaining('no NATS server of nats://127.0.0.1:1 can be used'),
    });
  });
});

describeWithNats('a server that asks for credentials', (program) => {
  let folder: string;
  let servers: NatsServers;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pinhub-credentials-'));
  });
  afterEach(async () => {
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Writes a file that only the test uses; returns its path. */
  function write(name: string, content: string): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** Stores a value on the servers, and resolves to the stored value. */
  async function use(options: Partial<NatsOptions>): Promise<unknown> {
    const engine = await openNatsEngine({ ...NAMES, servers: servers.urls, ...options });
    await engine.setCell('a', 'x', 0);
    const value = await engine.cell('a');
    await engine.close();
    return value?.text;
  }

  const tryWith = (content: string) => use({ credentials: write('credentials', `${content}\n`) });

  it('admits hubs with a user and a password in a file', async () => {
    servers = await NatsServers.start(program, 1, '--user', 'ana', '--pass', 'se:cret');
    expect(await tryWith('ana:se:cret')).toBe('x');
    await expect(tryWith('ana:wrong')).rejects.toMatchObject({ code: 'store/unavailable' });
    await expect(tryWith('ana: two words')).rejects.toMatchObject({ code: 'option/invalid' });
  });

  it('admits hubs with a token in a file', async () => {
    servers = await NatsServers.start(program, 1, '--auth', 'token');
    expect(await tryWith('token')).toBe('x');
  });

  it('admits hubs with a .creds file of its account', async () => {
    const config = write('nats.conf', accountsConfig());
    servers = await NatsServers.start(program, 1, '-c', config);
    expect(await tryWith(credsOf(MEMBER))).toBe('x');
    await expect(tryWith(credsOf(STRANGER))).rejects.toMatchObject({ code: 'store/unavailable' });
  });

  describe('and encrypts', () => {
    /** Starts the server with its own certificate; `more` are further words for the command line. */
    async function startEncrypted(...more: string[]): Promise<{ readonly ca: string }> {
      const { cert, key } = createCertificate('localhost');
      const [certPath, keyPath] = [write('server.pem', cert), write('server.key', key)];
      servers = await NatsServers.start(
        program,
        1,
        '--tls',
        '--tlscert',
        certPath,
        '--tlskey',
        keyPath,
        ...more,
      );
      return { ca: certPath };
    }

    it('is used by hubs that trust its certificate, with tls:// as well as nats://', async () => {
      const { ca } = await startEncrypted();
      const encrypted = servers.urls.map((url) => url.replace('nats://', 'tls://'));
      expect(await use({ ca, servers: encrypted })).toBe('x');
      expect(await use({ ca })).toBe('x');
      const other = write('other.pem', createCertificate('localhost').cert);
      for (const trusted of [undefined, other])
        await expect(use({ ca: trusted, servers: encrypted })).rejects.toMatchObject({
          code: 'store/unavailable',
          message: expect.stringContaining('certificate'),
        });
    });

    it('admits hubs with a certificate that it trusts, if it requires one', async () => {
      const own = createCertificate('hub');
      const trusted = write('hub.pem', own.cert);
      const { ca } = await startEncrypted('--tlscacert', trusted, '--tlsverify');
      expect(await use({ ca, cert: trusted, key: write('hub.key', own.key) })).toBe('x');
    });
  });

  it('reports ended connections to hubs with a user of the system account', async () => {
    const [config, credentials, systemCredentials] = ['servers', 'hub', 'system'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    writeFileSync(credentials, 'hub:one\n');
    writeFileSync(systemCredentials, 'system:two\n');
    const users = {
      hubs: { jetstream: 'enabled', users: [{ user: 'hub', password: 'one' }] },
      system: { users: [{ user: 'system', password: 'two' }] },
    };
    writeFileSync(config, JSON.stringify({ accounts: users, system_account: 'system' }));
    servers = await NatsServers.start(program, 1, '--config', config);
    const open = (name: string) =>
      openNatsEngine({ cluster: 'c', name, servers: servers.urls, credentials, systemCredentials });
    const [one, other] = await Promise.all([open('one'), open('other')]);
    const gone = firstValueFrom(one.gone$.pipe(filter((name) => name === 'other')));
    await other.close();
    expect(await gone).toBe('other');
    await one.close();
  });
});
