import { InvalidArgumentError } from 'commander';
import { HubError } from '../core/error.ts';
import type { SpokenOptions } from './languages/index.ts';

/** The options of a hub whose state is in a cluster. */
export interface ClusterOptions extends SpokenOptions {
  /** Addresses of NATS servers. */
  readonly cluster?: readonly string[];
  readonly clusterName?: string;
  readonly hubName?: string;
  readonly clusterCredentials?: string;
  readonly clusterSystemCredentials?: string;
  readonly clusterCa?: string;
  readonly clusterCert?: string;
  readonly clusterKey?: string;
  readonly clusterAnyVersion?: boolean;
}

/** How long a hub may take to move its sessions before it ends, seconds: with the rest of its end, less than Docker's ten. */
export const DEFAULT_DRAIN_SECONDS = 8;

export const DEFAULT_CLUSTER_NAME = 'pinhub';
export const DEFAULT_HUB_NAME = 'main';

/** The address of a NATS server; without a scheme, `nats://` is assumed. */
export function parseServer(text: string): string {
  const address = text.includes('://') ? text : `nats://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['nats:', 'tls:'].includes(url.protocol) || url.hostname === '')
    throw new InvalidArgumentError(
      'It must be addresses of NATS servers, as in nats://a:4222,nats://b:4222.',
    );
  if (url.username !== '' || url.password !== '')
    throw new InvalidArgumentError(
      'Everybody on this machine can see a password there: name a file with --cluster-credentials.',
    );
  return address;
}

/** How commands reach the servers of a cluster. Throws `option/invalid` without `--cluster`. */
export function clusterServers({ cluster: servers, ...options }: ClusterOptions) {
  if (!servers)
    throw new HubError('option/invalid', 'say where the cluster is, as in --cluster nats://a,nats://b');
  return {
    servers,
    credentials: options.clusterCredentials,
    ca: options.clusterCa,
    cert: options.clusterCert,
    key: options.clusterKey,
    acceptsAnyVersion: options.clusterAnyVersion,
  };
}

const MAX_NAME = 32;

/** A name of a hub or a cluster, which becomes part of names on the servers. */
export function parseClusterName(text: string): string {
  if (/^[A-Za-z0-9-]+$/.test(text) && text.length <= MAX_NAME) return text;
  throw new InvalidArgumentError(`It must be 1 to ${MAX_NAME} letters, digits or hyphens, as in main.`);
}

/**
 * The prefix of the topics of a hub's devices and board: the given one, or else the hub's name, so that the hubs of a cluster have different ones. A hub with the
 * default name has no prefix.
 */
export function devicePrefix({
  prefix,
  cluster,
  hubName = DEFAULT_HUB_NAME,
}: Pick<ClusterOptions, 'cluster' | 'hubName'> & { readonly prefix: string }): string {
  if (prefix !== '' || cluster === undefined || hubName === DEFAULT_HUB_NAME) return prefix;
  return hubName;
}
