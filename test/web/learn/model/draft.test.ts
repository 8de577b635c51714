import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLocalBus, Hub, HubError, type LocalBus } from '../../../../hub/core/index.ts';
import { type Draft, type KeptDraft, keepDraft } from '../../../../web/learn/model/draft.ts';

const BASE = 'ana/learn';
const SOON = 1_000;

let hub: Hub;
let bus: LocalBus;
beforeEach(() => {
  vi.useFakeTimers();
  hub = new Hub({ now: () => 0 });
  bus = createLocalBus(hub);
});
afterEach(() => {
  vi.useRealTimers();
});

const kept = (name: string) => hub.retained.get(`${BASE}/${name}`)?.text ?? '';
const give = (program: string) => bus.publish(`${BASE}/program/given`, program, { retain: true });
const later = (ms = SOON) => vi.advanceTimersByTimeAsync(ms);

/** A browser of the person, and what it shows. */
function open(own = createLocalBus(hub)): KeptDraft & { readonly shown: Draft } {
  const draft = keepDraft(own, BASE);
  let shown: Draft = { text: undefined, before: [], given: undefined };
  draft.draft$.subscribe((now) => {
    shown = now;
  });
  return {
    ...draft,
    get shown() {
      return shown;
    },
  };
}

describe('a program that somebody writes', () => {
  it('is kept once nothing was typed for a second, or at once when it is run or left', async () => {
    const draft = open();
    draft.edit('a');
    await later(900);
    draft.edit('ab');
    await later(900);
    expect(kept('program')).toBe('');
    await later(100);
    expect(kept('program')).toBe('ab');
    draft.edit('abc');
    draft.save();
    expect(kept('program')).toBe('abc');
    draft.edit('abcd');
    draft.close();
    expect(kept('program')).toBe('abcd');
  });

  it('is there in a browser that comes later, with what was put aside', async () => {
    const first = open();
    first.edit('one');
    first.startOver();
    first.edit('two');
    first.close();
    expect(open().shown).toMatchObject({ text: 'two', before: ['one'] });
  });

  it('is kept later if the hub refuses it while the class is paused', async () => {
    let isPaused = true;
    const publish: LocalBus['publish'] = async (topic, payload, options) => {
      if (isPaused) throw new HubError('class/paused', 'the teacher has paused the class');
      await bus.publish(topic, payload, options);
    };
    const draft = open({ ...createLocalBus(hub), messages: bus.messages.bind(bus), publish });
    draft.edit('mine');
    await later(4_000);
    isPaused = false;
    await later(3_000);
    expect(kept('program')).toBe('mine');
  });

  it('stays on the page, and is not offered again and again, if the hub never takes it', async () => {
    const publish = vi.fn(() => Promise.reject(new HubError('auth/denied', 'no')));
    const draft = open({ ...createLocalBus(hub), messages: bus.messages.bind(bus), publish });
    draft.edit('mine');
    await later(60_000);
    expect(draft.shown.text).toBe('mine');
    expect(publish).toHaveBeenCalledTimes(1);
  });
});

describe('a program of the teacher', () => {
  it('is the beginning for a student who has written nothing, and takes nothing from one who has', async () => {
    const [fresh, busy] = [open(), keepDraft(createLocalBus(hub), 'bia/learn')];
    busy.edit('mine');
    await give('<p>start');
    expect(fresh.shown).toEqual({ text: undefined, before: [], given: '<p>start' });
    const own = open();
    own.edit('mine');
    await give('<p>other start');
    expect(own.shown).toEqual({ text: 'mine', before: [], given: '<p>other start' });
    own.startOver();
    expect(own.shown).toEqual({ text: undefined, before: ['mine'], given: '<p>other start' });
    own.goBack();
    expect(own.shown).toEqual({ text: 'mine', before: [], given: '<p>other start' });
  });

  it('is gone when it is taken back', async () => {
    const draft = open();
    await give('<p>');
    await give('');
    expect(draft.shown.given).toBeUndefined();
  });
});

it.each(['7', '{', 'null', '{"a":1}', '[1,null]'])(
  'programs that were put aside are not read from %j',
  async (text) => {
    await bus.publish(`${BASE}/program/before`, text, { retain: true });
    expect(open().shown.before).toEqual([]);
  },
);

it('the last six programs that somebody has left are still there, after any work in up to two browsers', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ who: fc.nat(1), what: fc.constant('edit' as const) }) },
    fc.record({
      who: fc.nat(1),
      what: fc.constantFrom('startOver' as const, 'goBack' as const, 'wait' as const),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      hub = new Hub({ now: () => 0 });
      bus = createLocalBus(hub);
      const browsers = [open(), open()];
      const left: string[] = [];
      for (const [index, { who, what }] of steps.entries()) {
        const browser = browsers[who] ?? expect.unreachable();
        const { text } = browser.shown;
        if (what === 'edit') browser.edit(`program ${index}`);
        else if (what === 'wait') await later();
        else {
          browser[what]();
          if (text !== undefined && browser.shown.text !== text) left.push(text);
        }
      }
      await later(5_000);
      for (const { shown } of browsers)
        for (const program of [...new Set(left.reverse())].slice(0, 6))
          expect([shown.text, ...shown.before]).toContain(program);
      for (const browser of browsers) browser.close();
    }),
    { numRuns: 100 },
  );
});
