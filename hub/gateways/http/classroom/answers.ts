import { z } from 'zod';

/** The bodies that a class answers with, as schemas; see `../answers.ts`. */

const ok = z.literal(true);
const count = z.int().nonnegative();

const seat = {
  seat: z.string().meta({ description: 'The first level of its topics.' }),
  nickname: z.string().meta({ description: 'As it is shown.' }),
  since: z.iso.datetime(),
};

export const CLASS_ANSWERS = {
  classVisit: z.strictObject({
    ok,
    you: z.enum(['stranger', 'seat', 'teacher', 'other']),
    isOpen: z.boolean().meta({ description: 'Whether there is a class that can be joined.' }),
    isPaused: z.boolean(),
    seat: z.strictObject(seat).optional(),
  }),
  joinedSeat: z.strictObject({ ok, ...seat }),
  classState: z.strictObject({
    ok,
    code: z.string().nullable().meta({ description: 'null while there is no class.' }),
    isPaused: z.boolean(),
    addresses: z
      .array(z.string())
      .meta({ description: 'Of this machine for others, without a port, the likeliest first.' }),
    handedOut: z.array(z.string()).meta({ description: 'The kinds of what those who come later get.' }),
    seats: z.array(
      z.strictObject({
        ...seat,
        clients: count.meta({ description: 'Connections that it has now.' }),
        refusal: z
          .strictObject({ at: z.iso.datetime(), code: z.string(), message: z.string() })
          .optional()
          .meta({ description: 'What the hub has refused it last.' }),
      }),
    ),
  }),
  seatCode: z.strictObject({ ok, code: z.string(), seconds: count }),
  handedOut: z.strictObject({ ok, seats: count }),
  collection: z.strictObject({
    ok,
    seats: z.array(z.strictObject({ ...seat, topics: z.record(z.string(), z.string().nullable()) })),
  }),
} as const satisfies Readonly<Record<string, z.ZodType>>;
