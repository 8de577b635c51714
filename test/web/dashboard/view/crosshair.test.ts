import { of } from 'rxjs';
import { expect, it } from 'vitest';
import { createClock } from '../../../../web/dashboard/model/clock.ts';
import { spokenCrosshair } from '../../../../web/dashboard/view/crosshair.ts';
import { words } from '../../../../web/dashboard/words.ts';

const point = { timeMs: 0, value: 1.125 };
const lines = { fromMs: 0, toMs: 1000, actual: [point, { ...point, timeMs: 1000 }], wanted: [], band: [] };
const picture = { lines, left: 0, right: 100, top: 0, bottom: 100 };

it.each([
  [undefined, '1.1'],
  [0, '1'],
  [3, '1.125'],
])('tells as many digits as the scale has: %s', (digits, figure) => {
  const spoken: string[] = [];
  spokenCrosshair({
    words: words.en,
    scale: { name: 'Pressure', unit: 'bar', ...(digits !== undefined && { digits }) },
    clock: createClock(),
    picture$: of(picture),
    share$: of(0.5),
  }).subscribe((text) => spoken.push(text.replaceAll('\u00a0', ' ')));
  expect(spoken[0]).toMatch(new RegExp(`${figure} bar$`));
});
