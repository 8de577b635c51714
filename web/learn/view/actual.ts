import { live } from 'lit/directives/live.js';
import { html } from 'lit/html.js';
import type { View } from '../lesson.ts';
import type { ActualActions, ActualState } from '../states/actual.ts';
import { inputOf } from './input.ts';
import { lampView } from './lamp.ts';
import { problemText } from './problem.ts';
import { inLevels } from './text.ts';

/** A slider for the desired value, and the lamp with the actual value. */
export function actualView(
  { topic, desired, actual, isPluggedIn, problem }: ActualState,
  actions: ActualActions,
): View {
  return (words) => {
    const { actual: say } = words.say;
    const shown = (percent: number | undefined) => (percent === undefined ? '–' : words.percent(percent));
    return html`
      <label class="field"><span>${say.wish}</span>
        <input type="range" name="desired" min="0" max="100" step="5" .value=${live(String(desired ?? 0))} @input=${(event: Event) => actions.wish(inputOf(event).valueAsNumber)}></label>
      <dl class="learn-values">
        <dt>${say.desired} <code>${inLevels(topic)}</code></dt><dd data-name="desired">${shown(desired)}</dd>
        <dt>${say.actual} <code>${inLevels(`${topic}/actual`)}</code></dt><dd data-name="actual">${lampView(isPluggedIn ? (actual ?? 0) : 0)} ${shown(actual)}</dd>
      </dl>
      <label class="check"><input type="checkbox" .checked=${live(isPluggedIn)} @change=${(event: Event) => actions.plug(inputOf(event).checked)}> ${say.pluggedIn}</label>
      <p role="status">${problemText(words, problem)}</p>`;
  };
}
