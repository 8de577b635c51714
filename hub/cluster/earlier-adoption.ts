import { firstValueFrom, type SchedulerLike, timer } from 'rxjs';
import type { Engine } from './engine.ts';
import { type HubCell, readHubCell } from './hub-cell.ts';
import { replayLog } from './log-replay.ts';
import type { MoveTables } from './move-tables.ts';
import { Ownership } from './ownership.ts';
import { HubState, VERSION } from './state.ts';

/** How long to wait until the adopter has no owner, milliseconds; after that the adoption is tried again later. */
const PATIENCE_MS = 5_000;

export interface EarlierAdoptionOptions {
  readonly engine: Engine;
  /** The hub that asks. `marks` are its own. */
  readonly hub: string;
  readonly instance: string;
  readonly scheduler: SchedulerLike;
  /** The adoptions that this hub has in its log. */
  readonly marks?: Pick<MoveTables, 'adopted'>;
}

/**
 * The result of an adoption that did not finish: another hub's log has the whole state (`taken`) or none of it (`left`). `unknown` while the adopter is still
 * at work, or while another hub holds the state of the adopter itself.
 */
export type Outcome = 'taken' | 'left' | 'unknown';

/** Finds the outcome of the adoption that the cell of a dead hub records. */
export async function findAdoption(
  options: EarlierAdoptionOptions,
  hub: string,
  { adopter, epoch, isEmpty = false }: HubCell,
): Promise<Outcome> {
  if (adopter === undefined || isEmpty) return 'left';
  const holder = await findHolder(options.engine, adopter);
  const isMarked = ({ adopted }: Pick<MoveTables, 'adopted'>) => (adopted.get(hub) ?? 0) >= epoch;
  if (holder === options.hub) return options.marks && isMarked(options.marks) ? 'taken' : 'left';
  const tables = await readFenced(options, holder);
  if (!tables) return 'unknown';
  return isMarked(tables) ? 'taken' : 'left';
}

/** The hub that has a hub's state: the hub itself, its adopter, or the adopter of that one. */
async function findHolder(engine: Engine, hub: string): Promise<string> {
  const cell = await readHubCell(engine, hub);
  return cell?.isEmpty && cell.adopter !== undefined ? findHolder(engine, cell.adopter) : hub;
}

/** Fences a dead hub, so that its later writes do not count, and reads its state; `undefined` if it is alive or another process was faster. */
async function readFenced(
  options: EarlierAdoptionOptions,
  hub: string,
): Promise<HubState['tables'] | undefined> {
  const { engine, scheduler, instance } = options;
  const ownership = new Ownership({ engine, hub, instance, scheduler });
  try {
    const free = ownership.untilFree(() => undefined).then(() => true);
    const patience = firstValueFrom(timer(PATIENCE_MS, scheduler)).then(() => false);
    if (!(await Promise.race([free, patience]))) return undefined;
    const replay = await replayLog(await engine.log(hub), () => new HubState());
    const epoch = await ownership.claim(replay.state.epoch);
    if (epoch === undefined || !(await replay.fence(epoch, VERSION))) return undefined;
    await ownership.release();
    return replay.target.tables;
  } finally {
    ownership.stop();
  }
}
