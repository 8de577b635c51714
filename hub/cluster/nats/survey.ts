import { setTimeout as wait } from 'node:timers/promises';
import { type JetStreamManager, jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { toHubError } from '../../core/error.ts';
import type { LogState, ServerState, Survey } from '../status.ts';
import { answered } from './answers.ts';
import { connect, type NatsOptions } from './connect.ts';

export interface SurveyOptions extends Omit<NatsOptions, 'needsJetStream'> {
  readonly cluster: string;
}

/** How long to listen, milliseconds: owners send a beat every 400 ms. */
const LISTEN_MS = 1_200;

/** Reads the state of a cluster on its servers, and changes nothing. Rejects with `store/unavailable` if none of them can be used. */
export async function survey(options: SurveyOptions): Promise<Survey> {
  const [connection, servers] = await Promise.all([connect(options), tryAll(options)]);
  try {
    const manager = await answered(jetstreamManager(connection, { checkAPI: false }));
    const [casts, streams] = await Promise.all([
      listen(connection, options.cluster),
      answered(listStreams(manager, options.cluster)),
    ]);
    const cells = await answered(readCells(manager, options.cluster, streams));
    return { servers, casts, cells, logs: streams.flatMap((info) => toLog(info, options.cluster)) };
  } finally {
    await connection.close();
  }
}

function tryAll(options: SurveyOptions): Promise<ServerState[]> {
  return Promise.all(options.servers.map((address) => tryOne(options, address)));
}

async function tryOne(options: SurveyOptions, address: string): Promise<ServerState> {
  try {
    const connection = await connect({ ...options, servers: [address] });
    const version = connection.info?.version;
    await connection.close();
    return { address, version };
  } catch (error) {
    return { address, problem: toHubError(error).message };
  }
}

async function listen(connection: NatsConnection, cluster: string): Promise<Survey['casts']> {
  const prefix = `ph.${cluster}.h.`;
  const casts: { channel: string; bytes: Uint8Array }[] = [];
  const subscription = connection.subscribe(`${prefix}>`, {
    callback: (error, message) => {
      if (!error) casts.push({ channel: message.subject.slice(prefix.length), bytes: message.data });
    },
  });
  await wait(LISTEN_MS);
  subscription.unsubscribe();
  return casts;
}

async function listStreams(manager: JetStreamManager, cluster: string): Promise<StreamInfo[]> {
  const streams: StreamInfo[] = [];
  for await (const info of manager.streams.list())
    if (info.config.name === bucketOf(cluster) || info.config.name.startsWith(`ph_${cluster}_`))
      streams.push(info);
  return streams;
}

async function readCells(
  manager: JetStreamManager,
  cluster: string,
  streams: readonly StreamInfo[],
): Promise<Survey['cells']> {
  const name = bucketOf(cluster);
  if (!streams.some(({ config }) => config.name === name)) return [];
  const prefix = `$KV.${name.slice('KV_'.length)}.`;
  const { state } = await manager.streams.info(name, { subjects_filter: `${prefix}>` });
  const subjects = Object.keys(state.subjects ?? {});
  return Promise.all(
    subjects.map(async (subject) => {
      const message = await manager.streams.getMessage(name, { last_by_subj: subject });
      const changedAt = message?.time ?? new Date(0);
      return { key: subject.slice(prefix.length), text: message?.string() ?? '', changedAt };
    }),
  );
}

function bucketOf(cluster: string): string {
  return `KV_ph_${cluster}_hubs`;
}

function toLog({ config, state, cluster: group }: StreamInfo, cluster: string): LogState[] {
  const prefix = `ph_${cluster}_l_`;
  if (!config.name.startsWith(prefix)) return [];
  const followers = group?.replicas?.filter(({ current }) => current).length ?? 0;
  const { messages: entries, bytes } = state;
  return [
    {
      name: config.name.slice(prefix.length),
      entries,
      bytes,
      replicas: config.num_replicas,
      current: followers + (group?.leader === undefined && config.num_replicas > 1 ? 0 : 1),
    },
  ];
}
