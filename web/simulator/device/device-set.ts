import { concatMap, from, type Observable, ReplaySubject, switchMap, tap } from 'rxjs';

/** A device that runs until it is closed. */
export interface Running {
  close(): Promise<void>;
}

export interface DeviceSetOptions<Device> {
  /** The devices that should run, by topic, at once and at every change. */
  readonly wanted$: Observable<ReadonlyMap<string, Device>>;
  /** Resolves to the topics of devices of an earlier run that the hub still knows. Nothing runs before. Never rejects. */
  readonly earlier: Promise<readonly string[]>;
  readonly start: (device: Device) => Running;
  /** Takes what the hub retains of a device away. Never rejects. */
  readonly forget: (topic: string) => Promise<void>;
}

export interface DeviceSet {
  /** The topics of the devices that run, at once and at every change. */
  readonly topics$: Observable<readonly string[]>;
  close(): Promise<void>;
}

/** Runs the wanted devices: starts those that are new, and closes and forgets those that are wanted no longer. */
export function runDeviceSet<Device>(options: DeviceSetOptions<Device>): DeviceSet {
  const { wanted$, earlier, start, forget } = options;
  const topics$ = new ReplaySubject<readonly string[]>(1);
  const running = new Map<string, Running>();
  let remnants: readonly string[] = [];
  let isClosed = false;

  const end = async (topic: string) => {
    await running.get(topic)?.close();
    await forget(topic);
    running.delete(topic);
  };
  const follow = async (wanted: ReadonlyMap<string, Device>) => {
    const gone = [...new Set([...running.keys(), ...remnants])].filter((topic) => !wanted.has(topic));
    remnants = [];
    await Promise.all(gone.map(end)); // First: a new device may want the pin of one that goes.
    if (isClosed) return;
    for (const [topic, device] of wanted) if (!running.has(topic)) running.set(topic, start(device));
    topics$.next([...wanted.keys()]);
  };
  const following = from(earlier)
    .pipe(
      tap((topics) => {
        remnants = topics;
      }),
      switchMap(() => wanted$),
      concatMap(follow),
    )
    .subscribe();
  return {
    topics$: topics$.asObservable(),
    async close() {
      isClosed = true;
      following.unsubscribe();
      await Promise.all([...running.values()].map((device) => device.close()));
    },
  };
}
