import { type Observable, Subscription } from 'rxjs';
import { type HubError, toHubError } from '../../../hub/core/index.ts';
import type { Device } from '../devices.ts';

/** A device as a plug-in's module sees it; docs/plug-ins.md has the same for its authors. */
export interface ModuleDevice {
  /** As in `lab/relay/17`. */
  readonly topic: string;
  readonly kind: string;
  /** The level after the kind: `17`. */
  readonly id: string;
  /** Calls back with the text of a topic below the device, such as `on/actual`: the last one, if there is one, and every text that follows. */
  watch(property: string, listener: (text: string) => void): void;
  /** Calls back at once and at every change: whether the device is online. */
  watchOnline(listener: (isOnline: boolean) => void): void;
  /** Calls back at once and at every change: whether the visitor may publish a property. */
  watchPermission(property: string, listener: (mayPublish: boolean) => void): void;
  /** Publishes the wanted value of a property, retained. Resolves to whether the hub has accepted it; the page shows the reason if it has not. */
  publish(property: string, payload: string): Promise<boolean>;
  /** The same for an event, which is not retained. */
  trigger(property: string, payload: string): Promise<boolean>;
}

export interface ModuleDeviceParts {
  readonly device: Pick<Device, 'topic' | 'kind' | 'feed' | 'isOnline$'>;
  /** Called with the reason if the hub refused something. */
  readonly refused: (error: HubError) => void;
  /** Called with an error that a listener has thrown. */
  readonly failed: (error: unknown) => void;
  /** The work that the module has begun; it lasts as long as the module is shown. */
  readonly running: Subscription;
}

/** A device for a plug-in's module. If one listener throws, all of them end. */
export function createModuleDevice({ device, refused, failed, running }: ModuleDeviceParts): ModuleDevice {
  const { topic, kind, feed, isOnline$ } = device;
  const follow = <T>(source$: Observable<T>, listener: (value: T) => void) => {
    const following = new Subscription();
    running.add(following);
    following.add(source$.subscribe((value) => !running.closed && attempt(() => listener(value), failed)));
  };
  const tell = (published: Promise<void>) =>
    published.then(
      () => true,
      (error: unknown) => {
        refused(toHubError(error));
        return false;
      },
    );
  return {
    topic,
    kind,
    id: topic.slice(topic.lastIndexOf('/') + 1),
    watch: (property, listener) => follow(feed.text$(property), listener),
    watchOnline: (listener) => follow(isOnline$, listener),
    watchPermission: (property, listener) => follow(feed.mayPublish$(property), listener),
    publish: (property, payload) => tell(feed.publish(property, payload)),
    trigger: (property, payload) => tell(feed.trigger(property, payload)),
  };
}

function attempt(work: () => void, failed: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    failed(error);
  }
}
