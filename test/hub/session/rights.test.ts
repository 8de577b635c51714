import { VirtualTimeScheduler } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { HubError } from '../../../hub/core/error.ts';
import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { Hub } from '../../../hub/core/hub.ts';
import { Message } from '../../../hub/core/message.ts';
import { ALL_RIGHTS, type Rights } from '../../../hub/core/rights.ts';
import { PLAIN_TERMS, type Terms } from '../../../hub/core/subscription.ts';
import type { Link, Outgoing } from '../../../hub/session/link.ts';
import type { Session } from '../../../hub/session/session.ts';
import { Sessions } from '../../../hub/session/sessions.ts';

const QOS_1: Terms = { ...PLAIN_TERMS, qos: 1 };

/** Topics that begin with `open/`, until they are revoked. */
class OpenTopics implements Rights {
  areGone = false;
  mayRead = (topic: string) => !this.areGone && topic.startsWith('open/');
  maySubscribe = (path: string) => !this.areGone && (path.startsWith('open/') || path === '#');
  mayPublish = (topic: string) => this.mayRead(topic);
  permissions = ALL_RIGHTS.permissions;
}

/** Records what is sent. */
class Recorder implements Link {
  readonly topics: string[] = [];
  reason: HubError | undefined;
  receiveMaximum = 10;
  bufferedBytes = 0;
  isBehind = () => false;
  send({ topic }: Message) {
    this.topics.push(topic);
    return true;
  }
  sendTracked({ message }: Outgoing) {
    this.topics.push(message.topic);
    return true;
  }
  sendRelease() {}
  close(reason: HubError) {
    this.reason = reason;
  }
}

let hub: Hub;
let sessions: Sessions;
let rights: OpenTopics;
beforeEach(() => {
  const scheduler = new VirtualTimeScheduler();
  hub = new Hub({ now: () => scheduler.now() });
  sessions = new Sessions({ hub, scheduler });
  rights = new OpenTopics();
});

function open(clientIdentifier: string, name = 'ana', will?: Message): Session {
  return sessions.open({
    clientIdentifier,
    cleanStart: false,
    expirySeconds: 60,
    will: will && { message: will, delaySeconds: 0 },
    owner: { name, accountId: '', credentialIds: [`user:${name}`], rights },
  }).session;
}

function attach(session: Session): Recorder {
  const link = new Recorder();
  session.attach(link);
  return link;
}

const publish = (topic: string, qos: 0 | 1 = 0) =>
  hub.publish(new Message(topic, 'x', { retain: true, qos }));
const subscribe = (session: Session, filter: string, terms = PLAIN_TERMS) =>
  session.subscribe(parseTopicFilter(filter), terms);

describe('a session whose client may not do everything', () => {
  it('gets of a wildcard only what it may read, live and retained, at every QoS', () => {
    publish('open/before');
    publish('secret/before');
    const session = open('c');
    const link = attach(session);
    session.replay([subscribe(session, '#', QOS_1).subscription]);
    for (const topic of ['open/0', 'secret/0']) publish(topic);
    for (const topic of ['open/1', 'secret/1']) publish(topic, 1);
    expect(link.topics).toEqual(['open/before', 'open/0', 'open/1']);
  });

  it('is refused what it may not subscribe or publish to, and nothing comes of it', () => {
    const session = open('c');
    const denied = expect.objectContaining({ code: 'auth/denied' });
    expect(() => subscribe(session, 'secret/#')).toThrow(denied);
    expect(() => session.publish(new Message('secret/x', '1', { retain: true }))).toThrow(denied);
    expect(() => session.publishOnce(7, new Message('secret/x', '1', { retain: true }))).toThrow(denied);
    expect(session.isUnreleased(7)).toBe(false);
    expect(session.unsubscribe('secret/#')).toBe(false);
    expect(hub.subscriptionCount).toBe(0);
    expect(hub.retained.size).toBe(0);
  });

  it('passes a message of a shared subscription on to a member that may read it', () => {
    const [one, other] = [
      open('one'),
      sessions.open({ clientIdentifier: 'other', cleanStart: true, expirySeconds: 0 }),
    ];
    const links = [attach(one), attach(other.session)];
    subscribe(one, '$share/g/#');
    subscribe(other.session, '$share/g/#');
    for (let index = 0; index < 4; index++) publish('secret/x');
    expect(links.map(({ topics }) => topics.length)).toEqual([0, 4]);
  });

  it('does not get what was queued for it while it was still allowed', () => {
    const session = open('c');
    subscribe(session, 'open/#', QOS_1);
    publish('open/x', 1);
    rights.areGone = true;
    expect(attach(session).topics).toEqual([]);
    expect(sessions.counters).toMatchObject({ dropped: 1, queuedMessages: 0 });
  });
});

