import { z } from 'zod';
import type { ClassTopics } from '../../../classroom/class-topics.ts';
import type { Classroom } from '../../../classroom/classroom.ts';
import { toCsv } from '../../../classroom/collection.ts';
import { handOutSchema, MAX_HAND_OUT_BYTES } from '../../../classroom/hand-outs.ts';
import type { Seat } from '../../../classroom/seat.ts';
import { JSON_TYPE, type Operation } from '../operation.ts';
import type { SeatRefusal } from './seat-refusals.ts';

/** Who may ask for an operation of a class. */
export type Asker = 'anyone' | 'seat' | 'teacher';

/** The arguments of an operation on a class. */
export interface ClassCall<B> {
  readonly classroom: Classroom;
  readonly topics: ClassTopics;
  /** How many connections an account has now. */
  readonly clientsOf: (seat: string) => number;
  /** The hub's last refusal to a seat; `undefined` if there is none. */
  readonly refusalOf: (seat: Seat) => SeatRefusal | undefined;
  /** The addresses of this machine for others. */
  readonly addresses: readonly string[];
  readonly body: B;
  /** The seat in the path, or that of the student who asks; empty if there is none. */
  readonly seat: string;
}

/** The result: sent as JSON beside `ok`, or as a file. */
export type ClassOutcome =
  | { readonly content: object }
  | { readonly file: { readonly name: string; readonly type: string; readonly text: string } };

export interface ClassOperation extends Operation {
  readonly who: Asker;
  readonly bodySchema?: z.ZodType | undefined;
  /** The longest body, bytes. Default: enough for a name and a code. */
  readonly maxBodyBytes?: number;
  readonly handle?: ((call: ClassCall<unknown>) => Promise<ClassOutcome> | ClassOutcome) | undefined;
}

interface Defined<B> extends Omit<ClassOperation, 'part' | 'body' | 'bodySchema' | 'handle'> {
  readonly body?: z.ZodType<B>;
  /** Absent: the router itself answers. */
  readonly handle?: (call: ClassCall<B>) => Promise<ClassOutcome> | ClassOutcome;
}

/** The body is checked first, so the handler can rely on its schema. */
function define<B = undefined>({ body, handle, ...rest }: Defined<B>): ClassOperation {
  return {
    part: 'classroom',
    ...rest,
    ...(body && { body: { [JSON_TYPE]: body }, bodySchema: body }),
    handle: handle && ((call) => handle({ ...call, body: call.body as B })),
  };
}

const nickname = z.string().max(1_000);

/** The body of a request to join. */
export const joinSchema = z.strictObject({ code: z.string().max(64), nickname: nickname.optional() });

const done = async (work: Promise<unknown>): Promise<ClassOutcome> => {
  await work;
  return { content: {} };
};

