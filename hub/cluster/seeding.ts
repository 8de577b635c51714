import type { Logger } from 'pino';
import { asyncScheduler, firstValueFrom, type SchedulerLike, timer } from 'rxjs';
import { z } from 'zod';
import { HubError, quote } from '../core/error.ts';
import { untilSafe } from '../core/ports.ts';
import { moveMessage, recordMovedSessions } from '../session/moving-session.ts';
import type { Store } from '../session/store.ts';
import { type ClusterStore, openClusterStore } from './cluster-store.ts';
import { DIRECTORY_CELL } from './directory.ts';
import { type Engine, UnansweredError } from './engine.ts';
import { hubKey } from './hub-cell.ts';
import { parseJson } from './json.ts';
import { BASE_CELL, readBase, writeBase } from './ledger-base.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The initial content of a cluster: nothing, or the content of a data folder, named by the identifier of its move. */
const CELL = 'seed';

const SEED = z.discriminatedUnion('state', [
  /** A hub is copying its folder into the cluster. No hub serves before it has finished. */
  z.object({
    state: z.literal('seeding'),
    id: z.string(),
    hub: z.string(),
    instance: z.string(),
    at: z.iso.datetime(),
  }),
  z.object({ state: z.literal('begun'), id: z.string().optional() }),
]);

type Seed = Readonly<z.infer<typeof SEED>>;

/** How long to wait before the cluster is asked again, milliseconds. */
const RETRY_MS = 250;

export interface SeedingOptions {
  readonly engine: Engine;
  /** This hub. */
  readonly hub: string;
  /** This process, in a form for users. */
  readonly instance: string;
  readonly log: Logger;
  /** Default: real time. */
  readonly scheduler?: SchedulerLike;
  /** Ends the wait for a hub that is seeding the cluster, and for servers that do not answer. */
  readonly signal?: AbortSignal;
}

/** A data folder whose content a hub can bring into a cluster. */
export interface Folder {
  /** The identifier of its move. */
  readonly id: string;
  /** Whether the cluster once had all of this folder. */
  readonly wasMoved: boolean;
  /** Awaited before the cluster records that the folder is being copied. */
  readonly onMove: () => Promise<void>;
}

/**
 * How this hub finds the cluster. `ours`: the cluster is empty except for a part of the folder, and waits for the rest. `moved`: the cluster already has all of
 * the folder. `others`: the cluster has started without the folder.
 */
export type Beginning = 'ours' | 'moved' | 'others';

/**
 * Starts the cluster if it is empty, with the content of a folder if there is one. If several hubs start at once, one does it; while it copies its folder, the
 * others wait here. Rejects with `store/unavailable` if the cluster has lost what the folder gave it, with `store/damaged`, and with the signal's reason.
 */
export async function beginCluster(options: SeedingOptions, folder?: Folder): Promise<Beginning> {
  const { log } = options;
  let reported: string | undefined;
  for (;;) {
    const seed = await untilAnswered(options, () => decide(options, folder));
    if (seed?.state === 'begun') return folder && seed.id === folder.id ? 'moved' : 'others';
    if (seed && seed.id === folder?.id) return 'ours';
    if (seed && seed.id !== reported) log.warn(describe(seed));
    reported = seed?.id;
    await pause(options);
  }
}

function describe({ hub, instance, at }: Extract<Seed, { state: 'seeding' }>): string {
  const remedy = 'if it has died, start it again with the same folder, or choose another --cluster-name';
  return `the cluster is half seeded: hub ${hub} of ${instance} copies its data folder since ${at}. Waiting until that is done; ${remedy}`;
}

/** The content that the cluster has started with, or starts with now; nothing if another hub was faster. */
async function decide(options: SeedingOptions, folder: Folder | undefined): Promise<Seed | undefined> {
  const { engine, hub, instance } = options;
  const cell = await engine.cell(CELL);
  if (cell) return parseSeed(cell.text);
  let seed: Seed = { state: 'begun' };
  if (folder && (await isEmpty(engine, hub))) {
    if (folder.wasMoved) throw lost();
    await folder.onMove();
    seed = { state: 'seeding', id: folder.id, hub, instance, at: new Date().toISOString() };
  }
  return (await engine.setCell(CELL, JSON.stringify(seed), 0)) ? seed : undefined;
}

