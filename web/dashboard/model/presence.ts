import { Observable, Subscription } from 'rxjs';
import type { Device } from '../../shared/devices.ts';

/** How many devices are there, and how many are known. */
export interface Presence {
  readonly online: number;
  readonly all: number;
}

/** Counts the devices of the newest list, at once and at every change. Each is asked once, from when it comes to when it goes. */
export function countPresence(devices$: Observable<readonly Device[]>): Observable<Presence> {
  return new Observable((observer) => {
    const asked = new Map<Device, Subscription>();
    const online = new Set<Device>();
    const tell = () => observer.next({ online: online.size, all: asked.size });
    const take = (device: Device, isOnline: boolean) => {
      if (isOnline) online.add(device);
      else online.delete(device);
      tell();
    };
    const drop = (device: Device) => {
      asked.get(device)?.unsubscribe();
      asked.delete(device);
      online.delete(device);
    };
    const follow = (devices: readonly Device[]) => {
      const current = new Set(devices);
      for (const device of asked.keys()) if (!current.has(device)) drop(device);
      for (const device of current) {
        if (asked.has(device)) continue;
        const asking = new Subscription();
        asked.set(device, asking);
        asking.add(device.isOnline$.subscribe((isOnline) => take(device, isOnline)));
      }
      tell();
    };
    observer.add(() => {
      for (const asking of asked.values()) asking.unsubscribe();
    });
    observer.add(devices$.subscribe({ next: follow, error: (error) => observer.error(error) }));
  });
}
