import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Qos } from '../../../hub/core/index.ts';
import { type Draft, type DraftFault, faultOf, type PayloadForm } from '../model/draft.ts';
import { shortTopic } from '../model/short-topic.ts';
import type { Words } from '../words.ts';

export interface PublishActions {
  readonly change: (changes: Partial<Draft>) => void;
  readonly layOut: () => void;
  readonly publish: () => void;
  readonly save: () => void;
  readonly load: (saved: Draft) => void;
  readonly forget: (saved: Draft) => void;
}

export interface PublishParts {
  readonly words: Words;
  readonly draft: Draft;
  readonly saved: readonly Draft[];
  readonly mayPublish: boolean;
  /** The outcome of the last message. */
  readonly outcome: string;
  readonly publishing: PublishActions;
}

const FORMS: readonly PayloadForm[] = ['text', 'json', 'base64'];
const QOS: readonly Qos[] = [0, 1, 2];

/** The form in which messages are written. */
export function publishView(parts: PublishParts): TemplateResult {
  const { words, draft, mayPublish, outcome, publishing } = parts;
  const { say } = words;
  const fault = faultOf(draft);
  const submit = (event: Event) => {
    event.preventDefault();
    publishing.publish();
  };
  return html`
    <section class="panel publish" aria-labelledby="publish-title">
      <h2 id="publish-title">${say.publish}</h2>
      <form @submit=${submit}>
        ${textField(parts, 'topic', say.topic)}
        <label class="field"><span>${say.payload}</span>
          <textarea name="payload" rows="5" spellcheck="false" aria-invalid=${fault ? 'true' : nothing} .value=${live(draft.payload)}
            @input=${(event: Event) => publishing.change({ payload: textOf(event) })}></textarea></label>
        <div class="publish-options">
          <div class="choices" role="radiogroup" aria-label=${say.payloadForm}>${FORMS.map((form) => radio({ name: 'payload-form', label: say.payloadForms[form], isChosen: draft.form === form, choose: () => publishing.change({ form }) }))}</div>
          <div class="choices" role="radiogroup" aria-label=${say.qos}>${QOS.map((qos) => radio({ name: 'qos', label: `QoS ${qos}`, isChosen: draft.qos === qos, choose: () => publishing.change({ qos }) }))}</div>
          <label class="check"><input type="checkbox" name="retain" .checked=${live(draft.retain)}
            @change=${(event: Event) => publishing.change({ retain: isChecked(event) })}> ${say.retain}</label>
        </div>
        <details class="properties"><summary>${say.properties}</summary>
          <div class="property-fields">
            ${textField(parts, 'contentType', say.contentType)}
            ${textField(parts, 'responseTopic', say.responseTopic)}
            ${textField(parts, 'correlationData', say.correlationData)}
            ${textField(parts, 'expirySeconds', say.expirySeconds)}
            <label class="field"><span>${say.userProperties}</span>
              <textarea name="userProperties" rows="2" spellcheck="false" .value=${live(draft.userProperties)}
                @input=${(event: Event) => publishing.change({ userProperties: textOf(event) })}></textarea></label>
          </div>
        </details>
        <p class="publish-fault" role="status">${fault ? faultText(words, fault) : outcome}</p>
        <p class="topic-actions">
          <button class="do-it" ?disabled=${!mayPublish || fault !== undefined || draft.topic === ''}>${say.send}</button>
          <button type="button" class="plain" @click=${publishing.layOut}>${say.layOut}</button>
          <button type="button" class="plain" ?disabled=${draft.topic === ''} @click=${publishing.save}>${say.save}</button>
        </p>
      </form>
      ${savedView(parts)}
    </section>`;
}

type TextName = 'topic' | 'contentType' | 'responseTopic' | 'correlationData' | 'expirySeconds';

function textField({ draft, publishing }: PublishParts, name: TextName, label: string): TemplateResult {
  return html`<label class="field"><span>${label}</span>
    <input name=${name} autocomplete="off" autocapitalize="off" spellcheck="false" .value=${live(draft[name])}
      @input=${(event: Event) => publishing.change({ [name]: textOf(event) })}></label>`;
}

interface RadioParts {
  readonly name: string;
  readonly label: string;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

function radio({ name, label, isChosen, choose }: RadioParts): TemplateResult {
  return html`<label><input type="radio" name=${name} .checked=${live(isChosen)} @change=${choose}><span>${label}</span></label>`;
}

function savedView({ words, saved, publishing }: PublishParts): TemplateResult | typeof nothing {
  if (saved.length === 0) return nothing;
  const { say } = words;
  return html`<details class="saved" open><summary>${say.saved}</summary>
    <ul>${saved.map(
      (one) => html`<li>
        <button type="button" class="log-entry" @click=${() => publishing.load(one)}><b>${shortTopic(one.topic)}</b> <span>${one.payload.slice(0, 80)}</span></button>
        <button type="button" class="plain" aria-label=${say.forgetSaved(shortTopic(one.topic))} @click=${() => publishing.forget(one)}>×</button></li>`,
    )}</ul></details>`;
}

function faultText({ say }: Words, fault: DraftFault): string {
  return fault.is === 'json' ? say.draftFaults.json(fault.message) : say.draftFaults[fault.is];
}

function textOf({ target }: Event): string {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target.value : '';
}

function isChecked({ target }: Event): boolean {
  return target instanceof HTMLInputElement && target.checked;
}
