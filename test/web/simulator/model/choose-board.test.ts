import { from, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DeviceState } from '../../../../web/shared/devices.ts';
import { chooseBoard, watchBoards } from '../../../../web/simulator/model/choose-board.ts';

/** The boards that are shown as others come and go. */
function chosen(lists: readonly (readonly string[])[], wanted?: string): string[] {
  const seen: string[] = [];
  const boards$ = from(lists);
  chooseBoard(boards$, wanted).subscribe((board) => seen.push(board));
  return seen;
}

describe('the board', () => {
  it('is the one in the address, whatever devices there are', () => {
    expect(chosen([[], ['ana']], 'lab')).toEqual(['lab']);
  });

  it("is the hub's own, also while nothing is known", () => {
    expect(chosen([[], ['ana', '', 'lab']])).toEqual(['']);
  });

  it('is that of a hub whose devices have a prefix', () => {
    expect(chosen([[], ['lab/a', 'lab/a']])).toEqual(['', 'lab/a']);
  });

  it('stays for as long as it has devices', () => {
    expect(chosen([['lab'], ['', 'ana', 'lab'], ['', 'ana']])).toEqual(['lab', '']);
  });

  it('is not told before anything is known', () => {
    const seen: string[] = [];
    chooseBoard(new Subject(), undefined).subscribe((board) => seen.push(board));
    expect(seen).toEqual([]);
  });
});

describe('the boards', () => {
  const state = (prefix: string, driver: string | undefined) =>
    ({ device: { prefix }, info: { driver } }) as unknown as DeviceState;

  it('are those of devices on the pins of a Raspberry Pi, each once', () => {
    const seen: (readonly string[])[] = [];
    const lists = [
      [state('lab', 'virtual'), state('', 'virtual'), state('lab', 'virtual'), state('esp', 'arduino')],
      [state('', 'pigpiod'), state('lab', 'linux')],
      [state('lab', 'linux'), state('kitchen', undefined)],
    ];
    watchBoards(from(lists)).subscribe((boards) => seen.push(boards));
    expect(seen).toEqual([['', 'lab'], ['lab']]);
  });
});
