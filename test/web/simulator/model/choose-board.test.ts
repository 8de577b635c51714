import { from, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { chooseBoard } from '../../../../web/simulator/model/choose-board.ts';

/** The boards that are shown as devices come and go, which are given by their prefixes. */
function boards(lists: readonly (readonly string[])[], wanted?: string): string[] {
  const seen: string[] = [];
  const devices$ = from(lists.map((prefixes) => prefixes.map((prefix) => ({ prefix }))));
  chooseBoard(devices$, wanted).subscribe((board) => seen.push(board));
  return seen;
}

describe('the board', () => {
  it('is the one that the address says, whatever devices there are', () => {
    expect(boards([[], ['ana']], 'lab')).toEqual(['lab']);
  });

  it("is the hub's own, also while nothing is known", () => {
    expect(boards([[], ['ana', '', 'lab']])).toEqual(['']);
  });

  it('is that of a hub whose devices have a prefix', () => {
    expect(boards([[], ['lab/a', 'lab/a']])).toEqual(['', 'lab/a']);
  });

  it('stays for as long as it has devices', () => {
    expect(boards([['lab'], ['', 'ana', 'lab'], ['', 'ana']])).toEqual(['lab', '']);
  });

  it('is not told before anything is known', () => {
    const seen: string[] = [];
    chooseBoard(new Subject(), undefined).subscribe((board) => seen.push(board));
    expect(seen).toEqual([]);
  });
});
