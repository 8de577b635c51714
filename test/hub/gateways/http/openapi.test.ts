import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHub, type WebHub } from '../../../../hub/create-hub.ts';
import { ANSWERS } from '../../../../hub/gateways/http/answers.ts';
import { OPERATIONS } from '../../../../hub/gateways/http/openapi.ts';

let hub: WebHub;
let url: string;

beforeAll(async () => {
  const links = { addresses: ['192.0.2.1'], rolesFor: () => ['viewer'], tokenFor: async () => 'a-token' };
  hub = createHub({ links, basePath: '/pinhub' });
  hub.announceReady();
  url = `http://127.0.0.1:${await hub.listen({ port: 0 })}/pinhub`;
  await hub.broker.publish('led/21/info', '{"kind":"led"}', { retain: true });
  await hub.broker.publish('led/21/duty', '40', { retain: true });
  await hub.broker.publish('led/21/duty/actual', '40', { retain: true });
});
afterAll(() => hub.close());

/** Requests that need more than their path, by operation. */
const REQUESTS: Readonly<Record<string, { path?: string; body?: string; accept?: string }>> = {
  'get /api/topics': { path: '/api/topics?filter=led/%23' },
  'delete /api/topics': { path: '/api/topics?filter=other/%23' },
  'get /api/topics/{topic}': { path: '/api/topics/led/21/duty', accept: 'application/json' },
  'put /api/topics/{topic}': { path: '/api/topics/a', body: '1' },
  'delete /api/topics/{topic}': { path: '/api/topics/a' },
  'get /api/history/{topic}': { path: '/api/history/led/21/duty/actual?related=true' },
  'post /api/login': { body: '{"token":"anything"}' },
  'post /api/links': { body: '{"role":"viewer"}' },
};

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'options'];

async function send(method: string, path: string): Promise<Response> {
  const { path: asked = path, body, accept = '*/*' } = REQUESTS[`${method} ${path}`] ?? {};
  const headers = { accept, 'content-type': 'application/json' };
  return fetch(url + asked, { method: method.toUpperCase(), headers, ...(body !== undefined && { body }) });
}

describe('GET /openapi.json', () => {
  it('describes exactly the paths that errors name', async () => {
    const description = await (await fetch(`${url}/openapi.json`)).json();
    const { error } = await (await fetch(`${url}/nothing`)).json();
    const described = Object.keys(description.paths).map((path) =>
      path.startsWith('/api/admin/') ? '/api/admin/' : path.replace('{topic}', '<topic>'),
    );
    const [, named = ''] = /there are (.*)$/.exec(error.message) ?? [];
    const paths = named
      .replace(', and ', ', ')
      .split(', ')
      .map((path) => path.replace('/pinhub', ''));
    const pages = ['/', '/simulator', '/topics', '/admin', '/api', '/learn', '/docs/', '/login'];
    expect(paths).toEqual([...pages, ...new Set(described)]);
    expect(description.servers).toEqual([{ url: '/pinhub' }]);
  });

  it('refers to schemas that are there', async () => {
    const text = await (await fetch(`${url}/openapi.json`)).text();
    const { schemas } = JSON.parse(text).components;
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(schemas).toHaveProperty(`${name}`);
  });

  it('leaves out what a hub does not have', async () => {
    const small = createHub({ history: false });
    try {
      const port = await small.listen({ port: 0 });
      const { paths } = await (await fetch(`http://127.0.0.1:${port}/openapi.json`)).json();
      expect(paths).not.toHaveProperty(['/api/links']);
      expect(paths).not.toHaveProperty(['/api/history/{topic}']);
      expect((await fetch(`http://127.0.0.1:${port}/api/links`)).status).toBe(404);
    } finally {
      await small.close();
    }
  });

  // Event streams have a test of their own.
  // Administration and classes have tests of their own.
  it.each(OPERATIONS.filter(({ path }) => path !== '/api/events' && !/^\/api\/(admin|class)\b/.test(path)))(
    'says what $method $path answers',
    async ({ method, path, answer }) => {
      const response = await send(method, path);
      const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
      expect(response.status).toBe(200);
      expect(Object.keys(answer)).toContain(type);
      const name = answer[type];
      if (name) ANSWERS[name].parse(await response.json());
    },
  );

  // This hub has no accounts of its own.
  const served = OPERATIONS.filter(({ part }) => part !== 'accounts' && part !== 'classroom');

  it.each([...new Set(served.map(({ path }) => path))])('knows all methods of %s', async (path) => {
    const documented = OPERATIONS.filter((one) => one.path === path).map(({ method }) => method);
    const others = METHODS.filter((method) => !documented.some((one) => one === method));
    for (const method of others) {
      const response = await send(method, path.replace('{topic}', 'a'));
      const allowed = (response.headers.get('allow') ?? '').toLowerCase().split(', ');
      expect([method, response.status]).toEqual([method, 405]);
      expect(allowed.filter((one) => one !== 'head')).toEqual(documented);
    }
  });
});
