import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { ADMIN_OPERATIONS } from './admin/operations.ts';
import { ANSWERS, type AnswerName } from './answers.ts';
import { CLASS_OPERATIONS } from './classroom/operations.ts';
import type { Exposure } from './exposure.ts';
import { JSON_TYPE, type Operation, type Part } from './operation.ts';

const EVENT_STREAM = 'text/event-stream';
const AFTER = 'The page begins after this topic: `next` of the page before.';
const LIMIT = 'The most entries of a page, 1–1000. Default 100.';
const FILTER = 'An MQTT topic filter, as in `led/#`.';
const secret = z.string().min(1).max(1_024);

/** All of REST. `test/hub/gateways/http/openapi.test.ts` compares it with what a hub answers. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/topics',
    summary: 'A page of what is retained on the topics that match a filter, in the order of the topics.',
    query: { filter: FILTER, after: AFTER, limit: LIMIT },
    answer: { [JSON_TYPE]: 'topics' },
  },
  {
    method: 'delete',
    path: '/api/topics',
    summary: 'Clears what is retained on all topics that match a filter.',
    query: { filter: FILTER },
    answer: { [JSON_TYPE]: 'cleared' },
  },
  {
    method: 'get',
    path: '/api/topics/{topic}',
    summary: 'What is retained on a topic: the payload itself, or JSON if `Accept` asks for it.',
    answer: { 'text/plain': undefined, [JSON_TYPE]: 'topic' },
  },
  {
    method: 'put',
    path: '/api/topics/{topic}',
    summary: 'Publishes the body. A device of this hub that refuses the value answers with 400.',
    query: { retain: '`true` (the default) or `false`.' },
    body: { 'application/octet-stream': z.string().meta({ format: 'binary' }) },
    answer: { [JSON_TYPE]: 'published' },
  },
  {
    method: 'delete',
    path: '/api/topics/{topic}',
    summary: 'Clears what is retained on a topic.',
    answer: { [JSON_TYPE]: 'published' },
  },
  {
    method: 'get',
    path: '/api/devices',
    summary: 'A page of devices: what they say of themselves, and their values.',
    query: { after: 'The page begins after this device: `next` of the page before.', limit: LIMIT },
    answer: { [JSON_TYPE]: 'devices' },
  },
  {
    method: 'get',
    path: '/api/events',
    part: 'events',
    summary:
      'Server-sent events: `subscribed`, then a message event for each message, retained ones first. With `Last-Event-ID` the stream continues where it was, or reports `missed`.',
    query: { filter: `${FILTER} May be given several times.` },
    answer: { [EVENT_STREAM]: 'event' },
  },
  {
    method: 'get',
    path: '/api/history/{topic}',
    part: 'history',
    summary: 'The history of a number, as JSON, or as CSV for `.csv` after the topic or `Accept: text/csv`.',
    query: {
      from: 'Milliseconds since 1970, negative to count back from `to`, or ISO 8601. Default: an hour before `to`.',
      to: 'The same; negative counts back from now. Default: now.',
      points: 'The most rows, 1–5000. Default 600.',
      field: 'A field of JSON whose history is kept, as `color.x`.',
      related: '`true` adds the desired values, the status of the device, and the uptime of the hub.',
    },
    answer: { [JSON_TYPE]: 'history', 'text/csv': undefined },
  },
  {
    method: 'get',
    path: '/api/kinds',
    summary: 'The modules of the device kinds of plug-ins.',
    answer: { [JSON_TYPE]: 'kinds' },
  },
  { method: 'get', path: '/api/me', summary: 'Who you are.', answer: { [JSON_TYPE]: 'principal' } },
  {
    method: 'get',
    path: '/api/request',
    summary: 'The head of this very request, as it arrived.',
    answer: { [JSON_TYPE]: 'requestHead' },
  },
  {
    method: 'post',
    path: '/api/request',
    summary: 'The same for a request with a body, which is ignored.',
    answer: { [JSON_TYPE]: 'requestHead' },
  },
  {
    method: 'post',
    path: '/api/login',
    summary: 'Sets the login cookie.',
    isPublic: true,
    body: {
      [JSON_TYPE]: z.union([
        z.strictObject({ token: secret }),
        z.strictObject({ user: secret, password: secret }),
      ]),
    },
    answer: { [JSON_TYPE]: 'principal' },
  },
  {
    method: 'post',
    path: '/api/logout',
    summary: 'Ends the login of the cookie.',
    isPublic: true,
    answer: { [JSON_TYPE]: 'done' },
  },
  {
    method: 'get',
    path: '/api/links',
    part: 'links',
    summary: 'The roles that you may give to others.',
    answer: { [JSON_TYPE]: 'roles' },
  },
  {
    method: 'post',
    path: '/api/links',
    part: 'links',
    summary: 'A token for a link that lets somebody in with a role.',
    body: { [JSON_TYPE]: z.strictObject({ role: z.string().min(1).max(64) }) },
    answer: { [JSON_TYPE]: 'token' },
  },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'This description.',
    isPublic: true,
    answer: { [JSON_TYPE]: undefined },
  },
  {
    method: 'get',
    path: '/asyncapi.json',
    summary: 'The topics of the devices, by AsyncAPI 3.0, as far as these describe their properties.',
    answer: { [JSON_TYPE]: undefined },
  },
  {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process runs.',
    isPublic: true,
    answer: { [JSON_TYPE]: 'done' },
  },
  {
    method: 'get',
    path: '/readyz',
    summary:
      'Whether the hub does all its work; otherwise 503, with the reason for those who may read metrics.',
    isPublic: true,
    answer: { [JSON_TYPE]: 'readiness' },
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Metrics in the text format of Prometheus.',
    answer: { 'text/plain': undefined },
  },
  ...ADMIN_OPERATIONS,
  ...CLASS_OPERATIONS,
];

interface ApiOptions {
  readonly version: string;
  readonly exposure: Pick<Exposure, 'basePath'>;
  readonly parts: ReadonlySet<Part>;
}

/** Below it is administration, which names its paths itself. */
const ADMIN = '/api/admin/';

