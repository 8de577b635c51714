import { InvalidArgumentError } from 'commander';
import { HubError } from '../core/error.ts';
import { parseBasePath } from '../gateways/http/exposure.ts';
import { Proxies } from '../gateways/http/proxies.ts';
import { type HubLimits, parseLimit } from '../limits/hub-limits.ts';
import { locatePlugin } from './locate-plugin.ts';

/** Parses one value of an option, and adds it to the previous ones if it is a list. Throws what commander shows to the user. */
export type Parse<T> = (text: string, before: T | undefined) => T;

/** An environment variable holds several values separated by spaces or commas. */
export function split(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

/** A word without "/" that follows a name belongs to the name: `led/21=Desk lamp servo/18`. */
function splitDevices(text: string): string[] {
  const devices: string[] = [];
  for (const word of split(text)) {
    const isOfName = devices.at(-1)?.includes('=') && !word.includes('/');
    devices.push(isOfName ? `${devices.pop()} ${word}` : word);
  }
  return devices;
}

export function collectDevices(text: string, before: readonly string[] = []): readonly string[] {
  const devices = splitDevices(text);
  if (devices.length > 0) return [...before, ...devices];
  throw new InvalidArgumentError('It must be devices, as in led/21 servo/18.');
}

/** A parser of lists; `parseOne` throws a `HubError`, which is shown to the user. */
export function collect(parseOne: (text: string) => string): Parse<readonly string[]> {
  return (text, before = []) => [...before, ...explain(() => split(text).map(parseOne))];
}

/** A path may have blanks. */
export function collectPlugins(text: string, before: readonly string[] = []): readonly string[] {
  const words = text.split(',').map((word) => word.trim());
  return [...before, ...explain(() => words.map((word) => locatePlugin(word, process.cwd())))];
}

function explain<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof HubError ? new InvalidArgumentError(`${error.message}.`) : error;
  }
}

export function parseProxy(text: string): string {
  new Proxies([text]); // Throws if it is not one.
  return text;
}

export function parsePublicPath(text: string): string {
  return explain(() => parseBasePath(text));
}

export function collectLimits(text: string, before: Partial<HubLimits> = {}): Partial<HubLimits> {
  try {
    const limits = split(text).map(parseLimit);
    if (limits.length > 0) return { ...before, ...Object.fromEntries(limits) };
  } catch (error) {
    throw error instanceof HubError ? new InvalidArgumentError(error.message) : error;
  }
  throw new InvalidArgumentError('It must be limits by name, as in queuedMessages=500.');
}

/** A parser of whole numbers in a range, both ends included. */
export function wholeNumber(from: number, to = Number.POSITIVE_INFINITY): (text: string) => number {
  const range = Number.isFinite(to) ? `${from} to ${to}` : `${from}`;
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= from && number <= to) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${range}.`);
  };
}

export const parseCount = wholeNumber(1);

/** A TCP port; 0 lets the system choose. */
export const parsePort = wholeNumber(0, 65_535);

export function parsePrefix(text: string): string {
  const levels = text.replace(/\/+$/, '');
  if (!/[+#\0]/.test(levels) && !/^[$/]/.test(levels)) return levels;
  throw new InvalidArgumentError(
    'It must be topic levels as in lab/ana, without "+", "#" or a leading "$" or "/".',
  );
}

export function parseDiscoveryPrefix(text: string): string {
  const prefix = parsePrefix(text);
  if (prefix !== '') return prefix;
  throw new InvalidArgumentError('It must be at least one topic level, as in homeassistant.');
}

export function parseHubUrl(text: string): string {
  const url = text.includes('://') ? text : `http://${text}`;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new InvalidArgumentError('It must be a URL, as in http://raspberrypi.local:5000.');
}

/** An address to listen on. The system checks whether this machine has it. */
export function parseHost(text: string): string {
  if (/^[\w.:%-]+$/.test(text)) return text;
  throw new InvalidArgumentError(
    'It must be an address of this machine, as in 192.168.1.10; without one, the hub listens on all.',
  );
}

export function parsePath(text: string): string {
  if (text.trim() !== '' && !text.includes('\0')) return text;
  throw new InvalidArgumentError('It must be a path, as in ./pinhub.');
}
