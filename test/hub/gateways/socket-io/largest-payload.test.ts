import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHubClient } from '../../../../hub/client/index.ts';
import { DEFAULT_LIMITS } from '../../../../hub/limits/hub-limits.ts';
import { type HubServer, openHubServer } from '../../../../hub/server.ts';

let folder: string;
let server: HubServer;

async function open(payloadBytes: number): Promise<void> {
  server = await openHubServer({
    port: 0,
    pagesFolder: folder,
    log: pino({ level: 'silent' }),
    limits: { payloadBytes },
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-largest-'));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe.each(['websocket', 'polling'] as const)('The hub’s own client, over %s', (transport) => {
  const create = () => createHubClient(`http://127.0.0.1:${server.port}`, { transports: [transport] });

  it('may publish the largest payload that the hub takes, text or bytes', async () => {
    await open(DEFAULT_LIMITS.payloadBytes);
    const client = create();
    const size = DEFAULT_LIMITS.payloadBytes;
    for (const payload of [Buffer.alloc(size, 0xff), '\0'.repeat(size)])
      await client.publish('a', payload, { retain: true });
    expect(server.hub.retained.get('a')?.length).toBe(size);
    await client.close();
  });

  it('gets an error, and stays connected, if the hub accepts far less', async () => {
    await open(100);
    const client = create();
    const seen: string[] = [];
    client.connection$.subscribe(({ status }) => seen.push(status));
    for (const payload of [
      Buffer.alloc(2 * 2 ** 20),
      '\0'.repeat(20_000),
      '\0'.repeat(2 * 2 ** 20),
      'x'.repeat(101),
    ]) {
      await expect(client.publish('a', payload)).rejects.toMatchObject({ code: 'payload/too-large' });
    }
    expect(seen).toEqual(['connecting', 'online']);
    await client.close();
  });
});
