import { type Request, type Response, Router } from 'express';
import type { Principal } from '../../../access/access.ts';
import type { Links } from '../../../access/links.ts';
import { ClassTopics } from '../../../classroom/class-topics.ts';
import type { Classroom, TakenSeat } from '../../../classroom/classroom.ts';
import { SEAT_ROLE, TEACHER_ROLES } from '../../../classroom/seat.ts';
import { HubError, quote } from '../../../core/error.ts';
import type { Administration } from '../admin/administration.ts';
import { remoteOf } from '../credentials.ts';
import { parseBody, readBody } from '../json-body.ts';
import { type LoginOptions, remember } from '../login.ts';
import type { Identify, Visitor } from '../visitor.ts';
import {
  type Asker,
  CLASS_OPERATIONS,
  type ClassCall,
  type ClassOperation,
  type ClassOutcome,
  joinSchema,
} from './operations.ts';
import { seatRefusals } from './seat-refusals.ts';

interface ClassroomRouterOptions extends Pick<LoginOptions, 'exposure'> {
  readonly classroom: Classroom;
  readonly administration: Pick<Administration, 'hub' | 'sessions' | 'clients' | 'refusals'>;
  readonly identify: Identify;
  readonly logins: LoginOptions['logins'];
  readonly links?: Links | undefined;
}

/** The longest body of most requests, bytes. */
const MAX_BODY_BYTES = 8 * 2 ** 10;

/** Serves a class: students join it, and teachers lead it. */
export function createClassroomRouter(options: ClassroomRouterOptions): Router {
  const router = Router({ strict: true });
  const { classroom, administration } = options;
  const topics = new ClassTopics({ ...administration, classroom });
  const parts = { ...options, topics };
  router.get('/api/class', (request, response) => describeVisit(parts, request, response));
  router.post('/api/class/join', (request, response) => join(parts, request, response));
  for (const operation of CLASS_OPERATIONS.filter(({ handle }) => handle)) {
    const route = operation.path.replace(/\{(\w+)\}/g, ':$1');
    router[operation.method](route, (request, response) => serve(operation, parts, request, response));
  }
  return router;
}

type Parts = ClassroomRouterOptions & { readonly topics: ClassTopics };

/** Who is who in a class. */
async function describeVisit({ identify, classroom }: Parts, request: Request, response: Response) {
  const principal = await visitorOf(identify, request);
  const seat = principal && seatOf(classroom, principal);
  const isTeacher = principal && TEACHER_ROLES.has(principal.role);
  const you = seat ? 'seat' : isTeacher ? 'teacher' : principal ? 'other' : 'stranger';
  const isOpen = classroom.code !== undefined;
  response.set('Cache-Control', 'no-store');
  response.json({ ok: true, you, isOpen, isPaused: classroom.isPaused, ...(seat && { seat }) });
}

/** A browser that has a seat keeps it, unless it shows the code of another. */
async function join(parts: Parts, request: Request, response: Response) {
  const { classroom, topics, identify, exposure } = parts;
  await readBody(request, response, MAX_BODY_BYTES);
  const entry = parseBody(joinSchema, request.body);
  const known = await visitorOf(identify, request);
  const own = known && seatOf(classroom, known);
  const { address } = remoteOf(request, exposure);
  const taken = await classroom.join(entry, { address, own, hasTopics: (level) => topics.hasTopics(level) });
  await remember(parts, taken.principal, response);
  welcome(taken, topics);
  response.set('Cache-Control', 'no-store').json({ ok: true, ...taken.seat });
}

function welcome({ seat, isNew }: TakenSeat, topics: ClassTopics): void {
  if (isNew) topics.welcome(seat);
}

/** `undefined` for a stranger. */
async function visitorOf(identify: Identify, request: Request): Promise<Principal | undefined> {
  try {
    return (await identify(request)).principal;
  } catch (error) {
    if (error instanceof HubError && error.code.startsWith('auth/')) return undefined;
    throw error;
  }
}

function seatOf(classroom: Classroom, { name, role }: Principal) {
  return role === SEAT_ROLE ? classroom.find(name) : undefined;
}

async function serve(operation: ClassOperation, parts: Parts, request: Request, response: Response) {
  const { classroom, topics, identify, administration, links } = parts;
  const visitor = await identify(request);
  ensureMay(operation.who, visitor); // Without the right, the body is not worth its memory.
  const { maxBodyBytes = MAX_BODY_BYTES } = operation;
  if (operation.bodySchema) await readBody(request, response, maxBodyBytes);
  ensureMay(operation.who, visitor); // It may have been lost while the body came.
  const call: ClassCall<unknown> = {
    classroom,
    topics,
    addresses: links?.addresses ?? [],
    clientsOf: countClients(administration),
    refusalOf: seatRefusals(administration),
    body: operation.bodySchema && parseBody(operation.bodySchema, request.body),
    seat: operation.who === 'seat' ? visitor.principal.name : String(request.params.seat ?? ''),
  };
  if (!operation.handle) throw new HubError('internal', `nothing handles ${operation.path}`);
  send(response, await operation.handle(call));
}

function send(response: Response, outcome: ClassOutcome): void {
  response.set('Cache-Control', 'no-store');
  if ('content' in outcome) {
    response.json({ ok: true, ...outcome.content });
    return;
  }
  const { name, type, text } = outcome.file;
  response.attachment(name).set('Content-Type', type).send(text);
}

/** Looks at every connection once, when it is first asked. */
function countClients({ clients }: Pick<Administration, 'clients'>): (seat: string) => number {
  let counts: Map<string, number> | undefined;
  return (seat) => {
    counts ??= count(clients());
    return counts.get(seat) ?? 0;
  };
}

function count(clients: ReturnType<Administration['clients']>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { principal } of clients) counts.set(principal.name, (counts.get(principal.name) ?? 0) + 1);
  return counts;
}

/** Throws `auth/denied`, also if the account has ended meanwhile. */
function ensureMay(who: Asker, { principal, rights }: Visitor): void {
  rights();
  const { role } = principal;
  const isAllowed = who === 'seat' ? role === SEAT_ROLE : TEACHER_ROLES.has(role);
  if (isAllowed) return;
  const allowed = who === 'seat' ? 'a seat of the class' : 'the roles teacher and admin';
  throw new HubError('auth/denied', `this is for ${allowed}; your role is ${quote(role)}`);
}
