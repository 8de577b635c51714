import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { Hub } from '../../../hub/core/hub.ts';
import { Message, type MessageOptions } from '../../../hub/core/message.ts';
import { ALL_RIGHTS, type Rights } from '../../../hub/core/rights.ts';
import { PLAIN_TERMS, type Terms } from '../../../hub/core/subscription.ts';
import type { SessionLimits } from '../../../hub/session/limits.ts';
import type { Session } from '../../../hub/session/session.ts';
import { type OpenOptions, Sessions } from '../../../hub/session/sessions.ts';
import type { Store } from '../../../hub/session/store.ts';
import { Recorder } from '../core/recorder.ts';
import { FakeLink, type FakeLinkOptions } from '../session/fake-link.ts';
import { VirtualClock } from '../session/fixture.ts';

/** A hub in virtual time over a store: what the server builds from one, without the entrances. */
export class StoredFixture {
  readonly clock = new VirtualClock();
  readonly hub: Hub;
  readonly sessions: Sessions;
  /** Receives wills. */
  readonly wills = new Recorder();

  /** The rights of owners of restored sessions, by name; all rights unless given. */
  readonly rightsOf: Record<string, Rights> = {};

  constructor(
    store: Store | undefined,
    startAt: number,
    limits: Partial<SessionLimits> = {},
    gone: readonly string[] = [],
  ) {
    this.clock.frame = startAt;
    const now = () => this.clock.now();
    const kept = store && { journal: store.journal };
    this.hub = new Hub({ now, ...kept });
    this.sessions = new Sessions({ hub: this.hub, scheduler: this.clock, limits, ...kept });
    this.hub.subscribe(this.wills, parseTopicFilter('will/#'));
    if (!store) return;
    this.hub.retained.restore(store.retained);
    const mayPublish = (name: string) => (topic: string) =>
      (this.rightsOf[name] ?? ALL_RIGHTS).mayPublish(topic);
    this.sessions.restore(store.sessions, ({ owner }) => ({
      owner: { ...owner, rights: { ...ALL_RIGHTS, mayPublish: mayPublish(owner.name) } },
      isGone: gone.includes(owner.name),
    }));
  }

  get retained(): [topic: string, text: string | undefined][] {
    return [...this.hub.retained.match('#')]
      .map(({ topic, text }): [string, string | undefined] => [topic, text])
      .sort();
  }

  connect(clientIdentifier: string, options: Partial<OpenOptions> & FakeLinkOptions = {}): StoredClient {
    const link = new FakeLink(options);
    const { session, isPresent } = this.sessions.open({
      clientIdentifier,
      cleanStart: false,
      expirySeconds: 3600,
      ...options,
    });
    session.attach(link);
    return new StoredClient(this, session, link, isPresent);
  }

  publish(topic: string, text: string, options: MessageOptions = {}): void {
    this.hub.publish(new Message(topic, text, options));
  }
}

export class StoredClient {
  readonly session: Session;
  readonly link: FakeLink;
  readonly isPresent: boolean;
  readonly #fixture: StoredFixture;

  constructor(fixture: StoredFixture, session: Session, link: FakeLink, isPresent: boolean) {
    this.#fixture = fixture;
    this.session = session;
    this.link = link;
    this.isPresent = isPresent;
  }

  subscribe(filter: string, terms: Partial<Terms> = {}, isReplayed = true): void {
    const { subscription } = this.session.subscribe(parseTopicFilter(filter), {
      ...PLAIN_TERMS,
      qos: 2,
      ...terms,
    });
    if (isReplayed) this.session.replay([subscription]);
  }

  leave(publishWill = true): void {
    this.#fixture.sessions.leave(this.session, this.link, { publishWill });
  }

  /** The messages that it got at QoS 1 and 2, as texts. */
  get texts(): (string | undefined)[] {
    return this.link.tracked.map(({ message }) => message.text);
  }
}
