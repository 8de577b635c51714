import { html, svg, type TemplateResult } from 'lit';
import type { Words } from './words.ts';

const EXAMPLES = [25, 50, 90];
const PERIODS = 3;
const WIDTH = 180;
const HIGH = 8;
const LOW = 44;

/** Explains PWM in three figures and three short paragraphs. */
export function lessonView({ say, instrument }: Words): TemplateResult {
  return html`
    <section class="panel lesson" aria-labelledby="lesson-title">
      <h2 id="lesson-title">${say.lesson}</h2>
      <div class="lesson-lead">
        <p>${say.lessonWave}</p>
        <p class="formula"><i>D</i> = <i>t</i><sub>on</sub> / <i>T</i></p>
      </div>
      <div class="figures">
        ${EXAMPLES.map(
          (percent) => html`<figure>
            <svg viewBox="0 0 ${WIDTH} 62" aria-hidden="true">${waveFigure(percent)}</svg>
            <figcaption>${say.lessonCaption(instrument.percent(percent))}</figcaption>
          </figure>`,
        )}
      </div>
      <div class="lesson-text">
        <p>${say.lessonPower}</p>
        <p>${say.lessonEye}</p>
      </div>
    </section>`;
}

function waveFigure(percent: number): TemplateResult<2> {
  const period = WIDTH / PERIODS;
  const on = (period * percent) / 100;
  const starts = Array.from({ length: PERIODS }, (_, index) => index * period);
  const path = starts.map((x) => `V${HIGH}H${x + on}V${LOW}H${x + period}`).join('');
  return svg`
    ${starts.map((x) => svg`<rect class="energy" x=${x} y=${HIGH} width=${on} height=${LOW - HIGH}></rect>`)}
    <path class="trace" d="M0 ${LOW}${path}"></path>
    <rect class="power-all" x="0" y="54" width=${WIDTH} height="6" rx="3"></rect>
    <rect class="power" x="0" y="54" width=${(WIDTH * percent) / 100} height="6" rx="3"></rect>`;
}
