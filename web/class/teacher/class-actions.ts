import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { ClassApi, ClassStart } from '../../../hub/client/api/class-api.ts';
import { toHubError } from '../../../hub/core/index.ts';
import { type Asked, openAsk } from '../../shared/ask.ts';
import { Said } from '../../shared/said.ts';
import { readStart, START_KINDS, type StartKind } from '../model/start.ts';
import { describeRefused } from '../model/start-values.ts';
import type { Words } from '../words.ts';

/** A teacher's actions on the whole class. */
export interface ClassActions {
  readonly begin: () => void;
  readonly pause: (isPaused: boolean) => void;
  readonly handOut: () => void;
  readonly resetAll: () => void;
  readonly newCode: () => void;
  readonly end: () => void;
}

interface ClassActionsParts {
  readonly api: ClassApi;
  readonly words: () => Words;
  /** Requests the state of the class again. */
  readonly changed: () => void;
  /** The kinds of content that new students get. */
  readonly handedOut: () => readonly StartKind[];
}

export function createClassActions({ api, words, changed, handedOut }: ClassActionsParts): ClassActions {
  const done = async (work: Promise<unknown>) => {
    await work;
    changed();
    return undefined;
  };
  const ask = (describe: (now: Words) => Asked) => openAsk(words(), describe(words()));
  // The page shows the hub's state of the class, so a failure is visible as no change.
  const attempt = (work: Promise<unknown>) => void work.then(changed, changed);
  return {
    begin: () => attempt(api.begin()),
    pause: (isPaused) => attempt(api.pause(isPaused)),
    handOut: () =>
      ask((now) => ({
        title: now.say.handOutTitle,
        content: startFields(now, handedOut()),
        action: now.say.yesHandOut,
        async act(fields) {
          const start = await readStart(fields, now);
          const seats = await api.handOut(start).catch((error) => {
            throw explain(now, start, error);
          });
          changed();
          return handedOutView(now, start, seats);
        },
      })),
    resetAll: () =>
      ask(({ say }) => ({
        title: say.resetAllTitle,
        content: html`<p>${say.resetHint}</p>`,
        action: say.yesReset,
        isGrave: true,
        act: () => done(api.reset()),
      })),
    newCode: () =>
      ask(({ say }) => ({
        title: say.newCodeTitle,
        content: html`<p>${say.newCodeHint}</p>`,
        action: say.yesCode,
        act: () => done(api.begin()),
      })),
    end: () =>
      ask(({ say }) => ({
        title: say.endTitle,
        content: html`<p>${say.endHint}</p>`,
        action: say.yesEnd,
        isGrave: true,
        act: () => done(api.end()),
      })),
  };
}

/** Only devices judge values, so the hub finds out which one they would refuse. */
function explain(words: Words, { values }: ClassStart, error: unknown): unknown {
  const { code, message } = toHubError(error);
  const refused = code === 'payload/invalid' ? describeRefused(values ?? {}, words, message) : undefined;
  return refused === undefined ? error : new Said(refused);
}

/** The fields of a start: every field with a value is handed out. */
function startFields({ say }: Words, handedOut: readonly StartKind[]): TemplateResult {
  return html`<p>${say.handOutHint}</p>
    <label class="field">${say.handOutValues}
      <textarea name="values" rows="3" spellcheck="false" autocapitalize="off" placeholder="led/21/duty = 30"></textarea></label>
    <label class="field">${say.handOutCircuit}<input name="circuit" type="file" accept=".json,application/json"></label>
    <label class="field">${say.handOutProgram}<input name="program" type="file" accept=".html,.htm,text/html"></label>
    ${handedOut.length === 0 ? nothing : takeBackView(say, handedOut)}`;
}

function takeBackView(say: Words['say'], handedOut: readonly StartKind[]): TemplateResult {
  return html`<fieldset class="take-back"><legend>${say.takeBack}</legend>${handedOut.map(
    (kind) =>
      html`<label class="check"><input type="checkbox" name="takeBack" value=${kind}> ${say.startKinds[kind]}</label>`,
  )}</fieldset>`;
}

/** Says what was just handed out or taken back, and to how many seats. */
function handedOutView(words: Words, start: ClassStart, seats: number): TemplateResult {
  const { say } = words;
  const given = START_KINDS.filter((kind) => start[kind] !== null && start[kind] !== undefined);
  const taken = START_KINDS.filter((kind) => start[kind] === null);
  return html`
    ${given.length === 0 ? nothing : html`<p>${say.handedOut(seats)}</p><ul class="handed-out">${given.map((kind) => html`<li>${describeGiven(words, kind, start)}</li>`)}</ul>`}
    ${taken.length === 0 ? nothing : html`<p>${say.takenBack(words.list(taken.map((kind) => say.startKinds[kind])))}</p>`}`;
}

function describeGiven({ say }: Words, kind: StartKind, { values, circuit }: ClassStart): unknown {
  const name = say.startKinds[kind];
  if (kind === 'values')
    return html`${name}<ul>${Object.entries(values ?? {}).map(([path, value]) => html`<li><code>${path} = ${value}</code></li>`)}</ul>`;
  const title: unknown = kind === 'circuit' ? Object(circuit).name : undefined;
  return typeof title === 'string' && title !== '' ? html`${name}: <bdi>${title}</bdi>` : name;
}
