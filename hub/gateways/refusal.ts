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

/** What a device says on `…/error` of a value that it did not take. */
export type Refusal = z.infer<typeof schema>;

/** Reads what stands on `…/error`. Anybody may publish there, so what does not look like it is no refusal. */
export function parseRefusal(text: string | undefined): Refusal | undefined {
  return schema.safeParse(text).data;
}
