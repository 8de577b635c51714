import { firstValueFrom, lastValueFrom, type Observable, take, toArray } from 'rxjs';
import type { Bus, BusMessage, MessagesOptions } from '../../hub/core/bus.ts';
import { expect } from './expect.ts';
import { type Runner, suiteFor } from './suite.ts';

/** A bus that can be closed, as every implementation can. */
export interface ClosableBus extends Bus {
  close(): Promise<void> | void;
}

/** A separate hub for one test, with as many buses to it as the test needs. */
export interface BusStage {
  createBus(): ClosableBus;
  stop(): Promise<void>;
}

/** Every way to write a payload, its bytes, and its text, if it is text. */
const PAYLOADS: readonly [title: string, payload: string | Uint8Array, bytes: Uint8Array, text?: string][] = [
  ['text', '42.5', Buffer.from('42.5'), '42.5'],
  ['text beyond ASCII', 'Olá, 💡', Buffer.from('Olá, 💡'), 'Olá, 💡'],
  [
    'text with a byte order mark',
    '\ufeffled',
    Buffer.from([0xef, 0xbb, 0xbf, 0x6c, 0x65, 0x64]),
    '\ufeffled',
  ],
  ['text with NUL and quotes', 'a\0"\\b', Buffer.from('a\0"\\b'), 'a\0"\\b'],
  ['text with half a surrogate pair', 'a\ud83d', Buffer.from([0x61, 0xef, 0xbf, 0xbd]), 'a\ufffd'],
  ['nothing', '', new Uint8Array(), ''],
  ['long text', 'é'.repeat(100_000), Buffer.from('é'.repeat(100_000)), 'é'.repeat(100_000)],
  ['bytes that are UTF-8', Buffer.from('é'), Buffer.from('é'), 'é'],
  ['bytes that are not', new Uint8Array([0, 0xff, 0xfe]), new Uint8Array([0, 0xff, 0xfe])],
  ['no bytes', new Uint8Array(), new Uint8Array(), ''],
];

const INVALID_TOPICS = ['', 'a/+', '#', 'a/#/b', 'a\0b', 'é'.repeat(32_768), 'a\ud800', '/'.repeat(1_000)];
const INVALID_FILTERS = [
  '',
  'a#',
  'a/+b',
  'a/#/b',
  'a\0b',
  'é'.repeat(32_768),
  '$share/g',
  '$share//a',
  '/'.repeat(1_000),
];

