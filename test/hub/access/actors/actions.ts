import { vi } from 'vitest';
import { Message } from '../../../../hub/core/message.ts';
import type { HubServer } from '../../../../hub/server.ts';
import type { Actor, Answer, Seen } from './actor.ts';

/** The actor of an action, and the place. */
export interface Scene {
  readonly server: HubServer;
  readonly actor: Actor;
  /** The name that `%u` stands for. */
  readonly name: string;
}

/** The outcome of an action, as in the table's cells: allowed, denied, or only for the actor's own topics. Any other text says what is wrong. */
export type Cell = '+' | '-' | 'o' | (string & {});

type Action = (scene: Scene) => Promise<Cell>;

const DUTY = 'led/21/duty';
const ACTUAL = 'led/21/duty/actual';
const STATUS = 'led/21/status';
const SYSTEM = '$SYS/test';
const BRIDGE = '$SYS/broker/connection/lab.cottage/state';
const ownDuty = (name: string) => `${name}/led/1/duty`;
const ownActual = (name: string) => `${name}/led/1/duty/actual`;
const ownStatus = (name: string) => `${name}/led/1/status`;
/** The topic of a bridge's description, in zigbee2mqtt's form. */
const ownInfo = (name: string) => `${name}/bridge/info`;

/** The topics for an actor; the last one is readable by every actor that may read anything. */
const topicsOf = (name: string) => [SYSTEM, DUTY, ACTUAL, ownActual(name), ownDuty(name)];

/** Retains a message on each of an actor's topics. */
export function prepare({ server: { hub }, name }: Omit<Scene, 'actor'>): void {
  for (const topic of topicsOf(name)) hub.publish(new Message(topic, '1', { retain: true }));
}

/** The actions, by the rows of the table. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  'read a topic': ({ actor }) => reading(actor.read?.(DUTY)),
  'read one of their own': ({ actor, name }) => reading(actor.read?.(ownDuty(name))),
  'read $SYS': ({ actor }) => reading(actor.read?.(SYSTEM)),
  'read the history of a topic': ({ actor }) => reading(actor.readHistory?.(ACTUAL)),
  'read the history of their own': ({ actor, name }) => reading(actor.readHistory?.(ownActual(name))),
  'read /metrics': ({ actor }) => reading(actor.readMetrics?.()),
  'see who is connected': administering('clients'),
  'see users and tokens': async ({ actor }) => {
    const users = await reading(actor.administer?.('GET', 'users'));
    return users === '-' ? users : reading(actor.administer?.('GET', 'tokens'));
  },
  'see limits': administering('limits'),
  'see rates': administering('rates'),
  'see refusals': administering('refusals'),
  'see cluster': administering('cluster'),
  'see roles': administering('roles'),
  'see sessions': administering('sessions'),
  'see retained': administering('retained'),
  'end the clients of a user': ({ actor }) =>
    reading(actor.administer?.('DELETE', 'clients?user=somebody-who-is-away')),
  'watch the packets of a client': ({ actor }) =>
    reading(actor.administer?.('GET', 'clients/anybody/trace?seconds=1')),
  'see the seats of a class': ({ actor }) => reading(actor.lead?.('GET', 'state')),
  'collect what a class has made': ({ actor }) => reading(actor.lead?.('GET', 'collection.csv')),
  'give a class another code': ({ actor }) => reading(actor.lead?.('POST', 'begin')),
  'reset a class': ({ actor }) => reading(actor.lead?.('POST', 'reset')),
  'subscribe to a topic': subscribing(DUTY, () => [DUTY]),
  'subscribe to one of their own': (scene) => {
    const topic = ownDuty(scene.name);
    return subscribing(topic, () => [topic])(scene);
  },
  'subscribe to led/#': subscribing('led/#', () => [DUTY, ACTUAL]),
  'subscribe to #': subscribing('#', (name) => topicsOf(name).slice(1)),
  'subscribe to $SYS/+': subscribing('$SYS/+', () => [SYSTEM]),
  'subscribe to $share/g/led/#': subscribing('$share/g/led/#', () => [DUTY, ACTUAL]),
  'subscribe to $share/g/#': subscribing('$share/g/#', (name) => topicsOf(name).slice(1)),
  'inspect the tree of topics': inspecting,
  'publish what is desired': (scene) => publishing(scene, DUTY),
  'publish what is desired of their own': (scene) => publishing(scene, ownDuty(scene.name)),
  'publish what is actual': (scene) => publishing(scene, ACTUAL),
  'publish what is actual of their own': (scene) => publishing(scene, ownActual(scene.name)),
  'publish homeassistant/status': (scene) => publishing(scene, 'homeassistant/status'),
  'publish what a program of their own says': (scene) => publishing(scene, ownInfo(scene.name)),
  'publish the state of a mosquitto bridge': (scene) => publishing(scene, BRIDGE),
  'publish to $SYS': (scene) => publishing(scene, SYSTEM),
  'clear what is retained': (scene) => publishing(scene, DUTY, ''),
  'clear what is retained of their own': (scene) => publishing(scene, ownDuty(scene.name), ''),
  'leave a will': (scene) => leavingWill(scene, STATUS),
  'leave a will of their own': (scene) => leavingWill(scene, ownStatus(scene.name)),
  'leave the will of a mosquitto bridge': (scene) => leavingWill(scene, BRIDGE),
};

let count = 1;

async function reading(answer: Promise<Answer> | undefined): Promise<Cell> {
  return cellOf((await answer) ?? impossible());
}

/** The answer must match what happened; if there is no answer, only what happened counts. */
async function publishing({ server, actor }: Scene, topic: string, payload = String(++count)): Promise<Cell> {
  const { retained } = server.hub;
  const before = retained.get(topic)?.text;
  const answer = await actor.publish(topic, payload);
  const after = retained.get(topic)?.text;
  const happened = after === (payload === '' ? undefined : payload) ? 'allowed' : 'denied';
  if (happened === 'denied' && after !== before) return `${topic} became ${after}`;
  return answer === 'unsaid' || answer === happened ? cellOf(happened) : `${answer}, but it was ${happened}`;
}

