import { expect } from 'vitest';
import { createRandom } from '../random.ts';
import { HubProcess } from './owners-stage.ts';
import { expectSameOrder, Promises } from './promises.ts';
import { RoamingClient } from './roaming-client.ts';
import { CALM, SimulatedCluster, type Weather } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

export const HUBS = ['a', 'b', 'c'] as const;
export const CLIENTS = ['x', 'y', 'z'] as const;

/** How long clients of a dead hub have until their wills are published: so short that it passes in most histories. */
const WILL_GRACE_SECONDS = 4;

type HubName = (typeof HUBS)[number];
type ClientName = (typeof CLIENTS)[number];

/** A retained message that a hub itself publishes. */
interface Retain {
  readonly kind: 'retain';
  readonly hub: HubName;
  readonly topic: 'r/1' | 'r/2';
  readonly qos: 0 | 1;
  readonly count: number;
}

/** A fault of one process, or of its machine, and its end. */
type Harm =
  | { readonly kind: 'drain' | 'kill' | 'freeze' | 'thaw' | 'cut' | 'heal'; readonly hub: HubName }
  | { readonly kind: 'jump'; readonly hub: HubName; readonly ms: number };

/** One event in a cluster. */
export type Step =
  | { readonly kind: 'connect'; readonly hub: HubName; readonly client: ClientName }
  | { readonly kind: 'drop' | 'leave'; readonly client: ClientName }
  | {
      readonly kind: 'publish';
      readonly client: ClientName;
      readonly topic: 't' | 's';
      readonly qos: 1 | 2;
      readonly count: number;
    }
  | Retain
  | { readonly kind: 'start'; readonly hub: HubName }
  | Harm
  | { readonly kind: 'elect'; readonly ms: number }
  | { readonly kind: 'wait'; readonly ms: number };

export interface Circumstances {
  readonly seed: number;
  readonly weather: Weather;
  /** The longest entry of a log, bytes: some messages need several. */
  readonly maxEntryBytes: number;
}

/** The messages that one process delivers to its own subscriber. They are sent only once. */
interface Heard {
  readonly process: HubProcess;
  /** The messages of QoS 1 and 2, as text. */
  readonly ordered: string[];
  /** The last line for each retained topic. */
  readonly last: Map<string, string>;
}

class World {
  readonly time = new SimulatedTime();
  readonly cluster: SimulatedCluster;
  readonly promises = new Promises();
  readonly processes = new Map<string, HubProcess>();
  readonly clients = new Map(CLIENTS.map((id) => [id as string, new RoamingClient(id, this.promises)]));
  readonly heard: Heard[] = [];
  /** All processes, including dead ones. */
  readonly #started: HubProcess[] = [];
  readonly #draining = new Set<HubProcess>();
  #aheadMs = new Map<string, number>();
  #count = 0;

  constructor({ seed, maxEntryBytes }: Circumstances) {
    this.cluster = new SimulatedCluster({ time: this.time, random: createRandom(seed), maxEntryBytes });
  }

  get live(): HubProcess[] {
    return [...this.processes.values()].filter(({ isDead, sessions }) => !isDead && sessions);
  }

  start(name: string): void {
    const known = this.processes.get(name);
    if (known && !known.isDead) return;
    const limits = { smallLedgerBytes: 2_000, smallLogBytes: 2_000, willGraceSeconds: WILL_GRACE_SECONDS };
    const process = new HubProcess(this.cluster, this.time, name, `${name}${++this.#count}`, limits);
    this.#started.push(process);
    process.aheadMs = this.#aheadMs.get(name) ?? 0;
    this.processes.set(name, process);
    process.serving.then(
      () => this.#listen(process),
      () => undefined, // The history restarts the process in the end.
    );
  }

  async do(step: Step): Promise<void> {
    switch (step.kind) {
      case 'wait':
        return this.time.run(step.ms);
      case 'elect':
        return this.#elect(step.ms);
      case 'connect':
        return this.connect(step.client, step.hub);
      case 'drop':
        return this.clients.get(step.client)?.drop();
      case 'leave':
        return this.clients.get(step.client)?.leave();
      case 'publish':
        for (let n = 0; n < step.count; n++) this.clients.get(step.client)?.publish(step.topic, step.qos);
        return;
      case 'retain':
        for (let n = 0; n < step.count; n++) this.#retain(step);
        return;
      case 'start':
        return this.start(step.hub);
      default:
        return this.#harm(step);
    }
  }

  connect(id: string, name: string): void {
    const process = this.live.find((one) => one.name === name);
    const client = this.clients.get(id);
    if (!process || process.time.isFrozen) return;
    client?.connect(process).catch(() => undefined); // Like a client whose connection breaks.
  }

  /** Restarts all hubs and heals the network, and waits until nothing changes any more. */
  async rest(): Promise<void> {
    this.cluster.weather = CALM;
    for (const process of [...this.processes.values()].filter(({ isDead }) => !isDead)) {
      process.engine.isReachable = true;
      process.thaw();
    }
    await this.time.run(6_000);
    // Some may end themselves only now.
    for (let again = 0; again < 3; again++) {
      const wasWell = this.live.length === HUBS.length;
      for (const name of HUBS) this.start(name);
      await this.time.run(8_000);
      if (again > 0 && wasWell) return;
    }
  }

