import { InvalidArgumentError } from 'commander';
import { HubError } from '../core/error.ts';
import { type HubLimits, parseLimit } from '../limits.ts';

/** The environment has one word where the command line has several: there spaces or commas stand between them. */
function split(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

export function collectDevices(text: string, before: readonly string[] = []): readonly string[] {
  const devices = split(text);
  if (devices.length > 0) return [...before, ...devices];
  throw new InvalidArgumentError('It must be devices, as in led/21 servo/18.');
}

export function collectLimit(text: string, before: Partial<HubLimits> = {}): Partial<HubLimits> {
  try {
    const limits = split(text).map(parseLimit);
    if (limits.length > 0) return { ...before, ...Object.fromEntries(limits) };
    throw new InvalidArgumentError('It must be limits by their names, as in queuedMessages=500.');
  } catch (error) {
    if (error instanceof HubError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

/** A TCP port, 0–65535; 0 lets the system choose. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}

export function parseInterval(text: string): number {
  const intervalMs = Number(text);
  if (/^\d+$/.test(text) && intervalMs >= 1 && intervalMs <= 10_000) return intervalMs;
  throw new InvalidArgumentError('It must be a whole number of milliseconds from 1 to 10000.');
}

/** A whole number from 1. */
export function parseCount(text: string): number {
  if (/^\d+$/.test(text) && Number(text) >= 1) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

export function parsePrefix(text: string): string {
  const levels = text.replace(/\/+$/, '');
  if (/[+#\0]/.test(levels) || levels.startsWith('$') || levels.startsWith('/')) {
    throw new InvalidArgumentError(
      'It must be topic levels as in lab/ana, without "+", "#" or a leading "$" or "/".',
    );
  }
  return levels;
}

export function parseHubUrl(text: string): string {
  const url = text.includes('://') ? text : `http://${text}`;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new InvalidArgumentError('It must be a URL, as in http://raspberrypi.local:5000.');
}

/** An address to listen on; whether this machine has it, the system will say. */
export function parseHost(text: string): string {
  if (/^[\w.:%-]+$/.test(text)) return text;
  throw new InvalidArgumentError(
    'It must be an address of this machine, as in 192.168.1.10, or nothing at all: for all of them.',
  );
}

export function parsePath(text: string): string {
  if (text.trim() !== '' && !text.includes('\0')) return text;
  throw new InvalidArgumentError('It must be a path, as in ./pinhub.');
}
