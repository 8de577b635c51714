import { html } from 'lit/html.js';
import { map } from 'rxjs';
import type { AdminRefusal } from '../../../hub/client/api/admin-answers.ts';
import { createList } from '../model/list.ts';
import { moment } from '../view/moment.ts';
import { listView } from '../view/table.ts';
import type { Section } from './section.ts';

/** The last refusals. */
export const refusals: Section = (context) => {
  const list = createList<AdminRefusal>({
    ...context,
    keyOf: ({ number }) => `${number}`,
    async load({ text: _, after, limit }) {
      const page = await context.api.refusals({ limit, ...(after !== '' && { after }) });
      return { rows: page.refusals, count: page.count, next: page.next };
    },
  });
  return list.state$.pipe(
    map((state) => (words) => {
      const { say, number } = words;
      return listView(words, {
        list,
        state,
        caption: say.refusals,
        empty: say.nothingRefused,
        columns: [
          { label: say.when, cell: ({ last }) => moment(words, last) },
          { label: say.address, cell: ({ address }) => address },
          { label: say.client, cell: ({ client }) => client ?? '–' },
          { label: say.user, cell: ({ user }) => user ?? '–' },
          { label: say.way, cell: ({ way }) => (way === 'mqtt' ? 'MQTT' : say.ways[way]) },
          {
            label: say.reason,
            cell: ({ code, message }) => html`<code>${code}</code> <small>${message}</small>`,
          },
          { label: say.times, isNumber: true, cell: ({ times }) => number(times) },
        ],
      });
    }),
  );
};
