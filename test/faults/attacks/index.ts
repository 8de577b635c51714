import { byteASecond } from './byte-a-second.ts';
import { connects } from './connects.ts';
import { deepTopics } from './deep-topics.ts';
import { hugePackets } from './huge-packets.ts';
import { neverReads } from './never-reads.ts';
import { noise } from './noise.ts';
import type { Attack } from './target.ts';
import { topics } from './topics.ts';

export type { Attack, Outcome, Target } from './target.ts';

/** What a hub must bear, by name. */
export const ATTACKS = {
  neverReads,
  byteASecond,
  connects,
  topics,
  deepTopics,
  hugePackets,
  noise,
} as const satisfies Record<string, Attack>;
