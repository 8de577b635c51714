import { byteASecond } from './byte-a-second.ts';
import { connects } from './connects.ts';
import { deepFilters } from './deep-filters.ts';
import { deepTopics } from './deep-topics.ts';
import { expiringRetained } from './expiring-retained.ts';
import { hugePackets } from './huge-packets.ts';
import { leavingPollers } from './leaving-pollers.ts';
import { neverReads } from './never-reads.ts';
import { noise } from './noise.ts';
import { pings } from './pings.ts';
import { pongs } from './pongs.ts';
import { retainedFull } from './retained-full.ts';
import { strangersChunks } from './strangers-chunks.ts';
import type { Attack } from './target.ts';
import { topics } from './topics.ts';

export type { Attack, Outcome, Target } from './target.ts';

/** The attacks that a hub must withstand, by name. */
export const ATTACKS = {
  neverReads,
  byteASecond,
  connects,
  topics,
  deepTopics,
  deepFilters,
  retainedFull,
  expiringRetained,
  hugePackets,
  pings,
  pongs,
  strangersChunks,
  leavingPollers,
  noise,
} as const satisfies Record<string, Attack>;
