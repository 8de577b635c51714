import { firstValueFrom, type SchedulerLike, timer } from 'rxjs';
import type { Engine } from './engine.ts';
import { type HubCell, readHubCell } from './hub-cell.ts';
import { replayLog } from './log-replay.ts';
import type { MoveTables } from './move-tables.ts';
import { Ownership } from './ownership.ts';
import { HubState, VERSION } from './state.ts';

/** How long to wait until the adopter has no owner, milliseconds; after that the adoption is tried again later. */
const PATIENCE_MS = 5_000;

/** The adoptions that a hub has in its log. */
type Marks = Pick<MoveTables, 'adopted'>;

/** The marks of a hub whose whole state is at another hub. */
const NO_MARKS: Marks = new HubState().tables;

export interface EarlierAdoptionOptions {
  readonly engine: Engine;
  /** The hub that asks. `marks` are that hub's own. */
  readonly hub: string;
  readonly instance: string;
  readonly scheduler: SchedulerLike;
  readonly marks?: Marks;
}

/**
 * The result of an adoption that did not finish: another hub's log has the whole state (`taken`) or none of it (`left`). `unknown` while the adopter is still
 * at work, or while another hub holds the state of the adopter itself.
 */
export type Outcome = 'taken' | 'left' | 'unknown';

/**
 * Finds the outcome of the adoption that the cell of a dead hub records. The adopter may have died too. A third hub may have begun to adopt the adopter, and
 * so on. A mark only ever moves on to the next adopter, and stays where it was until it is safe there. So this asks the hubs in this order, each after it can
 * write nothing more, and finds the mark.
 */
export async function findAdoption(
  options: EarlierAdoptionOptions,
  hub: string,
  { adopter, epoch, isEmpty = false }: HubCell,
): Promise<Outcome> {
  const { engine } = options;
  const isMarked = ({ adopted }: Marks) => (adopted.get(hub) ?? 0) >= epoch;
  const asked = new Set([hub]);
  let next = isEmpty ? undefined : adopter;
  while (next !== undefined && !asked.has(next)) {
    asked.add(next);
    if (next === options.hub && options.marks) return isMarked(options.marks) ? 'taken' : 'left';
    const cell = await readHubCell(engine, next);
    const marks = cell?.isEmpty ? NO_MARKS : await readFenced(options, next, cell);
    if (!marks) return 'unknown';
    if (isMarked(marks)) return 'taken';
    next = cell?.adopter;
  }
  return 'left';
}

/** Makes sure that nothing more counts in the log of a dead hub, and reads it; `undefined` if the hub is alive or another process was faster. */
async function readFenced(
  options: EarlierAdoptionOptions,
  hub: string,
  cell: HubCell | undefined,
): Promise<Marks | undefined> {
  if (cell?.adopter === undefined) return readClaimed(options, hub, cell?.epoch);
  // The cell must keep naming the hub that may have the state. The adopter would write only this fence, too, so either of the two may write it.
  const replay = await replayLog(await options.engine.log(hub), () => new HubState());
  const { epoch } = cell;
  const isFenced = replay.state.epoch >= epoch || (await replay.fence(epoch, VERSION));
  return isFenced && replay.state.epoch === epoch ? replay.target.tables : undefined;
}

/** Does the same for a hub that nobody adopts: owns that hub's state while it reads the log. */
async function readClaimed(
  { engine, scheduler, instance }: EarlierAdoptionOptions,
  hub: string,
  last: number | undefined,
): Promise<Marks | undefined> {
  const ownership = new Ownership({ engine, hub, instance, scheduler });
  try {
    const free = ownership.untilFree(() => undefined).then(() => true);
    const patience = firstValueFrom(timer(PATIENCE_MS, scheduler)).then(() => false);
    if (!(await Promise.race([free, patience]))) return undefined;
    if (ownership.cell?.epoch !== last) return undefined; // The hub has started again, or is being adopted.
    const replay = await replayLog(await engine.log(hub), () => new HubState());
    const epoch = await ownership.claim(replay.state.epoch);
    if (epoch === undefined || !(await replay.fence(epoch, VERSION))) return undefined;
    await ownership.release();
    return replay.target.tables;
  } finally {
    ownership.stop();
  }
}
