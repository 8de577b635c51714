import { map } from 'rxjs';
import type { AdminSession } from '../../../hub/client/api/admin-answers.ts';
import { createList } from '../model/list.ts';
import { moment } from '../view/moment.ts';
import { type Column, listView } from '../view/table.ts';
import type { Words } from '../words.ts';
import type { Section } from './section.ts';

/** The sessions whose clients are away. */
export const sessions: Section = (context) => {
  const list = createList<AdminSession>({
    ...context,
    keyOf: ({ client }) => client,
    async load({ text, ...wanted }) {
      const page = await context.api.sessions({ ...wanted, user: text || undefined });
      return { rows: page.sessions, count: page.count, next: page.next };
    },
  });
  return list.state$.pipe(
    map((state) => (words) => {
      const { say } = words;
      return listView(words, {
        list,
        state,
        caption: say.sessions,
        empty: say.noSessions,
        search: say.searchUser,
        columns: columnsOf(words),
        actions: ({ client }) => [
          {
            label: say.end,
            about: say.endSession(client),
            act: () =>
              context.confirm({
                title: (now) => now.say.endSession(client),
                text: (now) => now.say.endSessionHint,
                action: (now) => now.say.end,
                act: () => context.api.endSession(client),
              }),
          },
        ],
      });
    }),
  );
};

function columnsOf(words: Words): readonly Column<AdminSession>[] {
  const { say, number } = words;
  return [
    { label: say.client, cell: ({ client }) => client },
    { label: say.user, cell: ({ user }) => user },
    { label: say.away, cell: ({ away }) => moment(words, away) },
    {
      label: say.expires,
      cell: ({ expiresInSeconds }) =>
        expiresInSeconds === null ? say.never : say.inTime(spanOf(words, expiresInSeconds)),
    },
    { label: say.queue, isNumber: true, cell: ({ waiting, inFlight }) => number(waiting + inFlight) },
    { label: say.subscriptions, isNumber: true, cell: ({ subscriptions }) => number(subscriptions) },
    { label: say.will, cell: ({ hasWill }) => (hasWill ? say.yes : say.no) },
  ];
}

/** Hours and days are short in every language. */
function spanOf({ number }: Words, seconds: number): string {
  if (seconds < 120) return `${number(seconds)} s`;
  if (seconds < 7_200) return `${number(seconds / 60, 0)} min`;
  return seconds < 172_800 ? `${number(seconds / 3_600, 0)} h` : `${number(seconds / 86_400, 0)} d`;
}
