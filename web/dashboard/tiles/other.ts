import { html } from 'lit/html.js';
import { map } from 'rxjs';
import type { BusMessage } from '../../../hub/core/index.ts';
import { type TileKind, tile } from './tile.ts';

/** What every device says of itself, which is no value of its own. */
const REPORTS = new Set(['info', 'status', 'error']);

/** Any other device: what its first property is now. */
export const otherTile: TileKind = ({ feed, kind }) => {
  const value$ = feed.properties$.pipe(map(firstValue));
  return () =>
    tile({ emblem: html`<span class="emblem" aria-hidden="true">${kind.slice(0, 1)}</span>`, value$ });
};

function firstValue(properties: ReadonlyMap<string, BusMessage>): string {
  const names = [...properties.keys()].filter((name) => !REPORTS.has(name)).sort();
  const name = names.find((one) => one.endsWith('/actual')) ?? names[0] ?? '';
  return properties.get(name)?.text ?? '';
}
