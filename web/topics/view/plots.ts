import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { styleMap } from 'lit/directives/style-map.js';
import { type Observable, switchMap } from 'rxjs';
import { loadAgain } from '../../shared/load-again.ts';
import { mount } from '../../shared/mount.ts';
import { type Plot, plotName } from '../model/plots.ts';
import type { Words } from '../words.ts';
import { LINE_COLORS } from './line-colors.ts';
import type { ChartParts } from './plot-chart.ts';

export interface PlotsParts {
  readonly words: Words;
  readonly plots: readonly Plot[];
  /** The same at every change, for the canvas. */
  readonly plots$: Observable<readonly Plot[]>;
  readonly removePlot: (plot: Plot) => void;
}

/** Several numbers over time, in one chart. */
export function plotsView({ words, plots, plots$, removePlot }: PlotsParts): TemplateResult | typeof nothing {
  if (plots.length === 0) return nothing;
  const { say, number } = words;
  const names = plots.map(plotName).join(', ');
  const last = (plot: Plot) => plot.points.at(-1)?.y;
  return html`
    <section class="panel plots" aria-labelledby="plots-title">
      <h2 id="plots-title">${say.chart}</h2>
      <div class="plot">${guard(
        [words, names],
        () => html`<canvas role="img" aria-label=${say.chartOf(names)}
        ${mount(HTMLCanvasElement, (canvas, screen) => draw(canvas, { plots$, words, screen: screen() }))}></canvas>`,
      )}</div>
      <ul class="plot-legend">${plots.map((plot, index) => {
        const value = last(plot);
        return html`<li><span class="plot-color" style=${styleMap({ background: LINE_COLORS[index] })}></span>${plotName(plot)}
          <b>${value === undefined ? '–' : number(value, 3)}</b>
          <button type="button" class="plain" aria-label=${say.removePlot(plotName(plot))} @click=${() => removePlot(plot)}>×</button></li>`;
      })}</ul>
    </section>`;
}

/** Charts are most of a page's script: they come once there is something to draw. */
function draw(canvas: HTMLCanvasElement, parts: ChartParts) {
  return loadAgain(() => import('./plot-chart.ts'))
    .pipe(switchMap(({ drawPlots }) => drawPlots(canvas, parts)))
    .subscribe();
}
