import { expect, it } from 'vitest';
import { holdStill } from '../../../../web/admin/model/hold-still.ts';

const keyOf = ({ id }: { id: string }) => id;
const rows = (...given: [id: string, n: number][]) => given.map(([id, n]) => ({ id, n }));

it('rows come and go while nobody holds them', () => {
  const { rows: shown, waiting } = holdStill(undefined, rows(['a', 1], ['b', 1]), keyOf);
  expect(shown.map(({ key, isGone }) => [key, isGone])).toEqual([
    ['a', false],
    ['b', false],
  ]);
  expect(waiting).toBe(0);
});

it('rows that are held keep their places: values change, new rows wait, and removed rows stay, marked', () => {
  const before = holdStill(undefined, rows(['a', 1], ['c', 1]), keyOf).rows;
  const { rows: shown, waiting } = holdStill(before, rows(['b', 1], ['c', 2]), keyOf);
  expect(shown).toEqual([
    { key: 'a', row: { id: 'a', n: 1 }, isGone: true },
    { key: 'c', row: { id: 'c', n: 2 }, isGone: false },
  ]);
  expect(waiting).toBe(1);
  const back = holdStill(shown, rows(['a', 3], ['b', 1], ['c', 2]), keyOf).rows;
  expect(back[0]).toEqual({ key: 'a', row: { id: 'a', n: 3 }, isGone: false });
});
