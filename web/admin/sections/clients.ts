import { html } from 'lit/html.js';
import { map } from 'rxjs';
import type { AdminClient } from '../../../hub/client/api/admin-answers.ts';
import { roleName } from '../../shared/words.ts';
import { createList } from '../model/list.ts';
import { hashOf } from '../model/place.ts';
import { bytes, moment } from '../view/moment.ts';
import { type Column, listView } from '../view/table.ts';
import type { Words } from '../words.ts';
import type { Section, SectionContext } from './section.ts';

/** The clients that are connected. */
export const clients: Section = (context) => {
  const list = createList<AdminClient>({
    ...context,
    keyOf: ({ client }) => client,
    async load({ text, ...wanted }) {
      const page = await context.api.clients({ ...wanted, search: text || undefined });
      return { rows: page.clients, count: page.count, next: page.next };
    },
  });
  return list.state$.pipe(
    map((state) => (words) => {
      const { say } = words;
      return listView(words, {
        list,
        state,
        caption: say.clients,
        empty: say.noClients,
        search: say.searchClients,
        columns: columnsOf(words),
        actions: ({ client, user }) => [
          { label: say.end, about: say.endOne(client), act: () => confirmEnd(context, client) },
          { label: say.endAll, about: say.endAllOf(user), act: () => confirmEndAll(context, user) },
        ],
      });
    }),
  );
};

function columnsOf(words: Words): readonly Column<AdminClient>[] {
  const { say, number } = words;
  return [
    {
      label: say.client,
      cell: ({ client }) =>
        html`<a href=${hashOf('trace', client)} title=${say.traceIt(client)}>${client}</a>`,
    },
    { label: say.user, cell: ({ user, role }) => html`${user} <small>${roleName(words, role)}</small>` },
    { label: say.way, cell: ({ way, version }) => `${say.ways[way]} ${version ?? ''}` },
    { label: say.address, cell: ({ address }) => address },
    { label: say.since, cell: ({ since }) => moment(words, since) },
    {
      label: say.received,
      isNumber: true,
      cell: ({ received, receivedBytes }) =>
        html`${number(received)} <small>${bytes(words, receivedBytes)}</small>`,
    },
    {
      label: say.sent,
      isNumber: true,
      cell: ({ sent, sentBytes }) => html`${number(sent)} <small>${bytes(words, sentBytes)}</small>`,
    },
    { label: say.queue, isNumber: true, cell: ({ waiting, inFlight }) => number(waiting + inFlight) },
    { label: say.subscriptions, isNumber: true, cell: ({ subscriptions }) => number(subscriptions) },
  ];
}

function confirmEnd({ api, confirm }: SectionContext, client: string): void {
  confirm({
    title: ({ say }) => say.endOne(client),
    text: ({ say }) => say.endHint,
    action: ({ say }) => say.end,
    act: () => api.endClient(client),
  });
}

function confirmEndAll({ api, confirm }: SectionContext, user: string): void {
  confirm({
    title: ({ say }) => say.endAllOf(user),
    text: ({ say }) => say.endHint,
    action: ({ say }) => say.endAll,
    act: () => api.endClientsOf(user),
  });
}
