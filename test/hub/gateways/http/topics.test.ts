import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openToAll } from '../../../../hub/access/access.ts';
import { parseTopicFilter } from '../../../../hub/core/filter.ts';
import { Message } from '../../../../hub/core/message.ts';
import { Recorder } from '../../core/recorder.ts';
import { SlowJournal } from '../../core/slow-journal.ts';
import { type HttpHub, openHttpHub } from './http-hub.ts';

let hub: HttpHub;

beforeEach(async () => {
  hub = await openHttpHub();
});
afterEach(() => hub.stop());

function watch(filter: string): Recorder {
  const watcher = new Recorder();
  hub.hub.subscribe(watcher, parseTopicFilter(filter));
  return watcher;
}

function retain(topic: string, payload: string | Uint8Array, expiresAt?: number): void {
  hub.hub.publish(new Message(topic, payload, { retain: true, expiresAt }));
}

function put(
  path: string,
  body: string | Uint8Array<ArrayBuffer> = '',
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${hub.url}/api/topics/${path}`, { method: 'PUT', body, headers });
}

function get(path: string, accept?: string): Promise<Response> {
  return fetch(`${hub.url}/api/topics/${path}`, accept === undefined ? {} : { headers: { accept } });
}

describe('GET /api/topics/<topic>', () => {
  it('reads what is retained, as plain text', async () => {
    retain('led/21/duty', '42.5');
    const response = await get('led/21/duty');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe('42.5');
  });

  it('reads the retained message as JSON on request', async () => {
    retain('led/21/duty', '42.5');
    const response = await get('led/21/duty', 'application/json');
    expect(await response.json()).toEqual({ topic: 'led/21/duty', payload: '42.5' });
    expect(response.headers.get('vary')).toContain('Accept');
  });

  it('reads bytes as they are', async () => {
    retain('a', new Uint8Array([0, 0xff, 0xfe]));
    expect([...new Uint8Array(await (await get('a')).arrayBuffer())]).toEqual([0, 0xff, 0xfe]);
    expect(await (await get('a', 'application/json')).json()).toEqual({ topic: 'a', payload: null });
  });

  it('does not let a payload be taken for a page', async () => {
    retain('a', '<script>alert(1)</script>');
    const { headers } = await get('a', 'text/html');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('says that there is nothing if nothing is retained, or if the message has expired', async () => {
    retain('a', 'short', 1_000);
    hub.clock.now = 1_000;
    for (const topic of ['a', 'b', 'a/b']) {
      const response = await get(topic);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ ok: false, error: { code: 'topic/unknown' } });
    }
  });

  it('answers HEAD without the payload', async () => {
    retain('a', '42');
    const response = await fetch(`${hub.url}/api/topics/a`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

describe('PUT /api/topics/<topic>', () => {
  it('publishes and retains the body', async () => {
    const watcher = watch('led/#');
    const response = await put('led/21/duty', '42');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true, receivers: 1 });
    expect(watcher.texts).toEqual(['42']);
    expect(await (await get('led/21/duty')).text()).toBe('42');
  });

  it('does not retain the body if the request says so', async () => {
    const watcher = watch('a');
    expect((await put('a?retain=false', '1')).status).toBe(200);
    expect(watcher.texts).toEqual(['1']);
    expect((await get('a')).status).toBe(404);
  });

  it('answers at once if nothing is to be stored, even if other messages wait for the store', async () => {
    await hub.stop();
    const journal = new SlowJournal();
    hub = await openHttpHub({}, openToAll, journal);
    retain('b', 'waits for the disk for ever');
    expect((await put('a?retain=false', '1')).status).toBe(200);
    const stored = put('a', '1');
    await vi.waitUntil(() => hub.hub.retained.get('a') !== undefined);
    journal.makeSafe();
    expect((await stored).status).toBe(200);
  });

  it('forgets what is retained for an empty body', async () => {
    retain('a', '1');
    expect((await put('a', '')).status).toBe(200);
    expect((await get('a')).status).toBe(404);
  });

  it.each([
    ['JSON', 'application/json', '{"duty":42}'],
    ['a form', 'application/x-www-form-urlencoded', 'a=1&b=2'],
    ['no type', '', 'plain'],
  ])('takes the body as it is, whatever type it is declared as: %s', async (_title, type, body) => {
    await put('a', new TextEncoder().encode(body), type === '' ? {} : { 'content-type': type });
    expect(hub.hub.retained.get('a')?.text).toBe(body);
  });

  it('takes bytes', async () => {
    await put('a', new Uint8Array([0, 0xff]));
    expect([...(hub.hub.retained.get('a')?.bytes ?? [])]).toEqual([0, 0xff]);
  });

  it('keeps no more memory than the body has', async () => {
    await put('a', new Uint8Array([1, 2, 3]));
    expect(hub.hub.retained.get('a')?.bytes.buffer.byteLength).toBe(3);
  });

  it('refuses a body beyond the limit', async () => {
    const response = await put('a', 'x'.repeat(1_001));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ ok: false, error: { code: 'payload/too-large' } });
    expect((await get('a')).status).toBe(404);
  });

  it.each([
    ['gzip', new Uint8Array(gzipSync('x'))],
    ['rot13', 'x'],
  ])('refuses a compressed body: %s', async (encoding, body) => {
    const response = await put('a', body, { 'content-encoding': encoding });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ ok: false });
  });

  it.each(['yes', '', '1', 'true&retain=false'])('refuses retain=%s', async (retain) => {
    const response = await put(`a?retain=${retain}`, '1');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'option/invalid' } });
  });

  it('says when there is no room to retain', async () => {
    await hub.stop();
    hub = await openHttpHub({ retainedMessages: 0 });
    const watcher = watch('#');
    const response = await put('a', '1');
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ error: { code: 'limit/exceeded' } });
    expect(watcher.texts).toEqual([]);
    expect((await put('a?retain=false', '1')).status).toBe(200);
  });

  it('does not publish what only the hub may say', async () => {
    const response = await put('$SYS/broker/uptime', '1');
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: 'auth/denied' } });
  });

  describe('of a property', () => {
    /** An adapter within the hub, which reacts to each value. */
    function adapter(answer: (text: string | undefined) => string | undefined): void {
      retain('led/21/info', '{}');
      const recorder = watch('led/21/duty');
      recorder.react = ({ text }) => {
        const said = answer(text);
        if (said !== undefined) hub.hub.publish(new Message('led/21/error', said));
      };
    }

    it('passes on what the device answers to a value that it refuses', async () => {
      adapter((text) =>
        text === 'banana' ? '{"code":"payload/invalid","message":"banana is no number"}' : undefined,
      );
      const response = await put('led/21/duty', 'banana');
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        ok: false,
        error: { code: 'payload/invalid', message: 'banana is no number' },
      });
      expect((await put('led/21/duty', '42')).status).toBe(200);
    });

    it.each(['not JSON', '{"code":7}', '[]', '""'])(
      'ignores reports that are not errors: %s',
      async (said) => {
        adapter(() => said);
        expect(await (await put('led/21/duty', '1')).json()).toMatchObject({ ok: true });
      },
    );

    it('ignores a message that a client publishes to the topic of its errors', async () => {
      retain('led/21/info', '{}');
      const response = await put('led/21/error?retain=false', '{"code":"a","message":"b"}');
      expect(await response.json()).toEqual({ ok: true, receivers: 0 });
    });

    it('leaves no subscription behind, whatever the outcome', async () => {
      await hub.stop();
      hub = await openHttpHub({ retainedMessages: 1 });
      retain('led/21/info', '{}');
      expect((await put('led/21/duty', '1')).status).toBe(429);
      expect(hub.hub.subscriptionCount).toBe(0);
    });
  });
});

describe('A topic in a path', () => {
  it.each([
    ['led/21/duty', 'led/21/duty'],
    ['led%2F21%2Fduty', 'led/21/duty'],
    ['%C3%A9/%F0%9F%92%A1', 'é/💡'],
    ['a%20b/c%2Cd', 'a b/c,d'],
    ['/a', '/a'],
    ['a/', 'a/'],
    ['a//b', 'a//b'],
    ['a%3Fb%26c', 'a?b&c'],
    ['100%25', '100%'],
    ['__proto__', '__proto__'],
    ['.well-known', '.well-known'],
  ])('%s is the topic %j', async (path, topic) => {
    await hub.raw([
      `PUT /api/topics/${path} HTTP/1.1`,
      'Host: localhost',
      'Content-Length: 2',
      'Connection: close',
      '',
      '42',
    ]);
    expect([...hub.hub.retained.match('#')].map((message) => message.topic)).toEqual([topic]);
    const response = await hub.raw([
      `GET /api/topics/${path} HTTP/1.1`,
      'Host: localhost',
      'Connection: close',
    ]);
    expect(response).toMatch(/^HTTP\/1\.1 200 /);
    expect(response).toMatch(/\r\n\r\n42$/);
  });

  it.each([
    ['a wildcard', 'a/+', 'topic/invalid'],
    ['a wildcard, encoded', 'a%2F%23', 'topic/invalid'],
    ['a NUL', 'a%00b', 'topic/invalid'],
    ['no UTF-8', 'a%FF', 'topic/invalid'],
    ['an encoded surrogate', '%ED%A0%80', 'topic/invalid'],
    ['a percent sign alone', 'a%', 'topic/invalid'],
    ['a percent sign with no digits', 'a%zz', 'topic/invalid'],
    ['too many levels', 'a/b/c/d/e/f/g/h/i', 'topic/invalid'],
    ['nothing', '', 'topic/invalid'],
  ])('is refused if it has %s', async (_title, path, code) => {
    for (const method of ['GET', 'PUT']) {
      const response = await hub.raw([
        `${method} /api/topics/${path} HTTP/1.1`,
        'Host: localhost',
        'Content-Length: 0',
        'Connection: close',
      ]);
      expect(response).toMatch(/^HTTP\/1\.1 400 /);
      expect(response).toContain(`"code":"${code}"`);
    }
    expect(hub.hub.retained.size).toBe(0);
  });

  it.each(['../../../etc/passwd', '..%2F..%2Fsecret.txt', './a/../b', 'a/../../../secret.txt'])(
    'never leads to a file: %s',
    async (path) => {
      const response = await hub.raw([
        `GET /api/topics/${path} HTTP/1.1`,
        'Host: localhost',
        'Connection: close',
      ]);
      expect(response).toMatch(/^HTTP\/1\.1 40[04] /);
      expect(response).not.toContain('not for anyone');
      expect(response).not.toContain('root:');
    },
  );

  it.each(['POST', 'PATCH', 'OPTIONS'])('is not for %s', async (method) => {
    const response = await fetch(`${hub.url}/api/topics/a`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, PUT, DELETE');
    expect(await response.json()).toMatchObject({ error: { code: 'method/unsupported' } });
  });
});
