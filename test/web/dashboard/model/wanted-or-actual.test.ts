import { BehaviorSubject } from 'rxjs';
import { expect, it } from 'vitest';
import { wantedOrActual } from '../../../../web/dashboard/model/wanted-or-actual.ts';

it('is the actual value until somebody wants another, and again once that is cleared', () => {
  const wanted$ = new BehaviorSubject<number | undefined>(undefined);
  const actual$ = new BehaviorSubject<number | undefined>(40);
  const shown: (number | undefined)[] = [];
  wantedOrActual(wanted$, actual$).subscribe((value) => shown.push(value));
  wanted$.next(80);
  actual$.next(60);
  actual$.next(80);
  wanted$.next(undefined);
  actual$.next(10);
  expect(shown).toEqual([undefined, 40, 80, 10]);
});
