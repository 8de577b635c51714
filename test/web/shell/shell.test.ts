import { beforeEach, describe, expect, it } from 'vitest';
import { Shell } from '../../../web/shell/shell.ts';

const HUB = 'http://localhost:5000';

/** The browser's cache, as far as the shell uses it. */
class MemoryCache {
  readonly responses = new Map<string, Response>();
  readonly #fetch: (path: string) => Promise<Response>;

  constructor(fetch: (path: string) => Promise<Response>) {
    this.#fetch = fetch;
  }

  match = async (path: string) => this.responses.get(path)?.clone();
  put = async (path: string, response: Response) => void this.responses.set(path, response);
  delete = async (path: string) => this.responses.delete(path);
  keys = async () => [...this.responses.keys()].map((path) => ({ url: HUB + path }));
  add = async (path: string) => {
    const response = await this.#fetch(path);
    if (!response.ok) throw new TypeError(`${path} is not there`);
    this.responses.set(path, response);
  };
}

/** A hub that can be away, and the requests that it got. */
class FakeHub {
  readonly files = new Map<string, string>();
  readonly asked: string[] = [];
  isAway = false;
  isSilent = false;
  /** Redirects page requests to the login page, as a browser's navigation sees it. */
  asksWho = false;

  fetch = async (request: { url: string } | string): Promise<Response> => {
    const { pathname } = new URL(typeof request === 'string' ? request : request.url, HUB);
    this.asked.push(pathname);
    if (this.isAway) throw new TypeError('Failed to fetch');
    if (this.isSilent) return new Promise(() => {});
    if (this.asksWho && !pathname.startsWith('/assets/'))
      return typed(Response.redirect(`${HUB}/login`, 303), 'opaqueredirect');
    const text = this.files.get(pathname);
    return typed(new Response(text ?? 'nothing', { status: text === undefined ? 404 : 200 }), 'basic');
  };
}

function typed(response: Response, type: ResponseType): Response {
  Object.defineProperty(response, 'type', { value: type });
  const clone = response.clone.bind(response);
  Object.defineProperty(response, 'clone', { value: () => typed(clone(), type) });
  return response;
}

let hub: FakeHub;
let cache: MemoryCache;
let works: Promise<unknown>[];
let patience: { wear(): void };
let shell: Shell<Pick<Request, 'url' | 'method' | 'mode'>>;

beforeEach(() => {
  hub = new FakeHub();
  hub.files.set('/', '<script src="/assets/a-1.js"></script>');
  hub.files.set('/assets/a-1.js', 'one');
  hub.files.set('/simulator', '<script src="/assets/a-1.js"></script><script src="/assets/sim-1.js">');
  hub.files.set('/assets/sim-1.js', 'simulator');
  cache = new MemoryCache(hub.fetch);
  works = [];
  let wear = () => {};
  const worn = new Promise<void>((resolve) => {
    wear = resolve;
  });
  patience = { wear };
  shell = new Shell({
    hub: `${HUB}/`,
    openCache: async () => cache as unknown as Cache,
    fetch: hub.fetch,
    after: () => worn,
    waitUntil: (work) => void works.push(work),
  });
});

/** Opens a page, and waits for everything that the worker then does. */
async function visit(address: string): Promise<string | undefined> {
  const response = await shell.respond({ url: HUB + address, method: 'GET', mode: 'navigate' });
  await settled();
  return response?.text();
}

async function load(path: string): Promise<string | undefined> {
  const response = await shell.respond({ url: HUB + path, method: 'GET', mode: 'no-cors' });
  await settled();
  return response?.text();
}

/** Waits for all work, because one piece of work can start another. */
async function settled(): Promise<void> {
  for (let count = -1; count !== works.length; ) {
    count = works.length;
    await Promise.all(works);
  }
}

