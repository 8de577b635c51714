import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findFault } from '../../../hub/cli/find-fault.ts';
import { createHub } from '../../../hub/create-hub.ts';
import { createSelfSigned } from '../../../hub/tls/self-signed.ts';

const DAY_MS = 24 * 3_600_000;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function make(name: string, notAfter = new Date(Date.now() + DAY_MS)) {
  return createSelfSigned({ names: [name], notBefore: new Date(Date.now() - 2 * DAY_MS), notAfter });
}

/** Makes a server listen, and resolves to its address without the scheme. */
async function listen(server: Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answerWith =
  (status: number): RequestListener =>
  (_request, response) =>
    response.writeHead(status).end();

const plain = (status = 200) => listen(createServer(answerWith(status)));
const encrypted = (pair: { cert: string; key: string }) => listen(createHttpsServer(pair, answerWith(200)));

describe('why a hub cannot be reached', () => {
  it('is nothing if it answers', async () => {
    expect(await findFault(`http://${await plain()}`)).toBeUndefined();
  });

  it('is a certificate that no trusted authority signed, unless --ca names its authority', async () => {
    const pair = make('127.0.0.1');
    const url = `https://${await encrypted(pair)}`;
    expect(await findFault(url)).toMatchObject({
      reason: expect.stringMatching(/--ca FILE.*NODE_EXTRA_CA_CERTS/),
      isLasting: true,
    });
    expect(await findFault(url, pair.cert)).toBeUndefined();
  });

  it('is a certificate for another name, or an expired one', async () => {
    const elsewhere = make('elsewhere');
    expect(await findFault(`https://${await encrypted(elsewhere)}`, elsewhere.cert)).toMatchObject({
      reason: expect.stringMatching(/not valid.*127\.0\.0\.1 is not in/),
      isLasting: true,
    });
    const past = make('127.0.0.1', new Date(Date.now() - DAY_MS));
    expect(await findFault(`https://${await encrypted(past)}`, past.cert)).toMatchObject({
      reason: expect.stringMatching(/not valid.*expired/),
    });
  });

  it('is plain HTTP to a hub that encrypts, or the other way round', async () => {
    const encryptedHost = await encrypted(make('127.0.0.1'));
    expect(await findFault(`http://${encryptedHost}`)).toEqual({
      reason: `it is encrypted: use https://${encryptedHost}`,
      isLasting: true,
    });
    const plainHost = await plain();
    expect(await findFault(`https://${plainHost}`)).toEqual({
      reason: `it is not encrypted: use http://${plainHost}`,
      isLasting: true,
    });
  });

  it('is that the hub is below a path, which is named', async () => {
    const hub = createHub({ basePath: '/pinhub' });
    const url = `http://127.0.0.1:${await hub.listen({ port: 0 })}`;
    const wrong = await Promise.all([url, `${url}/`, `${url}/hub`].map((each) => findFault(each)));
    const right = await findFault(`${url}/pinhub/`);
    await hub.close();
    expect(wrong.map((fault) => fault?.reason)).toEqual(
      wrong.map(() => `it is below a path: use --hub ${url}/pinhub`),
    );
    expect(right).toBeUndefined();
  });

  it('is that nobody is there, or somebody else, which may pass', async () => {
    const host = await plain(404);
    expect(await findFault(`http://${host}`)).toMatchObject({
      reason: expect.stringContaining('another program answers'),
      isLasting: false,
    });
    const [server] = servers.splice(0);
    server?.close();
    if (server) await once(server, 'close');
    expect(await findFault(`http://${host}`)).toMatchObject({
      reason: expect.stringContaining('ECONNREFUSED'),
      isLasting: false,
    });
  });
});
