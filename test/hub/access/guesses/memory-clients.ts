import type { KnownClients } from '../../../../hub/access/guesses/guess-limiter.ts';

/** Known networks and devices of a test. */
export function createMemoryClients(): KnownClients & { addDevice(account: string, cookie: string): void } {
  const networks = new Set<string>();
  const devices = new Set<string>();
  return {
    networks: {
      has: (account, network) => networks.has(`${network} ${account}`),
      add: (account, network) => void networks.add(`${network} ${account}`),
    },
    devices: { isValid: (account, cookie) => devices.has(`${cookie} ${account}`) },
    addDevice: (account, cookie) => void devices.add(`${cookie} ${account}`),
  };
}
