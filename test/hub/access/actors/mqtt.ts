import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { z } from 'zod';
import { createScramClient } from '../scram-client.ts';
import { type Actor, type Answer, type Probe, type Seen, type Shown, TurnedAway } from './actor.ts';
import type { Hub } from './fixture.ts';

export interface PublishEncoder {
  readonly version: 4 | 5;
  readonly over: 'tcp' | 'websocket';
  /** How a password is presented: sent, or with SCRAM-SHA-256. */
  readonly method?: 'SCRAM-SHA-256';
}

/** MQTT 5, 2.4: not authorized. MQTT 3.1.1 has only failure for subscriptions (3.9.3), and its own code for connections (3.2.2.3). */
const NOT_AUTHORIZED = 0x87;
const SUBSCRIPTION_DENIED = { 4: 0x80, 5: NOT_AUTHORIZED };
const CONNECTION_DENIED = { 4: 5, 5: NOT_AUTHORIZED };

export async function openMqtt(hub: Hub, shown: Shown, dialect: PublishEncoder): Promise<Actor> {
  const { version } = dialect;
  const client = await enter(hub, shown, dialect);
  return {
    async publish(topic, payload) {
      const answer = await answerOf(
        client.publishAsync(topic, payload, { retain: true, qos: 1 }),
        NOT_AUTHORIZED,
      );
      return version === 4 ? 'unsaid' : answer; // MQTT 3.1.1 acknowledges a denied publish, too. [MQTT-3.3.5-2]
    },
    async leaveWill({ topic, payload }) {
      const will = { topic, payload: Buffer.from(payload), retain: true, qos: 0 as const };
      const entering = enter(hub, shown, dialect, { will });
      const answer = await answerOf(entering, CONNECTION_DENIED[version]);
      if (answer === 'allowed') await cutOff(await entering);
      return answer;
    },
    async subscribe(filter, probe) {
      const seen = collect(client, probe);
      const answer = await answerOf(client.subscribeAsync(filter), SUBSCRIPTION_DENIED[version]);
      if (answer === 'denied') return 'denied';
      probe.publish();
      await seen;
      client.removeAllListeners('message');
      await client.unsubscribeAsync(filter);
      return seen;
    },
    close: () => client.endAsync(true),
  };
}

async function enter(
  hub: Hub,
  shown: Shown,
  dialect: PublishEncoder,
  more: IClientOptions = {},
): Promise<MqttClient> {
  const { server, mqttPort, ca } = hub;
  const isTcp = dialect.over === 'tcp';
  const secure = ca === undefined ? {} : { ca, servername: 'localhost', ...shown.certificate };
  const url = isTcp ? `mqtt${ca ? 's' : ''}://127.0.0.1:${mqttPort}` : `ws://127.0.0.1:${server.port}/mqtt`;
  const options: IClientOptions = {
    protocolVersion: dialect.version,
    reconnectPeriod: 0,
    manualConnect: true,
  };
  const client = connect(url, { ...options, ...secure, ...more, ...shownIn(shown, dialect) });
  if (dialect.method) exchange(client, shown, dialect.method);
  const connected = new Promise<void>((resolve, reject) => {
    client.on('connect', () => resolve());
    client.on('error', (error) =>
      reject(codeOf(error) === undefined ? error : new TurnedAway(codeOf(error) ?? 0)),
    );
  });
  client.connect();
  try {
    await connected;
    return client;
  } catch (error) {
    await client.endAsync(true);
    throw error;
  }
}

function shownIn({ token, user, password }: Shown, { method }: PublishEncoder): IClientOptions {
  if (method) return {};
  if (token !== undefined) return { username: 'token', password: token };
  return user === undefined || password === undefined ? {} : { username: user, password };
}

/** Makes a client prove its password without sending it. */
function exchange(
  client: MqttClient,
  { user = '', password = '' }: Shown,
  authenticationMethod: string,
): void {
  const scram = createScramClient('n,,', `n=${user},r=fyko`, password);
  const data = (text: string) => ({ authenticationMethod, authenticationData: Buffer.from(text) });
  client.options.properties = data(scram.first);
  client.handleAuth = ({ properties }, callback) => {
    const final = scram.final(String(properties?.authenticationData));
    callback(undefined, { cmd: 'auth', reasonCode: 0x18, properties: data(final) });
  };
}

async function cutOff(client: MqttClient): Promise<void> {
  const closed = new Promise((resolve) => client.once('close', () => resolve(undefined)));
  client.stream.destroy();
  await closed;
}

/** Everything that arrives until the probe's last topic has come live. */
function collect(client: MqttClient, { last }: Probe): Promise<Seen> {
  const retained: string[] = [];
  const live: string[] = [];
  return new Promise((resolve) => {
    client.on('message', (topic, _payload, { retain }) => {
      (retain ? retained : live).push(topic);
      if (!retain && topic === last) resolve({ retained, live });
    });
  });
}

/** Only this reason code means denied. */
async function answerOf(done: Promise<unknown>, denied: number): Promise<Answer> {
  try {
    await done;
    return 'allowed';
  } catch (error) {
    if ((error instanceof TurnedAway ? error.answer : codeOf(error)) === denied) return 'denied';
    throw error;
  }
}

/** mqtt.js has the code in the error, or in the SUBACK that it passes along. */
function codeOf(error: unknown): number | undefined {
  const { code, packet } = errorSchema.parse(error);
  return code ?? packet?.granted?.[0];
}

const errorSchema = z.object({
  code: z.number().optional().catch(undefined),
  packet: z.object({ granted: z.array(z.number()).optional() }).optional(),
});
