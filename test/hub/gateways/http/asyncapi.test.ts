import { afterEach, beforeEach, expect, it } from 'vitest';
import { Message } from '../../../../hub/core/message.ts';
import { type HttpHub, openHttpHub } from './http-hub.ts';

let hub: HttpHub;

beforeEach(async () => {
  hub = await openHttpHub();
});
afterEach(() => hub.stop());

async function describeDevices() {
  return (await fetch(`${hub.url}/asyncapi.json`)).json();
}

it('describes the topics of each device, by the properties that it describes', async () => {
  const info = {
    kind: 'heater',
    name: 'Heater',
    properties: {
      target: { type: 'number', unit: '°C', min: 5, max: 30, settable: true },
      mode: { type: 'choice', options: ['eco', 'on'], settable: true, actual: false },
      heating: { type: 'boolean' },
      overridden: { type: 'boolean' },
    },
  };
  hub.hub.publish(new Message('home/heater/1/info', JSON.stringify(info), { retain: true }));
  const { asyncapi, channels, operations } = await describeDevices();
  const target = { payload: { type: 'number', minimum: 5, maximum: 30 } };
  expect(asyncapi).toBe('3.0.0');
  expect(channels).toEqual({
    'home/heater/1/status': {
      address: 'home/heater/1/status',
      title: 'Heater: status',
      messages: { value: { payload: { type: 'string', enum: ['online', 'offline'] } } },
    },
    'home/heater/1/target': {
      address: 'home/heater/1/target',
      title: 'Heater: target (°C)',
      messages: { value: target },
    },
    'home/heater/1/target/actual': {
      address: 'home/heater/1/target/actual',
      title: 'Heater: target (°C), actual',
      messages: { value: target },
    },
    'home/heater/1/mode': {
      address: 'home/heater/1/mode',
      title: 'Heater: mode',
      messages: { value: { payload: { type: 'string', enum: ['eco', 'on'] } } },
    },
    'home/heater/1/heating/actual': {
      address: 'home/heater/1/heating/actual',
      title: 'Heater: heating, actual',
      messages: { value: { payload: { type: 'boolean' } } },
    },
  });
  expect(operations['home/heater/1/target'].action).toBe('receive');
  expect(operations['home/heater/1/target/actual']).toMatchObject({
    action: 'send',
    channel: { $ref: '#/channels/home~1heater~11~1target~1actual' },
  });
});

it('refers only to existing channels', async () => {
  const info = '{"kind":"relay~","properties":{"on":{"type":"boolean","settable":true}}}';
  hub.hub.publish(new Message('relay~/1/info', info, { retain: true }));
  const description = await describeDevices();
  const pointers = Object.values<{ channel: { $ref: string } }>(description.operations).map(
    ({ channel }) => channel.$ref,
  );
  expect(pointers.length).toBe(3);
  for (const pointer of pointers) expect(follow(description, pointer)).toHaveProperty('address');
});

/** Resolves a JSON pointer (RFC 6901). */
function follow(document: unknown, pointer: string): unknown {
  const names = pointer.slice('#/'.length).split('/');
  return names.reduce<unknown>(
    (value, name) => Reflect.get(Object(value), name.replaceAll('~1', '/').replaceAll('~0', '~')),
    document,
  );
}
