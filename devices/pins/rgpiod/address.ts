import { type Address, LOOPBACK, parseAddress } from '../socket/dial.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The address that lg's own clients would use: LG_ADDR and LG_PORT, or port 8889 of this machine. Throws `option/invalid`. */
export function rgpiodAddress({ LG_ADDR: host, LG_PORT: port }: Environment): Address {
  return parseAddress({ host, port, defaultPort: 8889, portName: 'LG_PORT' });
}

/** The same port on this machine: rgpiod beside the kernel's own pins must be for the same board. */
export function localOf(address: Address): Address {
  return { ...address, hosts: LOOPBACK };
}
