import { Router } from 'express';
import {
  OVERRIDDEN_PROPERTY,
  type PropertyInfo,
  readProperties,
} from '../../../devices/facts/property-info.ts';
import { search } from '../../session/search-queue.ts';
import { type Device, findDevices, isReadableBy, type ListsOptions, untilClosed } from './lists.ts';

interface AsyncApiOptions extends ListsOptions {
  readonly version: string;
}

/** The most devices of a description. */
const MAX_DEVICES = 1_000;

/** `GET /asyncapi.json`: the topics of the devices, by AsyncAPI 3.0, as far as these describe their properties. */
export function createAsyncApiRouter({ version, hub, identify, searches }: AsyncApiOptions): Router {
  const router = Router();
  router.get('/asyncapi.json', async (request, response) => {
    const visitor = await identify(request);
    const steps = findDevices(hub, { after: '', limit: MAX_DEVICES }, isReadableBy(visitor));
    const { devices } = await search(searches, steps, untilClosed(response));
    response.set('Cache-Control', 'no-store').json(describeDevices(version, devices));
  });
  return router;
}

/** A topic of a device, and what travels there. */
interface Channel {
  readonly topic: string;
  /** `receive`: anybody may publish there. `send`: the device does. */
  readonly action: 'receive' | 'send';
  readonly title: string;
  readonly payload: object;
}

export function describeDevices(version: string, devices: readonly Device[]): object {
  const channels = devices.flatMap(channelsOf);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Devices of this hub', version },
    defaultContentType: 'text/plain',
    channels: Object.fromEntries(channels.map((channel) => [channel.topic, describeChannel(channel)])),
    operations: Object.fromEntries(channels.map((channel) => [channel.topic, describeOperation(channel)])),
  };
}

const STATUS = { type: 'string', enum: ['online', 'offline'] };

function channelsOf({ device, info }: Device): readonly Channel[] {
  const name = typeof info.name === 'string' ? info.name : device;
  const { properties } = readProperties(info.properties);
  const shown = properties.filter(({ property }) => property !== OVERRIDDEN_PROPERTY);
  const status: Channel = {
    topic: `${device}/status`,
    action: 'send',
    title: `${name}: status`,
    payload: STATUS,
  };
  return [status, ...shown.flatMap((property) => channelsOfProperty(device, name, property))];
}

function channelsOfProperty(device: string, name: string, info: PropertyInfo): readonly Channel[] {
  const topic = `${device}/${info.property}`;
  const title = `${name}: ${info.name ?? info.property}${info.unit && ` (${info.unit})`}`;
  const payload = schemaOf(info);
  const wanted: Channel = { topic, action: 'receive', title, payload };
  const actual: Channel = { topic: `${topic}/actual`, action: 'send', title: `${title}, actual`, payload };
  return [...(info.isSettable ? [wanted] : []), ...(info.hasActual ? [actual] : [])];
}

/** Payloads are text: a number is written as JSON writes it. */
function schemaOf({ type, min, max, options }: PropertyInfo): object {
  if (type === 'number')
    return {
      type,
      ...(min !== undefined && { minimum: min }),
      ...(max !== undefined && { maximum: max }),
    };
  if (type === 'boolean') return { type };
  if (type === 'choice') return { type: 'string', enum: options };
  if (type === 'color') return { type: 'string', pattern: '^#[0-9a-fA-F]{6}$' };
  return { type: 'string' };
}

function describeChannel({ topic, title, payload }: Channel): object {
  return { address: topic, title, messages: { value: { payload } } };
}

function describeOperation({ topic, action, title }: Channel): object {
  const channel = `#/channels/${topic.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return {
    action,
    title,
    channel: { $ref: channel },
    messages: [{ $ref: `${channel}/messages/value` }],
  };
}
