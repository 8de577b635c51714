import {
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  firstValueFrom,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  ReplaySubject,
  type SchedulerLike,
  Subject,
  share,
  startWith,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import type { Bus, BusMessage, HubError } from '../../../hub/core/index.ts';
import { askAgain } from '../ask-again.ts';
import type { DeviceFeed, DeviceFeedOptions } from '../device-feed.ts';
import { type Label, labelChanges, labelTopic, NO_LABEL } from '../label.ts';
import type { DiscoveredDevice } from './devices.ts';

/** A message as a property of the device: its topic is the property's, `light brightness/actual`, and its payload as our own devices write it. */
interface Local {
  readonly property: string;
  readonly message: BusMessage;
}

export interface DiscoveredFeedOptions extends DeviceFeedOptions {
  /** The device at once and at every change of its description. */
  readonly device$: Observable<DiscoveredDevice>;
  readonly label$: Observable<Label>;
  readonly scheduler?: SchedulerLike;
}

/** How long subscriptions last after the last listener has left, milliseconds. */
const LINGER_MS = 2000;

/**
 * The feed of a device that another program has announced. Its properties are at topics of that program and in its payloads; here they look like
 * properties of our own devices. A property without a state topic has the value that this page last asked for.
 */
export function createDiscoveredFeed(bus: Bus, topic: string, options: DiscoveredFeedOptions): DeviceFeed {
  const { device$, label$, hubBack$ = NEVER, mayPublish$ = () => of(true) } = options;
  const last = new Map<string, BusMessage>();
  const denied$ = new ReplaySubject<HubError>(1);
  const assumed$ = new Subject<Local>();
  const said$ = device$.pipe(
    distinctUntilChanged(),
    switchMap((device) =>
      messagesOf(bus, device).pipe(
        askAgain(hubBack$, (error) => denied$.next(error)),
        mergeMap((message) => localsOf(device, message)),
      ),
    ),
  );
  const locals$ = merge(said$, assumed$).pipe(
    tap(({ property, message }) => last.set(property, message)),
    share({ resetOnRefCountZero: () => timer(LINGER_MS, options.scheduler) }),
  );
  const publish = async (property: string, payload: string, mayRetain: boolean) => {
    const { sources } = await firstValueFrom(device$);
    const source = sources.get(property);
    if (source?.commandTopic === undefined) {
      await bus.publish(`${topic}/${property}`, payload, { retain: mayRetain });
      return;
    }
    await bus.publish(source.commandTopic, source.write(payload), { retain: mayRetain && source.retain });
    if (source.stateTopic === undefined) assumed$.next({ property, message: textMessage(property, payload) });
  };
  const trigger = (property: string, payload: string) => publish(property, payload, false);
  return {
    topic,
    denied$,
    event$: () => NEVER,
    text$: (property) =>
      defer(() => {
        const known = last.get(property);
        return concat(
          known ? of(known) : EMPTY,
          locals$.pipe(
            filter(isOf(property)),
            map(({ message }) => message),
          ),
        );
      }).pipe(map(({ text = '' }) => text)),
    properties$: defer(() =>
      locals$.pipe(
        map(() => new Map(last)),
        startWith(new Map(last)),
      ),
    ),
    mayPublish$: (property) =>
      device$.pipe(switchMap((device) => mayPublish$(commandTopicOf(device, property)))),
    publish: (property, payload) => publish(property, payload, true),
    hold: trigger,
    trigger,
    async forget() {
      const [{ configTopics }, label] = await Promise.all([firstValueFrom(device$), firstValueFrom(label$)]);
      const labels = [...labelChanges(label, NO_LABEL).keys()].map(
        (field) => `${topic}/${labelTopic(field)}`,
      );
      const topics = [...labels, ...configTopics];
      await Promise.all(topics.map((each) => bus.publish(each, '', { retain: true })));
    },
  };
}

function messagesOf(bus: Bus, { sources }: DiscoveredDevice): Observable<BusMessage> {
  const topics = [...sources.values()].flatMap(({ stateTopic }) => stateTopic ?? []);
  return topics.length === 0 ? NEVER : bus.messages([...new Set(topics)]);
}

/** One payload may hold several properties. A value that can be set is both the wanted and the actual one. */
function localsOf({ sources }: DiscoveredDevice, { topic, text = '' }: BusMessage): readonly Local[] {
  return [...sources].flatMap(([property, { stateTopic, commandTopic, read }]) => {
    const value = stateTopic === topic ? read(text) : undefined;
    if (value === undefined) return [];
    const names = commandTopic === undefined ? [`${property}/actual`] : [property, `${property}/actual`];
    return names.map((name) => ({ property: name, message: textMessage(name, value) }));
  });
}

function textMessage(topic: string, text: string): BusMessage {
  return { topic, text, bytes: new TextEncoder().encode(text), retained: false, retain: false };
}

function isOf(property: string): (local: Local) => boolean {
  return (local) => local.property === property;
}

/** Only somebody who may clear the announcement may forget the device. */
function commandTopicOf({ topic, sources, configTopics }: DiscoveredDevice, property: string): string {
  const other = property === 'info' ? configTopics[0] : undefined;
  return sources.get(property)?.commandTopic ?? other ?? `${topic}/${property}`;
}
