import fc from 'fast-check';
import { BehaviorSubject, NEVER, of, Subject } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { formatColor } from '../../../../devices/facts/color.ts';
import { type Color, createColor } from '../../../../web/dashboard/model/color.ts';
import { type Hsv, toHex, toHsv } from '../../../../web/shared/hsv.ts';

const BLACK: Hsv = { hue: 200, saturation: 0.4, value: 0 };

describe('a color on the wheel', () => {
  it.each([
    ['#ff0000', { hue: 0, saturation: 1, value: 1 }],
    ['#00ff00', { hue: 120, saturation: 1, value: 1 }],
    ['#0000ff', { hue: 240, saturation: 1, value: 1 }],
    ['#ff00ff', { hue: 300, saturation: 1, value: 1 }],
    ['#ffffff', { hue: 200, saturation: 0, value: 1 }],
    ['#000000', { hue: 200, saturation: 0.4, value: 0 }],
  ])('%s is where it belongs; what it does not say stays', (hex, hsv) => {
    expect(toHsv(hex, BLACK)).toEqual(hsv);
  });

  it('comes back as it was, whatever it is', () => {
    const part = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(part, part, part, (red, green, blue) => {
        const hex = formatColor([red, green, blue]);
        expect(toHex(toHsv(hex, BLACK))).toBe(hex);
      }),
    );
  });
});

describe('a color that is set', () => {
  let wanted$: BehaviorSubject<string | undefined>;
  let reading$: Subject<string | undefined>;
  let color: Color;
  let shown: Hsv | undefined;
  beforeEach(() => {
    wanted$ = new BehaviorSubject<string | undefined>('#ff8000');
    reading$ = new Subject();
    const set = (value: string) => wanted$.next(value);
    const hand = { set, hold: () => {}, release: () => {} };
    const told = { value$: wanted$, actual$: NEVER, reading$, refused$: NEVER, isAllowed$: of(true) };
    color = createColor({ ...hand, ...told });
    color.wanted$.subscribe((hsv) => {
      shown = hsv;
    });
  });

  it('keeps hue and saturation while its brightness changes', () => {
    color.brightness.set(1);
    color.brightness.set(100);
    expect(wanted$.value).toBe('#ff8000');
  });

  it('finds its light again after it was off', () => {
    color.brightness.set(50);
    const before = wanted$.value;
    color.turnOff();
    expect(wanted$.value).toBe('#000000');
    color.turnOn();
    expect(wanted$.value).toBe(before);
  });

  it('goes on when a hue is chosen while it is off', () => {
    color.turnOff();
    color.choose({ hue: 240, saturation: 1 });
    expect(wanted$.value).toBe('#0000ff');
  });

  it('follows somebody else', () => {
    wanted$.next('#00ff00');
    expect(shown).toEqual({ hue: 120, saturation: 1, value: 1 });
  });

  it('has no actual value any more once that is cleared', () => {
    const actual: (number | undefined)[] = [];
    color.actualBrightness$.subscribe((percent) => actual.push(percent));
    for (const hex of ['#ffffff', undefined, '#000000']) reading$.next(hex);
    expect(actual).toEqual([100, undefined, 0]);
  });
});
