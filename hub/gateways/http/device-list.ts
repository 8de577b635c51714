import type { Hub } from '../../core/hub.ts';
import type { Message } from '../../core/message.ts';
import { isReport } from '../../core/rights.ts';

/** The end of the topic on which a device describes itself. */
const INFO = '/info';

/** What is wanted of a property, and what the device says there is; `null` where nothing is known. */
interface Values {
  readonly desired: string | null;
  readonly actual: string | null;
}

/** What one may read of a device. */
export interface Device {
  /** `led/21`, or with a prefix `lab/led/21`. */
  readonly device: string;
  /** `online` or `offline`, or whatever else the device says; `null` if it says nothing. */
  readonly status: string | null;
  /** What the device says of itself, as it says it. */
  readonly info: Readonly<Record<string, unknown>>;
  /** By property, such as `duty`. */
  readonly values: Readonly<Record<string, Values>>;
}

/** Whether a retained message is a device's description; other programs use topics of that form as well. */
export function isDescription(message: Message): boolean {
  return message.topic.endsWith(INFO) && isReport(message.topic) && readInfo(message) !== undefined;
}

/** The device that a description belongs to, in steps of constant cost. */
export function* describeDevice(
  { retained }: Hub,
  description: Message,
  isReadable: (message: Message) => boolean,
): Generator<undefined, Device> {
  const device = description.topic.slice(0, -INFO.length);
  const values = new Map<string, Values>();
  for (const message of retained.scan(`${device}/#`)) {
    if (message && isReadable(message)) takeValue(values, message, device);
    yield undefined;
  }
  const status = values.get('status')?.desired ?? null;
  for (const name of OWN) values.delete(name);
  return { device, status, info: readInfo(description) ?? {}, values: Object.fromEntries(values) };
}

/** `<device>/<property>` is what is wanted, `<device>/<property>/actual` what there is. */
function takeValue(values: Map<string, Values>, { topic, text }: Message, device: string): void {
  const [property = '', report, ...rest] = topic.slice(device.length + 1).split('/');
  if (property === '' || rest.length > 0 || (report !== undefined && report !== 'actual')) return;
  const value = values.get(property) ?? { desired: null, actual: null };
  values.set(property, { ...value, [report ?? 'desired']: text ?? null });
}

/** Topics of a device that are no properties. */
const OWN = ['info', 'status', 'error', 'meta'];

/** The description: an object that names the kind in its topic or, without a kind, at least describes properties. */
function readInfo({ topic, text }: Message): Readonly<Record<string, unknown>> | undefined {
  const kind = topic.split('/').at(-3);
  const info = text === undefined ? undefined : readObject(text);
  if (!info) return undefined;
  const isMeant = info.kind === undefined ? info.properties !== undefined : info.kind === kind;
  return isMeant ? info : undefined;
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // Any program may publish to any topic.
    throw error;
  }
}