/** The paths of REST on this hub, as errors name them. */
export function pathsOf(parts: ReadonlySet<Part>): readonly string[] {
  const paths = operationsOf(parts).map(({ path }) =>
    path.startsWith(ADMIN) ? ADMIN : path.replace('{topic}', '<topic>'),
  );
  return [...new Set(paths)];
}

/** `GET /openapi.json`: what this hub answers, by OpenAPI 3.1. */
export function createOpenApiRouter(options: ApiOptions): Router {
  const router = Router();
  const description = describeApi(options);
  router.get('/openapi.json', (_request, response) => void response.json(description));
  return router;
}

/** Refuses the methods that a path of REST does not have. Mount it in front of the routes. The errors are `method/unsupported`. */
export function refuseOtherMethods(parts: ReadonlySet<Part>): RequestHandler {
  const operations = operationsOf(parts).map((one) => ({
    pattern: patternOf(one.path),
    methods: methodsOf(one),
  }));
  return ({ path, method }, response, next) => {
    const allowed = operations.flatMap(({ pattern, methods }) => (pattern.test(path) ? methods : []));
    if (allowed.length === 0 || allowed.includes(method)) return next();
    response.set('Allow', allowed.join(', '));
    throw new HubError(
      'method/unsupported',
      `${method} is not for ${quote(path)}, only ${allowed.join(', ')}`,
    );
  };
}

/** Express would answer HEAD like GET, and a stream would never end. */
function methodsOf({ method, answer }: Operation): readonly string[] {
  return method === 'get' && !(EVENT_STREAM in answer) ? ['GET', 'HEAD'] : [method.toUpperCase()];
}

/** Matches the paths that OpenAPI's form of a path stands for. */
function patternOf(path: string): RegExp {
  const pattern = path
    .replaceAll('.', '\\.')
    .replace('{topic}', '.*')
    .replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}/?$`, 's');
}

function operationsOf(parts: ReadonlySet<Part>): readonly Operation[] {
  return OPERATIONS.filter(({ part }) => part === undefined || parts.has(part));
}

function describeApi({ version, exposure, parts }: ApiOptions): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operationsOf(parts)) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method]: describeOperation(operation) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Pinhub', version, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: exposure.basePath || '/' }],
    security: [{}, { bearer: [] }, { basic: [] }],
    paths,
    components: { schemas: SCHEMAS, securitySchemes: SECURITY },
  };
}

const SCHEMAS = Object.fromEntries(Object.entries(ANSWERS).map(([name, schema]) => [name, toSchema(schema)]));

const SECURITY = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A token of `pinhub token make`.' },
  basic: { type: 'http', scheme: 'basic' },
};

function describeOperation({ summary, path, query = {}, body, answer, isPublic }: Operation): object {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const inPath = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const inQuery = Object.entries(query).map(([name, description]) => {
    return { name, in: 'query', required: name === 'filter', description, schema: { type: 'string' } };
  });
  return {
    summary,
    parameters: [...inPath, ...inQuery],
    ...(body && {
      requestBody: { required: true, content: mapValues(body, (schema) => ({ schema: toSchema(schema) })) },
    }),
    responses: {
      200: {
        description: 'Done.',
        content: mapValues(answer, (name) => ({ ...(name && { schema: refTo(name) }) })),
      },
      default: { description: 'Refused.', content: { [JSON_TYPE]: { schema: refTo('error') } } },
    },
    ...(isPublic && { security: [] }),
  };
}

function refTo(name: AnswerName): object {
  return { $ref: `#/components/schemas/${name}` };
}

/** Without `$schema`: OpenAPI 3.1 says for the whole document that it is JSON Schema 2020-12. */
function toSchema(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema);
  return rest;
}

function mapValues<T>(
  values: Readonly<Record<string, T>>,
  map: (value: T) => object,
): Record<string, object> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
