import { html, nothing, type TemplateResult } from 'lit/html.js';
import { combineLatest, map, type Observable } from 'rxjs';
import { bind } from '../../shared/mount.ts';
import { READABLE, watch } from '../../shared/watch.ts';
import type { Clock } from '../model/clock.ts';
import { type Reading, readLines } from '../model/lines.ts';
import type { Words } from '../words.ts';
import type { Picture } from './picture.ts';
import type { ValueScale } from './scale.ts';

export interface CrosshairParts {
  readonly words: Words;
  readonly scale: ValueScale;
  readonly clock: Clock;
  readonly picture$: Observable<Picture>;
  /** Its position: a share of the width, 0–1 from the left; `undefined` while it is hidden. */
  readonly share$: Observable<number | undefined>;
}

interface Sight {
  readonly picture: Picture;
  readonly share: number;
  readonly reading: Reading;
}

/** A line across a chart, and the values at that time. */
export function crosshair({ words, scale, clock, picture$, share$ }: CrosshairParts): TemplateResult {
  const sight$ = combineLatest([picture$, share$]).pipe(
    map(([picture, share]) => (share === undefined ? undefined : sightAt(picture, share))),
  );
  return html`
    <span class="cross-line" aria-hidden="true" ${bind(HTMLElement, sight$, showLine)}></span>
    <p class="readout" aria-hidden="true" ${bind(HTMLElement, sight$, showReadout)}>
      ${watch(sight$.pipe(map((sight) => (sight ? readout(words, { scale, clock }, sight.reading) : nothing))), READABLE)}
    </p>
  `;
}

/** The same in words, for people who cannot see it; empty while it is hidden. */
export function spokenCrosshair({
  words,
  scale,
  clock,
  picture$,
  share$,
}: CrosshairParts): Observable<string> {
  return combineLatest([picture$, share$]).pipe(
    map(([picture, share]) => {
      if (share === undefined) return '';
      const reading = readLines(picture.lines, timeAt(picture, share));
      const values = valuesOf(words, scale, reading).map(({ label, text }) => `${label} ${text}`);
      return [timeOf(words, clock, reading), ...(values.length > 0 ? values : [words.say.nothingKnown])].join(
        ', ',
      );
    }),
  );
}

function sightAt(picture: Picture, share: number): Sight {
  return { picture, share, reading: readLines(picture.lines, timeAt(picture, share)) };
}

function timeAt({ lines: { fromMs, toMs } }: Picture, share: number): number {
  return fromMs + share * (toMs - fromMs);
}

function readout(
  words: Words,
  { scale, clock }: Pick<CrosshairParts, 'scale' | 'clock'>,
  reading: Reading,
): TemplateResult {
  const values = valuesOf(words, scale, reading);
  return html`<b>${timeOf(words, clock, reading)}</b>
    ${values.map(({ kind, label, text }) => html`<span class=${kind}>${label} <b>${text}</b></span>`)}
    ${values.length === 0 ? html`<span>${words.say.nothingKnown}</span>` : nothing}`;
}

function valuesOf(words: Words, { unit, digits }: ValueScale, { actual, wanted, range }: Reading) {
  const measure = (value: number) => words.measure(value, unit, digits);
  const values = [];
  if (actual !== undefined) values.push({ kind: 'is', label: words.say.actual, text: measure(actual) });
  if (range)
    values.push({
      kind: 'band',
      label: words.say.band,
      text: `${measure(range.min)} – ${measure(range.max)}`,
    });
  if (wanted !== undefined) values.push({ kind: 'wish', label: words.say.wanted, text: measure(wanted) });
  return values;
}

const DAY_MS = 86_400_000;

function timeOf(words: Words, clock: Clock, { timeMs }: Reading): string {
  const isToday = clock.now() - timeMs < DAY_MS / 2;
  const dateMs = clock.dateOf(timeMs);
  return isToday ? words.exactTime(dateMs) : words.moment(dateMs);
}

function showLine(line: HTMLElement, sight: Sight | undefined): void {
  line.hidden = !sight;
  if (!sight) return;
  const { left, right, top, bottom } = sight.picture;
  line.style.height = `${bottom - top}px`;
  line.style.transform = `translate(${left + sight.share * (right - left)}px, ${top}px)`;
}

/** Beside the line, on the side that has more room. */
function showReadout(readout: HTMLElement, sight: Sight | undefined): void {
  readout.hidden = !sight;
  if (!sight) return;
  const { left, right, top } = sight.picture;
  const x = left + sight.share * (right - left);
  const isLeft = sight.share > 0.5;
  readout.style.transform = `translate(${x + (isLeft ? -8 : 8)}px, ${top}px)${isLeft ? ' translateX(-100%)' : ''}`;
}
