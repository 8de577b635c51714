import type { HubState, LogState, Survey } from '../cluster/status.ts';
import { table } from './banner.ts';
import { type ClusterOptions, clusterServers, DEFAULT_CLUSTER_NAME } from './cluster-options.ts';

/** `pinhub cluster status`: prints which hubs serve and how their state is kept. The exit code is 1 if something is wrong. */
export async function clusterStatus(options: ClusterOptions): Promise<void> {
  const { clusterName: cluster = DEFAULT_CLUSTER_NAME } = options;
  const servers = clusterServers(options);
  const [{ survey }, { findProblems, hubStates, withoutFormer }] = await Promise.all([
    import('../cluster/nats/survey.ts'),
    import('../cluster/status.ts'),
  ]);
  const all = await survey({ ...servers, cluster, name: 'pinhub cluster status' });
  const found = withoutFormer(all, new Date());
  const hubs = hubStates(found);
  const problems = findProblems(found, hubs);
  console.log(describeCluster(found, hubs, problems));
  if (problems.length > 0) process.exitCode = 1;
}

/** The tables as text, and what is wrong behind them. */
export function describeCluster(
  { servers, logs }: Pick<Survey, 'servers' | 'logs'>,
  hubs: readonly HubState[],
  problems: readonly string[],
): string {
  const blocks = [
    table([['HUB', 'STATE', 'PROCESS', 'EPOCH', 'SINCE', 'ADDRESSES'], ...hubs.map(hubCells)]),
    table([['LOG', 'ENTRIES', 'BYTES', 'WHOLE ON'], ...logs.map(logCells)]),
    table([['NATS', 'VERSION'], ...servers.map(({ address, version = '–' }) => [address, version])]),
    problems.length === 0 ? 'All is well.' : problems.map((problem) => `Problem: ${problem}`).join('\n'),
  ];
  return blocks.join('\n\n');
}

function hubCells({ hub, condition, adopter, instance, epoch, since, addresses }: HubState): string[] {
  const state = condition === 'adopted' ? `adopted by ${adopter}` : condition;
  return [hub, state, instance, String(epoch), timeOf(since), addresses.join(' ') || '–'];
}

function logCells({ name, entries, bytes, current, replicas }: LogState): string[] {
  const servers = replicas === 1 ? '1 server' : `${current} of ${replicas} servers`;
  return [name, String(entries), String(bytes), servers];
}

/** As in `2026-11-30 07:15:02Z`. */
function timeOf(date: Date): string {
  return date.toISOString().replace('T', ' ').replace(/\.\d+/, '');
}