/** The contract of every `Bus`, whatever lies between it and the hub. */
export function busContract(runner: Runner, name: string, openStage: () => Promise<BusStage>): void {
  const { afterEach, beforeEach, describe, it } = suiteFor(runner);
  describe(`${name} as a bus`, () => {
    let stage: BusStage;
    beforeEach(async () => {
      stage = await openStage();
    });
    afterEach(() => stage.stop());

    it('delivers what is published, to itself and to others, in order', async () => {
      const [one, other] = [stage.createBus(), stage.createBus()];
      const seenByOne = next(one.messages('led/+/duty'), 200);
      const seenByOther = next(other.messages('led/#'), 200);
      await Promise.all([settled(one), settled(other)]);
      await Promise.all(numbers(200).map((n) => one.publish('led/21/duty', String(n))));
      for (const seen of await Promise.all([seenByOne, seenByOther])) {
        expect(seen.map(({ text }) => Number(text))).toEqual(numbers(200));
        expect(seen[0]).toMatchObject({ topic: 'led/21/duty', retained: false });
      }
    });

    it('shows what is retained first, marked as retained, then what comes', async () => {
      const [one, other] = [stage.createBus(), stage.createBus()];
      await one.publish('led/21/duty', '10', { retain: true });
      await one.publish('led/21/duty', '20', { retain: true });
      const seen = next(other.messages('led/21/duty'), 2);
      await settled(other);
      await one.publish('led/21/duty', '30', { retain: true });
      expect((await seen).map(({ text, retained }) => [text, retained])).toEqual([
        ['20', true],
        ['30', false],
      ]);
    });

    it('has taken a message when publish resolves', async () => {
      const [one, other] = [stage.createBus(), stage.createBus()];
      await settled(other);
      await one.publish('led/21/duty', '42', { retain: true });
      expect((await firstValueFrom(other.messages('led/21/duty'))).text).toBe('42');
    });

    it('says of each message whether its publisher asked to retain it', async () => {
      const [one, other] = [stage.createBus(), stage.createBus()];
      await one.publish('a', '1', { retain: true });
      const seen = next(other.messages('a'), 3);
      await settled(other);
      await one.publish('a', '2', { retain: true });
      await one.publish('a', '3');
      expect((await seen).map(({ text, retain }) => [text, retain])).toEqual([
        ['1', true],
        ['2', true],
        ['3', false],
      ]);
    });

    it('forgets a retained message for an empty one', async () => {
      const bus = stage.createBus();
      await bus.publish('a/b', 'old', { retain: true });
      await bus.publish('a/b', '', { retain: true });
      await bus.publish('a/c', 'kept', { retain: true });
      expect((await firstValueFrom(bus.messages('a/+'))).text).toBe('kept');
    });

    it('takes several filters, and gives each message once', async () => {
      const bus = stage.createBus();
      await bus.publish('led/21/duty', '1', { retain: true });
      await bus.publish('led/22/duty', '2', { retain: true });
      const seen = next(bus.messages(['led/#', 'led/21/+', 'led/22/duty', 'led/#']), 4);
      await bus.publish('led/21/duty', '3');
      await bus.publish('led/22/duty', '4');
      expect((await seen).map(({ text, retained }) => `${text} ${retained}`).sort()).toEqual([
        '1 true',
        '2 true',
        '3 false',
        '4 false',
      ]);
    });

    it('receives nothing for no filter at all, and completes with the others', async () => {
      const bus = stage.createBus();
      const seen = lastValueFrom(bus.messages([]).pipe(toArray()));
      await bus.publish('a', '1', { retain: true });
      await bus.close();
      expect(await seen).toEqual([]);
    });

    it('gives each observer what is retained, once, however many there are', async () => {
      const bus = stage.createBus();
      await bus.publish('a/b', '1', { retain: true });
      const all = [bus.messages('a/b'), bus.messages('a/b'), bus.messages('a/+'), bus.messages('#')].map(
        (each$) => next(each$, 2),
      );
      await settled(bus);
      const late = next(bus.messages('a/b'), 2);
      await settled(bus);
      await bus.publish('a/b', '2');
      for (const seen of await Promise.all([...all, late])) {
        expect(seen.map(({ text, retained }) => [text, retained])).toEqual([
          ['1', true],
          ['2', false],
        ]);
      }
    });

    it('begins a subscription with each observer, not before', async () => {
      const bus = stage.createBus();
      const cold$ = bus.messages('a');
      await bus.publish('a', 'missed');
      const seen = next(cold$, 1);
      await bus.publish('a', 'seen');
      expect((await seen).map(({ text }) => text)).toEqual(['seen']);
    });

    it('stops with unsubscribe, and leaves other observers alone', async () => {
      const bus = stage.createBus();
      const seen: (string | undefined)[] = [];
      const listening = bus.messages('a').subscribe(({ text }) => seen.push(text));
      const others = next(bus.messages('a'), 2);
      await bus.publish('a', '1');
      listening.unsubscribe();
      await bus.publish('a', '2');
      await others;
      expect(seen).toEqual(['1']);
    });

    it('can be listened to again after everybody has stopped', async () => {
      const bus = stage.createBus();
      await bus.publish('a', '1', { retain: true });
      for (const _round of numbers(3)) expect((await firstValueFrom(bus.messages('a'))).text).toBe('1');
      const seen = next(bus.messages('a'), 2);
      await settled(bus);
      await bus.publish('a', '2');
      expect((await seen).map(({ text }) => text)).toEqual(['1', '2']);
    });

    describe('with noLocal', () => {
      it('leaves out what the same bus has published, and nothing else', async () => {
        const [one, other] = [stage.createBus(), stage.createBus()];
        const seen = next(one.messages('a', { noLocal: true }), 2);
        await settled(one);
        await other.publish('a', 'theirs');
        await one.publish('a', 'own');
        await other.publish('a', 'theirs again');
        expect((await seen).map(({ text }) => text)).toEqual(['theirs', 'theirs again']);
      });

      it.each<readonly [string, MessagesOptions, MessagesOptions]>([
        ['first', { noLocal: true }, {}],
        ['last', {}, { noLocal: true }],
      ])('does not take from observers that want it: noLocal comes %s', async (_title, first, second) => {
        const bus = stage.createBus();
        const seen = new Map<boolean, (string | undefined)[]>([
          [true, []],
          [false, []],
        ]);
        for (const options of [first, second]) {
          bus.messages('a', options).subscribe(({ text }) => seen.get(options.noLocal === true)?.push(text));
          await settled(bus);
        }
        await bus.publish('a', 'own');
        await settled(bus);
        expect(seen.get(false)).toEqual(['own']);
        expect(seen.get(true)).toEqual([]);
      });

      it.each([
        ['a/+', 'a/b'],
        ['a/b', 'a/#'],
      ])('of an observer of %s does not take from one of %s', async (without, wanting) => {
        const bus = stage.createBus();
        const own: (string | undefined)[] = [];
        bus.messages(without, { noLocal: true }).subscribe(() => own.push('not wanted'));
        await settled(bus);
        bus.messages(wanting).subscribe(({ text }) => own.push(text));
        await settled(bus);
        await bus.publish('a/b', 'own');
        await settled(bus);
        expect(own).toEqual(['own']);
      });

      it('still shows what was retained before, its own included', async () => {
        const bus = stage.createBus();
        await bus.publish('a', 'own', { retain: true });
        expect((await firstValueFrom(bus.messages('a', { noLocal: true }))).text).toBe('own');
      });
    });

    it.each(PAYLOADS)('carries %s', async (_title, payload, bytes, text) => {
      const bus = stage.createBus();
      const seen = next(bus.messages('a'), 1);
      await settled(bus);
      await bus.publish('a', payload);
      const [message] = await seen;
      expect(message?.text).toBe(text);
      expect(Buffer.from(message?.bytes ?? [9])).toEqual(Buffer.from(bytes));
    });

    it('does not mind when the publisher uses its bytes for something else', async () => {
      const [one, other] = [stage.createBus(), stage.createBus()];
      await settled(one);
      const bytes = new Uint8Array([1, 2, 3]);
      const published = one.publish('a', bytes, { retain: true });
      bytes.fill(0);
      await published;
      expect([...(await firstValueFrom(other.messages('a'))).bytes]).toEqual([1, 2, 3]);
    });

    it.each(INVALID_TOPICS)('rejects the topic %j', async (topic) => {
      await expect(stage.createBus().publish(topic, '1')).rejects.toMatchObject({ code: 'topic/invalid' });
    });

    it.each(INVALID_FILTERS)('reports the filter %j, as an error of the observable', async (filter) => {
      const bus = stage.createBus();
      await expect(firstValueFrom(bus.messages(filter))).rejects.toMatchObject({ code: 'filter/invalid' });
      await expect(firstValueFrom(bus.messages(['a', filter]))).rejects.toMatchObject({
        code: 'filter/invalid',
      });
    });

    it('keeps topics that begin with $ from a leading wildcard', async () => {
      const bus = stage.createBus();
      const seen = next(bus.messages(['#', '+/b', '$a/#']), 2);
      await settled(bus);
      await bus.publish('$a/b', 'hidden from # and +/b');
      await bus.publish('a/b', 'seen');
      expect((await seen).map(({ topic }) => topic)).toEqual(['$a/b', 'a/b']);
    });

    it('keeps names apart that mean something to JavaScript', async () => {
      const bus = stage.createBus();
      const names = ['__proto__', 'constructor/prototype', 'toString', 'hasOwnProperty/length'];
      for (const name of names) await bus.publish(name, name, { retain: true });
      const seen = await next(bus.messages('#'), names.length);
      expect(seen.map(({ topic, text }) => [topic, text]).sort()).toEqual(
        names.map((name) => [name, name]).sort(),
      );
      expect(Object.hasOwn(Object.prototype, 'duty')).toBe(false);
    });

    it('shows everybody one order when an observer answers by publishing', async () => {
      const [one, other] = [stage.createBus(), stage.createBus()];
      const echo = one.messages('ping').subscribe(({ text }) => void one.publish('pong', text ?? ''));
      const seen = [one, other].map((bus) => next(bus.messages(['ping', 'pong']), 20));
      await Promise.all([settled(one), settled(other)]);
      for (const n of numbers(10)) await other.publish('ping', String(n));
      const [byOne, byOther] = (await Promise.all(seen)).map((messages) =>
        messages.map(({ topic, text }) => `${topic} ${text}`),
      );
      expect(byOne).toEqual(byOther);
      for (const n of numbers(10))
        expect(byOne?.indexOf(`ping ${n}`)).toBeLessThan(byOne?.indexOf(`pong ${n}`) ?? -1);
      echo.unsubscribe();
    });

    it('never shows an older value after a newer one, even to an observer that publishes while it hears what is retained', async () => {
      const bus = stage.createBus();
      for (const topic of ['a/1', 'a/2', 'a/3']) await bus.publish(topic, 'old', { retain: true });
      const last = new Map<string, string | undefined>();
      let isFirst = true;
      const done = new Promise<void>((resolve) => {
        bus.messages('a/+').subscribe(({ topic, text }) => {
          last.set(topic, text);
          if (isFirst)
            for (const each of ['a/1', 'a/2', 'a/3']) void bus.publish(each, 'new', { retain: true });
          isFirst = false;
          if ([...last.values()].every((value) => value === 'new')) resolve();
        });
      });
      await done;
      await settled(bus);
      expect([...last]).toEqual([
        ['a/1', 'new'],
        ['a/2', 'new'],
        ['a/3', 'new'],
      ]);
    });

    it('gives no more to an observer that wants only one message, even if more is retained', async () => {
      const bus = stage.createBus();
      for (const n of numbers(5)) await bus.publish(`a/${n}`, String(n), { retain: true });
      expect(await next(bus.messages('a/+'), 1)).toHaveLength(1);
    });

    it('completes its requests when it is closed, and takes nothing more', async () => {
      const [bus, other] = [stage.createBus(), stage.createBus()];
      const seen = lastValueFrom(bus.messages('a').pipe(toArray()));
      await bus.publish('a', '1');
      await settled(bus);
      await bus.close();
      await other.publish('a', '2');
      expect((await seen).map(({ text }) => text)).toEqual(['1']);
      await expect(bus.publish('a', '3')).rejects.toMatchObject({ code: 'session/closed' });
      expect(await lastValueFrom(bus.messages('a').pipe(toArray()))).toEqual([]);
      await bus.close();
    });
  });
}

/** Listens at once, and resolves to the first messages, this many. */
function next(messages$: Observable<BusMessage>, count: number): Promise<BusMessage[]> {
  return lastValueFrom(messages$.pipe(take(count), toArray()));
}

/** Resolves when the hub has processed all requests of this bus, and the bus has received everything that was meant for it until then. */
async function settled(bus: Bus): Promise<void> {
  const echo = firstValueFrom(bus.messages('$contract/settled'));
  await bus.publish('$contract/settled', '');
  await echo;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
