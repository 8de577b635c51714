import { VirtualTimeScheduler } from 'rxjs';
import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { Hub } from '../../../hub/core/hub.ts';
import { Message, type MessageOptions, type Qos } from '../../../hub/core/message.ts';
import type { RetainedLimits } from '../../../hub/core/retained-room.ts';
import { PLAIN_TERMS, type Terms } from '../../../hub/core/subscription.ts';
import type { SessionLimits } from '../../../hub/session/limits.ts';
import type { Session } from '../../../hub/session/session.ts';
import { type OpenOptions, Sessions } from '../../../hub/session/sessions.ts';
import { FakeLink, type FakeLinkOptions } from './fake-link.ts';

/** Time that passes when the test says so. */
export class VirtualClock extends VirtualTimeScheduler {
  /** Moves the clock forward by this many milliseconds, and runs the timers that expire. */
  pass(ms: number): void {
    const until = this.frame + ms;
    this.maxFrames = until;
    this.flush();
    this.frame = until;
  }
}

/** A connected client. */
export interface Client {
  readonly session: Session;
  readonly link: FakeLink;
  readonly isPresent: boolean;
  /** The connection breaks. */
  drop(): void;
  /** The client disconnects properly. */
  leave(): void;
  subscribe(filter: string, terms?: Partial<Terms>): void;
}

export interface ConnectOptions extends Partial<Omit<OpenOptions, 'clientIdentifier'>>, FakeLinkOptions {
  /** Called with the link before the session is attached to it. */
  readonly prepare?: (link: FakeLink) => void;
}

/** A hub with sessions in virtual time. */
export class Fixture {
  readonly clock = new VirtualClock();
  readonly hub: Hub;
  readonly sessions: Sessions;

  constructor(limits: Partial<SessionLimits & RetainedLimits> = {}) {
    this.hub = new Hub({ now: () => this.clock.now(), limits });
    this.sessions = new Sessions({ hub: this.hub, scheduler: this.clock, limits });
  }

  connect(clientIdentifier: string, options: ConnectOptions = {}): Client {
    const link = new FakeLink(options);
    const { session, isPresent } = this.sessions.open({
      clientIdentifier,
      cleanStart: false,
      expirySeconds: 3600,
      ...options,
    });
    options.prepare?.(link);
    session.attach(link);
    return {
      session,
      link,
      isPresent,
      drop: () => this.sessions.leave(session, link, { publishWill: true }),
      leave: () => this.sessions.leave(session, link, { publishWill: false }),
      subscribe: (filter, terms = {}) => {
        session.subscribe(parseTopicFilter(filter), { ...PLAIN_TERMS, qos: 2, ...terms });
      },
    };
  }

  publish(topic: string, text: string, qos: Qos = 0, options: MessageOptions = {}): number {
    return this.hub.publish(new Message(topic, text, { qos, ...options }));
  }
}

/** `0`, `1`, …: as many as requested. */
export function texts(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => String(from + index));
}
