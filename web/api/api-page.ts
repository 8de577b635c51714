import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { BehaviorSubject, combineLatest } from 'rxjs';
import type { HubApi } from '../../hub/client/api/hub-api.ts';
import { header } from '../shared/header.ts';
import type { LanguageChoice } from '../shared/language.ts';
import { pageLinks } from '../shared/page-links.ts';
import { type Channel, type Content, type RestOperation, readAsyncApi, readOpenApi } from './descriptions.ts';
import { type Words, words } from './words.ts';

interface ApiParts {
  readonly hub: HubApi;
  readonly language: LanguageChoice;
}

/** The facts that the page has loaded; each is `undefined` until it arrives. */
interface Known {
  readonly operations?: readonly RestOperation[];
  readonly channels?: readonly Channel[];
  readonly role?: string;
  readonly hasFailed?: boolean;
}

/** Shows what the hub says of its interfaces in an element. */
export function showApi(root: HTMLElement, { hub, language }: ApiParts): void {
  const known$ = new BehaviorSubject<Known>({});
  const learn = (change: Known) => known$.next({ ...known$.value, ...change });
  const ask = async () => {
    const [openApi, asyncApi, { role }] = await Promise.all([hub.openApi(), hub.asyncApi(), hub.me()]);
    learn({ operations: readOpenApi(openApi), channels: readAsyncApi(asyncApi), role });
  };
  ask().catch(() => learn({ hasFailed: true }));
  combineLatest([language.language$, known$]).subscribe(([code, known]) => {
    document.documentElement.lang = code;
    document.title = `${words[code].say.title} · Pinhub`;
    render(page(words[code], known, language), root);
  });
}

function page(words: Words, known: Known, language: LanguageChoice): TemplateResult {
  const { say, tell } = words;
  const { operations, channels, role = '', hasFailed = false } = known;
  return html`
    ${header({
      language: words.language,
      languageLabel: tell.language,
      chooseLanguage: language.choose,
      facts: html`<li>${say.title}</li>`,
      links: pageLinks(words, { here: 'api', role }),
    })}
    <main>
      <section aria-labelledby="rest">
        <h2 id="rest">${say.rest}</h2>
        <p class="hint">${withLink(say.restHint, 'openapi.json')}</p>
        ${operations ? operations.map((operation) => operationView(words, operation)) : waiting(words, hasFailed)}
      </section>
      <section aria-labelledby="topics">
        <h2 id="topics">${say.topics}</h2>
        <p class="hint">${withLink(say.topicsHint, 'asyncapi.json')}</p>
        ${channels ? channelsView(words, channels) : waiting(words, hasFailed)}
      </section>
    </main>`;
}

/** The sentence, in which the file's name leads to the file. */
function withLink(sentence: string, file: string): TemplateResult {
  const [before = '', after = ''] = sentence.split(`/${file}`);
  return html`${before}<a href=${file}>/${file}</a>${after}`;
}

/** Text in which code stands between backticks, as descriptions write it. */
function withCode(text: string): readonly unknown[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}

function waiting({ say }: Words, hasFailed: boolean): TemplateResult {
  return html`<p role="status">${hasFailed ? say.failed : say.loading}</p>`;
}

function operationView(words: Words, operation: RestOperation): TemplateResult {
  const { say } = words;
  const { method, path, summary, parameters, body, answer } = operation;
  return html`<details class="operation" data-method=${method}>
    <summary><b>${method}</b> <code>${path}</code> <span>${withCode(summary)}</span></summary>
    ${
      parameters.length === 0
        ? nothing
        : html`<h3>${say.parameters}</h3><dl>${parameters.map(
            ({ name, isInPath, description }) =>
              html`<dt><code>${name}</code> <small>${isInPath ? say.inPath : say.inQuery}</small></dt><dd>${withCode(description)}</dd>`,
          )}</dl>`
    }
    ${body ? html`<h3>${say.body}</h3>${contentView(body)}` : nothing}
    <h3>${say.answer}</h3>
    ${answer.map(contentView)}
  </details>`;
}

function contentView({ type, schema }: Content): TemplateResult {
  return html`<p><code>${type}</code></p>${schemaView(schema)}`;
}

function schemaView(schema: object | undefined): TemplateResult | typeof nothing {
  return schema ? html`<pre tabindex="0"><code>${JSON.stringify(schema, null, 2)}</code></pre>` : nothing;
}

function channelsView({ say }: Words, channels: readonly Channel[]): TemplateResult {
  if (channels.length === 0) return html`<p>${say.noDevices}</p>`;
  return html`${channels.map(
    ({ topic, title, action, payload }) => html`<details class="operation" data-method=${action}>
      <summary><b>${action === 'receive' ? say.publish : say.subscribe}</b> <code>${topic}</code> <span>${title}</span></summary>
      ${schemaView(payload)}
    </details>`,
  )}`;
}
