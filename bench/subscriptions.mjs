// What it costs to find who is to get a message, by how many filters there are and how many levels its topic has. Every topic is a new
// one, so that no remembered route helps.
import { SubscriptionTree } from '../dist/hub/core/subscription-tree.js';

const COUNTS = [100, 1_000, 10_000, 100_000];
const LEVELS = [3, 6, 9];
const TOPICS = 20_000;
const ROUNDS = 20;

const rows = Object.fromEntries(
  LEVELS.map((levels) => [
    `${levels} levels`,
    Object.fromEntries(COUNTS.map((count) => [`${count} filters`, measure(count, levels)])),
  ]),
);
console.log('Time to find the subscribers of a topic; a third of the filters have +, a tenth #');
console.log(
  'The search looks at the same levels however many filters there are; with more of them, fewer are in the cache.',
);
console.table(rows);

function measure(count, levels) {
  const tree = new SubscriptionTree();
  for (let index = 0; index < count; index++) tree.add(filterOf(index, levels), index);
  const topics = Array.from({ length: TOPICS }, (_, index) => topicOf((index * 7919) % count, levels));
  const times = Array.from({ length: ROUNDS }, () => time(tree, topics));
  return `${Math.min(...times).toFixed(2)} µs`;
}

/** The best of several rounds is what the search itself takes; the rest is what else the machine does. */
function time(tree, topics) {
  let matches = 0;
  const start = performance.now();
  for (const topic of topics) tree.match(topic, () => matches++);
  const microseconds = ((performance.now() - start) / topics.length) * 1000;
  if (matches < topics.length) throw new Error('a topic has found none of its filters');
  return microseconds;
}

/** As a building has them: site, floor, room, and so on down. */
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
