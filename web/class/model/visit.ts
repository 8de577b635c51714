import type { ClassApi, ClassVisit } from '../../../hub/client/api/class-api.ts';
import { type HubError, toHubError } from '../../../hub/core/index.ts';
import type { Words } from '../words.ts';

/** The visitor's identity in the class; `undefined` if the hub cannot tell. */
export function askVisit(api: Pick<ClassApi, 'visit'>): Promise<ClassVisit | undefined> {
  return api.visit().catch(() => undefined);
}

/** The reason why a student could not join, by the name of its text. */
export type JoinFault = keyof Words['say']['joinFaults'];

export interface JoinEntry {
  readonly code: string;
  readonly nickname: string;
}

/** Takes a seat. Resolves to the reason if that fails. */
export async function join(
  api: Pick<ClassApi, 'join'>,
  { code, nickname }: JoinEntry,
): Promise<JoinFault | undefined> {
  try {
    await api.join({ code, ...(nickname.trim() !== '' && { nickname }) });
    return undefined;
  } catch (error) {
    return faultOf(toHubError(error));
  }
}

function faultOf({ code, message }: HubError): JoinFault {
  if (code === 'auth/wrong') return 'wrongCode';
  if (code === 'option/invalid' || code === 'event/invalid' || code === 'payload/too-large')
    return 'badNickname';
  if (code === 'limit/exceeded') return message.startsWith('the class is full') ? 'full' : 'tooMany';
  return code === 'hub/unreachable' ? 'unreachable' : 'failed';
}
