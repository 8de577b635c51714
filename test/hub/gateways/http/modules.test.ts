import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createHub, type HubOptions, type WebHub } from '../../../../hub/create-hub.ts';

let hub: WebHub;
afterEach(() => hub.close());

const CARD = 'export default () => undefined;';

async function open(options: HubOptions = {}) {
  const kindModules = [
    { kind: 'relay', card: CARD, part: 'export default {};' },
    { kind: '../äöü', card: CARD },
  ];
  hub = createHub({ pagesFolder: '/nowhere', kindModules, ...options });
  const port = await hub.listen({ port: 0 });
  const url = `http://127.0.0.1:${port}/`;
  const kinds = async () => (await (await fetch(`${url}api/kinds`)).json()).kinds;
  return { port, url, kinds };
}

describe('the modules of kinds', () => {
  it('are listed by kind, and served so that pages may run and keep them', async () => {
    const { url, kinds } = await open();
    const { relay } = await kinds();
    const response = await fetch(url + relay.card);
    expect(await response.text()).toBe(CARD);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(relay.part).toMatch(/^modules\/relay-part-[\w-]{12}\.js$/);
  });

  it('have addresses that change with their content', async () => {
    const before = await (await open()).kinds();
    await hub.close();
    const after = await (await open({ kindModules: [{ kind: 'relay', card: `${CARD}\n` }] })).kinds();
    expect(after.relay.card).not.toBe(before.relay.card);
    expect(after.relay.part).toBeUndefined();
  });

  it('may be of a kind of any name', async () => {
    const { url, kinds } = await open();
    const { card } = (await kinds())['../äöü'];
    expect(card).toMatch(/^modules\/[\w-]+\.js$/);
    expect(await (await fetch(url + card)).text()).toBe(CARD);
  });

  it('are none on a hub without plug-ins', async () => {
    const { kinds } = await open({ kindModules: [] });
    expect(await kinds()).toEqual({});
  });

  it.each([
    '/modules/relay-card.js',
    '/modules/../package.json',
    '/modules/%2e%2e%2fpackage.json',
    '/modules/..%5cpackage.json',
    '/modules//etc/passwd',
    '/modules/%00',
    '/modules/%ff',
    '/modules/constructor',
    '/modules/',
  ])('lead to no other file: %s', async (path) => {
    const { port } = await open();
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 40[04] /);
  });

  it('are for users who may see the pages', async () => {
    const { url } = await open({
      authenticate: ({ token }) => (token === 'x' ? { name: 'ana' } : undefined),
    });
    expect((await fetch(`${url}api/kinds`)).status).toBe(401);
    const headers = { authorization: 'Bearer x' };
    const { kinds } = await (await fetch(`${url}api/kinds`, { headers })).json();
    expect((await fetch(url + kinds.relay.card)).status).toBe(401);
    expect((await fetch(url + kinds.relay.card, { headers })).status).toBe(200);
  });
});
