import { z } from 'zod';
import { HubError } from '../../core/error.ts';
import { parseTopicFilter } from '../../core/filter.ts';
import type { InspectionRequest } from '../../core/inspection.ts';
import { parseTopicName } from '../../core/topic.ts';
import { describeIssues } from '../../describe-issues.ts';

/** The most rows in a frame, and the most open rows, pins and watched topics in a request. */
const MOST_ROWS = 500;
const MOST_TOGGLED = 2_000;
const MOST_PINS = 100;
const MOST_WATCHED = 16;
const LONGEST_TEXT = 200;

/** The most levels that all topics of a list have together: each costs time and memory. */
const MOST_LEVELS = 64_000;

const topics = (most: number) => ofFewLevels(z.array(z.string().min(1)).max(most));

function ofFewLevels(list: z.ZodArray<z.ZodString>) {
  return list.refine(hasFewLevels, `more than ${MOST_LEVELS} levels together`);
}

function hasFewLevels(list: readonly string[]): boolean {
  let levels = 0;
  for (const topic of list) {
    levels++;
    for (let slash = topic.indexOf('/'); slash !== -1; slash = topic.indexOf('/', slash + 1)) levels++;
  }
  return levels <= MOST_LEVELS;
}

const schema = z.strictObject({
  from: z.int().min(0),
  count: z.int().min(1).max(MOST_ROWS),
  toggled: ofFewLevels(z.array(z.string()).max(MOST_TOGGLED)),
  pins: topics(MOST_PINS).optional(),
  toggledPins: topics(MOST_TOGGLED).optional(),
  filter: z.string().optional(),
  text: z.string().max(LONGEST_TEXT).optional(),
  watched: topics(MOST_WATCHED).optional(),
  isHeld: z.boolean().optional(),
  isPaused: z.boolean().optional(),
});

/** Reads what `inspect` asks for; `undefined` if it asks for nothing any more. Throws `event/invalid`, `filter/invalid` or `topic/invalid`. */
export function parseInspection(value: unknown, topicLevels: number): InspectionRequest | undefined {
  if (value === undefined || value === null) return undefined;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new HubError('event/invalid', `inspect: ${describeIssues(parsed.error)}`);
  const request = withoutUndefined(parsed.data);
  if (request.filter !== undefined && parseTopicFilter(request.filter, topicLevels).group !== undefined)
    throw new HubError('filter/invalid', 'an inspection cannot have a shared subscription');
  for (const topic of request.watched ?? []) parseTopicName(topic, topicLevels);
  return request;
}

function withoutUndefined(data: z.infer<typeof schema>): InspectionRequest {
  return Object.fromEntries(
    Object.entries(data).filter(([, value]) => value !== undefined),
  ) as unknown as InspectionRequest;
}
