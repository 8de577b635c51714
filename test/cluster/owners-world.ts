import { expect } from 'vitest';
import { createRandom } from '../random.ts';
import { type ClusterClient, HubProcess } from './owners-stage.ts';
import { CALM, SimulatedCluster, type Weather } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

export const HUBS = ['a', 'b', 'c'] as const;
export const CLIENTS = ['x', 'y'] as const;

type HubName = (typeof HUBS)[number];
type ClientName = (typeof CLIENTS)[number];

/** What happens to a cluster. */
export type Step =
  | { readonly kind: 'connect'; readonly hub: HubName; readonly client: ClientName }
  | { readonly kind: 'drop'; readonly client: ClientName }
  | { readonly kind: 'publish'; readonly client: ClientName }
  | { readonly kind: 'kill'; readonly hub: HubName }
  | { readonly kind: 'freeze'; readonly hub: HubName }
  | { readonly kind: 'start'; readonly hub: HubName }
  | { readonly kind: 'wait'; readonly ms: number };

/** A client with a session that is kept: it acknowledges what it gets. */
class Person {
  readonly id: string;
  readonly received = new Set<string>();
  /** What was published to it, and safe. */
  readonly promised = new Set<string>();
  connection: ClusterClient | undefined;
  /** Whether its subscription was safe once: from then on the session must be found. */
  isKept = false;
  /** Connections that were told that they are accepted. */
  readonly connections: { readonly client: ClusterClient; readonly hub: HubProcess }[] = [];
  readonly #problems: string[];

  constructor(id: string, problems: string[]) {
    this.id = id;
    this.#problems = problems;
  }

  async connect(process: HubProcess): Promise<void> {
    const connected = await process.connect(this.id);
    if (this.isKept && !connected.isPresent) this.#problems.push(`${this.id}: no session at ${process.name}`);
    this.connection?.drop();
    this.connection = connected;
    this.connections.push({ client: connected, hub: process });
    this.#hear(connected);
    connected.subscribe(`t/${this.id}`);
    await process.untilSafe();
    this.isKept = true;
  }

  #hear({ link, session }: ClusterClient): void {
    const take = (packet: (typeof link.packets)[number]) => {
      if (packet.type !== 'tracked') return;
      this.received.add(packet.message.text ?? '');
      queueMicrotask(() => session.acknowledge(packet.packetIdentifier));
    };
    for (const packet of link.packets) take(packet);
    link.onPacket = take;
  }
}

class World {
  readonly time = new SimulatedTime();
  readonly cluster: SimulatedCluster;
  readonly processes = new Map<string, HubProcess>();
  readonly problems: string[] = [];
  readonly people = new Map(CLIENTS.map((id) => [id as string, new Person(id, this.problems)]));
  #count = 0;

  constructor(seed: number) {
    this.cluster = new SimulatedCluster({ time: this.time, random: createRandom(seed) });
  }

  start(name: string): void {
    const known = this.processes.get(name);
    if (known && !known.isDead) return;
    this.processes.set(name, new HubProcess(this.cluster, this.time, name, `${name}${++this.#count}`));
  }

  get live(): HubProcess[] {
    return [...this.processes.values()].filter(({ isDead, sessions }) => !isDead && sessions);
  }

  async do(one: Step): Promise<void> {
    if (one.kind === 'wait') return this.time.run(one.ms);
    if (one.kind === 'connect') return this.connect(one.client, one.hub);
    if (one.kind === 'drop') return this.people.get(one.client)?.connection?.drop();
    if (one.kind === 'publish') return this.#publish(one.client);
    if (one.kind === 'start') return this.start(one.hub);
    const process = this.processes.get(one.hub);
    if (one.kind === 'kill') process?.kill();
    else if (process) process.engine.isFrozen = true;
  }

  connect(id: string, name: string): void {
    const process = this.live.find((one) => one.name === name);
    if (process)
      this.people
        .get(id)
        ?.connect(process)
        .catch(() => undefined); // As a client whose connection breaks.
  }

  /** At any hub: the ledger brings it to all. */
  #publish(id: string): void {
    const text = `${++this.#count}`;
    const person = this.people.get(id);
    const process = this.live[this.#count % Math.max(1, this.live.length)];
    if (!person?.isKept || !process) return;
    process.publish(`t/${id}`, text);
    process.untilSafe().then(
      () => person.promised.add(text),
      () => undefined,
    );
  }

  /** All hubs live, in calm weather, until nothing moves any more. */
  async rest(): Promise<void> {
    this.cluster.weather = CALM;
    for (const process of this.processes.values()) process.engine.isFrozen = false;
    await this.time.run(6_000);
    for (let again = 0; again < 2; again++) {
      for (const name of HUBS) this.start(name);
      await this.time.run(8_000);
    }
  }
}

/** Lets it all happen, and then checks what clients were promised. */
export async function check(steps: readonly Step[], seed: number, weather: Weather): Promise<void> {
  const world = new World(seed);
  for (const name of HUBS) world.start(name);
  await world.time.run(2_000);
  for (const [index, id] of CLIENTS.entries()) world.connect(id, HUBS[index] ?? 'a');
  await world.time.run(1_000);
  world.cluster.weather = weather;
  for (const one of steps) await world.do(one);
  await world.rest();
  const down = [...world.processes.values()].filter(({ isDead, sessions }) => isDead || !sessions);
  expect(down.map(({ name, lost }) => [name, lost])).toEqual([]);
  for (const person of world.people.values()) {
    const open = person.connections.filter(
      ({ client, hub }) => !hub.isDead && !client.link.closedWith && client.session.link === client.link,
    );
    expect(open.length, `open connections of ${person.id}`).toBeLessThan(2);
    expect(person.isKept, `${person.id} was accepted`).toBe(true);
    expect(world.live.filter((one) => one.has(person.id)).length, `sessions of ${person.id}`).toBe(1);
    world.connect(person.id, 'a');
    await world.time.run(5_000);
    expect(world.problems).toEqual([]);
    const lost = [...person.promised].filter((text) => !person.received.has(text));
    expect(lost, `lost for ${person.id}`).toEqual([]);
    expect(world.live.filter((one) => one.has(person.id)).map(({ name }) => name)).toEqual(['a']);
  }
}
