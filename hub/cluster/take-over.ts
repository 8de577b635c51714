import { asyncScheduler, firstValueFrom, timer } from 'rxjs';
import { logIsGone } from './cluster-health.ts';
import type { ClusterStoreOptions } from './cluster-store-options.ts';
import { findAdoption } from './earlier-adoption.ts';
import { type SharedLog, UnansweredError } from './engine.ts';
import { finishAdoption } from './finished-adoption.ts';
import { hasPosition } from './ledger-positions.ts';
import { type LogReplay, replayLog } from './log-replay.ts';
import { Ownership } from './ownership.ts';
import { HubState, VERSION } from './state.ts';
import { unlessAborted } from './unless-aborted.ts';

/** How long to wait before another attempt to take over the log, milliseconds. */
const RETRY_MS = 250;

/** The state of a hub, of which this process is the owner now. */
export interface Taken {
  readonly ownership: Ownership;
  readonly shared: SharedLog;
  readonly replay: LogReplay<HubState>;
}

/** Takes over the state of a hub once no other process owns it, even during an election: requests without an answer are repeated. */
export async function takeOver(options: ClusterStoreOptions): Promise<Taken> {
  const { log, signal, scheduler = asyncScheduler } = options;
  const report = createReporter((text) => log.warn(text));
  for (;;) {
    signal?.throwIfAborted();
    const ownership = new Ownership({ ...options, scheduler });
    try {
      const taken = await tryTakeOver(options, ownership, report);
      if (taken) return taken;
    } catch (error) {
      ownership.stop();
      if (!(error instanceof UnansweredError)) throw error;
      report(`hub ${options.hub} cannot be taken over yet: ${error.message}`);
    }
    ownership.stop();
    await firstValueFrom(timer(RETRY_MS, scheduler));
  }
}

/** Resolves to nothing if another process was faster, or if the log had to be emptied first because another hub has the state. */
async function tryTakeOver(
  options: ClusterStoreOptions,
  ownership: Ownership,
  report: (text: string) => void,
): Promise<Taken | undefined> {
  const { engine, hub, signal, scheduler = asyncScheduler } = options;
  const free = ownership.untilFree((owner) =>
    report(`hub ${hub} is run by ${owner}: waiting until it is gone`),
  );
  await unlessAborted(free, signal);
  const { cell } = ownership;
  const earlier = cell
    ? await unlessAborted(findAdoption({ ...options, scheduler }, hub, cell), signal)
    : 'left';
  if (earlier === 'unknown')
    report(`hub ${hub} is being adopted by ${cell?.adopter}: waiting until that is over`);
  if (earlier === 'unknown') return undefined;
  if (cell && earlier === 'taken') {
    await unlessAborted(finishAdoption(engine, hub, cell.epoch), signal);
    return undefined; // The next attempt finds the log empty.
  }
  const shared = await engine.log(hub);
  const replay = await replayLog(shared, () => new HubState());
  if (replay.last === 0 && !cell?.isEmpty && (await hasPosition(engine, hub)))
    throw logIsGone(`the log of hub ${hub}`);
  signal?.throwIfAborted();
  const epoch = await ownership.claim(replay.state.epoch);
  if (epoch === undefined || !(await replay.fence(epoch, VERSION))) return undefined;
  return { ownership, shared, replay };
}

/** Does not report the same condition twice in a row. */
function createReporter(report: (text: string) => void): (text: string) => void {
  let last: string | undefined;
  return (text) => {
    if (text !== last) report(text);
    last = text;
  };
}
