import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import { type Revealed, reveal } from '../../../../web/dashboard/model/reveal.ts';

function createBench() {
  const wanted$ = new Subject<readonly string[]>();
  const waiting: (() => void)[] = [];
  const rest = () => new Promise<void>((resolve) => waiting.push(resolve));
  let last: Revealed = { shown: new Set(), drawn: new Set() };
  wanted$.pipe(reveal({ count: 2, rest })).subscribe((revealed) => {
    last = revealed;
  });
  const turn = async () => {
    for (const go of waiting.splice(0)) go();
    await new Promise(setImmediate);
  };
  const shown = () => [...last.shown].join('');
  const drawn = () => [...last.drawn].join('');
  return { want: (items: string) => wanted$.next([...items]), turn, shown, drawn };
}

it('shows as many as can be seen at once, and the rest a part at a time', async () => {
  const { want, turn, shown } = createBench();
  want('abcde');
  expect(shown()).toBe('ab');
  await turn();
  expect(shown()).toBe('abcd');
  await turn();
  expect(shown()).toBe('abcde');
});

it('hides removed items at once, keeps the others, and knows which are there', async () => {
  const { want, turn, shown, drawn } = createBench();
  want('abcd');
  await turn();
  want('d');
  expect([shown(), drawn()]).toEqual(['d', 'abcd']);
  want('abcd');
  expect(shown()).toBe('da');
  await turn();
  expect(shown()).toBe('dabc');
});

it('shows no more at once because the same list comes again', async () => {
  const { want, turn, shown } = createBench();
  want('abcde');
  want('abcde');
  expect(shown()).toBe('ab');
  await turn();
  expect(shown()).toBe('abcd');
});

it('goes no further with a list that another has replaced', async () => {
  const { want, turn, shown, drawn } = createBench();
  want('abcd');
  want('ax');
  await turn();
  expect([shown(), drawn()]).toEqual(['ax', 'abx']);
});
