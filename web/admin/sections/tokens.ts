import { html } from 'lit/html.js';
import { combineLatest, map } from 'rxjs';
import type { AdminRole, AdminToken } from '../../../hub/client/api/admin-answers.ts';
import { openAsk } from '../../shared/ask.ts';
import { copyButton } from '../../shared/copy-button.ts';
import { roleName } from '../../shared/words.ts';
import { createList } from '../model/list.ts';
import { poll } from '../model/poll.ts';
import { field, textOf } from '../view/field.ts';
import { moment } from '../view/moment.ts';
import { type Column, listView } from '../view/table.ts';
import type { Words } from '../words.ts';
import type { Section, SectionContext } from './section.ts';
import { roleField } from './users.ts';

/** The keys of programs, boards and links. */
export const tokens: Section = (context) => {
  const list = createList<AdminToken>({
    ...context,
    keyOf: ({ token }) => token,
    async load({ text: _, ...wanted }) {
      const page = await context.api.tokens(wanted);
      return { rows: page.tokens, count: page.count, next: page.next };
    },
  });
  const roles$ = poll(() => context.api.roles(), context);
  return combineLatest([list.state$, roles$]).pipe(
    map(([state, { value: roles = [] }]) => (words) => {
      const { say } = words;
      return listView(words, {
        list,
        state,
        caption: say.tokens,
        empty: say.noTokens,
        tools: html`<button type="button" class="strong" @click=${() => askToken(words, context, roles)}>${say.makeToken}</button>`,
        columns: columnsOf(words),
        actions: ({ token }) => [
          {
            label: say.revoke,
            about: say.revokeOne(token),
            act: () =>
              context.confirm({
                title: (now) => now.say.revokeOne(token),
                text: (now) => now.say.revokeHint,
                action: (now) => now.say.revoke,
                act: () => context.api.revokeToken(token),
              }),
          },
        ],
      });
    }),
  );
};

function columnsOf(words: Words): readonly Column<AdminToken>[] {
  const { say } = words;
  return [
    { label: say.name, cell: ({ token }) => token },
    { label: say.role, cell: ({ role }) => roleName(words, role) },
    { label: say.since, cell: ({ since }) => moment(words, since) },
    { label: say.used, cell: ({ used }) => (used === undefined ? say.never : moment(words, used)) },
    {
      label: say.expires,
      cell: ({ expires }) => (expires === undefined ? say.never : moment(words, expires)),
    },
    { label: say.madeBy, cell: ({ maker }) => maker ?? '–' },
  ];
}

function askToken(words: Words, { api, changed }: SectionContext, roles: readonly AdminRole[]): void {
  const { say } = words;
  openAsk(words, {
    title: say.makeToken,
    content: html`${field({ name: 'token', label: say.name })} ${roleField(words, roles, 'device')}
      ${field({ name: 'days', label: say.days, type: 'number', isOptional: true })}`,
    action: say.make,
    async act(fields) {
      const days = Number(textOf(fields, 'days')) || undefined;
      const secret = await api.makeToken({
        token: textOf(fields, 'token'),
        role: textOf(fields, 'role'),
        days,
      });
      changed();
      return html`<p>${say.tokenOnce}</p>
        <p class="secret"><code>${secret}</code> ${copyButton(words, secret)}</p>`;
    },
  });
}
