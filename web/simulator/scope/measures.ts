import { html, type TemplateResult } from 'lit';
import type { Words } from '../words.ts';
import type { Channel } from './channel.ts';
import { dutyPercentOf } from './wave.ts';

interface Measure {
  readonly name: string;
  readonly label: string;
  readonly symbol: TemplateResult;
  readonly value: string;
}

/** The measurements of the first channel. */
export function measuresView(channel: Channel, words: Words): TemplateResult {
  return html`<dl class="measures">
    ${measuresOf(channel, words).map(
      ({ name, label, symbol, value }) =>
        html`<div class=${name}><dt><span class="roomy">${label}</span> ${symbol}</dt><dd data-measure=${name}>${value}</dd></div>`,
    )}
  </dl>`;
}

/** The measurements of the second channel. */
export function secondMeasuresView(channel: Channel, words: Words): TemplateResult {
  return html`<dl class="measures" aria-label=${words.say.scopeSecondPin}>
    ${measuresOf(channel, words).map(
      ({ name, label, symbol, value }) =>
        html`<div class=${name}><dt><span class="roomy">${label}</span> ${symbol}</dt><dd data-second-measure=${name}>${value}</dd></div>`,
    )}
  </dl>`;
}

function measuresOf({ wave }: Channel, { say, instrument }: Words): readonly Measure[] {
  const isPulse = wave.kind === 'pulse';
  const [on, period, frequency] = isPulse
    ? [instrument.time(wave.onUs), instrument.time(wave.periodUs), instrument.frequency(1e6 / wave.periodUs)]
    : ['—', '—', '—'];
  const duty = instrument.percent(dutyPercentOf(wave));
  return [
    { name: 'on', label: say.onTime, symbol: html`<i>t</i><sub>on</sub>`, value: on },
    { name: 'period', label: say.period, symbol: html`<i>T</i>`, value: period },
    { name: 'duty', label: say.duty, symbol: html`<i>D</i>`, value: duty },
    { name: 'frequency', label: say.frequency, symbol: html`<i>f</i>`, value: frequency },
  ];
}