describe('The shell', () => {
  it('of a page that was visited opens while the hub is away', async () => {
    await visit('/simulator?device=ana');
    hub.isAway = true;
    expect(await visit('/simulator')).toContain('sim-1.js');
    expect(await load('/assets/sim-1.js')).toBe('simulator');
    expect(await load('/assets/a-1.js')).toBe('one');
  });

  it('is kept of the pages that are open when the worker comes', async () => {
    await shell.keepAll([`${HUB}/?x`, `${HUB}/login`, `${HUB}/simulator#scope`]);
    expect([...cache.responses.keys()].sort()).toEqual([
      '/',
      '/assets/a-1.js',
      '/assets/sim-1.js',
      '/simulator',
    ]);
  });

  it('comes from a hub that is there, so that an update is there at the next load', async () => {
    await visit('/');
    hub.files.set('/', '<script src="/assets/a-2.js"></script>');
    hub.files.set('/assets/a-2.js', 'two');
    expect(await visit('/')).toContain('a-2.js');
    hub.isAway = true;
    expect(await load('/assets/a-2.js')).toBe('two');
  });

  it('drops files that neither the newest version of a page needs nor the one before, which tabs may still show', async () => {
    await visit('/');
    await visit('/simulator');
    const update = async (version: number) => {
      hub.files.set('/simulator', `<script src="/assets/sim-${version}.js">`);
      hub.files.set(`/assets/sim-${version}.js`, 'new');
      await visit('/simulator');
      return [...cache.responses.keys()].filter((path) => path.startsWith('/assets/')).sort();
    };
    expect(await update(2)).toEqual(['/assets/a-1.js', '/assets/sim-1.js', '/assets/sim-2.js']);
    expect(await update(3)).toEqual(['/assets/a-1.js', '/assets/sim-2.js', '/assets/sim-3.js']);
  });

  it('keeps what a script of a page loads only when it is needed, before it is, and through an update too', async () => {
    hub.files.set('/assets/a-1.js', 'import("./late-1.js")');
    hub.files.set('/assets/late-1.js', 'import"./later-1.js"');
    hub.files.set('/assets/later-1.js', 'later');
    await visit('/');
    for (const late of ['/assets/late-1.js', '/assets/later-1.js']) hub.files.delete(late);
    await load('/assets/sim-1.js');
    hub.files.set('/', '<script src="/assets/a-1.js"></script> updated');
    await visit('/');
    expect([...cache.responses.keys()].sort()).toEqual([
      '/',
      '/?before',
      '/assets/a-1.js',
      '/assets/late-1.js',
      '/assets/later-1.js',
    ]);
  });

  it('does not wait for long for a hub that says nothing', async () => {
    await visit('/');
    hub.isSilent = true;
    const response = shell.respond({ url: `${HUB}/`, method: 'GET', mode: 'navigate' });
    patience.wear();
    expect(await (await response)?.text()).toContain('a-1.js');
  });

  it('asks for a script once', async () => {
    await load('/assets/a-1.js');
    await load('/assets/a-1.js');
    expect(hub.asked).toEqual(['/assets/a-1.js']);
  });

  it('is not kept if a part of it is missing', async () => {
    hub.files.delete('/assets/a-1.js');
    const kept = shell.keepAll([`${HUB}/`]);
    await expect(kept).rejects.toThrow('/assets/a-1.js');
    expect(cache.responses.has('/')).toBe(false);
  });
});

describe('The shell of a hub below a path', () => {
  const PAGE = '<script src="./assets/b-1.js"></script>';
  beforeEach(() => {
    hub.files.set('/pinhub/', PAGE);
    hub.files.set('/pinhub/simulator', PAGE);
    hub.files.set('/pinhub/assets/b-1.js', 'one');
    shell = new Shell({
      hub: `${HUB}/pinhub/`,
      openCache: async () => cache as unknown as Cache,
      fetch: hub.fetch,
      after: () => new Promise(() => {}),
      waitUntil: (work) => void works.push(work),
    });
  });

  it('opens while the hub is away', async () => {
    await visit('/pinhub/simulator?device=ana');
    await shell.keepAll([`${HUB}/pinhub/`, `${HUB}/`]);
    hub.isAway = true;
    expect(await visit('/pinhub/')).toBe(PAGE);
    expect(await visit('/pinhub/simulator')).toBe(PAGE);
    expect(await load('/pinhub/assets/b-1.js')).toBe('one');
  });

  it.each(['/', '/simulator', '/pinhub', '/assets/a-1.js', '/pinhub2/'])(
    'does not touch what others have on the same site: %s',
    (address) => {
      expect(shell.respond({ url: HUB + address, method: 'GET', mode: 'navigate' })).toBeUndefined();
    },
  );
});

describe('No part of the shell', () => {
  it('is the way to the login page, which is passed on', async () => {
    hub.asksWho = true;
    await visit('/');
    await shell.keepAll([`${HUB}/`]);
    expect(cache.responses.size).toBe(0);
    hub.asksWho = false;
    await visit('/');
    hub.asksWho = true;
    const response = await shell.respond({ url: `${HUB}/`, method: 'GET', mode: 'navigate' });
    expect(response?.type).toBe('opaqueredirect');
  });

  it.each([
    '/login',
    '/login?next=/',
    '/api/me',
    '/api/topics/led/21/duty',
    '/socket.io/',
    '/metrics',
    '/?token=ph_x',
  ])('is touched: %s', async (address) => {
    expect(shell.respond({ url: HUB + address, method: 'GET', mode: 'navigate' })).toBeUndefined();
    expect(shell.respond({ url: HUB + address, method: 'GET', mode: 'cors' })).toBeUndefined();
    await shell.keepAll([HUB + address]);
    expect(hub.asked).toEqual([]);
  });

  it('is what is sent, or belongs to somebody else', () => {
    expect(shell.respond({ url: `${HUB}/`, method: 'POST', mode: 'navigate' })).toBeUndefined();
    expect(
      shell.respond({ url: 'http://other.example/assets/a.js', method: 'GET', mode: 'cors' }),
    ).toBeUndefined();
  });

  it('is an error of the hub', async () => {
    expect(await load('/assets/none.js')).toBe('nothing');
    hub.files.delete('/');
    await visit('/');
    expect(cache.responses.size).toBe(0);
  });
});
