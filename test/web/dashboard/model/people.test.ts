import { BehaviorSubject, NEVER } from 'rxjs';
import { expect, it } from 'vitest';
import type { Identity } from '../../../../hub/client/index.ts';
import { createLocalBus, Hub, Message } from '../../../../hub/core/index.ts';
import { type People, watchPeople } from '../../../../web/dashboard/model/people.ts';

const ADMIN: Identity = {
  name: 'ana',
  role: 'admin',
  how: 'login',
  may: { read: ['#', '$SYS/#'], publish: [], report: [] },
};
const VIEWER: Identity = {
  ...ADMIN,
  name: 'link-for-viewer',
  role: 'viewer',
  may: { ...ADMIN.may, read: ['#', '$SYS/broker/clients/people'] },
};
const TOLD = JSON.stringify([{ role: 'viewer' }, { name: 'ana', role: 'admin' }, { name: 'kim' }]);

/** The people that a page shows to a user, at a hub that reports this. */
function createScene(identity: Identity | undefined, names = TOLD) {
  const hub = new Hub({ now: () => 0 });
  const tell = (topic: string, text: string) =>
    hub.publish(new Message(`$SYS/broker/clients/${topic}`, text, { retain: true }));
  tell('people', '3');
  tell('people/names', names);
  const identity$ = new BehaviorSubject(identity);
  const seen: People[] = [];
  watchPeople(createLocalBus(hub), { identity$, hubBack$: NEVER }).subscribe((people) => seen.push(people));
  const shown = () =>
    seen.at(-1)?.named.map(({ name, role, isThisPage }) => `${name} ${role}${isThisPage ? ' here' : ''}`);
  return { seen, shown, identity$, tell };
}

it('names the people who are connected, and the one at this page, to users who may know', () => {
  const { shown } = createScene(ADMIN);
  expect(shown()).toEqual(['undefined viewer', 'ana admin here', 'kim undefined']);
});

it('is only the count for others, also when they may no longer know', () => {
  const { seen, shown, identity$ } = createScene(undefined);
  expect(seen.at(-1)).toEqual({ count: 3, named: [] });
  identity$.next(ADMIN);
  expect(shown()).toHaveLength(3);
  identity$.next(VIEWER);
  expect(seen.at(-1)).toEqual({ count: 3, named: [] });
});

it('finds this page among guests by the role', () => {
  const may = ADMIN.may;
  expect(createScene({ ...VIEWER, may }).shown()?.[0]).toBe('undefined viewer here');
  const open = { ...ADMIN, name: 'anyone', how: 'open' };
  expect(createScene(open, '[{},{}]').shown()).toEqual(['undefined undefined here', 'undefined undefined']);
});

it.each(['', '{', '{}', 'null', '[1,null,{"name":3}]'])('takes no harm from %s', (names) => {
  const { seen, shown } = createScene(ADMIN, names);
  expect(seen.at(-1)?.count).toBe(3);
  expect(shown()?.every((person) => person.startsWith('undefined undefined'))).toBe(true);
});