describe('a will', () => {
  it('that the client may not publish keeps it out', () => {
    expect(() => open('c', 'ana', new Message('secret/x', 'gone'))).toThrow(/will may not be published/);
    expect(sessions.size).toBe(0);
  });

  it('does not outlive the right to publish it', () => {
    const session = open('c', 'ana', new Message('open/status', 'gone', { retain: true }));
    const link = attach(session);
    rights.areGone = true;
    sessions.leave(session, link, { publishWill: true });
    expect(hub.retained.get('open/status')).toBeUndefined();
  });
});

describe('a will of a client that the hub cuts off', () => {
  it.each([true, false])(
    'is published, so that what is gone does not seem online (for good: %s)',
    (isGone) => {
      const session = open('c', 'ana', new Message('open/status', 'offline', { retain: true }));
      attach(session);
      rights.areGone = true;
      sessions.endAllOn({ credentialId: 'user:ana', reason: { code: 'auth/denied' } as HubError, isGone });
      expect(hub.retained.get('open/status')?.text).toBe('offline');
    },
  );
});

describe('a session of somebody', () => {
  it('belongs to its owner and the source of the owner’s name, because another authenticator may know the same name', () => {
    const connect = (credentialIds: readonly string[]) =>
      sessions.open({
        clientIdentifier: 'c',
        cleanStart: false,
        expirySeconds: 60,
        owner: { name: 'ana', accountId: '', credentialIds, rights },
      });
    connect(['ldap:ana', 'role:student']);
    const denied = expect.objectContaining({ code: 'session/not-yours' });
    expect(() => connect(['user:ana'])).toThrow(denied);
    expect(connect(['ldap:ana', 'role:teacher', 'login:x']).isPresent).toBe(true);
  });

  it('is of no use to others: they cannot go on with it, end it, or throw its client out', () => {
    const session = open('c');
    const link = attach(session);
    const denied = expect.objectContaining({ code: 'session/not-yours' });
    expect(() => open('c', 'eve')).toThrow(denied);
    sessions.leave(session, link, { publishWill: false });
    expect(() => open('c', 'eve')).toThrow(denied);
    expect(link.reason).toBeUndefined();
    expect(open('c', 'ana')).toBe(session);
  });

  it('of a hub without authentication can be continued once it has authentication, and the other way round', () => {
    const options = { clientIdentifier: 'c', cleanStart: false, expirySeconds: 60 };
    const { session } = sessions.open(options);
    expect(open('c', 'ana')).toBe(session);
    expect(sessions.open(options).session).toBe(session);
  });

  it('ends with what let its owner in, connected or away', () => {
    const [away, here, others] = [open('away'), open('here'), open('others', 'bia')];
    sessions.leave(away, attach(away), { publishWill: false });
    const [link, othersLink] = [attach(here), attach(others)];
    const reason = { code: 'auth/denied' } as HubError;
    sessions.endAllOn({ credentialId: 'user:ana', reason, isGone: true });
    expect([link.reason, othersLink.reason]).toEqual([reason, undefined]);
    expect(['away', 'here', 'others'].map((id) => sessions.has(id))).toEqual([false, false, true]);
  });

  it('is disconnected but kept if its owner may come back', () => {
    const session = open('c');
    const link = attach(session);
    sessions.endAllOn({
      credentialId: 'user:ana',
      reason: { code: 'auth/denied' } as HubError,
      isGone: false,
    });
    expect(link.reason).toBeDefined();
    expect(open('c')).toBe(session);
  });
});

describe('what ends the connections of many', () => {
  /** Sessions whose work is done step by step, when the test says so. */
  function openStepwise() {
    const pending: Iterator<unknown>[] = [];
    const inSteps = async (steps: Iterable<unknown>) => void pending.push(steps[Symbol.iterator]());
    sessions = new Sessions({ hub, scheduler: new VirtualTimeScheduler(), inSteps });
    return () => pending[0]?.next();
  }

  it('leaves out clients that were admitted again meanwhile', () => {
    const step = openStepwise();
    const links = ['a', 'b'].map((id) => attach(open(id)));
    void sessions.endAllOn({
      credentialId: 'user:ana',
      reason: { code: 'auth/denied' } as HubError,
      isGone: true,
    });
    step();
    const back = attach(open('b')); // Takes the old connection over.
    step();
    expect([links[0]?.reason, back.reason].map((reason) => reason?.code)).toEqual(['auth/denied', undefined]);
    expect(['a', 'b'].map((id) => sessions.has(id))).toEqual([false, true]);
  });

  it('opens no more sessions once the hub closes', () => {
    const step = openStepwise();
    const link = attach(open('a'));
    const reason = new HubError('hub/closing', 'the hub is closing');
    void sessions.closeAll(reason);
    expect(() => open('b')).toThrow(reason);
    step();
    expect(link.reason).toBe(reason);
  });
});
