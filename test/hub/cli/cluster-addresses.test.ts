import { expect, it } from 'vitest';
import { clientAddresses } from '../../../hub/cli/cluster-addresses.ts';
import { devicePrefix } from '../../../hub/cli/cluster-options.ts';

const PORTS = { port: 5000, mqttPort: 1883 };

it.each([
  ['on its machine', {}, ['mqtt://localhost:1883', 'http://localhost:5000/']],
  ['in the network', { host: '10.0.0.7' }, ['mqtt://10.0.0.7:1883', 'http://10.0.0.7:5000/']],
  ['by IPv6', { host: 'fd00::7' }, ['mqtt://[fd00::7]:1883', 'http://[fd00::7]:5000/']],
  [
    'by name, encrypted',
    { host: '::', name: ['a.lab'], cert: 'x' },
    ['mqtts://a.lab:1883', 'https://a.lab:5000/'],
  ],
  ['through a proxy', { name: ['pi.example'], basePath: '/pinhub' }, ['https://pi.example/pinhub/']],
])('clients of other hubs reach a hub %s', (_, options, addresses) => {
  expect(clientAddresses(options, PORTS)).toEqual(addresses);
});

it('a hub without MQTT over TCP has an address for its pages only', () => {
  expect(clientAddresses({}, { port: 80, mqttPort: undefined })).toEqual(['http://localhost:80/']);
});

it.each([
  [{ cluster: ['nats://a'], hubName: 'b', prefix: '' }, 'b'],
  [{ cluster: ['nats://a'], hubName: 'b', prefix: 'lab' }, 'lab'],
  [{ cluster: ['nats://a'], hubName: 'main', prefix: '' }, ''],
  [{ hubName: 'b', prefix: '' }, ''],
])(
  'the devices and the board of a hub in a cluster are below its name, unless it has the default one: %j',
  (options, prefix) => {
    expect(devicePrefix(options)).toBe(prefix);
  },
);
