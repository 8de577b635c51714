import { Subscription } from 'rxjs';
import type { Bus } from '../../../hub/core/bus.ts';
import { HubError, quote, toHubError } from '../../../hub/core/error.ts';

interface BridgeOptions {
  readonly bus: Bus;
  /** A program may use the topics below this one, and no others, whatever its user's rights are. */
  readonly base: string;
  /** Called with each topic and payload that the program has published. */
  readonly onPublished: (topic: string, payload: string) => void;
  /** Called with the errors of the program. */
  readonly onReport: (report: Report) => void;
}

/** An error of the program. */
export type Report =
  | {
      readonly is: 'error';
      readonly text: string;
      /** The line, from the tag of its script; `undefined` if it is not known. */
      readonly line: number | undefined;
    }
  /** The program wanted to use a topic that is not its user's. */
  | { readonly is: 'denied'; readonly topic: string }
  /** The program wanted to open a window of the browser, which its frame may not. */
  | { readonly is: 'window'; readonly call: WindowCall }
  /** Something other than the map is in the script of the import map; no browser runs that. */
  | { readonly is: 'map'; readonly line: number };

const WINDOW_CALLS = ['alert', 'confirm', 'prompt'] as const;
type WindowCall = (typeof WINDOW_CALLS)[number];

/** The most subscriptions of one program. */
const MOST_SUBSCRIPTIONS = 20;

/** Connects a program in a frame to the hub, over a port. Its messages are not trusted. The connection ends with the subscription. */
export function bridge(port: MessagePort, { bus, base, onPublished, onReport }: BridgeOptions): Subscription {
  const life = new Subscription(() => port.close());
  let subscriptions = 0;
  const assertOwn = (topic: string) => {
    if (topic.startsWith(`${base}/`)) return;
    onReport({ is: 'denied', topic });
    throw denied(topic, base);
  };
  const publish = async (topic: string, payload: string, retain: boolean) => {
    assertOwn(topic);
    await bus.publish(topic, payload, { retain });
    onPublished(topic, payload);
  };
  const subscribe = (id: number, filter: string) => {
    assertOwn(filter);
    if (++subscriptions > MOST_SUBSCRIPTIONS)
      throw new HubError(
        'limit/exceeded',
        `a program here may have at most ${MOST_SUBSCRIPTIONS} subscriptions`,
      );
    life.add(
      bus.messages(filter).subscribe({
        next: ({ topic, text = '', retained }) =>
          port.postMessage({ id, message: { topic, text, retained } }),
        error: (error) => port.postMessage({ id, error: toHubError(error).toJSON() }),
      }),
    );
  };
  port.onmessage = ({ data }) => {
    const question: Record<string, unknown> = Object(data);
    const { report: text, line, code, window } = question;
    const call = WINDOW_CALLS.find((each) => each === window);
    if (call) onReport({ is: 'window', call });
    // A denial is reported already.
    if (typeof text === 'string' && code !== DENIED)
      onReport({
        is: 'error',
        text: plain(text),
        line: typeof line === 'number' && line > 0 ? line : undefined,
      });
    if (typeof question.id !== 'number') return;
    const { id } = question;
    answer(question, { publish, subscribe: (filter) => subscribe(id, filter) }).then(
      () => port.postMessage({ id }),
      (error) => port.postMessage({ id, error: toHubError(error).toJSON() }),
    );
  };
  return life;
}

interface Services {
  readonly publish: (topic: string, payload: string, retain: boolean) => Promise<void>;
  readonly subscribe: (filter: string) => void;
}

async function answer(question: Record<string, unknown>, { publish, subscribe }: Services): Promise<void> {
  const { publish: topic, subscribe: filter, payload, retain } = question;
  if (typeof topic === 'string' && typeof payload === 'string')
    return publish(topic, payload, retain === true);
  if (typeof filter === 'string') return subscribe(filter);
  throw new HubError('event/invalid', `${quote(question)} asks neither to publish nor to subscribe`);
}

/** An error without the call by which the frame has loaded the program: Chromium names it in errors of syntax. */
const plain = (text: string) => text.replace("Failed to execute 'write' on 'Document': ", '');

const DENIED = 'auth/denied';

function denied(topic: string, base: string): HubError {
  return new HubError(
    DENIED,
    `a program on this page may only use topics that begin with ${quote(`${base}/`)}; ${quote(topic)} does not`,
  );
}
