// The cost of finding the receivers of a message, by the number of filters and the number of levels in its topic. Every topic is new,
// so that no cached route helps.
import { asyncScheduler } from 'rxjs';
import { parseTopicFilter } from '../dist/hub/core/filter.js';
import { Hub } from '../dist/hub/core/hub.js';
import { Message } from '../dist/hub/core/message.js';
import { ALL_RIGHTS } from '../dist/hub/core/rights.js';
import { PLAIN_TERMS } from '../dist/hub/core/subscription.js';
import { SubscriptionTree } from '../dist/hub/core/subscription-tree.js';
import { Sessions } from '../dist/hub/session/sessions.js';

const COUNTS = [100, 1_000, 10_000, 100_000];
const LEVELS = [3, 6, 9];
const TOPICS = 20_000;
const ROUNDS = 20;
const CLIENTS = 10;

const rows = Object.fromEntries(
  LEVELS.map((levels) => [
    `${levels} levels`,
    Object.fromEntries(COUNTS.map((count) => [`${count} filters`, measure(count, levels)])),
  ]),
);
console.log('Time to find the subscribers of a topic; a third of the filters have +, a tenth #');
console.log(
  'The search visits the same levels however many filters there are; but of many filters, fewer fit into the CPU cache.',
);
console.table(rows);

const OF_ONE = [5, 5_000];
console.log('The same for one client with a filter for each of its devices; and the memory of these filters');
console.table(Object.fromEntries(OF_ONE.map((count) => [`${count} filters`, measureClient(count)])));

function measureClient(count) {
  const { hub } = subscribeAsClient(count);
  return {
    'a new topic': bestOfRounds((round) =>
      timePublishing(hub, (index) => `${deviceAt(index, count)}/${round}-${index}`),
    ),
    'a known topic': bestOfRounds(() =>
      timePublishing(hub, (index) => `${deviceAt(index % 5, count)}/state`),
    ),
    memory: global.gc ? `${(memoryOf(count) / 2 ** 20).toFixed(2)} MiB` : 'not measured',
  };
}

/** The mean of several clients, all kept alive, because memory freed meanwhile would distort it. Needs --expose-gc. */
function memoryOf(count) {
  const before = usedBytes();
  const clients = Array.from({ length: CLIENTS }, () => subscribeAsClient(count));
  return (usedBytes() - before) / clients.length;
}

/**
 * A client, alone on its hub, that subscribes as Home Assistant does. Filters are decoded from bytes, as from the network: a concatenated
 * string would also keep its parts in memory.
 */
function subscribeAsClient(count) {
  const hub = new Hub({ now: () => 0 });
  const sessions = new Sessions({ hub, scheduler: asyncScheduler });
  const owner = { name: 'home', accountId: '', credentialIds: [], rights: ALL_RIGHTS };
  const { session } = sessions.open({ clientIdentifier: 'home', cleanStart: true, expirySeconds: 0, owner });
  for (let index = 0; index < count; index++) {
    const filter = Buffer.from(`${deviceOf(index)}/+`).toString();
    session.subscribe(parseTopicFilter(filter), PLAIN_TERMS);
  }
  return { hub, session };
}

function deviceOf(index) {
  return `zigbee2mqtt/0x00158d00${String(index).padStart(8, '0')}`;
}

/** Picks devices in scattered order, so that locality in memory does not help. */
function deviceAt(index, count) {
  return deviceOf((index * 7919) % count);
}

function bestOfRounds(time) {
  return `${Math.min(...Array.from({ length: ROUNDS }, (_, round) => time(round))).toFixed(2)} µs`;
}

function timePublishing(hub, topicAt) {
  const messages = Array.from({ length: TOPICS }, (_, index) => new Message(topicAt(index), 'x'));
  const start = performance.now();
  for (const message of messages) hub.publish(message);
  return ((performance.now() - start) / messages.length) * 1000;
}

function usedBytes() {
  global.gc?.();
  return process.memoryUsage().heapUsed;
}

function measure(count, levels) {
  const tree = new SubscriptionTree();
  for (let index = 0; index < count; index++) tree.add(filterOf(index, levels), index);
  const topics = Array.from({ length: TOPICS }, (_, index) => topicOf((index * 7919) % count, levels));
  const times = Array.from({ length: ROUNDS }, () => time(tree, topics));
  return `${Math.min(...times).toFixed(2)} µs`;
}

/** The best of several rounds is the cost of the search itself; anything above it comes from other work of the machine. */
function time(tree, topics) {
  let matches = 0;
  const start = performance.now();
  for (const topic of topics) tree.match(topic, () => matches++);
  const microseconds = ((performance.now() - start) / topics.length) * 1000;
  if (matches < topics.length) throw new Error('a topic has found none of its filters');
  return microseconds;
}

/** Topics like those of a building: site, floor, room, and so on. */
function topicOf(index, levels) {
  const names = Array.from(
    { length: levels - 1 },
    (_, level) => `level${level}-${Math.floor(index / 10 ** (levels - 1 - level)) % 10}`,
  );
  return [...names, `device${index}`].join('/');
}

function filterOf(index, levels) {
  const names = topicOf(index, levels).split('/');
  if (index % 3 === 0) names[index % (levels - 1)] = '+';
  if (index % 10 === 0) names.push('#');
  return names.join('/');
}
