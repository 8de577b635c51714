import { html, nothing, type TemplateResult } from 'lit/html.js';
import { saveFile } from '../../shared/save-file.ts';
import type { View } from '../lesson.ts';
import { LIBRARIES, type Library, PACKAGES, pythonProgram } from '../model/python.ts';
import { isConnected, type PythonState } from '../states/python.ts';
import type { Words } from '../words.ts';
import { lampView } from './lamp.ts';
import { marked } from './text.ts';

/** The default port of pigpiod on a real Raspberry Pi, and of a hub unless another port is set. */
const USUAL_PORT = 8888;

/** A program for each library, and a lamp that shows whether such a program is connected. */
export function pythonView(state: PythonState): View {
  return (words) => html`
    <p><a href=${boardOf(state)} target="_blank" rel="noopener">${words.say.python.watch}</a></p>
    ${inOrder(state).map((library) => libraryView(words, state, library))}`;
}

/** The page that shows the light: the simulator, or the dashboard for a seat, because a seat's board is a page that must stay open. */
function boardOf({ devices }: PythonState): string {
  return devices === '' ? 'simulator' : './';
}

/** Starts with the libraries that work for everybody: without pigpiod, only MQTT does. */
function inOrder({ pigpiodPort }: PythonState): readonly Library[] {
  return pigpiodPort === undefined ? LIBRARIES.toReversed() : LIBRARIES;
}

function libraryView(words: Words, state: PythonState, library: Library): TemplateResult {
  const { python: say } = words.say;
  const isThere = isConnected(state, library);
  const program = pythonProgram(library, {
    ...state.target,
    pigpiodPort: state.pigpiodPort ?? USUAL_PORT,
    notes: { token: state.asksWho ? say.pasteToken : undefined, version: say.version },
  });
  return html`<section class="learn-box" data-library=${library} data-connected=${isThere}>
    <h3>${library}</h3>
    <p role="status" class="learn-connected">${lampView(isThere ? 100 : 0)} ${isThere ? say.connected : say.notConnected}</p>
    <p>${whereView(words, state, library)}</p>
    <p>${say.install} <code>pip install ${PACKAGES[library]}</code></p>
    <pre class="listing learn-program" tabindex="0" aria-label=${library}><code>${program}</code></pre>
    <div class="learn-row">
      ${copyButton(words, program)}
      <button type="button" class="plain" @click=${() => saveFile(`led_${library}.py`, program)}>${say.save}</button>
    </div>
  </section>`;
}

/** Where the program runs, and how it authenticates. */
function whereView({ say }: Words, state: PythonState, library: Library): readonly unknown[] {
  const { asksWho, devices, pigpiodPort } = state;
  if (library !== 'paho')
    return marked(pigpiodPort === undefined ? say.python.noDaemon : say.python.onHubMachine);
  if (!asksWho) return marked(say.python.anywhere);
  const token = devices === '' ? say.python.token : say.python.seatToken(devices);
  return marked(`${say.python.anywhere} ${token}`);
}

/** Browsers only give pages a clipboard over HTTPS, or on the hub's own machine. */
function copyButton({ tell }: Words, text: string): TemplateResult | typeof nothing {
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (!clipboard) return nothing;
  return html`<button type="button" class="plain" @click=${() => void clipboard.writeText(text)}>${tell.shareCopy}</button>`;
}
