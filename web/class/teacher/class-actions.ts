import { html } from 'lit/html.js';
import type { ClassApi } from '../../../hub/client/api/class-api.ts';
import { HubError } from '../../../hub/core/index.ts';
import { type Asked, openAsk } from '../view/ask.ts';
import type { Words } from '../words.ts';

/** What a teacher does with the whole class. */
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
  /** Looks at the class again. */
  readonly changed: () => void;
}

export function createClassActions({ api, words, changed }: ClassActionsParts): ClassActions {
  const done = async (work: Promise<unknown>) => {
    await work;
    changed();
    return undefined;
  };
  const ask = (describe: (now: Words) => Asked) => openAsk(words(), describe(words()));
  // What the hub says of the class stands on the page: a failure shows as no change.
  const attempt = (work: Promise<unknown>) => void work.then(changed, changed);
  return {
    begin: () => attempt(api.begin()),
    pause: (isPaused) => attempt(api.pause(isPaused)),
    handOut: () =>
      ask((now) => ({
        title: now.say.handOutTitle,
        content: html`<p>${now.say.handOutHint}</p>
          <label class="ask-field">${now.say.handOutField}
            <textarea name="values" rows="4" required spellcheck="false">led/21/duty = 0</textarea></label>`,
        action: now.say.yesHandOut,
        act: (fields) => done(api.handOut(parseValues(String(fields.get('values') ?? ''), now))),
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

/** Values as they are typed, one a line. Throws `option/invalid`. */
export function parseValues(text: string, { say }: Pick<Words, 'say'>): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [, path = '', value = ''] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      if (path === '') throw new HubError('option/invalid', say.handOutBad(line.trim()));
      return [path, value];
    }),
  );
}
