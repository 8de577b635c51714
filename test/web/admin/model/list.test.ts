import { Subject, VirtualTimeScheduler } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { createList, type ListState } from '../../../../web/admin/model/list.ts';
import { EVERY_MS } from '../../../../web/admin/model/poll.ts';

/** A list of names, two per page, and what it shows. */
function open(names: string[], isVisible = () => true) {
  const scheduler = new VirtualTimeScheduler();
  const again$ = new Subject<void>();
  const load = vi.fn(async ({ text, after }: { text: string; after: string }) => {
    const found = names.filter((name) => name.includes(text));
    const rest = found.filter((name) => name > after);
    const rows = rest.slice(0, 2);
    return { rows, count: found.length, next: rest.length > 2 ? rows.at(-1) : undefined };
  });
  const list = createList<string>({ load, keyOf: (name) => name, again$, isVisible, scheduler });
  let state: ListState<string> | undefined;
  const watching = list.state$.subscribe((now) => {
    state = now;
  });
  const pass = async (ms: number) => {
    scheduler.maxFrames = scheduler.now() + ms;
    scheduler.flush();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const shown = () => state?.rows.map(({ key, isGone }) => (isGone ? `(${key})` : key));
  return { list, load, again$, pass, shown, state: () => state, close: () => watching.unsubscribe() };
}

it('goes forward and back through pages, and starts again with a search', async () => {
  const { list, pass, shown, state, close } = open(['a1', 'a2', 'b1', 'b2', 'b3']);
  await pass(0);
  expect(shown()).toEqual(['a1', 'a2']);
  list.next();
  await pass(0);
  list.next();
  await pass(0);
  expect([shown(), state()?.page?.next]).toEqual([['b3'], undefined]);
  list.next();
  list.back();
  await pass(0);
  expect(shown()).toEqual(['b1', 'b2']);
  list.search('b');
  await pass(0);
  expect([shown(), state()?.page?.count, state()?.wanted.trail]).toEqual([['b1', 'b2'], 3, []]);
  close();
});

it('moves nothing while it is held, and shows what is new afterwards', async () => {
  const names = ['b', 'c'];
  const { list, again$, pass, shown, state, close } = open(names);
  await pass(0);
  list.hold(true);
  names.splice(0, 2, 'a', 'c');
  again$.next();
  await pass(0);
  expect([shown(), state()?.waiting]).toEqual([['(b)', 'c'], 1]);
  list.hold(false);
  expect([shown(), state()?.waiting]).toEqual([['a', 'c'], 0]);
  close();
});

it('asks again at equal times while somebody looks, and keeps the last answer if the hub gives none', async () => {
  let isVisible = true;
  const { load, pass, shown, state, close } = open(['a'], () => isVisible);
  await pass(0);
  await pass(EVERY_MS);
  expect(load).toHaveBeenCalledTimes(2);
  isVisible = false;
  await pass(5 * EVERY_MS);
  expect(load).toHaveBeenCalledTimes(2);
  isVisible = true;
  load.mockRejectedValueOnce(new TypeError('no answer'));
  await pass(EVERY_MS);
  expect([shown(), state()?.error?.message]).toEqual([['a'], 'no answer']);
  await pass(EVERY_MS);
  expect(state()?.error).toBeUndefined();
  close();
});
