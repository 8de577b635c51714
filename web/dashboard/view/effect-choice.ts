import { nothing, type TemplateResult } from 'lit/html.js';
import type { Property } from '../../shared/property.ts';
import type { Words } from '../words.ts';
import { choice } from './select.ts';

/** The effects that a light can play; nothing if it has none. `topic` distinguishes this choice from all others on the page. */
export function effectChoice(
  { say }: Words,
  effects: readonly string[],
  topic: string,
  effect: Property<string>,
): TemplateResult | typeof nothing {
  if (effects.length === 0) return nothing;
  const names = new Map([
    ['none', say.effectNone],
    ['blink', say.effectBlink],
    ['breathe', say.effectBreathe],
  ]);
  const options = effects.map((value) => ({ value, label: names.get(value) ?? value }));
  return choice(effect, { legend: say.effect, group: `${topic}/effect`, options });
}