/** Whether no hub has ever served there, not even one of a version without seeds. */
async function isEmpty(engine: Engine, hub: string): Promise<boolean> {
  for (const key of [DIRECTORY_CELL, BASE_CELL, hubKey(hub)])
    if ((await engine.cell(key)) !== undefined) return false;
  return true;
}

function lost(): HubError {
  return new HubError(
    'store/unavailable',
    'the cluster is empty, and the data folder was moved to it: are these its servers, and is this its --cluster-name? If they have lost everything, remove moved-to-cluster.json from the folder, and the cluster begins again with what the folder had when it was moved',
  );
}

function parseSeed(text: string): Seed {
  const seed = SEED.safeParse(parseJson(text));
  if (seed.success) return seed.data;
  throw new HubError('store/damaged', `the cluster holds ${quote(text)} instead of how it began`);
}

/** The content of another store, such as a folder. */
export type SeedContent = Pick<Store, 'sessions' | 'retained' | 'now'>;

/**
 * Copies sessions, with all messages queued for them, to the log of this hub, and retained messages to the base of the ledger. Each is copied whole or not at all,
 * and only once, however often this is called. Rejects with `store/unavailable` if the cluster has no room.
 */
export async function copyToCluster(options: SeedingOptions, content: SeedContent): Promise<void> {
  const kept = await openClusterStore(options);
  try {
    await unlessAborted(copySessions(kept, content), options.signal);
    await untilAnswered(options, () => copyRetained(options, kept, content));
  } finally {
    // Everything is kept already. If the release fails, the log has no owner once this hub was silent for long enough.
    await kept
      .close()
      .catch((err: unknown) => options.log.debug({ err }, 'the log of this hub is not released'));
  }
}

/** Writes everything within one turn, as the changes of a turn count together or not at all. */
async function copySessions(kept: ClusterStore, { sessions, now }: SeedContent): Promise<void> {
  if (kept.sessions.length === 0) recordMovedSessions(sessions, kept.journal, kept.now() - now());
  await untilSafe(kept.journal);
}

async function copyRetained(
  { engine, hub }: SeedingOptions,
  { epoch, now, wallMs: timeOfDay }: ClusterStore,
  content: SeedContent,
): Promise<void> {
  const clock = { now, timeOfDay };
  const { state, cell } = await readBase(engine, clock);
  if (cell) return;
  const aheadMs = now() - content.now();
  for (const message of content.retained) state.messages.set(message.topic, moveMessage(message, aheadMs));
  const generation = `${hub}/${epoch}/seed ${now()}`; // One for each attempt: pieces of an earlier one may still arrive.
  if (!(await writeBase({ state, cell }, engine, clock, generation)))
    throw new UnansweredError('another process has written what is retained');
}

/** Records that the cluster has the whole folder, so that hubs may serve from now on. */
export async function endSeeding(options: SeedingOptions, id: string): Promise<void> {
  const { engine } = options;
  await untilAnswered(options, async () => {
    const cell = await engine.cell(CELL);
    if (!cell || parseSeed(cell.text).state === 'begun') return;
    const seed: Seed = { state: 'begun', id };
    if (!(await engine.setCell(CELL, JSON.stringify(seed), cell.revision)))
      throw new UnansweredError('another process has changed how the cluster began');
  });
}

/** Tries while servers elect a leader. */
async function untilAnswered<T>(options: SeedingOptions, work: () => Promise<T>): Promise<T> {
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UnansweredError)) throw error;
    }
    await pause(options);
  }
}

async function pause({ scheduler = asyncScheduler }: SeedingOptions): Promise<void> {
  await firstValueFrom(timer(RETRY_MS, scheduler));
}
