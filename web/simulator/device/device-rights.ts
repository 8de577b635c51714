import { type Identity, mayPublish } from '../../../hub/client/identity.ts';
import { judgeName } from './device-name.ts';

/** What a device says and corrects; who may do this may do all that it does. */
const NEEDED = ['led/21/duty', 'led/21/status', 'board/gpio/21'];

/** Any name: one that nobody has. */
const ANY = 'x';

/** Under which names one may be a device: all, one's own alone, or none. */
export type DeviceNames =
  | { readonly are: 'all' }
  | { readonly are: 'own'; readonly name: string }
  | { readonly are: 'none' };

/** Whether one may be the device of this name. */
export function mayBeDevice(identity: Identity | undefined, name: string): boolean {
  return NEEDED.every((path) => mayPublish(identity, `${name}/${path}`));
}

/** Under which names one may be a device, as far as is known. */
export function deviceNamesOf(identity: Identity | undefined): DeviceNames {
  if (mayBeDevice(identity, ANY)) return { are: 'all' };
  const own = judgeName(identity?.name ?? '');
  const isOwn = own.verdict === 'fit' && mayBeDevice(identity, own.name);
  return isOwn ? { are: 'own', name: own.name } : { are: 'none' };
}
