/**
 * What an acknowledgement outlives. `process`: the death of the process, at any instant; of a power cut, all but the last seconds.
 * `power`: a power cut too, as far as the disk keeps its word.
 */
export const DURABILITIES = ['process', 'power'] as const;

export type Durability = (typeof DURABILITIES)[number];
