import { judgeName } from './device-name.ts';
import type { TabDeviceState } from './tab-device-view.ts';

/** What a page's query, `?device=ana`, makes of its tab, and what then stands before its topics. */
export function tabDeviceFrom(
  query: string,
  start: (name: string) => readonly string[],
): { readonly state: TabDeviceState; readonly prefix: string } {
  const wanted = new URLSearchParams(query).get('device');
  if (wanted === null) return { state: { is: 'none' }, prefix: '' };
  const name = judgeName(wanted);
  if (name.verdict !== 'fit') return { state: { is: 'refused', name }, prefix: '' };
  return { state: { is: 'running', name: name.name, topics: start(name.name) }, prefix: `${name.name}/` };
}
