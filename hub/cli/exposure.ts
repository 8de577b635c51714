import type { ExposureOptions } from '../gateways/http/exposure.ts';
import type { StartOptions } from './options.ts';

/** How the hub is reached, by the options of the command line. */
export function exposureOf(options: StartOptions): ExposureOptions & { readonly basePath: string } {
  const { name, allowOrigin, frameAncestors, trustProxy, basePath = '', www } = options;
  return {
    names: name,
    allowedOrigins: allowOrigin,
    frameAncestors,
    trustedProxies: trustProxy,
    basePath,
    www,
  };
}

/**
 * Whether others than this machine can reach the hub: over the network or, if it has a name or a proxy, through a proxy on this machine. Then
 * everybody must say who they are.
 */
export function isReachable({ host, name, trustProxy }: StartOptions): boolean {
  return host !== undefined || name !== undefined || trustProxy !== undefined;
}
