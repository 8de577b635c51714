import { setTimeout as wait } from 'node:timers/promises';
import type { Progress } from '../cluster/drain-request.ts';
import type { Engine } from '../cluster/engine.ts';
import type { HubCell } from '../cluster/hub-cell.ts';
import { HubError, quote } from '../core/error.ts';
import { type ClusterOptions, DEFAULT_CLUSTER_NAME, DEFAULT_HUB_NAME } from './cluster-options.ts';
import { wordsOf } from './languages/index.ts';
import type { Words } from './languages/words.ts';

/** How often to check whether the hub has ended, and how long its answers may take, milliseconds. */
const ASK_MS = 500;
const ANSWER_MS = 2_000;

/** How long the state of a silent hub may still have an owner, milliseconds: servers may be electing a leader. */
const ENDING_MS = 15_000;

/** `pinhub cluster drain`: asks a hub to move everything to other hubs and to end, and waits until it has. */
export async function clusterDrain(name: string | undefined, options: ClusterOptions): Promise<void> {
  const {
    cluster: servers,
    clusterName: cluster = DEFAULT_CLUSTER_NAME,
    hubName = DEFAULT_HUB_NAME,
  } = options;
  if (!servers)
    throw new HubError('option/invalid', 'say where the cluster is, as in --cluster nats://a,nats://b');
  const { openNatsEngine } = await import('../cluster/nats/nats-engine.ts');
  const engine = await openNatsEngine({
    servers,
    cluster,
    credentials: options.clusterCredentials,
    ca: options.clusterCa,
    cert: options.clusterCert,
    key: options.clusterKey,
    name: 'pinhub cluster drain',
    acceptsAnyVersion: options.clusterAnyVersion,
  });
  try {
    await drain(engine, name ?? hubName, wordsOf(options));
  } finally {
    await engine.close();
  }
}

async function drain(engine: Engine, hub: string, words: Words): Promise<void> {
  const { readHubCell } = await import('../cluster/hub-cell.ts');
  const cell = await readHubCell(engine, hub);
  if (!cell || cell.isReleased || cell.adopter !== undefined) {
    const message = `no hub ${quote(hub)} is running; pinhub cluster status lists the hubs that are`;
    throw new HubError('option/invalid', message);
  }
  const left = await watch(engine, { hub, ...cell }, words);
  await untilEnded(engine, { hub, ...cell });
  console.log(describeEnd(hub, left, words));
}

type Process = Pick<HubCell, 'epoch' | 'instance'> & { readonly hub: string };

/** Resolves to what was left according to the hub's last answer. Rejects with `store/unavailable` if it never answers. */
async function watch(engine: Engine, process: Process, { output }: Words): Promise<Progress['left']> {
  let last: Progress | undefined;
  for (;;) {
    const progress = await ask(engine, process);
    if (!progress) break;
    const { left } = progress;
    const isNews = JSON.stringify(left) !== JSON.stringify(last?.left);
    if (left && isNews) console.log(output.cluster.left(left.connected, left.sessions));
    last = progress;
  }
  if (last) return last.left;
  const message = `hub ${quote(process.hub)} (${process.instance}) does not answer: it is gone, is starting, or is of an earlier version`;
  throw new HubError('store/unavailable', message);
}

async function ask(engine: Engine, process: Process): Promise<Progress | undefined> {
  const [{ decodeProgress, drainChannel }, { UnansweredError }] = await Promise.all([
    import('../cluster/drain-request.ts'),
    import('../cluster/engine.ts'),
  ]);
  try {
    return decodeProgress(await engine.ask(drainChannel(process), new Uint8Array(), ANSWER_MS));
  } catch (error) {
    if (error instanceof UnansweredError) return undefined;
    throw error;
  }
}

/** Rejects with `store/unavailable` if the process still has the hub's state. */
async function untilEnded(engine: Engine, { hub, epoch, instance }: Process): Promise<void> {
  const { readHubCell } = await import('../cluster/hub-cell.ts');
  for (let waitedMs = 0; waitedMs < ENDING_MS; waitedMs += ASK_MS) {
    const cell = await readHubCell(engine, hub);
    if (!cell || cell.epoch > epoch || cell.isReleased) return;
    await wait(ASK_MS);
  }
  throw new HubError('store/unavailable', `hub ${quote(hub)} (${instance}) has not ended`);
}

/** The outcome for the hub, as a sentence. */
function describeEnd(hub: string, left: Progress['left'], { output: { cluster: say } }: Words): string {
  return left && left.sessions > 0 ? say.endedWithRest(hub, left.sessions) : say.ended(hub);
}
