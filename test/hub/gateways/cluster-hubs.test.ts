import { BehaviorSubject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { HubError } from '../../../hub/core/error.ts';
import type { ServingHub } from '../../../hub/core/ports.ts';
import { ClusterHubs } from '../../../hub/gateways/cluster-hubs.ts';
import { connect, MqttHub } from './mqtt/mqtt-hub.ts';

const closing = new HubError('hub/closing', 'the hub is closing');

function serving(hub: string, ...addresses: string[]): ServingHub {
  return { hub, epoch: 1, instance: `${hub} (process 1)`, addresses };
}

const SELF = serving('a', 'mqtt://10.0.0.1:1883', 'http://10.0.0.1:5000/');
const SECOND = serving('b', 'mqtt://10.0.0.2:1883', 'http://10.0.0.2:5000/pinhub/');
const THIRD = serving('c', 'mqtts://[fd00::3]:8883');

/** A hub in a cluster, with the cluster's list of live hubs. */
function clusteredHub(...others: readonly ServingHub[]) {
  const live$ = new BehaviorSubject<readonly ServingHub[]>([SELF, ...others]);
  return { live$, hub: new MqttHub({ clusterHubs: new ClusterHubs({ self: SELF, live$ }) }) };
}

describe('when a hub of a cluster closes', () => {
  test('its MQTT 5 clients get the addresses of the others, each first for some, to go there for now [MQTT 5, 4.11]', async () => {
    const { hub } = clusteredHub(SECOND, THIRD);
    const clients = [];
    for (const clientIdentifier of ['1', '2']) clients.push(await hub.connect({ clientIdentifier }));
    await hub.sessions.closeAll(closing);
    const told = [];
    for (const client of clients) told.push(...(await client.take()));
    const references = ['10.0.0.2:1883 [fd00::3]:8883', '[fd00::3]:8883 10.0.0.2:1883'];
    expect(told).toMatchObject(
      references.map((serverReference) => ({
        type: 'disconnect',
        reasonCode: 0x9c,
        properties: { serverReference },
      })),
    );
  });

  test('a client that comes meanwhile gets them in its CONNACK', async () => {
    const { hub } = clusteredHub(SECOND);
    const client = hub.open();
    client.send(connect());
    const closed = hub.gateway.close(closing);
    expect(await client.take()).toMatchObject([
      { type: 'connack', reasonCode: 0x9c, properties: { serverReference: '10.0.0.2:1883' } },
    ]);
    await closed;
  });

  test('and no other serves any more, it is only shutting down', async () => {
    const { hub, live$ } = clusteredHub(SECOND);
    const client = await hub.connect();
    live$.next([SELF]);
    await hub.sessions.closeAll(closing);
    const [packet] = await client.take();
    expect(packet).toMatchObject({ type: 'disconnect', reasonCode: 0x8b });
    expect(packet).not.toMatchObject({ properties: { serverReference: expect.anything() } });
  });

  test('a client that it disconnects for another reason is not sent elsewhere', async () => {
    const { hub } = clusteredHub(SECOND);
    const client = await hub.connect();
    hub.sessions.disconnect('client', new HubError('session/closed', 'enough'));
    expect(await client.take()).toMatchObject([{ type: 'disconnect', reasonCode: 0x98 }]);
  });
});