  /** Tells the model the fate of the wills of clients whose hub is dead. */
  judgeWills(): void {
    const inheritedAt = (will: string) =>
      Math.min(...this.#started.map(({ inherited }) => inherited.get(will) ?? Number.POSITIVE_INFINITY));
    for (const client of this.clients.values()) client.judgeWills(WILL_GRACE_SECONDS * 1_000, inheritedAt);
  }

  #harm(step: Harm): void {
    const process = this.processes.get(step.hub);
    if (!process || process.isDead) return;
    if (step.kind === 'kill') process.kill();
    else if (step.kind === 'drain') this.#drain(process);
    else if (step.kind === 'freeze') process.freeze();
    else if (step.kind === 'thaw') process.thaw();
    else if (step.kind === 'cut') process.engine.isReachable = false;
    else if (step.kind === 'heal') process.engine.isReachable = true;
    else if (step.kind === 'jump') this.#jump(process, step.ms);
  }

  #drain(process: HubProcess): void {
    if (!process.sessions || process.time.isFrozen || this.#draining.has(process)) return;
    this.#draining.add(process);
    process.drain(4_000).catch(() => undefined); // A failed drain is like a kill: the history restarts the process in the end.
  }

  #jump(process: HubProcess, ms: number): void {
    process.aheadMs = ms;
    this.#aheadMs.set(process.name, ms);
  }

  async #elect(ms: number): Promise<void> {
    this.cluster.isElecting = true;
    await this.time.run(ms);
    this.cluster.isElecting = false;
  }

  #retain({ hub, topic, qos }: Retain): void {
    const process = this.live.find(({ name }) => name === hub);
    if (!process || process.time.isFrozen) return;
    const text = `${hub} ${++this.#count}`;
    process.publish(topic, text, { qos, retain: true });
    const retained = { topic, begunAt: this.time.now(), acknowledgedAt: undefined as number | undefined };
    this.promises.retained.set(text, retained);
    process.untilSafe().then(
      () => {
        retained.acknowledgedAt = this.time.now();
      },
      () => undefined,
    );
  }

  #listen(process: HubProcess): void {
    const heard: Heard = { process, ordered: [], last: new Map() };
    this.heard.push(heard);
    process.listen('#', ({ topic, text = '', qos }) => {
      if (topic.startsWith('r/')) heard.last.set(topic, text);
      if (qos > 0 && topic.startsWith('r/')) heard.ordered.push(text);
    });
  }
}

function checkHubs({ processes, heard, promises, live }: World): void {
  const down = [...processes.values()].filter(({ isDead, sessions }) => isDead || !sessions);
  expect(down.map(({ name, lost }) => `${name}: ${lost}`).join()).toBe('');
  const [one, ...others] = live.map(({ retained }) => retained.filter((line) => line.startsWith('r/')));
  for (const other of others) expect(other, 'what is retained').toEqual(one);
  promises.checkRetained(one ?? []);
  for (const { process, last } of heard) if (!process.isDead) checkLast(process.name, last, one ?? []);
  expectSameOrder(heard.map(({ ordered }) => ordered));
}

/** Checks that each subscriber's last message for a topic is the retained one, or an empty one if nothing is retained. */
function checkLast(name: string, last: ReadonlyMap<string, string>, retained: readonly string[]): void {
  for (const [topic, text] of last) {
    const kept = retained.filter((line) => line.startsWith(`${topic} `));
    expect(kept, `retained on ${topic}, heard at ${name}`).toEqual(text === '' ? [] : [`${topic} ${text}`]);
  }
}

function checkConnections({ clients, live, promises }: World): void {
  expect(promises.problems).toEqual([]);
  for (const { id, connections, isKept } of clients.values()) {
    const open = connections.filter(
      ({ client, process }) =>
        !process.isDead && !client.link.closedWith && client.session.link === client.link,
    );
    expect(open.length, `open connections of ${id}`).toBeLessThan(2);
    expect(isKept, `${id} was accepted`).toBe(true);
    expect(live.filter((one) => one.has(id)).length, `sessions of ${id}`).toBe(1);
  }
}

/** Runs a history, and then checks the promises to clients. */
export async function check(steps: readonly Step[], circumstances: Circumstances): Promise<void> {
  const world = new World(circumstances);
  for (const name of HUBS) world.start(name);
  await world.time.run(2_000);
  for (const [index, id] of CLIENTS.entries()) world.connect(id, HUBS[index] ?? 'a');
  await world.time.run(1_000);
  world.cluster.weather = circumstances.weather;
  for (const step of steps) await world.do(step);
  await world.rest();
  world.judgeWills();
  checkHubs(world);
  checkConnections(world);
  // A refused client tries again: the clock of the hub may be slow.
  for (let again = 0; again < 2; again++) {
    const away = [...world.clients.values()].filter(({ isConnected }) => !isConnected);
    for (const { id } of away) world.connect(id, 'a');
    if (again === 0 || away.length > 0) await world.time.run(3_000);
  }
  checkConnections(world);
  const clients = [...world.clients.values()];
  for (const { id, received, order } of clients) world.promises.checkReceived(id, received, order);
  world.promises.checkShared(clients.map(({ received }) => received));
}
