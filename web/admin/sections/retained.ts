import { html } from 'lit/html.js';
import { map } from 'rxjs';
import type { AdminRetained } from '../../../hub/client/api/admin-answers.ts';
import { createList } from '../model/list.ts';
import { bytes } from '../view/moment.ts';
import { type Column, listView } from '../view/table.ts';
import type { Words } from '../words.ts';
import type { Section } from './section.ts';

/** The retained messages. */
export const retained: Section = (context) => {
  const list = createList<AdminRetained>({
    ...context,
    keyOf: ({ topic }) => topic,
    async load({ text, ...wanted }) {
      const page = await context.api.retained({ ...wanted, filter: text || undefined });
      return { rows: page.retained, count: page.count, next: page.next };
    },
  });
  return list.state$.pipe(
    map((state) => (words) => {
      const { say } = words;
      return listView(words, {
        list,
        state,
        caption: say.retained,
        empty: say.noRetained,
        search: say.searchFilter,
        columns: columnsOf(words),
        actions: ({ topic }) => [
          {
            label: say.clear,
            about: say.clearOne(topic),
            act: () =>
              context.confirm({
                title: (now) => now.say.clearOne(topic),
                text: (now) => now.say.clearHint,
                action: (now) => now.say.clear,
                act: () => context.hub.clear(topic),
              }),
          },
        ],
      });
    }),
  );
};

function columnsOf(words: Words): readonly Column<AdminRetained>[] {
  const { say } = words;
  return [
    { label: say.topic, cell: ({ topic }) => html`<code>${topic}</code>` },
    { label: say.payload, cell: ({ payload, base64 }) => html`<code>${payload ?? base64}</code>` },
    { label: say.size, isNumber: true, cell: (row) => bytes(words, row.bytes) },
    { label: 'QoS', isNumber: true, cell: ({ qos }) => qos },
  ];
}
