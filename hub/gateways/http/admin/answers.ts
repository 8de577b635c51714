import { z } from 'zod';

/** The bodies that administration answers with, as schemas; see `../answers.ts`. */

const ok = z.literal(true);
const count = z.int().nonnegative();
const time = z.iso.datetime();
const role = z.string();
const total = count.meta({ description: 'How many match, over all pages.' });
const next = z
  .string()
  .optional()
  .meta({ description: 'What `after` must be for the next page; absent on the last one.' });

const traffic = {
  received: count.meta({ description: 'Messages that it has published, in this process.' }),
  receivedBytes: count.meta({ description: 'The length of their payloads.' }),
  sent: count.meta({ description: 'Messages sent to it.' }),
  sentBytes: count,
  waiting: count.meta({ description: 'Messages of QoS 1 and 2 that are queued for it.' }),
  inFlight: count.meta({ description: 'The same, sent and not acknowledged.' }),
  subscriptions: count,
};

const way = z.enum(['mqtt-tcp', 'mqtt-websocket', 'socket.io', 'http']);

const client = z.strictObject({
  client: z.string().meta({ description: 'The client identifier.' }),
  user: z.string(),
  role,
  how: z.string().meta({
    description: 'How it has authenticated, as in `password`; `open` if the hub requires no authentication.',
  }),
  way,
  version: z.string().optional().meta({ description: 'Of MQTT: `3.1`, `3.1.1` or `5.0`.' }),
  address: z.string(),
  since: time,
  ...traffic,
});

const session = z.strictObject({
  client: z.string(),
  user: z.string(),
  away: time.meta({ description: 'When its client disconnected.' }),
  expiresInSeconds: count.nullable().meta({ description: '`null` if it does not expire.' }),
  hasWill: z.boolean(),
  ...traffic,
});

const retained = z.strictObject({
  topic: z.string(),
  payload: z.string().optional().meta({ description: 'The beginning of the payload, if it is UTF-8.' }),
  base64: z.base64().optional().meta({ description: 'The same in Base64, if it is not.' }),
  bytes: count,
  qos: z.literal([0, 1, 2]),
  expiresInSeconds: count.optional(),
});

const user = z.strictObject({ user: z.string(), role, since: time });

const token = z.strictObject({
  token: z.string().meta({ description: 'Its name. The token itself is shown only when it is made.' }),
  role,
  since: time,
  used: time.optional().meta({ description: 'When it was last used, to the hour.' }),
  expires: time.optional(),
  maker: z.string().optional().meta({ description: 'Who made it as a link for others.' }),
});

const filters = z.array(z.string());

const refusal = z.strictObject({
  number: count,
  way: z.enum(['mqtt', 'socket.io', 'http']),
  address: z.string(),
  client: z.string().optional(),
  user: z.string().optional().meta({ description: 'The name that the client has, or says that it has.' }),
  code: z.string(),
  message: z.string(),
  first: time,
  last: time,
  times: count.meta({ description: 'How often in a row.' }),
});

export const ADMIN_ANSWERS = {
  clients: z.strictObject({ ok, clients: z.array(client), count: total, next }),
  client: z.strictObject({ ok, client }),
  subscriptions: z.strictObject({
    ok,
    subscriptions: z.array(z.strictObject({ filter: z.string(), qos: z.literal([0, 1, 2]) })),
    count: total,
    next,
  }),
  ended: z.strictObject({ ok, ended: count }),
  sessions: z.strictObject({ ok, sessions: z.array(session), count: total, next }),
  retained: z.strictObject({ ok, retained: z.array(retained), count: total, next }),
  users: z.strictObject({ ok, users: z.array(user), count: total, next }),
  user: z.strictObject({ ok, user: z.string().meta({ description: 'The name in its normal form.' }) }),
  adminRoles: z.strictObject({
    ok,
    roles: z.array(
      z.strictObject({ role, isBuiltIn: z.boolean(), read: filters, publish: filters, report: filters }),
    ),
  }),
  tokens: z.strictObject({ ok, tokens: z.array(token), count: total, next }),
  limits: z.strictObject({
    ok,
    limits: z.array(z.strictObject({ limit: z.string(), value: z.number(), used: z.number().optional() })),
    refused: z.array(
      z.strictObject({
        metric: z.string().meta({ description: 'Its name in `/metrics`.' }),
        of: z.string().optional().meta({ description: 'The label: a reason, a way, or a port.' }),
        count,
      }),
    ),
  }),
  rates: z.strictObject({
    ok,
    everySeconds: count,
    columns: z.array(z.string()),
    rows: z.array(z.array(z.number())).meta({
      description:
        'The end of a sample (milliseconds since 1970), then a value for each column: rates are per second.',
    }),
  }),
  refusals: z.strictObject({ ok, refusals: z.array(refusal), count: total, next }),
  cluster: z.strictObject({
    ok,
    hub: z.string().nullable().meta({ description: 'This hub; `null` if it is in no cluster.' }),
    hubs: z.array(
      z.strictObject({
        hub: z.string(),
        epoch: count,
        instance: z.string(),
        addresses: z.array(z.string()),
      }),
    ),
  }),
  tracedPacket: z.strictObject({
    at: time,
    direction: z.enum(['in', 'out']).meta({ description: '`in`: from the client.' }),
    packet: z.string(),
    details: z.looseObject({}),
  }),
} as const satisfies Readonly<Record<string, z.ZodType>>;
