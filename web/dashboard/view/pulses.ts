import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { combineLatest, fromEvent, map, type Observable, Subject, startWith } from 'rxjs';
import { mount } from '../../shared/mount.ts';
import { READABLE, watch } from '../../shared/watch.ts';
import type { Words } from '../words.ts';

const PERIODS = 4;
const WIDTH = 240;
const HIGH = 6;
const LOW = 34;

/** An explanation of pulse-width modulation, shown with the pin's own pulses. Closed, it costs nothing. */
export function pulses(
  words: Words,
  dutyPercent$: Observable<number>,
  frequencyHz$: Observable<number>,
): TemplateResult {
  const isOpen$ = new Subject<boolean>();
  const lesson$ = isOpen$.pipe(
    map((isOpen) => (isOpen ? lesson(words, dutyPercent$, frequencyHz$) : nothing)),
  );
  return html`
    <details class="pulses" ${mount(HTMLDetailsElement, (details) =>
      fromEvent(details, 'toggle')
        .pipe(map(() => details.open))
        .subscribe((isOpen) => isOpen$.next(isOpen)),
    )}>
      <summary>${words.say.pwm}</summary>
      ${watch(lesson$)}
    </details>
  `;
}

function lesson(
  words: Words,
  dutyPercent$: Observable<number>,
  frequencyHz$: Observable<number>,
): TemplateResult {
  const { say } = words;
  const state$ = combineLatest([dutyPercent$, frequencyHz$.pipe(startWith(0))]);
  const times$ = state$.pipe(
    map(([percent, hz]) => {
      if (hz === 0 || percent === 0 || percent === 100) return say.pwmStill;
      return say.pwmOn(words.duration(percent / 100 / hz), words.duration(1 / hz));
    }),
  );
  return html`
    <div class="lesson">
      <div>
        <p>${say.pwmText}</p>
        <p class="formula">
          <i>D</i> = <i>t</i><sub>on</sub> / <i>T</i> = <b>${watch(dutyPercent$.pipe(map(words.percent)), READABLE)}</b>
        </p>
      </div>
      <div>
        <svg viewBox="0 0 ${WIDTH} 40" role="img" aria-label=${say.pwmFigure} preserveAspectRatio="none">
          ${svg`<path d=${watch(dutyPercent$.pipe(map((percent) => squareWave(percent / 100))))} />`}
        </svg>
        <p>${watch(times$, READABLE)}</p>
      </div>
    </div>
  `;
}

/** A few periods of a square wave that is high for a share of each, as an SVG path. */
export function squareWave(share: number): string {
  if (share <= 0) return `M0 ${LOW}H${WIDTH}`;
  if (share >= 1) return `M0 ${HIGH}H${WIDTH}`;
  const period = WIDTH / PERIODS;
  const on = period * share;
  const pulse = `V${HIGH}h${on.toFixed(2)}V${LOW}h${(period - on).toFixed(2)}`;
  return `M0 ${LOW}${pulse.repeat(PERIODS)}`;
}
