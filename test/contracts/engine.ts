import { firstValueFrom } from 'rxjs';
import type { Engine, LogEntry, SharedLog } from '../../hub/cluster/engine.ts';
import { expect } from './expect.ts';
import { type Runner, suiteFor, until } from './suite.ts';

/** A separate cluster for one test, which processes may join. */
export interface EngineStage {
  join(): Promise<Engine>;
  stop(): Promise<void>;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function textsOf(entries: AsyncIterable<LogEntry>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { sequence, bytes } of entries) texts.push(`${sequence} ${textOf(bytes)}`);
  return texts;
}

/** The contract of every engine. `openStage` returns an empty cluster. */
export function engineContract(runner: Runner, name: string, openStage: () => Promise<EngineStage>): void {
  const { afterEach, beforeEach, describe, it } = suiteFor(runner);
  describe(`an engine: ${name}`, () => {
    let stage: EngineStage;
    let one: Engine;
    let other: Engine;
    beforeEach(async () => {
      stage = await openStage();
      [one, other] = await Promise.all([stage.join(), stage.join()]);
    });
    afterEach(async () => {
      await Promise.all([one.close(), other.close()]);
      await stage.stop();
    });

    /** Opens the same log in both processes. */
    const openLogs = async (): Promise<[SharedLog, SharedLog]> => [await one.log('a'), await other.log('a')];

    it('has logs that are empty at first', async () => {
      const log = await one.log('a');
      expect(await log.range()).toEqual({ first: 1, last: 0 });
      expect(await log.read(1)).toBeUndefined();
      expect(await textsOf(log.entries(1, 0))).toEqual([]);
    });

    it('shows all the same entries in the same order', async () => {
      const [log, same] = await openLogs();
      expect(await log.append(bytesOf('x'))).toEqual({ kind: 'appended', sequence: 1 });
      expect(await same.append(bytesOf('y'), 1)).toEqual({ kind: 'appended', sequence: 2 });
      expect(await log.append(bytesOf(''))).toEqual({ kind: 'appended', sequence: 3 });
      for (const seen of [log, same]) {
        expect(await seen.range()).toEqual({ first: 1, last: 3 });
        expect(await textsOf(seen.entries(1, 3))).toEqual(['1 x', '2 y', '3 ']);
        expect(await textsOf(seen.entries(2, 2))).toEqual(['2 y']);
        expect((await seen.read(2))?.bytes).toEqual(bytesOf('y'));
      }
    });

    it('refuses an entry that does not follow the last one, and keeps nothing of it', async () => {
      const [log, same] = await openLogs();
      await log.append(bytesOf('x'), 0);
      for (const after of [0, 2]) expect(await same.append(bytesOf('y'), after)).toEqual({ kind: 'refused' });
      expect(await log.range()).toEqual({ first: 1, last: 1 });
    });

    it('takes one of two entries that are to follow the same one', async () => {
      const [log, same] = await openLogs();
      const answers = await Promise.all([log.append(bytesOf('x'), 0), same.append(bytesOf('y'), 0)]);
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['appended', 'refused']);
    });

    it('takes entries in the order in which they are sent, without waiting for answers', async () => {
      const log = await one.log('a');
      const answers = [];
      for (let n = 0; n < 50; n++) answers.push(log.append(bytesOf(`${n}`), n));
      const kept = await Promise.all(answers);
      expect(kept.map((answer) => answer.kind === 'appended' && answer.sequence)).toEqual(
        kept.map((_, n) => n + 1),
      );
    });

    it('takes posted entries, in order with appended ones', async () => {
      const [log, same] = await openLogs();
      const seen: string[] = [];
      const following = same.follow$(1).subscribe(({ bytes }) => seen.push(textOf(bytes)));
      for (let n = 0; n < 20; n += 2) {
        log.post(bytesOf(`${n}`));
        void log.append(bytesOf(`${n + 1}`));
      }
      await until(() => seen.length >= 20);
      expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => `${n}`));
      following.unsubscribe();
    });

    it('takes entries as long as it says', async () => {
      const log = await one.log('a');
      const bytes = new Uint8Array(one.maxEntryBytes).fill(7);
      expect(await log.append(bytes, 0)).toEqual({ kind: 'appended', sequence: 1 });
      expect((await log.read(1))?.bytes.length).toBe(one.maxEntryBytes);
    });

    it('trims what is before an entry, and counts on', async () => {
      const [log, same] = await openLogs();
      for (const text of ['x', 'y', 'z']) await log.append(bytesOf(text));
      await log.trim(3);
      expect(await same.range()).toEqual({ first: 3, last: 3 });
      expect(await same.read(2)).toBeUndefined();
      expect(await textsOf(same.entries(1, 3))).toEqual(['3 z']);
      await log.trim(2);
      expect(await same.append(bytesOf('w'), 3)).toEqual({ kind: 'appended', sequence: 4 });
      expect(await textsOf(same.entries(3, 4))).toEqual(['3 z', '4 w']);
    });

    it('tells logs apart by their names', async () => {
      const [a, b] = [await one.log('a'), await one.log('b-2')];
      await a.append(bytesOf('x'));
      expect(await b.range()).toEqual({ first: 1, last: 0 });
    });

    it('sets a cell only if it is as the caller has seen it', async () => {
      expect(await one.cell('a')).toBeUndefined();
      expect(await one.setCell('a', 'x', 0)).toBe(true);
      expect(await other.setCell('a', 'y', 0)).toBe(false);
      const seen = await other.cell('a');
      expect(seen?.text).toBe('x');
      expect(await other.setCell('a', 'y', seen?.revision ?? 0)).toBe(true);
      expect(await one.setCell('a', 'z', seen?.revision ?? 0)).toBe(false);
      expect((await one.cell('a'))?.text).toBe('y');
      expect(await one.cell('b')).toBeUndefined();
    });

    it('lets one of two set a cell that both have seen', async () => {
      const isSet = await Promise.all([one.setCell('a', 'x', 0), other.setCell('a', 'y', 0)]);
      expect(isSet.filter(Boolean).length).toBe(1);
    });

    it('casts to all listeners of a channel, the caster included', async () => {
      const heard = new Set<string>();
      one.received$('a').subscribe((bytes) => heard.add(`one: ${textOf(bytes)}`));
      other.received$('a').subscribe((bytes) => heard.add(`other: ${textOf(bytes)}`));
      one.received$('b').subscribe((bytes) => heard.add(`b: ${textOf(bytes)}`));
      // A new listener may miss casts.
      await until(() => {
        other.cast('a', bytesOf('x'));
        return heard.size > 1;
      });
      expect([...heard].sort()).toEqual(['one: x', 'other: x']);
    });

    it('casts in order, over all channels', async () => {
      const heard: string[] = [];
      for (const channel of ['a', 'b'])
        one.received$(channel).subscribe((bytes) => heard.push(`${channel}${textOf(bytes)}`));
      await until(() => {
        other.cast('a', bytesOf('-'));
        other.cast('b', bytesOf('-'));
        return heard.includes('a-') && heard.includes('b-');
      });
      for (let n = 0; n < 100; n++) other.cast(n % 3 === 0 ? 'a' : 'b', bytesOf(`${n}`));
      await until(() => heard.includes('a99'));
      const expected = Array.from({ length: 100 }, (_, n) => (n % 3 === 0 ? `a${n}` : `b${n}`));
      expect(heard.filter((text) => !text.endsWith('-'))).toEqual(expected);
    });

    it('brings questions to whoever answers, and the answer back', async () => {
      one.answer('a', async (bytes) => bytesOf(`${textOf(bytes)}!`));
      one.answer('b', () => Promise.reject(new Error('no')));
      let answer = '';
      const keep = (bytes: Uint8Array) => {
        answer = textOf(bytes);
      };
      // The start of an answering process may not be known everywhere yet.
      await until(() => {
        other.ask('a', bytesOf('x'), 1_000).then(keep, () => undefined);
        return answer !== '';
      });
      expect(answer).toBe('x!');
      expect(textOf(await one.ask('a', bytesOf(''), 1_000))).toBe('!');
      await expect(other.ask('b', bytesOf('x'), 50)).rejects.toMatchObject({ code: 'store/unavailable' });
    });

    it('says at once that nobody answers', async () => {
      const listening = one.received$('a').subscribe(() => undefined);
      const answering = one.answer('a', async (bytes) => bytes);
      answering.unsubscribe();
      let code: unknown;
      const keep = (error: { code?: unknown }) => {
        code = error.code;
      };
      // The end of an answering process may not be known everywhere yet.
      await until(() => {
        other.ask('a', bytesOf('x'), 600_000).catch(keep);
        return code !== undefined;
      });
      expect(code).toBe('store/unavailable');
      listening.unsubscribe();
    });

    it('follows a log from any entry on, in order, and without a gap', async () => {
      const [log, same] = await openLogs();
      for (const text of ['x', 'y', 'z']) await log.append(bytesOf(text));
      const seen: string[] = [];
      const following = same
        .follow$(2)
        .subscribe(({ sequence, bytes }) => seen.push(`${sequence} ${textOf(bytes)}`));
      for (let n = 4; n <= 50; n++) void log.append(bytesOf(`${n}`));
      await until(() => seen.length >= 49);
      const later = Array.from({ length: 47 }, (_, n) => `${n + 4} ${n + 4}`);
      expect(seen).toEqual(['2 y', '3 z', ...later]);
      following.unsubscribe();
      await log.append(bytesOf('unseen'));
      expect(seen.length).toBe(49);
    });

    it('does not follow a log past entries that were trimmed', async () => {
      const [log, same] = await openLogs();
      for (const text of ['x', 'y', 'z']) await log.append(bytesOf(text));
      await log.trim(3);
      const following = firstValueFrom(same.follow$(2));
      await expect(following).rejects.toMatchObject({ code: 'store/unavailable' });
    });

    it('is reachable, until it is closed', async () => {
      const seen: unknown[] = [];
      one.reachable$.subscribe({ next: (value) => seen.push(value), complete: () => seen.push('closed') });
      await one.close();
      expect(seen).toEqual([true, 'closed']);
    });
  });
}
