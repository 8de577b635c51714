import { judgeName, type NameVerdict } from './device-name.ts';

/** What a page's query, `?device=ana`, would have its tab be, and what then stands before its topics. */
export function tabDeviceFrom(query: string): {
  readonly wanted: NameVerdict | undefined;
  readonly prefix: string;
} {
  const text = new URLSearchParams(query).get('device');
  if (text === null) return { wanted: undefined, prefix: '' };
  const wanted = judgeName(text);
  return { wanted, prefix: wanted.verdict === 'fit' ? `${wanted.name}/` : '' };
}
