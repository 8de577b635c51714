import { html } from 'lit/html.js';
import type { ClassApi, ClassState } from '../../../hub/client/api/class-api.ts';
import { HubError } from '../../../hub/core/index.ts';
import { openAsk } from '../../shared/ask.ts';
import { Said } from '../../shared/said.ts';
import { deviceCommand } from '../view/device-command.ts';
import { codeView, tokenView } from '../view/secrets.ts';
import type { Words } from '../words.ts';

export type ShownSeat = ClassState['seats'][number];

type Act = (seat: ShownSeat) => void;

/** A teacher's actions on one seat. */
export interface SeatActions {
  readonly code: Act;
  readonly token: Act;
  readonly rename: Act;
  readonly reset: Act;
  readonly remove: Act;
}

interface SeatActionsParts {
  readonly api: ClassApi;
  readonly words: () => Words;
  /** Requests the state of the class again. */
  readonly changed: () => void;
  /** The address at which others reach the hub. */
  readonly address: () => string;
}

export function createSeatActions({ api, words, changed, address }: SeatActionsParts): SeatActions {
  const done = async (work: Promise<unknown>) => {
    await work;
    changed();
    return undefined;
  };
  return {
    code: ({ seat, nickname }) => {
      const now = words();
      openAsk(now, {
        title: now.say.codeTitle(nickname),
        content: html`<p>${now.say.anotherDeviceHint}</p>`,
        action: now.say.make,
        act: async () => codeView(now, await api.seatCode(seat)),
      });
    },
    token: ({ seat, nickname }) => {
      const now = words();
      openAsk(now, {
        title: now.say.tokenTitle(nickname),
        content: html`<p>${now.say.programHint}</p>`,
        action: now.say.make,
        async act() {
          const token = await api.token(seat);
          return html`${tokenView(now, token)}<p>${now.say.runDevice}</p>
            <pre class="listing"><code>${deviceCommand({ hub: address(), seat, token })}</code></pre>`;
        },
      });
    },
    rename: ({ seat, nickname }) => {
      const now = words();
      openAsk(now, {
        title: now.say.renameTitle(nickname),
        content: html`<label class="field">${now.say.nickname}
          <input name="nickname" required maxlength="48" value=${nickname} autocomplete="off"></label>`,
        action: now.say.save,
        act: (fields) =>
          done(
            api.rename(seat, String(fields.get('nickname') ?? '')).catch((error) => {
              throw isInvalid(error) ? new Said(now.say.joinFaults.badNickname) : error;
            }),
          ),
      });
    },
    reset: ({ seat, nickname }) => {
      const now = words();
      openAsk(now, {
        title: now.say.resetTitle(nickname),
        content: html`<p>${now.say.resetHint}</p>`,
        action: now.say.yesReset,
        isGrave: true,
        act: () => done(api.reset(seat)),
      });
    },
    remove: ({ seat, nickname }) => {
      const now = words();
      openAsk(now, {
        title: now.say.removeTitle(nickname),
        content: html`<p>${now.say.removeHint}</p>`,
        action: now.say.yesRemove,
        isGrave: true,
        act: () => done(api.remove(seat)),
      });
    },
  };
}

function isInvalid(error: unknown): boolean {
  return error instanceof HubError && error.code === 'option/invalid';
}
