import { hubKey, parseBeat, parseHubCell } from './hub-cell.ts';
import { MEMBERS_CHANNEL, parseMemberBeat } from './members.ts';

/** The findings of a program that only reads from the servers. */
export interface Survey {
  readonly servers: readonly ServerState[];
  readonly cells: readonly FoundCell[];
  /** The casts that the program received while it listened. */
  readonly casts: readonly FoundCast[];
  readonly logs: readonly LogState[];
}

export interface ServerState {
  readonly address: string;
  /** The server's version, and the reason why the hubs cannot use the server, if there is one. */
  readonly version?: string | undefined;
  readonly problem?: string | undefined;
}

interface FoundCell {
  readonly key: string;
  readonly text: string;
  readonly changedAt: Date;
}

interface FoundCast {
  readonly channel: string;
  readonly bytes: Uint8Array;
}

/** A log as it is on the servers. */
export interface LogState {
  readonly name: string;
  readonly entries: number;
  readonly bytes: number;
  /** How many servers keep the log, and how many of them have all of it. */
  readonly replicas: number;
  readonly current: number;
}

/** `drains`: it moves everything to others, and ends. `gone`: its process ended without a release, and no hub has taken over. `stopped`: it was stopped. */
export type HubCondition = 'serves' | 'drains' | 'gone' | 'stopped' | 'adopted';

/** A hub that is, or was, in a cluster. */
export interface HubState {
  readonly hub: string;
  readonly condition: HubCondition;
  /** The process that owns its state, or owned it last. */
  readonly instance: string;
  readonly epoch: number;
  readonly adopter?: string | undefined;
  readonly addresses: readonly string[];
  /** The earliest time at which its condition can have begun: when its owner last changed. */
  readonly since: Date;
}

const PREFIX = hubKey('');

/** How long an adopted hub is still listed, milliseconds. */
const LISTED_MS = 24 * 60 * 60 * 1_000;

/** Leaves out hubs that were adopted long ago, of which only an epoch and an empty log are left. */
export function withoutFormerHubs(survey: Survey, now: Date): Survey {
  const { cells, logs } = survey;
  const former = cells.filter(
    (cell) =>
      cell.key.startsWith(PREFIX) &&
      now.getTime() - cell.changedAt.getTime() > LISTED_MS &&
      parseHubCell(cell).isEmpty === true,
  );
  const names = new Set(former.map(({ key }) => key.slice(PREFIX.length)));
  return {
    ...survey,
    cells: cells.filter((cell) => !former.includes(cell)),
    logs: logs.filter(({ name }) => !names.has(name)),
  };
}

/** All hubs, in order of their names. Throws `store/damaged`. */
export function hubStates({ cells, casts }: Pick<Survey, 'cells' | 'casts'>): readonly HubState[] {
  const announced = announcedIn(casts);
  const hubs = cells.filter(({ key }) => key.startsWith(PREFIX));
  return hubs
    .map((cell): HubState => {
      const hub = cell.key.slice(PREFIX.length);
      const { epoch, instance, isReleased, adopter } = parseHubCell(cell);
      const isAnnounced = announced.epochs.get(hub) === epoch;
      return {
        hub,
        condition: conditionOf({
          isAnnounced,
          isReleased,
          isAdopted: adopter !== undefined,
          isDraining: announced.draining.get(hub) === epoch,
        }),
        instance,
        epoch,
        adopter,
        addresses: announced.addresses.get(hub) ?? [],
        since: cell.changedAt,
      };
    })
    .sort((one, other) => (one.hub < other.hub ? -1 : 1));
}

/** The hubs' announcements about themselves: their epochs, their addresses, and the epoch in which they drain. */
function announcedIn(casts: readonly FoundCast[]) {
  const epochs = new Map<string, number>();
  const addresses = new Map<string, readonly string[]>();
  const draining = new Map<string, number>();
  for (const { channel, bytes } of casts) {
    if (channel.startsWith(PREFIX))
      for (const { epoch } of parseBeat(bytes)) epochs.set(channel.slice(PREFIX.length), epoch);
    if (channel === MEMBERS_CHANNEL)
      for (const { hub, epoch, addresses: own, isDraining } of parseMemberBeat(bytes)) {
        addresses.set(hub, own);
        if (isDraining) draining.set(hub, epoch);
      }
  }
  return { epochs, addresses, draining };
}

interface HubSigns {
  readonly isAnnounced: boolean;
  readonly isReleased: boolean;
  readonly isAdopted: boolean;
  readonly isDraining: boolean;
}

function conditionOf({ isAnnounced, isReleased, isAdopted, isDraining }: HubSigns): HubCondition {
  if (isAdopted) return 'adopted';
  if (isReleased) return 'stopped';
  if (!isAnnounced) return 'gone';
  return isDraining ? 'drains' : 'serves';
}

/** The problems, in sentences; empty if a hub serves, none is missing, and everything has as many copies as it should. */
export function findProblems({ servers, logs }: Survey, hubs: readonly HubState[]): readonly string[] {
  const isServed = hubs.some(({ condition }) => condition === 'serves');
  return [
    ...servers.flatMap(({ address, problem }) => (problem === undefined ? [] : `${address}: ${problem}`)),
    ...hubs.filter(({ condition }) => condition === 'gone').map(({ hub }) => `hub ${hub} is gone`),
    ...(isServed ? [] : ['no hub is running']),
    ...logs
      .filter(({ replicas, current }) => current < replicas)
      .map(({ name, replicas, current }) => `log ${name} is whole on ${current} of ${replicas} servers only`),
  ];
}
