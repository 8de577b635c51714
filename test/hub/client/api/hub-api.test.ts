import { afterAll, beforeAll, describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { z } from 'zod';
import type * as Answers from '../../../../hub/client/api/admin-answers.ts';
import { createHubApi, type DeviceEntry } from '../../../../hub/client/api/hub-api.ts';
import type { TopicEntry } from '../../../../hub/client/api/topic-entry.ts';
import type { TopicEvent } from '../../../../hub/client/api/topic-events.ts';
import type { ANSWERS } from '../../../../hub/gateways/http/answers.ts';
import { type AdminHub, openAdminHub, PASSWORD } from '../../gateways/http/admin/admin-hub.ts';

let hub: AdminHub;
beforeAll(async () => {
  hub = await openAdminHub();
});
afterAll(() => hub.close());

const admin = () => createHubApi(hub.url, { user: 'ada', password: PASSWORD }).admin;

describe("the client's types", () => {
  type Answer<Name extends keyof typeof ANSWERS> = z.infer<(typeof ANSWERS)[Name]>;
  /** Whether the types have the same names, and the hub's answers match what the client promises. */
  type Alike<Promised, Answered> = [keyof Promised, keyof Answered] extends [keyof Answered, keyof Promised]
    ? Answered extends Promised
      ? true
      : false
    : false;

  it('are what the schemas of the answers say', () => {
    expectTypeOf<Alike<Answers.AdminClient, Answer<'clients'>['clients'][number]>>().toEqualTypeOf<true>();
    expectTypeOf<Alike<Answers.AdminSession, Answer<'sessions'>['sessions'][number]>>().toEqualTypeOf<true>();
    expectTypeOf<
      Alike<Answers.AdminRetained, Answer<'retained'>['retained'][number]>
    >().toEqualTypeOf<true>();
    expectTypeOf<Alike<Answers.AdminUser, Answer<'users'>['users'][number]>>().toEqualTypeOf<true>();
    expectTypeOf<Alike<Answers.AdminToken, Answer<'tokens'>['tokens'][number]>>().toEqualTypeOf<true>();
    expectTypeOf<Alike<Answers.AdminRole, Answer<'adminRoles'>['roles'][number]>>().toEqualTypeOf<true>();
    expectTypeOf<Alike<Answers.AdminLimit, Answer<'limits'>['limits'][number]>>().toEqualTypeOf<true>();
    expectTypeOf<Alike<Answers.AdminCount, Answer<'limits'>['refused'][number]>>().toEqualTypeOf<true>();
    expectTypeOf<Alike<Answers.AdminRates, Omit<Answer<'rates'>, 'ok'>>>().toEqualTypeOf<true>();
    expectTypeOf<Alike<Answers.AdminRefusal, Answer<'refusals'>['refusals'][number]>>().toEqualTypeOf<true>();
    expectTypeOf<Alike<Answers.AdminCluster, Omit<Answer<'cluster'>, 'ok'>>>().toEqualTypeOf<true>();
    expectTypeOf<Alike<Answers.AdminPacket, Answer<'tracedPacket'>>>().toEqualTypeOf<true>();
    expectTypeOf<Alike<TopicEntry, Answer<'topics'>['topics'][number]>>().toEqualTypeOf<true>();
    expectTypeOf<Alike<TopicEvent, Answer<'event'>>>().toEqualTypeOf<true>();
    expectTypeOf<Alike<DeviceEntry, Answer<'devices'>['devices'][number]>>().toEqualTypeOf<true>();
  });
});

describe('the REST client', () => {
  it('goes through pages, and ends a client whose name needs encoding', async () => {
    for (const name of ['p/1', 'p/2', 'p?3#']) await hub.connect(name);
    const names: string[] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page: Awaited<ReturnType<ReturnType<typeof admin>['clients']>> = await admin().clients({
        limit: 2,
        after,
      });
      names.push(...page.clients.map(({ client }) => client));
      after = page.next;
    }
    expect(names).toEqual(['p/1', 'p/2', 'p?3#']);
    await admin().endClient('p?3#');
    await expect(admin().client('p?3#')).rejects.toMatchObject({ code: 'session/unknown' });
    expect(await admin().endClientsOf('vic')).toBe(2);
  });

  it('makes a token that works, and follows a client by its packets', async () => {
    const token = await admin().makeToken({ token: 'mine', role: 'admin', days: 1 });
    const api = createHubApi(`${hub.url}/`, { token });
    expect(await api.me()).toMatchObject({ name: 'mine', role: 'admin' });
    await api.publish('a/ü b', 'x');
    expect((await api.topics('a/+')).topics).toMatchObject([{ topic: 'a/ü b', payload: 'x' }]);
    await api.clear('a/ü b');
    const packets = api.admin.trace('follow', { seconds: 30 });
    const first = packets.next();
    await vi.waitUntil(() => hub.hub.broker.core.events.traces.isActive);
    const open = hub.connect('follow');
    expect((await first).value).toMatchObject({ direction: 'in', packet: 'CONNECT' });
    await packets.return(undefined);
    await open;
  });

  it('follows topics with all members of their messages, and continues after a broken connection', async () => {
    const cuts: AbortController[] = [];
    // Like the real one, except that it can be cut, and that the hub requests no wait before reconnecting.
    const cuttable: typeof fetch = async (input, init) => {
      const cut = new AbortController();
      cuts.push(cut);
      const signal = AbortSignal.any([cut.signal, ...(init?.signal ? [init.signal] : [])]);
      const response = await fetch(input, { ...init, signal });
      const hasten = new TransformStream<string, string>({
        transform: (text, to) => to.enqueue(text.replace(/^retry: \d+$/m, 'retry: 0')),
      });
      const text = response.body?.pipeThrough(new TextDecoderStream()).pipeThrough(hasten);
      return new Response(text?.pipeThrough(new TextEncoderStream()) ?? null, response);
    };
    const api = createHubApi(hub.url, { user: 'ada', password: PASSWORD, fetch: cuttable });
    const stop = new AbortController();
    const onMissed = vi.fn();
    const onSubscribed = vi.fn();
    const events = api.events(['told/+', 'other'], { signal: stop.signal, onSubscribed, onMissed });
    const first = events.next();
    await vi.waitUntil(() => onSubscribed.mock.calls.length > 0);
    const properties = { contentType: 'x', userProperties: [['a', 'b']] as const };
    await hub.hub.broker.publish('told/a', '1', { qos: 1, properties });
    expect((await first).value).toEqual({
      topic: 'told/a',
      payload: '1',
      qos: 1,
      retained: false,
      retain: false,
      ...properties,
    });
    const second = events.next();
    cuts[0]?.abort(new TypeError('terminated'));
    await hub.hub.broker.publish('told/b', '2');
    expect((await second).value).toMatchObject({ topic: 'told/b', payload: '2' });
    expect(cuts).toHaveLength(2);
    expect(onMissed).not.toHaveBeenCalled();
    const last = events.next();
    stop.abort();
    expect(await last).toEqual({ done: true, value: undefined });
  });

  it("rejects with the hub's error, and says if there is no hub", async () => {
    const stranger = createHubApi(hub.url, { token: 'ph_wrong' });
    await expect(stranger.admin.users()).rejects.toMatchObject({ code: 'auth/wrong' });
    const nowhere = createHubApi('http://127.0.0.1:9');
    await expect(nowhere.me()).rejects.toMatchObject({ code: 'hub/unreachable' });
  });
});
