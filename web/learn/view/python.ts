import { html, nothing, type TemplateResult } from 'lit/html.js';
import { saveFile } from '../../shared/save-file.ts';
import type { View } from '../lesson.ts';
import { LIBRARIES, type Library, PACKAGES, pythonProgram } from '../model/python.ts';
import { isConnected, type PythonActions, type PythonState } from '../states/python.ts';
import type { Words } from '../words.ts';
import { lampView } from './lamp.ts';
import { marked } from './text.ts';

/** The default port of pigpiod on a real Raspberry Pi, and of a hub unless another port is set. */
const USUAL_PORT = 8888;

/** A program for each library, and a lamp that shows whether such a program is connected. In a seat: first what to do there. */
export function pythonView(state: PythonState, actions: PythonActions): View {
  return (words) =>
    isSeat(state)
      ? seatView(words, state, actions)
      : html`
        <p><a href="simulator" target="_blank" rel="noopener">${words.say.python.watch}</a></p>
        ${inOrder(state).map((library) => libraryView(words, state, library))}`;
}

/** Whether the user's board is a tab of their browser, which only MQTT reaches. */
function isSeat({ devices }: PythonState): boolean {
  return devices !== '';
}

/** Starts with the libraries that work for everybody: without pigpiod, only MQTT does. */
function inOrder({ pigpiodPort }: PythonState): readonly Library[] {
  return pigpiodPort === undefined ? LIBRARIES.toReversed() : LIBRARIES;
}

function seatView(words: Words, state: PythonState, { makeToken }: PythonActions): TemplateResult {
  const { python: say } = words.say;
  const { devices, token, hasFailed } = state;
  return html`
    <p>${marked(say.inTab)}</p>
    <ol class="learn-ways">
      <li>${say.keepOpen} <a href="simulator?device=${encodeURIComponent(devices.slice(0, -1))}" target="_blank" rel="noopener">${say.board}</a></li>
      <li>${marked(say.seatToken(devices))}
        <button type="button" class=${token === '' ? 'strong' : 'plain'} @click=${makeToken}>${say.makeToken}</button>
        <span role="status">${token === '' ? nothing : say.tokenIn}</span> <span role="alert">${hasFailed ? say.noToken : nothing}</span></li>
      <li>${say.install} <code>pip install ${PACKAGES.paho}</code></li>
      <li>${marked(say.start(fileOf('paho')))}</li>
    </ol>
    ${programView(words, state, 'paho')}
    <details class="learn-hints"><summary>${say.onPi}</summary>
      ${LIBRARIES.filter((library) => library !== 'paho').map((library) => libraryView(words, state, library))}
    </details>`;
}

function libraryView(words: Words, state: PythonState, library: Library): TemplateResult {
  const { python: say } = words.say;
  return programView(
    words,
    state,
    library,
    html`<p>${marked(placeOf(words, state, library))}</p>
      <p>${say.install} <code>pip install ${PACKAGES[library]}</code></p>`,
  );
}

/** `notes` stand above the program. */
function programView(
  words: Words,
  state: PythonState,
  library: Library,
  notes: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  const { python: say } = words.say;
  const isThere = isConnected(state, library);
  const program = programOf(words, state, library);
  return html`<section class="learn-box" data-library=${library} data-connected=${isThere}>
    <h3>${library}</h3>
    ${isSeen(state, library) ? html`<p role="status" class="learn-connected">${lampView(isThere ? 100 : 0)} ${isThere ? say.connected : say.notConnected}</p>` : nothing}
    ${notes}
    <pre class="listing learn-program" tabindex="0" aria-label=${library}><code>${program}</code></pre>
    <div class="learn-row">
      ${copyButton(words, program)}
      <button type="button" class="plain" @click=${() => saveFile(fileOf(library), program)}>${say.save}</button>
    </div>
  </section>`;
}

function programOf({ say }: Words, state: PythonState, library: Library): string {
  const { target, token, asksWho, pigpiodPort = USUAL_PORT } = state;
  const note = token === '' ? say.python.pasteToken : say.python.secret;
  return pythonProgram(library, {
    ...target,
    ...{ token, pigpiodPort },
    notes: { token: asksWho ? note : undefined, version: say.python.version },
  });
}

/** Whether the hub could see such a program. */
function isSeen({ pigpiodPort }: PythonState, library: Library): boolean {
  return library === 'paho' || pigpiodPort !== undefined;
}

function fileOf(library: Library): string {
  return `led_${library}.py`;
}

/** Where the program runs, and how it authenticates. */
function placeOf({ say: { python: say } }: Words, state: PythonState, library: Library): string {
  const { asksWho, pigpiodPort } = state;
  if (library !== 'paho') return pigpiodPort === undefined ? say.noDaemon : say.onHubMachine;
  return asksWho ? `${say.anywhere} ${say.token}` : say.anywhere;
}

/** Browsers only give pages a clipboard over HTTPS, or on the hub's own machine. */
function copyButton({ tell }: Words, text: string): TemplateResult | typeof nothing {
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (!clipboard) return nothing;
  return html`<button type="button" class="plain" @click=${() => void clipboard.writeText(text)}>${tell.shareCopy}</button>`;
}
