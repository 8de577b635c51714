import { html } from 'lit/html.js';
import { map, NEVER } from 'rxjs';
import type { BusMessage } from '../../../hub/core/index.ts';
import { watch } from '../../shared/watch.ts';
import { createFaults } from '../model/fault.ts';
import { card } from '../view/card.ts';
import type { Words } from '../words.ts';
import type { Kind } from './kind.ts';

/** Any other device: its topics and what they hold. */
export const generic: Kind = (device) => {
  const faults = createFaults(device.feed, NEVER);
  return (words) => {
    const rows$ = device.feed.properties$.pipe(
      map((properties) =>
        [...properties]
          .sort(([one], [other]) => one.localeCompare(other))
          .map(([name, message]) => row(words, name, message)),
      ),
    );
    return card(words, device, {
      title: () => device.topic,
      emblem: html`<span class="emblem" aria-hidden="true">?</span>`,
      faults,
      body: html`
        <p>${words.say.unknownKind(device.kind)}</p>
        <table>
          <thead><tr><th scope="col">${words.say.topic}</th><th scope="col">${words.say.value}</th></tr></thead>
          <tbody>${watch(rows$)}</tbody>
        </table>
      `,
    });
  };
};

function row(words: Words, name: string, { text, bytes }: BusMessage) {
  const value = text ?? words.say.bytes(words.number(bytes.byteLength, 0));
  return html`<tr><th scope="row"><code>${name}</code></th><td>${value}</td></tr>`;
}
