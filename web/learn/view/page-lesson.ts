import { keyed } from 'lit/directives/keyed.js';
import { live } from 'lit/directives/live.js';
import { ref } from 'lit/directives/ref.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { saveFile } from '../../shared/save-file.ts';
import type { View } from '../lesson.ts';
import type { Report } from '../model/bridge.ts';
import type { PageActions, PageState } from '../states/page.ts';
import type { Words } from '../words.ts';
import { lampView } from './lamp.ts';
import { inLevels, marked } from './text.ts';

/** An editor, the page that the program makes, and the lamp that it controls. */
export function pageLessonView(state: PageState, actions: PageActions): View {
  return (words) => {
    const { page: say } = words.say;
    const { base, lamp, light, hello, greeting, reports, kept, draft } = state;
    const program = programOf(words, state, actions);
    return html`
      <div class="learn-columns">
        <div class="learn-box">
          <div role="status">${originView(words, state, actions)}</div>
          <label class="field"><span>${say.program}</span>
            <textarea class="learn-editor" spellcheck="false" autocapitalize="off" rows="22" .value=${live(program)} @input=${(event: Event) => actions.edit(textOf(event))}></textarea></label>
          <div class="learn-row">
            <button type="button" class="strong" @click=${actions.run}>${say.run}</button>
            <button type="button" class="plain" ?disabled=${draft.text === undefined} @click=${actions.startOver}>${say.reset}</button>
            ${draft.before.length > 0 ? html`<button type="button" class="plain" @click=${actions.goBack}>${say.back}</button>` : nothing}
            <button type="button" class="plain" @click=${() => saveFile('lamp.html', actions.toFile(program))}>${say.takeHome}</button>
          </div>
          <p class="learn-note">${marked(say.kept(kept))}</p>
        </div>
        <div class="learn-box">
          <h3>${say.result}</h3>
          ${frameView(words, state, actions)}
          <dl class="learn-values">
            <dt>${say.lamp} <code>${inLevels(lamp)}</code></dt><dd data-name="light">${lampView(light)} ${words.percent(light)}</dd>
            <dt><code>${inLevels(hello)}</code></dt><dd data-name="hello">${greeting || '–'}</dd>
          </dl>
          <div role="status">${reports.length > 0 ? html`<ul class="learn-reports" ${ref(bringIntoView)}>${reports.map((report) => html`<li>${reportText(words, base, report)}</li>`)}</ul>` : nothing}</div>
        </div>
      </div>`;
  };
}

function reportText({ say: { page: say } }: Words, base: string, report: Report): unknown {
  if (report.is === 'denied') return marked(say.denied(report.topic, base));
  if (report.is === 'window') return marked(say.noWindow(report.call));
  const text = report.is === 'map' ? marked(say.faultyMap) : report.text;
  const { line } = report;
  if (line === undefined) return text;
  return html`<button type="button" class="plain" @click=${() => showLine(line)}>${say.line(line)}</button> ${text}`;
}

/** Selects a line in the editor, and scrolls to it. */
function showLine(line: number): void {
  const editor = document.querySelector<HTMLTextAreaElement>('.learn-editor');
  if (!editor) return;
  const lines = editor.value.split('\n');
  const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
  editor.focus();
  editor.setSelectionRange(start, start + (lines[line - 1] ?? '').length);
  editor.scrollTop = (editor.scrollHeight * (line - 1)) / lines.length - editor.clientHeight / 2;
}

/** On a phone the reports are below what is in sight: the first after each run is scrolled to. */
function bringIntoView(reports: Element | undefined): void {
  requestAnimationFrame(() => reports?.scrollIntoView({ block: 'nearest' }));
}

/** Says whose program it is, if a teacher has handed one out. */
function originView(
  { say }: Words,
  { draft }: PageState,
  actions: PageActions,
): TemplateResult | typeof nothing {
  const { text, given } = draft;
  if (given === undefined) return nothing;
  if (text === undefined || text === given) return html`<p class="learn-given">${say.page.fromTeacher}</p>`;
  return html`<p class="learn-given">${say.page.teacherHas}
    <button type="button" class="plain" @click=${actions.startOver}>${say.page.openTeachers}</button></p>`;
}

/** A new frame for each run. It runs the editor's text at that time. */
function frameView(words: Words, state: PageState, actions: PageActions): unknown {
  if (state.runs === 0) return html`<p>${words.say.page.notRun}</p>`;
  const load = ({ target }: Event) => {
    if (target instanceof HTMLIFrameElement) actions.load(target, programOf(words, state, actions));
  };
  return keyed(
    state.runs,
    html`<iframe class="learn-frame" title=${words.say.page.result} sandbox="allow-scripts" src="learn/frame.html" @load=${{ handleEvent: load, once: true }}></iframe>`,
  );
}

function programOf({ say, language }: Words, { draft, lamp }: PageState, actions: PageActions): string {
  return draft.text ?? draft.given ?? actions.first(lamp, { title: say.page.title, language });
}

function textOf({ target }: Event): string {
  return target instanceof HTMLTextAreaElement ? target.value : '';
}
