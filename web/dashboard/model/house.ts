import {
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  filter,
  map,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { Identity } from '../../../hub/client/identity.ts';
import { type HubError, toHubError } from '../../../hub/core/index.ts';
import type { DeviceState } from '../../shared/devices.ts';
import { type Label, labelChanges, labelTopic } from '../../shared/label.ts';
import { shareLatest } from '../../shared/share-latest.ts';
import { watchAway } from './away.ts';
import { FEW } from './few.ts';
import { reorder } from './reorder.ts';
import { type Section, sectionsOf } from './sections.ts';

/** The devices as the page lists them, at one moment. */
export interface HouseView {
  readonly sections: readonly Section[];
  /** Whether there are so few devices that all are open, with no search and no groups. */
  readonly isSmall: boolean;
  /** Whether somebody has opened or closed a device, by topic. */
  readonly choices: ReadonlyMap<string, boolean>;
  readonly query: string;
  readonly isArranging: boolean;
  /** The device whose label is being edited. */
  readonly edited: DeviceState | undefined;
  /** Why the hub refused the last change that was made on this page. */
  readonly failure: HubError | undefined;
  readonly identity: Identity | undefined;
}

/** The actions of a person on the list of devices. */
export interface House {
  readonly view$: Observable<HouseView>;
  search(query: string): void;
  /** Opens or closes a device, however many devices there are. */
  open(topic: string, isOpen: boolean): void;
  arrange(isArranging: boolean): void;
  /** Begins to edit a device's label; `undefined` ends it. */
  edit(topic: string | undefined): void;
  /** Publishes the changed fields of a device's label; resolves to whether the hub accepted all of them. */
  setLabel(state: DeviceState, label: Label): Promise<boolean>;
  /** Moves a device within its section. */
  move(section: Section, from: number, to: number): Promise<boolean>;
  forget(states: readonly DeviceState[]): Promise<boolean>;
}

export interface HouseOptions {
  readonly states$: Observable<readonly DeviceState[]>;
  readonly identity$: Observable<Identity | undefined>;
  /** Whether a pointer is down on the page, at once and at every change: then no device changes its place. */
  readonly isHeld$: Observable<boolean>;
  /** Kinds of devices in the order in which they are listed. */
  readonly kinds: readonly string[];
  readonly scheduler?: SchedulerLike;
}

/** State that only this page has: the hub does not keep it. */
interface Here {
  readonly choices: ReadonlyMap<string, boolean>;
  readonly query: string;
  readonly isArranging: boolean;
  readonly edited: string | undefined;
  readonly failure: HubError | undefined;
}

export function createHouse(options: HouseOptions): House {
  const here$ = new BehaviorSubject<Here>({
    choices: new Map(),
    query: '',
    isArranging: false,
    edited: undefined,
    failure: undefined,
  });
  const change = (changes: Partial<Here>) => here$.next({ ...here$.value, ...changes });
  const attempt = async (changes: readonly Promise<void>[]): Promise<boolean> => {
    change({ failure: undefined });
    const failed = (await Promise.allSettled(changes)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') change({ failure: toHubError(failed.reason) });
    return failed === undefined;
  };
  const view$ = combineLatest([watchSections(options), here$, options.identity$]).pipe(
    map(([sections, here, identity]) => viewOf(sections, here, identity)),
    shareLatest(),
  );
  return {
    view$,
    search: (query) => change({ query }),
    open: (topic, isOpen) => {
      if (here$.value.choices.get(topic) !== isOpen)
        change({ choices: new Map(here$.value.choices).set(topic, isOpen) });
    },
    arrange: (isArranging) => change({ isArranging, failure: undefined }),
    edit: (edited) => change({ edited, failure: undefined }),
    setLabel: (state, label) => attempt(publishLabel(state, label)),
    move: ({ states }, from, to) =>
      attempt(
        reorder(states, from, to).flatMap(({ state, order }) =>
          publishLabel(state, { ...state.label, order }),
        ),
      ),
    forget: (states) => attempt(states.map(({ device }) => device.feed.forget())),
  };
}

function publishLabel({ device, label }: DeviceState, wanted: Label): Promise<void>[] {
  const texts = [...labelChanges(label, wanted)];
  return texts.map(([field, text]) => device.feed.publish(labelTopic(field), text));
}

function watchSections({ states$, isHeld$, kinds, scheduler }: HouseOptions): Observable<readonly Section[]> {
  const away$ = watchAway(states$, scheduler);
  // The page knows which devices are away before it has the list, so that no device first appears in one place and then in another.
  return combineLatest([away$, states$, isHeld$]).pipe(
    filter(([, , isHeld]) => !isHeld),
    distinctUntilChanged(([away, states], next) => away === next[0] && states === next[1]),
    map(([away, states]) => sectionsOf(states, { away, kinds })),
  );
}

function viewOf(sections: readonly Section[], here: Here, identity: Identity | undefined): HouseView {
  const { edited, ...rest } = here;
  const all = sections.flatMap(({ states }) => states);
  const shown = all.filter(({ label }) => !label.isHidden);
  return {
    ...rest,
    sections,
    identity,
    isSmall: shown.length <= FEW,
    edited: all.find(({ device }) => device.topic === edited),
  };
}

/** Whether a device is shown as a card: as somebody has chosen, else when there are few. */
export function isOpen({ choices, isSmall }: HouseView, topic: string): boolean {
  return isSmall || (choices.get(topic) ?? false);
}
