import type { JsonProperties, Qos } from './message.ts';

/** An inspector's request, sent with `inspect`. Each request replaces the previous one. */
export interface InspectionRequest {
  /** The first row that is wanted, and how many. */
  readonly from: number;
  readonly count: number;
  /** Topics whose rows are open. If all rows are open to begin with: topics whose rows are closed. */
  readonly toggled: readonly string[];
  /** Topics that are shown before the tree, each with everything below it. */
  readonly pins?: readonly string[];
  /** The same as `toggled`, for the rows of pins. */
  readonly toggledPins?: readonly string[];
  /** Only topics that match this MQTT filter. */
  readonly filter?: string;
  /** Only topics with this text in them, or in the first 4,096 characters of a value that they have had since; upper and lower case are the same. */
  readonly text?: string;
  /** Topics whose messages are sent in full. */
  readonly watched?: readonly string[];
  /** No row comes or goes. Counts go on. */
  readonly isHeld?: boolean;
  /** Sends only what a new request asks for. The hub goes on counting. */
  readonly isPaused?: boolean;
}

/** A row of the tree: a level, with all below it. */
export interface InspectedRow {
  readonly topic: string;
  /** 0 for the first level of the tree, and for a pin. */
  readonly depth: number;
  readonly isPinned?: true;
  readonly isOpen?: true;
  /** How many levels are right below. */
  readonly children: number;
  /** How many topics are here and below. */
  readonly topics: number;
  /** How many messages came here and below since the counting began. */
  readonly messages: number;
  /** The beginning of the last message, if this is a topic and its message is text. */
  readonly value?: string;
  /** The length of the last message, bytes, if it is not text or was too long to keep. */
  readonly bytes?: number;
  readonly isRetained?: true;
}

/** The publisher of a message, for users who may know it. */
export interface InspectedPublisher {
  /** The name of the account; absent if the client has none. */
  readonly name?: string;
  /** The client identifier; absent for messages that came by HTTP. */
  readonly client?: string;
  /** Whether it was the hub itself, or a device in its process. */
  readonly isHub?: true;
}

/** A message in full. */
export interface InspectedMessage extends JsonProperties {
  readonly topic: string;
  /** When the hub got it, milliseconds since 1970; absent if that was before the counting began. */
  readonly at?: number;
  /** `null` if the payload is not UTF-8. */
  readonly payload: string | null;
  /** The payload, if it is not UTF-8. */
  readonly base64?: string;
  readonly qos: Qos;
  /** Whether its publisher asked the hub to retain it. */
  readonly retain: boolean;
  /** Whether it came before the topic was watched. */
  readonly isOld?: true;
  readonly by?: InspectedPublisher;
  readonly expiresInSeconds?: number;
}

/** The hub's answer, sent with `inspected`: a few times a second, if anything has changed. */
export interface InspectionFrame {
  readonly from: number;
  readonly rows: readonly InspectedRow[];
  /** How many rows there are, those of the pins in front. */
  readonly total: number;
  readonly pinned: number;
  /** How many rows wait while rows are held. */
  readonly waiting: number;
  readonly topics: number;
  readonly messages: number;
  /** Messages of topics for which there was no room: they count in the rows above alone. */
  readonly uncounted: number;
  /** Whether there was no room for some topic. */
  readonly isFull: boolean;
  /** When the counting began, milliseconds since 1970. */
  readonly sinceMs: number;
  /** Whether all that is retained is in the tree. */
  readonly isComplete: boolean;
  /** New messages of the topics that are watched, in order. */
  readonly seen: readonly InspectedMessage[];
  /** How many of these were left out since there were too many. */
  readonly missed: number;
}
