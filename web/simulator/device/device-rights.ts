import { type Identity, mayPublish } from '../../../hub/client/identity.ts';
import { judgeName } from './device-name.ts';

/** The topics that a device publishes and corrects; a user who may publish these may do all that a device does. */
const NEEDED = ['led/21/duty', 'led/21/status', 'board/gpio/21'];

/** An arbitrary name that nobody has. */
const ANY = 'x';

/** The names under which the user may run a device: all, only their own, or none. */
export type DeviceNames =
  | { readonly are: 'all' }
  | { readonly are: 'own'; readonly name: string }
  | { readonly are: 'none' };

/** Whether the user may run the device of this name. */
export function mayBeDevice(identity: Identity | undefined, name: string): boolean {
  return NEEDED.every((path) => mayPublish(identity, `${name}/${path}`));
}

/** The names under which the user may run a device, as far as they are known. */
export function deviceNamesOf(identity: Identity | undefined): DeviceNames {
  if (mayBeDevice(identity, ANY)) return { are: 'all' };
  const own = judgeName(identity?.name ?? '');
  const isOwn = own.verdict === 'fit' && mayBeDevice(identity, own.name);
  return isOwn ? { are: 'own', name: own.name } : { are: 'none' };
}