async function leavingWill({ server, actor }: Scene, topic: string): Promise<Cell> {
  const { hub, sessions } = server;
  const payload = `will ${++count}`;
  const others = sessions.size;
  const answer = await (actor.leaveWill?.({ topic, payload }) ?? impossible());
  const isPublished = () => hub.retained.get(topic)?.text === payload;
  // Sessions of earlier actors may still be leaving.
  const isOver = answer === 'allowed' ? isPublished : () => sessions.size <= others;
  await vi.waitUntil(isOver, { interval: 5, timeout: 10_000 });
  const happened = isPublished() ? 'allowed' : 'denied';
  return answer === happened ? cellOf(answer) : `${answer}, but it was ${happened}`;
}

/** Reads a part of administration. */
function administering(part: string): Action {
  return ({ actor }) => reading(actor.administer?.('GET', part));
}

function subscribing(filter: string, topicsFor: (name: string) => readonly string[]): Action {
  return async ({ server, actor, name }) => {
    const topics = topicsFor(name);
    const probe = {
      last: topics.at(-1) ?? '',
      publish: () => {
        for (const topic of topicsOf(name)) server.hub.publish(new Message(topic, 'live'));
      },
    };
    const seen = await (actor.subscribe?.(filter, probe) ?? impossible());
    if (seen === 'denied') return '-';
    return cellOfSeen(seen, { topics, name, isShared: filter.startsWith('$share/') });
  };
}

/** Inspects the topics. An actor that may read `$SYS` gets its topics, too. */
async function inspecting({ actor, name }: Scene): Promise<Cell> {
  const known = topicsOf(name);
  const open = known.flatMap((topic) =>
    topic.split('/').map((_, index, all) => all.slice(0, index).join('/')),
  );
  const shown = (await (actor.inspect?.(open) ?? impossible())) as readonly string[] | 'denied';
  if (shown === 'denied') return '-';
  const [system, ...rest] = known.filter((topic) => shown.includes(topic)).sort();
  const ordinary = system === SYSTEM ? rest : [system, ...rest];
  if (ordinary.length === known.length - 1) return '+';
  return ordinary.every((topic) => topic?.startsWith(`${name}/`)) ? 'o' : `shown ${shown}`;
}

interface Wanted {
  readonly topics: readonly string[];
  readonly name: string;
  /** A shared subscription gets no retained messages. (MQTT 5, 4.8.2) */
  readonly isShared: boolean;
}

function cellOfSeen({ retained, live }: Seen, { topics, name, isShared }: Wanted): Cell {
  const known = topicsOf(name);
  const sort = (some: readonly string[]) =>
    JSON.stringify(some.filter((topic) => known.includes(topic)).sort());
  const brings = (some: readonly string[]) =>
    sort(live) === sort(some) && sort(retained) === sort(isShared ? [] : some);
  if (brings(topics)) return '+';
  if (brings(topics.filter((topic) => topic.startsWith(`${name}/`)))) return 'o';
  return `retained ${sort(retained)}, live ${sort(live)}`;
}

function cellOf(answer: Answer): Cell {
  return answer === 'allowed' ? '+' : '-';
}

function impossible(): never {
  throw new Error('there is no such action in this way in');
}
