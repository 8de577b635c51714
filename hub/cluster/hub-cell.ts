import { z } from 'zod';
import { HubError, quote } from '../core/error.ts';
import type { CellValue, Engine } from './engine.ts';
import { decodeJson, parseJson } from './json.ts';

const HUB_CELL = z.object({
  /** Numbers the owners of the state. */
  epoch: z.int().positive(),
  /** The process that owns the state, or owned it last, in a form for users: host and process identifier. */
  instance: z.string(),
  /** Set by the owner once the state is safe and no process serves it. */
  isReleased: z.boolean(),
  /** The other hub on whose behalf the state is or was owned, if any: that hub takes the state into its own. */
  adopter: z.string().optional(),
  /** Whether the adopter has the whole state: the log then holds nothing but a fence. */
  isEmpty: z.boolean().optional(),
});

/** The owner of a hub's state, as in the hub's cell and in every beat of the owner. */
export type HubCell = Readonly<z.infer<typeof HUB_CELL>>;

/** The key of a hub's cell; also the channel of its owner's beats. */
export function hubKey(hub: string): string {
  return `hub-${hub}`;
}

/** The owner of a hub's state; `undefined` if there was never one. Rejects with `UnansweredError` and `store/damaged`. */
export async function readHubCell(engine: Engine, hub: string): Promise<HubCell | undefined> {
  const cell = await engine.cell(hubKey(hub));
  return cell && parseHubCell(cell);
}

export function parseHubCell({ text }: Pick<CellValue, 'text'>): HubCell {
  const cell = HUB_CELL.safeParse(parseJson(text));
  if (cell.success) return cell.data;
  throw new HubError('store/damaged', `the cluster holds ${quote(text)} instead of the owner of a hub`);
}

/** Any program may cast anything: `undefined` if the text is not a beat. */
export function parseBeat(bytes: Uint8Array): readonly HubCell[] {
  const beat = HUB_CELL.safeParse(decodeJson(bytes));
  return beat.success ? [beat.data] : [];
}

/** The name under which the servers list the connection of a hub's process. */
export function connectionNameOf({
  hub,
  instance,
}: {
  readonly hub: string;
  readonly instance: string;
}): string {
  return `pinhub ${hub} on ${instance}`;
}
