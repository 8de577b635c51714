import fc from 'fast-check';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createLocalBus, Hub } from '../../../../hub/core/index.ts';
import { type KeptProgress, keepProgress, readProgress } from '../../../../web/learn/model/progress.ts';

const LESSONS = ['connection', 'topics', 'retained'];

/** A person opens a browser, opens or finishes a lesson in one, or closes a browser. */
const step = fc.oneof(
  fc.record({ what: fc.constant('browser' as const), which: fc.nat(2), lesson: fc.constantFrom(...LESSONS) }),
  fc.record({
    what: fc.constantFrom('open' as const, 'finish' as const),
    which: fc.nat(2),
    lesson: fc.constantFrom(...LESSONS),
  }),
);

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('progress', () => {
  it('loses nothing that any browser of a person has finished, and every browser shows all of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const hub = new Hub({ now: () => 0 });
        const browsers: KeptProgress[] = [];
        const finished = new Set<string>();
        const browser = (which: number) => {
          browsers[which % Math.max(1, browsers.length)] ??= keepProgress(createLocalBus(hub), 'learn/a');
          return browsers[which % browsers.length] as KeptProgress;
        };
        for (const { what, which, lesson } of steps) {
          if (what === 'browser') browsers.push(keepProgress(createLocalBus(hub), 'learn/a'));
          else if (what === 'open') browser(which).open(lesson);
          else {
            browser(which).finish(lesson);
            finished.add(lesson);
          }
          await settle();
        }
        for (const one of browsers) expect(await firstValueFrom(one.done$)).toEqual(finished);
        for (const one of browsers) one.close();
      }),
      { numRuns: 60 },
    );
  });

  it.each(['', 'null', '7', '{"lesson":1,"done":[]}', '{"lesson":"a","done":"b"}', '{'])(
    'does not take %j for progress',
    (text) => {
      expect(readProgress(text)).toBeUndefined();
    },
  );

  it('reads its own format, without unknown lessons', () => {
    expect(readProgress('{"lesson":"pwm","done":["topics",3]}')).toEqual({ lesson: 'pwm', done: ['topics'] });
  });
});