/** All of a class: its routes, and its part of the description, come from here. */
export const CLASS_OPERATIONS: readonly ClassOperation[] = [
  define({
    method: 'get',
    path: '/api/class',
    who: 'anyone',
    isPublic: true,
    summary: 'Whether there is a class, and who one is in it.',
    answer: { [JSON_TYPE]: 'classVisit' },
  }),
  define({
    method: 'post',
    path: '/api/class/join',
    who: 'anyone',
    isPublic: true,
    summary:
      'Takes a seat, by the code of the class and a nickname, or by the code of the seat, and sets the login cookie.',
    body: joinSchema,
    answer: { [JSON_TYPE]: 'joinedSeat' },
  }),
  define({
    method: 'post',
    path: '/api/class/token',
    who: 'seat',
    summary:
      "Makes the token by which a board or a program takes the student's seat; the one before it ends.",
    answer: { [JSON_TYPE]: 'token' },
    handle: async ({ classroom, seat }) => ({ content: { token: await classroom.makeToken(seat) } }),
  }),
  define({
    method: 'post',
    path: '/api/class/code',
    who: 'seat',
    summary:
      'Makes a code by which another device takes the seat of the student: good once, for ten minutes.',
    answer: { [JSON_TYPE]: 'seatCode' },
    handle: makeSeatCode,
  }),
  define({
    method: 'get',
    path: '/api/class/state',
    who: 'teacher',
    summary: 'The code of the class, its seats, and what was refused each of them last.',
    answer: { [JSON_TYPE]: 'classState' },
    handle: ({ classroom, topics: { handedOut }, clientsOf, refusalOf, addresses }) => {
      const { code = null, isPaused } = classroom;
      const seats = classroom.seats.map((each) => {
        const refusal = refusalOf(each);
        return { ...each, clients: clientsOf(each.seat), ...(refusal && { refusal }) };
      });
      return { content: { code, isPaused, handedOut, addresses, seats } };
    },
  }),
  define({
    method: 'post',
    path: '/api/class/begin',
    who: 'teacher',
    summary: 'Begins a class, or gives the one that there is another code: whoever has a seat keeps it.',
    answer: { [JSON_TYPE]: 'done' },
    handle: ({ classroom }) => done(classroom.begin()),
  }),
  define({
    method: 'put',
    path: '/api/class/pause',
    who: 'teacher',
    summary: 'Whether the students may change nothing for now.',
    body: z.strictObject({ isPaused: z.boolean() }),
    answer: { [JSON_TYPE]: 'done' },
    handle: ({ classroom, body: { isPaused } }) => done(classroom.pause(isPaused)),
  }),
  define({
    method: 'delete',
    path: '/api/class',
    who: 'teacher',
    summary: 'Ends the class: its seats, their rights and connections, and what is retained on their topics.',
    answer: { [JSON_TYPE]: 'done' },
    handle: ({ topics }) => done(topics.end()),
  }),
  define({
    method: 'post',
    path: '/api/class/hand-out',
    who: 'teacher',
    summary:
      'Gives every seat, and each that comes later, a start: `{ "values": { "led/21/duty": 30 }, "circuit": {…}, "program": "<!doctype html>…" }`, or a part of it. `null` takes a part back: those who come later do not get it.',
    body: handOutSchema,
    maxBodyBytes: MAX_HAND_OUT_BYTES,
    answer: { [JSON_TYPE]: 'handedOut' },
    handle: async ({ topics, body }) => ({ content: { seats: await topics.handOut(body) } }),
  }),
  define({
    method: 'post',
    path: '/api/class/reset',
    who: 'teacher',
    summary:
      'Takes back what was set at every seat, puts the lights out, and hands out again what was handed out last.',
    answer: { [JSON_TYPE]: 'handedOut' },
    handle: async ({ classroom, topics }) => {
      const { seats } = classroom;
      for (const each of seats) await topics.reset(each);
      return { content: { seats: seats.length } };
    },
  }),
  define({
    method: 'get',
    path: '/api/class/collection',
    who: 'teacher',
    summary: 'What is retained on the topics of all seats.',
    answer: { [JSON_TYPE]: 'collection' },
    handle: ({ topics }) => ({ content: { seats: topics.collect() } }),
  }),
  define({
    method: 'get',
    path: '/api/class/collection.csv',
    who: 'teacher',
    summary:
      'The same as CSV for spreadsheets: a line for each topic, but for what devices say of themselves.',
    answer: { 'text/csv': undefined },
    handle: ({ topics }) => ({
      file: { name: 'class.csv', type: 'text/csv; charset=utf-8', text: toCsv(topics.collect()) },
    }),
  }),
  define({
    method: 'put',
    path: '/api/class/seats/{seat}',
    who: 'teacher',
    summary: 'Gives a seat another nickname; its topics stay.',
    body: z.strictObject({ nickname }),
    answer: { [JSON_TYPE]: 'joinedSeat' },
    handle: async ({ classroom, seat, body }) => ({ content: await classroom.rename(seat, body.nickname) }),
  }),
  define({
    method: 'delete',
    path: '/api/class/seats/{seat}',
    who: 'teacher',
    summary: 'Removes a seat, with its rights and connections, and what is retained on its topics.',
    answer: { [JSON_TYPE]: 'done' },
    handle: ({ classroom, topics, seat }) => done(topics.remove([classroom.get(seat)])),
  }),
  define({
    method: 'post',
    path: '/api/class/seats/{seat}/reset',
    who: 'teacher',
    summary: 'The same as the reset of all seats, for one.',
    answer: { [JSON_TYPE]: 'done' },
    handle: ({ classroom, topics, seat }) => done(topics.reset(classroom.get(seat))),
  }),
  define({
    method: 'post',
    path: '/api/class/seats/{seat}/code',
    who: 'teacher',
    summary: 'Makes a code by which another device takes a seat: good once, for ten minutes.',
    answer: { [JSON_TYPE]: 'seatCode' },
    handle: makeSeatCode,
  }),
  define({
    method: 'post',
    path: '/api/class/seats/{seat}/token',
    who: 'teacher',
    summary: 'Makes the token by which a board or a program takes a seat; the one before it ends.',
    answer: { [JSON_TYPE]: 'token' },
    handle: async ({ classroom, seat }) => ({ content: { token: await classroom.makeToken(seat) } }),
  }),
];

function makeSeatCode({ classroom, seat }: ClassCall<unknown>): ClassOutcome {
  const { seatCodes } = classroom;
  return { content: { code: seatCodes.make(classroom.get(seat).seat), seconds: seatCodes.seconds } };
}
