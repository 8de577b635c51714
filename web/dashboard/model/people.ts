import {
  combineLatest,
  distinctUntilChanged,
  filter,
  map,
  type Observable,
  of,
  startWith,
  switchMap,
} from 'rxjs';
import { type Identity, mayRead } from '../../../hub/client/identity.ts';
import type { Bus } from '../../../hub/core/index.ts';
import { askAgain } from '../../shared/ask-again.ts';
import { numberPayload } from '../../shared/payload.ts';

const COUNT = '$SYS/broker/clients/people';
const NAMES = `${COUNT}/names`;

/** A person who is connected with a browser. */
export interface Person {
  /** `undefined` for a guest: somebody who came by a link, or did not have to log in. */
  readonly name: string | undefined;
  /** `undefined` if the hub asks nobody to log in. */
  readonly role: string | undefined;
  readonly isThisPage: boolean;
}

export interface People {
  readonly count: number;
  /** The people whom the hub names; none if the visitor may not know them. */
  readonly named: readonly Person[];
}

export interface PeopleOptions {
  readonly identity$: Observable<Identity | undefined>;
  readonly hubBack$: Observable<unknown>;
}

/** People on the hub, however many pages and devices each has open, at once and at every change; nothing while one may not know. */
export function watchPeople(bus: Bus, { identity$, hubBack$ }: PeopleOptions): Observable<People> {
  const text$ = (topic: string) =>
    bus.messages(topic).pipe(
      askAgain(hubBack$, () => {}),
      map(({ text = '' }) => text),
    );
  const count$ = text$(COUNT).pipe(
    map(numberPayload.read),
    filter((count) => count !== undefined),
  );
  const isNamed$ = identity$.pipe(
    map((identity) => mayRead(identity, NAMES)),
    distinctUntilChanged(),
  );
  // A hub that names nobody still counts.
  const names$ = isNamed$.pipe(
    switchMap((isNamed) => (isNamed ? text$(NAMES).pipe(startWith('')) : of(''))),
    distinctUntilChanged(),
  );
  return combineLatest([count$, names$, identity$]).pipe(
    map(([count, names, identity]) => ({ count, named: markThisPage(readPeople(names), identity) })),
  );
}

type Told = Pick<Person, 'name' | 'role'>;

function readPeople(text: string): readonly Told[] {
  try {
    const people: unknown = JSON.parse(text);
    return Array.isArray(people) ? people.map(readPerson) : [];
  } catch {
    return [];
  }
}

function readPerson(value: unknown): Told {
  const { name, role }: Record<string, unknown> = Object(value);
  return { name: textOf(name), role: textOf(role) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** If several look the same, the first counts as this page's own. */
function markThisPage(people: readonly Told[], identity: Identity | undefined): readonly Person[] {
  const role = identity?.how === 'open' ? undefined : identity?.role;
  const own =
    people.find(({ name }) => name !== undefined && name === identity?.name) ??
    people.find((person) => person.name === undefined && person.role === role);
  return people.map((person) => ({ ...person, isThisPage: person === own }));
}
