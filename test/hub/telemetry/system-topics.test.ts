import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { Hub } from '../../../hub/core/hub.ts';
import { createReadings, type HubSources, type Reading, SUM } from '../../../hub/telemetry/readings.ts';
import { SystemTopics } from '../../../hub/telemetry/system-topics.ts';
import { MqttHub, publish, subscribe } from '../gateways/mqtt/mqtt-hub.ts';

function advance(scheduler: VirtualTimeScheduler, ms: number): void {
  scheduler.maxFrames = scheduler.frame + ms;
  scheduler.flush();
  scheduler.frame = scheduler.maxFrames;
}

const reading = (topic: string, read: Reading['read']): Reading => ({ topics: { [topic]: SUM }, read });

/** Sources with nothing to report. */
const noSources: Omit<HubSources, 'hub' | 'sessions' | 'mqtt' | 'version'> = {
  access: { refused: 0 },
  readiness: { reason: undefined },
  socketIo: {
    clientCount: 0,
    peopleCount: 1,
    inspected: { topics: 0, bytes: 0 },
    people: [{ name: 'ana', role: 'admin' }],
    counters: { received: 0, sent: 0, refused: 0 },
  },
  http: { received: 0, sent: 0, streams: 0, refused: 0 },
  heldBytes: { total: 0, cutOffs: 0 },
  local: { count: 0, received: 0 },
  listeners: [],
  history: undefined,
};

describe('the topics below $SYS/broker', () => {
  test('are said at once, retained, and then every ten seconds what has changed', () => {
    const scheduler = new VirtualTimeScheduler();
    const hub = new Hub({ now: () => scheduler.now() });
    let count = 1;
    const readings = [reading('version', () => 'x'), reading('count', () => count)];
    const topics = new SystemTopics({ hub, scheduler, readings });
    expect(hub.retained.get('$SYS/broker/version')?.text).toBe('x');
    const said: string[] = [];
    const deliver = ({ topic, text }: { topic: string; text: string | undefined }) =>
      said.push(`${topic} ${text}`) > 0;
    hub.subscribe({ deliver }, parseTopicFilter('$SYS/#'));
    advance(scheduler, 9_999);
    expect(said).toEqual([]);
    count = 2;
    advance(scheduler, 2);
    advance(scheduler, 10_000);
    expect(said).toEqual(['$SYS/broker/count 2']);
    topics.close();
    count = 3;
    advance(scheduler, 60_000);
    expect(said).toHaveLength(1);
  });

  test('are published within a second if somebody watches them', () => {
    const scheduler = new VirtualTimeScheduler();
    const hub = new Hub({ now: () => scheduler.now() });
    let clients = 0;
    const readings = [
      { ...reading('clients', () => clients), isLively: true },
      reading('bytes', () => clients),
    ];
    const topics = new SystemTopics({ hub, scheduler, readings });
    clients = 1;
    advance(scheduler, 1_001);
    expect(hub.retained.get('$SYS/broker/clients')?.text).toBe('1');
    expect(hub.retained.get('$SYS/broker/bytes')?.text).toBe('0');
    topics.close();
  });

  test('are not matched by a bare # or + [MQTT-4.7.2-1]', () => {
    const scheduler = new VirtualTimeScheduler();
    const hub = new Hub({ now: () => scheduler.now() });
    const said: string[] = [];
    const deliver = ({ topic }: { topic: string }) => said.push(topic) > 0;
    for (const filter of ['#', '+/broker/version']) hub.subscribe({ deliver }, parseTopicFilter(filter));
    new SystemTopics({ hub, scheduler, readings: [reading('version', () => 'x')] }).close();
    expect(said).toEqual([]);
  });

  test('count clients, packets, bytes, subscriptions and what is retained', async () => {
    const mqttHub = new MqttHub();
    const { hub, sessions, gateway } = mqttHub;
    const scheduler = new VirtualTimeScheduler();
    const sources = { ...noSources, hub, sessions, mqtt: gateway, version: '1.2.3' };
    const readings = createReadings(sources);
    const said = new Hub({ now: () => 0 });
    const say = (name: string) => {
      new SystemTopics({ hub: said, scheduler, readings }).close();
      const text = said.retained.get(`$SYS/broker/${name}`)?.text;
      return Number.isNaN(Number(text)) ? text : Number(text);
    };
    const kept = { cleanStart: false, properties: { sessionExpiryInterval: 60 } };
    const away = await mqttHub.connect({ ...kept, clientIdentifier: 'away' });
    await away.exchange(subscribe('queue', { qos: 1 }));
    away.transport.cut();
    const client = await mqttHub.connect();
    await client.exchange(
      subscribe(['a', 'b', '$share/group/c'], { qos: 0 }),
      publish('a', 'x', { retain: true }),
      publish('queue', 'y', { qos: 1, packetIdentifier: 1 }),
    );
    await mqttHub.advance(2_500);
    expect(say('version')).toBe('Pinhub 1.2.3');
    expect(say('uptime')).toBe('2 seconds');
    expect(say('clients/connected')).toBe(1);
    expect(say('clients/disconnected')).toBe(1);
    expect(say('clients/total')).toBe(2);
    expect(say('clients/maximum')).toBe(1);
    expect(say('subscriptions/count')).toBe(4);
    expect(say('retained messages/count')).toBe(1);
    expect(say('messages/stored')).toBe(2);
    expect(say('publish/messages/received')).toBe(2);
    expect(say('publish/messages/sent')).toBe(1);
    expect(say('messages/received')).toBe(6); // Twice CONNECT, twice SUBSCRIBE, twice PUBLISH.
    expect(say('messages/sent')).toBe(6); // Twice CONNACK and SUBACK, PUBACK, PUBLISH.
    const sent = [...away.transport.writes, ...client.transport.writes];
    expect(say('bytes/sent')).toBe(sent.reduce((sum, { byteLength }) => sum + byteLength, 0));
  });
});
