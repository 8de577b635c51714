import { ChainWriter } from '../../hub/cluster/chain-writer.ts';
import type { SharedLog } from '../../hub/cluster/engine.ts';
import { replayLog } from '../../hub/cluster/log-replay.ts';
import type { SimulatedCluster, SimulatedEngine } from './simulated-cluster.ts';

const NAME = 'hub';

const VERSION = Uint8Array.of(1);

/** The contents of a log that count, as texts. */
export class Contents {
  readonly texts: string[] = [];
  readonly version = () => undefined;
  readonly changes = (content: Uint8Array) => {
    this.texts.push(new TextDecoder().decode(content));
  };
}

export async function openLog(engine: SimulatedEngine): Promise<SharedLog> {
  return engine.log(NAME);
}

/** The texts in the log, read by a process that does not own the log. */
export async function readContents(cluster: SimulatedCluster): Promise<string[]> {
  const replay = await replayLog(await openLog(cluster.join()), () => new Contents());
  return replay.target.texts;
}

/** An owner of a log that writes texts, and remembers which were acknowledged. */
export class ChainOwner {
  readonly engine: SimulatedEngine;
  readonly sent: string[] = [];
  readonly acknowledged: string[] = [];
  /** The texts that the owner found when it took over. */
  readonly found: readonly string[];
  isFenced = false;
  readonly writer: ChainWriter;
  readonly #name: string;

  private constructor(
    name: string,
    { time }: SimulatedCluster,
    engine: SimulatedEngine,
    log: SharedLog,
    {
      found,
      state,
      last,
    }: Pick<ChainOwner, 'found'> & Pick<ConstructorParameters<typeof ChainWriter>[0], 'state' | 'last'>,
  ) {
    this.#name = name;
    this.engine = engine;
    this.found = found;
    this.writer = new ChainWriter({
      log,
      state,
      last,
      scheduler: time,
      onRoom: () => undefined,
      onFull: () => undefined,
      onFenced: () => {
        this.isFenced = true;
      },
    });
  }

  /** Takes over the log; repeats until there is an answer. Resolves to nothing if a later owner was faster. */
  static async takeOver(cluster: SimulatedCluster, epoch: number): Promise<ChainOwner | undefined> {
    const engine = cluster.join();
    for (;;) {
      try {
        const log = await openLog(engine);
        const replay = await replayLog(log, () => new Contents());
        if (replay.state.epoch > epoch) return undefined;
        const isOwner = replay.state.epoch === epoch || (await replay.fence(epoch, VERSION));
        const { state, last } = replay;
        if (isOwner)
          return new ChainOwner(`${epoch}`, cluster, engine, log, {
            found: replay.target.texts,
            state,
            last,
          });
      } catch (error) {
        if (!(error instanceof Error && error.message === 'nobody has answered')) throw error;
      }
    }
  }

  append(): void {
    const text = `${this.#name}-${this.sent.length + 1}`;
    this.sent.push(text);
    this.writer.append('changes', new TextEncoder().encode(text), () => this.acknowledged.push(text));
  }
}
