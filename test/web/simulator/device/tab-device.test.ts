import { of, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../../hub/client/index.ts';
import { deviceNamesOf } from '../../../../web/simulator/device/device-rights.ts';
import { watchTabDevice } from '../../../../web/simulator/device/watch-tab-device.ts';

const NOTHING = { read: ['#'], publish: [], report: [] };
const all = { read: ['#'], publish: ['#'], report: ['+/+/+/status'] };
const own = { read: ['#'], publish: ['%u/#'], report: ['%u/#'] };

function identity(may: Identity['may'], name = 'ana'): Identity {
  const filled = (filters: readonly string[]) => filters.map((filter) => filter.replace('%u', name));
  const { read, publish, report } = may;
  return {
    name,
    role: 'some',
    how: 'login',
    may: { read, publish: filled(publish), report: filled(report) },
  };
}

describe('the names under which one may be a device', () => {
  it.each([
    ['all, for one who may do all', identity(all), { are: 'all' }],
    ['all, while nothing is known', undefined, { are: 'all' }],
    ['none, for one who may only watch', identity(NOTHING), { are: 'none' }],
    ['none, for one who may control and not report', identity({ ...all, report: [] }), { are: 'none' }],
    ['none, for one who may report and not control', identity({ ...all, publish: [] }), { are: 'none' }],
    ["one's own, where the role says so", identity(own), { are: 'own', name: 'ana' }],
    ["none, where one's own is not fit for a topic", identity(own, 'ana maria'), { are: 'none' }],
  ])('are %s', (_, who, names) => {
    expect(deviceNamesOf(who)).toEqual(names);
  });
});

/** A tab that is asked to be a device, with a device that only reports whether it runs. */
function createScene(name: string) {
  const identity$ = new Subject<Identity | undefined>();
  const log: string[] = [];
  const seen: unknown[] = [];
  const start = (given: string) => {
    log.push(`start ${given}`);
    return {
      topics$: of([`${given}/led/21`]),
      close: async () => {
        log.push(`close ${given}`);
      },
    };
  };
  const watching = watchTabDevice({ verdict: 'fit', name }, identity$, async () => start).subscribe(
    ({ is }) => seen.push(is),
  );
  /** Sends the identity as the hub does, and waits until the tab has loaded everything that follows from it. */
  const say = async (who: Identity) => {
    identity$.next(who);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { say, log, seen, watching };
}

describe('a tab that is to be a device', () => {
  it('is none until the hub has said who the visitor is, and then runs, once', async () => {
    const { say, log, seen } = createScene('ana');
    expect([log, seen]).toEqual([[], ['starting']]);
    await say(identity(all));
    await say(identity(all));
    expect([log, seen]).toEqual([['start ana'], ['starting', 'running']]);
  });

  it('starts nothing under a name that one may not use', async () => {
    const { say, log, seen } = createScene('bob');
    await say(identity(own));
    expect([log, seen]).toEqual([[], ['starting', 'denied']]);
  });

  it('follows the rights: ends with them, and begins again', async () => {
    const { say, log, seen, watching } = createScene('ana');
    for (const may of [own, NOTHING, own]) await say(identity(may));
    expect(seen).toEqual(['starting', 'running', 'denied', 'running']);
    watching.unsubscribe();
    expect(log).toEqual(['start ana', 'close ana', 'start ana', 'close ana']);
  });

  it('starts nothing if the page is left while it loads', async () => {
    const { say, log, watching } = createScene('ana');
    const said = say(identity(all));
    watching.unsubscribe();
    await said;
    expect(log).toEqual([]);
  });

  it('starts nothing under an invalid name, and nothing if none is wanted', () => {
    const refuse = () => {
      throw new Error('started');
    };
    const seen: unknown[] = [];
    watchTabDevice({ verdict: 'unfit', name: 'a/b' }, new Subject(), refuse).subscribe((state) =>
      seen.push(state),
    );
    watchTabDevice(undefined, new Subject(), refuse).subscribe((state) => seen.push(state));
    expect(seen).toEqual([{ is: 'refused', name: { verdict: 'unfit', name: 'a/b' } }, { is: 'none' }]);
  });
});
