import { BehaviorSubject, defer, firstValueFrom, Subject, VirtualTimeScheduler } from 'rxjs';

import { beforeEach, describe, expect, it } from 'vitest';
import { Grants } from '../../../../hub/access/rights/grants.ts';
import { BUILT_IN_ROLES } from '../../../../hub/access/rights/role.ts';
import { Hub } from '../../../../hub/core/hub.ts';
import type { Bus } from '../../../../hub/core/index.ts';
import { createLocalBus, type LocalBus } from '../../../../hub/core/local-bus.ts';
import type { ReadCircuit } from '../../../../web/simulator/circuit/circuit-json.ts';
import {
  CURRENT_TOPIC,
  createCircuitStore,
  isSaveName,
  SAVED_TOPICS,
} from '../../../../web/simulator/circuit/circuit-store.ts';
import { course } from './build.ts';

let bus: LocalBus;
let other: LocalBus;

beforeEach(() => {
  const hub = new Hub({ now: () => 0 });
  bus = createLocalBus(hub);
  other = createLocalBus(hub);
});

const NAMED = { ...course(), name: 'Meu semáforo' };

describe('the circuit of a board', () => {
  it('is retained for pages that come later, and follows other people’s changes', async () => {
    await createCircuitStore(bus, 'ana/').wire(NAMED);
    const seen: (ReadCircuit | undefined)[] = [];
    createCircuitStore(other, 'ana/').current$.subscribe((read) => seen.push(read));
    expect(seen.at(-1)).toEqual({ ok: true, circuit: NAMED });
    await createCircuitStore(bus, 'ana/').clear();
    expect(seen.at(-1)).toBeUndefined();
  });

  it('of another board is another one', async () => {
    await createCircuitStore(bus, 'ana/').wire(NAMED);
    expect(await firstValueFrom(createCircuitStore(other, 'bob/').current$)).toBeUndefined();
  });

  it('that cannot be read is reported, and does not end the watch', async () => {
    const seen: (ReadCircuit | undefined)[] = [];
    createCircuitStore(bus, '').current$.subscribe((read) => seen.push(read));
    await other.publish(CURRENT_TOPIC, 'no circuit', { retain: true });
    expect(seen.at(-1)).toEqual({ ok: false, problem: { code: 'circuit/no-json' } });
    await createCircuitStore(other, '').wire(NAMED);
    expect(seen.at(-1)).toEqual({ ok: true, circuit: NAMED });
  });

  it('is asked for only while one may read it', async () => {
    await createCircuitStore(other, '').save(NAMED);
    const asked: string[] = [];
    const messages: LocalBus['messages'] = (filters) => {
      asked.push(String(filters));
      return bus.messages(filters);
    };
    const mayRead$ = new BehaviorSubject(false);
    const watched: Bus = {
      publish: (...given) => bus.publish(...given),
      messages: (filters) => defer(() => messages(filters)),
    };
    const { current$, saved$ } = createCircuitStore(watched, '', { mayRead$ });
    const seen: ReadonlyMap<string, ReadCircuit>[] = [];
    current$.subscribe();
    saved$.subscribe((saved) => seen.push(saved));
    expect(asked).toEqual([]);
    mayRead$.next(true);
    expect(asked).toEqual([CURRENT_TOPIC, `${SAVED_TOPICS}/+`]);
    expect([...(seen.at(-1)?.keys() ?? [])]).toEqual(['Meu semáforo']);
  });

  it('is the same value while only others change', async () => {
    const store = createCircuitStore(bus, '');
    await store.save(NAMED);
    const seen: ReadonlyMap<string, ReadCircuit>[] = [];
    store.saved$.subscribe((saved) => seen.push(saved));
    await store.save({ ...NAMED, name: 'b' });
    expect(seen.at(-1)?.get('Meu semáforo')).toBe(seen.at(-2)?.get('Meu semáforo'));
  });

  it('is forgotten three seconds after a hub came back that does not know it', async () => {
    const scheduler = new VirtualTimeScheduler();
    const hubBack$ = new Subject<void>();
    const seen: (ReadCircuit | undefined)[] = [];
    await createCircuitStore(bus, '').wire(NAMED);
    createCircuitStore(other, '', { hubBack$, scheduler }).current$.subscribe((read) => seen.push(read));
    hubBack$.next();
    expect(seen.at(-1)).toEqual({ ok: true, circuit: NAMED });
    scheduler.flush();
    expect(seen.at(-1)).toBeUndefined();
  });
});

describe('saved circuits', () => {
  it('are listed by their names until they are removed', async () => {
    const store = createCircuitStore(bus, 'ana/');
    await store.save(NAMED);
    const seen: (readonly string[])[] = [];
    createCircuitStore(other, 'ana/').saved$.subscribe((saved) => seen.push([...saved.keys()]));
    await store.save({ ...NAMED, name: 'LED' });
    await store.remove('Meu semáforo');
    expect(seen.at(-1)).toEqual(['LED']);
  });

  it.each([
    ['LED 21', true],
    ['Semáforo', true],
    ['', false],
    [' x', false],
    ['a/b', false],
    ['a+', false],
    ['#', false],
    ['status', false],
    ['a\u0000', false],
  ])('have a name that is a level of a topic: %j %j', (name, isGood) => {
    expect(isSaveName(name)).toBe(isGood);
  });
});

describe('the right to wire a board', () => {
  const rights = (role: string) =>
    new Grants(BUILT_IN_ROLES.get(role) ?? { read: [], publish: [], report: [] }, {
      user: 'ana',
      clientIdentifier: 'x',
    });
  const topics = [CURRENT_TOPIC, `${SAVED_TOPICS}/LED`, 'board/gpio/17/level'];

  it.each([
    ['viewer', [false, false]],
    ['controller', [true, true]],
    ['teacher', [true, true]],
    ['seat', [false, true]],
  ])('as %s: the hub’s own board, and that of the seat', (role, allowed) => {
    const grants = rights(role);
    for (const topic of topics)
      expect([grants.mayPublish(topic), grants.mayPublish(`ana/${topic}`)]).toEqual(allowed);
  });
});
