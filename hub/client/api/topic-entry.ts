import type { JsonProperties } from '../../core/message.ts';

/** A retained message. */
export interface TopicEntry extends JsonProperties {
  readonly topic: string;
  /** `null` if it is not UTF-8; then `base64` holds the bytes. */
  readonly payload: string | null;
  readonly base64?: string | undefined;
  readonly qos: 0 | 1 | 2;
  readonly expiresInSeconds?: number | undefined;
}
