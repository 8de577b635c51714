import { DEFAULT_PIGPIOD_PORT } from '../../facts/pigpiod-port.ts';
import { type Address, parseAddress } from '../socket/dial.ts';

/** The address that pigpio's own clients would use: PIGPIO_ADDR and PIGPIO_PORT, or port 8888 of this machine. */
export function pigpiodAddress(env: Readonly<Record<string, string | undefined>>): Address {
  const { PIGPIO_ADDR: host, PIGPIO_PORT: port } = env;
  return parseAddress({ host, port, defaultPort: DEFAULT_PIGPIOD_PORT, portName: 'PIGPIO_PORT' });
}
