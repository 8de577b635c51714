import './screen.ts';
import { html, type TemplateResult } from 'lit';
import type { Scene } from '../scene.ts';
import { channelsOf } from './channel.ts';
import { dutyView } from './duty-view.ts';
import { firstPinKnob, secondPinKnob, timeBaseKnob } from './knobs.ts';
import { measuresView, secondMeasuresView } from './measures.ts';
import { pictureOf } from './picture.ts';

/** The oscilloscope: screen, knobs, measurements, and the duty cycle of the LED on its first channel. */
export function scopeView(scene: Scene): TemplateResult {
  const { words, bench, choices } = scene;
  const { say } = words;
  const channels = channelsOf(choices, bench, words);
  const [first, second] = channels;
  const told = second ? say.scopeBoth(first.text, second.text) : first.text;
  return html`
    <section class="panel scope ${second ? 'two' : ''} ${choices.isScopeFolded ? 'folded' : ''}" aria-labelledby="scope-title">
      ${foldView(scene)}
      <header>
        <h2 id="scope-title" class="roomy">${say.scope}</h2>
        <div class="knobs">${firstPinKnob(scene)} ${secondPinKnob(scene)} ${timeBaseKnob(scene)}</div>
      </header>
      <scope-screen role="img" aria-label=${say.scopePicture(told)}
        .picture=${pictureOf(channels, choices.timeBase, words)}></scope-screen>
      ${measuresView(first, words)} ${second ? secondMeasuresView(second, words) : ''}
      <p class="sentence roomy">${first.text}</p>
      ${second ? html`<p class="sentence roomy">${second.text} <small>${say.scopeTriggers}</small></p>` : ''}
      ${dutyView(scene)}
    </section>`;
}

/** Folds the oscilloscope to its slider, on a phone, where the board needs the room. */
function foldView({ words, choices, actions }: Scene): TemplateResult {
  const { isScopeFolded = false } = choices;
  return html`<button type="button" class="scope-fold" aria-expanded=${!isScopeFolded} aria-label=${words.say.scope}
    @click=${() => actions.choose({ isScopeFolded: !isScopeFolded })}>${isScopeFolded ? '▴' : '▾'}</button>`;
}
