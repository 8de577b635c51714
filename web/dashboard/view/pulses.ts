import { html, svg, type TemplateResult } from 'lit/html.js';
import { combineLatest, map, type Observable, startWith } from 'rxjs';
import { watch } from '../../shared/watch.ts';
import type { Words } from '../words.ts';

const PERIODS = 4;
const WIDTH = 240;
const HIGH = 6;
const LOW = 34;

/** What pulse-width modulation is, shown with the pin's own pulses. */
export function pulses(
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
    <details class="pulses">
      <summary>${say.pwm}</summary>
      <div class="lesson">
        <div>
          <p>${say.pwmText}</p>
          <p class="formula">
            <i>D</i> = <i>t</i><sub>on</sub> / <i>T</i> = <b>${watch(dutyPercent$.pipe(map(words.percent)))}</b>
          </p>
        </div>
        <div>
          <svg viewBox="0 0 ${WIDTH} 40" role="img" aria-label=${say.pwmFigure} preserveAspectRatio="none">
            ${svg`<path d=${watch(dutyPercent$.pipe(map((percent) => squareWave(percent / 100))))} />`}
          </svg>
          <p>${watch(times$)}</p>
        </div>
      </div>
    </details>
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
