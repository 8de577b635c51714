import { HubError, quote } from '../core/error.ts';
import type { Will } from './will.ts';

export function full(sessions: number): HubError {
  const message = `the hub has its ${sessions} sessions; try again later`;
  return new HubError('limit/exceeded', message, { reasonCode: 0x97 });
}

export function takesTooMuch(): HubError {
  const message = 'your sessions take most of what the hub has for all, and others need some of it';
  return new HubError('limit/exceeded', message, { reasonCode: 0x97 });
}

export function notYours(clientIdentifier: string): HubError {
  const message = `the client identifier ${quote(clientIdentifier)} is somebody else's; choose another`;
  return new HubError('auth/denied', message, { reasonCode: 0x85 });
}

export function willDenied({ message: { topic } }: Will): HubError {
  return new HubError('auth/denied', `your will may not be published to ${quote(topic)}`, {
    reasonCode: 0x87,
  });
}
