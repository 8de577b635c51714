import { of } from 'rxjs';
import { expect, it } from 'vitest';
import { knownOf } from '../../../../web/dashboard/model/known.ts';

it.each([
  { hasActual: true, known: [3] },
  { hasActual: false, known: [undefined, 1, undefined, 2] },
])(
  'is the actual value if the device reports one, else what is wanted: $hasActual',
  ({ hasActual, known }) => {
    const seen: (number | undefined)[] = [];
    knownOf({ hasActual }, { value$: of(undefined, 1, undefined, 2), reading$: of(3) }).subscribe((value) =>
      seen.push(value),
    );
    expect(seen).toEqual(known);
  },
);
