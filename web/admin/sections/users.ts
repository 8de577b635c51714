import { html, type TemplateResult } from 'lit/html.js';
import { combineLatest, map } from 'rxjs';
import type { AdminRole, AdminUser } from '../../../hub/client/api/admin-answers.ts';
import { openAsk } from '../../shared/ask.ts';
import { roleName } from '../../shared/words.ts';
import { holdStill } from '../model/hold-still.ts';
import { createList } from '../model/list.ts';
import { poll } from '../model/poll.ts';
import { field, textOf } from '../view/field.ts';
import { moment } from '../view/moment.ts';
import { listView, table } from '../view/table.ts';
import type { Words } from '../words.ts';
import type { Section, SectionContext } from './section.ts';

/** The people who may log in, and what the roles allow. */
export const users: Section = (context) => {
  const list = createList<AdminUser>({
    ...context,
    keyOf: ({ user }) => user,
    async load({ text: _, ...wanted }) {
      const page = await context.api.users(wanted);
      return { rows: page.users, count: page.count, next: page.next };
    },
  });
  const roles$ = poll(() => context.api.roles(), context);
  return combineLatest([list.state$, roles$]).pipe(
    map(([state, { value: roles = [] }]) => (words) => {
      const { say } = words;
      return html`
        ${listView(words, {
          list,
          state,
          caption: say.users,
          empty: say.noUsers,
          tools: html`<button type="button" class="strong" @click=${() => askUser(words, context, roles)}>${say.addUser}</button>`,
          columns: [
            { label: say.user, cell: ({ user }) => user },
            { label: say.role, cell: ({ role }) => roleName(words, role) },
            { label: say.since, cell: ({ since }) => moment(words, since) },
          ],
          actions: ({ user, role }) => [
            {
              label: say.changeRole,
              about: say.changeRoleOf(user),
              act: () => askRole(words, context, { user, role, roles }),
            },
            {
              label: say.newPassword,
              about: say.newPasswordOf(user),
              act: () => askPassword(words, context, user),
            },
            { label: say.remove, about: say.removeUser(user), act: () => confirmRemoval(context, user) },
          ],
        })}
        <h3>${say.roles}</h3>
        <p class="hint">${say.rolesHint}</p>
        ${rolesTable(words, roles)}`;
    }),
  );
};

function rolesTable(words: Words, roles: readonly AdminRole[]): TemplateResult {
  const { say } = words;
  const filters = (given: readonly string[]) => html`<code>${given.join('  ') || '–'}</code>`;
  return table(words, {
    caption: say.roles,
    rows: holdStill(undefined, roles, ({ role }) => role).rows,
    columns: [
      { label: say.role, cell: ({ role }) => roleName(words, role) },
      { label: say.mayRead, cell: ({ read }) => filters(read) },
      { label: say.mayPublish, cell: ({ publish }) => filters(publish) },
      { label: say.mayReport, cell: ({ report }) => filters(report) },
    ],
  });
}

/** A choice among roles, the least powerful first, as the hub has them. */
export function roleField(words: Words, roles: readonly AdminRole[], chosen = 'viewer'): TemplateResult {
  return html`<label class="ask-field">${words.say.role}
    <select name="role">${roles.map(
      ({ role }) =>
        html`<option value=${role} ?selected=${role === chosen}>${roleName(words, role)}</option>`,
    )}</select></label>`;
}

function askUser(words: Words, { api, changed }: SectionContext, roles: readonly AdminRole[]): void {
  const { say } = words;
  openAsk(words, {
    title: say.addUser,
    content: html`${field({ name: 'user', label: say.user })}
      ${field({ name: 'password', label: say.password, type: 'password' })} ${roleField(words, roles)}`,
    action: say.add,
    async act(fields) {
      const password = String(fields.get('password') ?? '');
      await api.addUser({ user: textOf(fields, 'user'), password, role: textOf(fields, 'role') });
      changed();
      return undefined;
    },
  });
}

interface RoleParts extends Pick<AdminUser, 'user' | 'role'> {
  readonly roles: readonly AdminRole[];
}

function askRole(words: Words, { api, changed }: SectionContext, { user, role, roles }: RoleParts): void {
  const { say } = words;
  openAsk(words, {
    title: say.changeRoleOf(user),
    content: html`<p>${say.reconnects}</p>${roleField(words, roles, role)}`,
    action: say.save,
    async act(fields) {
      await api.changeUser(user, { role: textOf(fields, 'role') });
      changed();
      return undefined;
    },
  });
}

function askPassword(words: Words, { api, changed }: SectionContext, user: string): void {
  const { say } = words;
  openAsk(words, {
    title: say.newPasswordOf(user),
    content: html`<p>${say.logsInAgain}</p>${field({ name: 'password', label: say.password, type: 'password' })}`,
    action: say.save,
    async act(fields) {
      await api.changeUser(user, { password: String(fields.get('password') ?? '') });
      changed();
      return undefined;
    },
  });
}

function confirmRemoval({ api, confirm }: SectionContext, user: string): void {
  confirm({
    title: ({ say }) => say.removeUser(user),
    text: ({ say }) => say.removeUserHint,
    action: ({ say }) => say.remove,
    act: () => api.removeUser(user),
  });
}
