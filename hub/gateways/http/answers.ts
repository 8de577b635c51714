import { z } from 'zod';
import { ADMIN_ANSWERS } from './admin/answers.ts';
import { CLASS_ANSWERS } from './classroom/answers.ts';

/** The bodies that REST answers with, as schemas: for the description of the interface, and for tests of real answers. */

const ok = z.literal(true);
const payload = z.string().nullable().meta({ description: 'Text; null if the payload is not UTF-8.' });
const count = z.int().nonnegative();
const next = z
  .string()
  .optional()
  .meta({ description: 'What `after` must be for the next page; absent on the last one.' });

const topicEntry = z.strictObject({
  topic: z.string(),
  payload,
  base64: z.base64().optional().meta({ description: 'The payload, if it is not UTF-8.' }),
  qos: z.literal([0, 1, 2]),
  expiresInSeconds: count.optional(),
  contentType: z.string().optional(),
  responseTopic: z.string().optional(),
  correlationData: z.base64().optional(),
  userProperties: z.array(z.tuple([z.string(), z.string()])).optional(),
});

const device = z.strictObject({
  device: z.string().meta({ description: 'Its topic, as in led/21.' }),
  status: z.string().nullable(),
  info: z.looseObject({}).meta({ description: 'What the device says of itself.' }),
  values: z.record(
    z.string(),
    z.strictObject({ desired: z.string().nullable(), actual: z.string().nullable() }),
  ),
});

const row = z.tuple([z.number(), z.number(), z.number(), z.number()]).meta({
  description: 'Start of the interval (ms since 1970), then the lowest, highest and last value.',
});
const rows = z.array(row);

const principal = z.strictObject({ ok, name: z.string(), role: z.string(), how: z.string() });

export const ANSWERS = {
  done: z.strictObject({ ok }),
  error: z.strictObject({
    ok: z.literal(false),
    error: z.strictObject({ code: z.string(), message: z.string() }),
  }),
  published: z.strictObject({ ok, receivers: count.meta({ description: 'Subscribers that matched.' }) }),
  topic: z.strictObject({ topic: z.string(), payload }),
  topics: z.strictObject({
    ok,
    topics: z.array(topicEntry),
    count: count.meta({ description: 'How many match, over all pages.' }),
    next,
  }),
  cleared: z.strictObject({
    ok,
    cleared: count,
    refused: count.meta({ description: 'Topics that are not cleared, as you may not publish to them.' }),
  }),
  devices: z.strictObject({ ok, devices: z.array(device), count, next }),
  event: topicEntry.extend({
    retained: z.boolean().meta({ description: 'Whether it was retained before the stream began.' }),
    retain: z.boolean().meta({ description: 'Whether its publisher asked the hub to retain it.' }),
  }),
  history: z.union([rows, z.strictObject({ rows, wanted: rows, status: rows, uptime: rows })]),
  kinds: z.strictObject({ ok, kinds: z.record(z.string(), z.looseObject({})) }),
  principal,
  requestHead: z.strictObject({
    ok,
    head: z
      .string()
      .meta({ description: 'Cookies, credentials and tokens are masked, at their full length.' }),
    bytes: count.meta({ description: 'The length of the head, its empty line included.' }),
  }),
  roles: z.strictObject({ ok, roles: z.array(z.string()), addresses: z.array(z.string()) }),
  token: z.strictObject({ ok, token: z.string() }),
  readiness: z.strictObject({ ok: z.boolean(), reason: z.string().optional() }),
  ...ADMIN_ANSWERS,
  ...CLASS_ANSWERS,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type AnswerName = keyof typeof ANSWERS;
