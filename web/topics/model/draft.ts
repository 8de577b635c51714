import { isTopicName, type PublishOptions, type Qos } from '../../../hub/core/index.ts';
import { fromBase64 } from './payload-forms.ts';

export type PayloadForm = 'text' | 'json' | 'base64';

/** A message that is being written. All fields hold the text as typed. */
export interface Draft {
  readonly topic: string;
  readonly payload: string;
  readonly form: PayloadForm;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly contentType: string;
  readonly responseTopic: string;
  readonly correlationData: string;
  readonly expirySeconds: string;
  /** `name: value`, one on each line. */
  readonly userProperties: string;
}

export const EMPTY_DRAFT: Draft = {
  topic: '',
  payload: '',
  form: 'text',
  qos: 0,
  retain: false,
  contentType: '',
  responseTopic: '',
  correlationData: '',
  expirySeconds: '',
  userProperties: '',
};

/** A fault in a draft. */
export type DraftFault =
  | { readonly is: 'topic' | 'base64' | 'expiry' | 'userProperties' | 'responseTopic' }
  | { readonly is: 'json'; readonly message: string };

export interface Publication {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly options: PublishOptions;
}

/** The fault in a draft, if there is any. An empty topic is not a fault: the draft is not finished. */
export function faultOf(draft: Draft): DraftFault | undefined {
  if (draft.topic !== '' && !isTopicName(draft.topic)) return { is: 'topic' };
  const payload = payloadFault(draft);
  if (payload) return payload;
  if (draft.responseTopic !== '' && !isTopicName(draft.responseTopic)) return { is: 'responseTopic' };
  if (draft.expirySeconds !== '' && !isExpiry(draft.expirySeconds)) return { is: 'expiry' };
  return readUserProperties(draft.userProperties) ? undefined : { is: 'userProperties' };
}

function payloadFault({ form, payload }: Draft): DraftFault | undefined {
  if (form === 'base64') return readBase64(payload) ? undefined : { is: 'base64' };
  if (form !== 'json') return undefined;
  try {
    JSON.parse(payload);
    return undefined;
  } catch (error) {
    return { is: 'json', message: error instanceof Error ? error.message : String(error) };
  }
}

/** The message of a draft without faults. */
export function publicationOf(draft: Draft): Publication {
  const { topic, payload, form, qos, retain, contentType, responseTopic, correlationData } = draft;
  const userProperties = readUserProperties(draft.userProperties) ?? [];
  const properties = {
    ...(contentType !== '' && { contentType }),
    ...(responseTopic !== '' && { responseTopic }),
    ...(correlationData !== '' && { correlationData: new TextEncoder().encode(correlationData) }),
    ...(userProperties.length > 0 && { userProperties }),
  };
  return {
    topic,
    payload: form === 'base64' ? (readBase64(payload) ?? '') : payload,
    options: {
      qos,
      retain,
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(draft.expirySeconds !== '' && { expirySeconds: Number(draft.expirySeconds) }),
    },
  };
}

function readBase64(text: string): Uint8Array | undefined {
  try {
    return fromBase64(text.replace(/\s/g, ''));
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

function isExpiry(text: string): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) > 0;
}

function readUserProperties(text: string): readonly (readonly [string, string])[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const pairs = lines.map((line) => /^\s*([^:]+?)\s*:\s?(.*)$/.exec(line));
  if (pairs.includes(null)) return undefined;
  return pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']);
}

/** JSON laid out over several lines; anything else, and JSON that is too deep for that, stays as it is. */
export function layOut(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), undefined, 2);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return payload;
    throw error;
  }
}
