import type { HubState, LogState, Survey } from '../cluster/status.ts';
import { table } from './banner.ts';
import { type ClusterOptions, clusterServers, DEFAULT_CLUSTER_NAME } from './cluster-options.ts';
import { wordsOf } from './languages/index.ts';
import { translated, type Words } from './languages/words.ts';

/** `pinhub cluster status`: prints which hubs serve and how their state is kept. The exit code is 1 if something is wrong. */
export async function clusterStatus(options: ClusterOptions): Promise<void> {
  const { clusterName: cluster = DEFAULT_CLUSTER_NAME } = options;
  const servers = clusterServers(options);
  const [{ survey }, { findProblems, hubStates, withoutFormerHubs }] = await Promise.all([
    import('../cluster/nats/survey.ts'),
    import('../cluster/status.ts'),
  ]);
  const all = await survey({ ...servers, cluster, name: 'pinhub cluster status' });
  const found = withoutFormerHubs(all, new Date());
  const hubs = hubStates(found);
  const problems = findProblems(found, hubs);
  console.log(describeCluster(found, hubs, problems, wordsOf(options)));
  if (problems.length > 0) process.exitCode = 1;
}

/** The tables as text, followed by what is wrong. */
export function describeCluster(
  { servers, logs }: Pick<Survey, 'servers' | 'logs'>,
  hubs: readonly HubState[],
  problems: readonly string[],
  words: Words,
): string {
  const { cluster: say } = words.output;
  const blocks = [
    table([say.hubColumns, ...hubs.map((hub) => hubCells(hub, words))]),
    table([say.logColumns, ...logs.map((log) => logCells(log, words))]),
    table([say.serverColumns, ...servers.map(({ address, version = '–' }) => [address, version])]),
    problems.length === 0
      ? say.isWell
      : problems.map((problem) => say.problem(translated(words, problem))).join('\n'),
  ];
  return blocks.join('\n\n');
}

function hubCells(
  { hub, condition, adopter, instance, epoch, since, addresses }: HubState,
  { output: { cluster: say } }: Words,
): string[] {
  const state = adopter === undefined ? say.conditions[condition] : say.adoptedBy(adopter);
  return [hub, state, instance, String(epoch), timeOf(since), addresses.join(' ') || '–'];
}

function logCells(
  { name, entries, bytes, current, replicas }: LogState,
  { output: { cluster: say } }: Words,
): string[] {
  return [name, String(entries), String(bytes), say.wholeOn(current, replicas)];
}

/** As in `2026-11-30 07:15:02Z`. */
function timeOf(date: Date): string {
  return date.toISOString().replace('T', ' ').replace(/\.\d+/, '');
}
