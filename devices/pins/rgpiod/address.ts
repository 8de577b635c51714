import { type Address, LOOPBACK, parseAddress } from '../socket/dial.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The address that lg's own clients would use: LG_ADDR and LG_PORT, else this machine's port 8889. Throws `option/invalid`. */
export function rgpiodAddress({ LG_ADDR: host, LG_PORT: port }: Environment): Address {
  return parseAddress({ host, port, defaultPort: 8889, portName: 'LG_PORT' });
}

/** The same port on this machine: whoever adds rgpiod to the kernel's own pins wants those of the same board. */
export function localOf(address: Address): Address {
  return { ...address, hosts: LOOPBACK };
}
