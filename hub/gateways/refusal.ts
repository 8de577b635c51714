import { z } from 'zod';

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    context.addIssue(String(error));
    return z.NEVER;
  }
});
const schema = json.pipe(z.object({ code: z.string(), message: z.string() }));

/** What a device publishes on `…/error` about a value that it refuses. */
export type Refusal = z.infer<typeof schema>;

/** Parses a payload of `…/error`. Anybody may publish there, so anything else counts as no refusal. */
export function parseRefusal(text: string | undefined): Refusal | undefined {
  return schema.safeParse(text).data;
}
