import { html, nothing, type TemplateResult } from 'lit/html.js';
import { map } from 'rxjs';
import { holdStill } from '../model/hold-still.ts';
import { poll } from '../model/poll.ts';
import { faultView, table } from '../view/table.ts';
import type { Section } from './section.ts';

/** The hubs that serve together with this one. */
export const cluster: Section = (context) =>
  poll(() => context.api.cluster(), context).pipe(
    map(({ value, error }) => (words) => {
      const { say } = words;
      const hubs = value?.hubs ?? [];
      return html`
        ${faultView(words, { error })}
        ${value?.hub === null ? html`<p class="nothing">${say.noCluster}</p>` : nothing}
        ${
          hubs.length > 0
            ? table(words, {
                caption: say.cluster,
                rows: holdStill(undefined, hubs, ({ hub }) => hub).rows,
                columns: [
                  {
                    label: say.hub,
                    cell: ({ hub }) =>
                      html`${hub} ${hub === value?.hub ? html`<small>${say.thisHub}</small>` : nothing}`,
                  },
                  { label: say.process, cell: ({ instance }) => instance },
                  { label: say.addresses, cell: ({ addresses }) => addresses.map(addressView) },
                ],
              })
            : nothing
        }`;
    }),
  );

/** The pages of a hub are at its address of HTTP. */
function addressView(address: string): TemplateResult {
  const isPage = /^https?:/.test(address) && URL.canParse(address);
  const page = isPage ? new URL('admin', address.replace(/\/*$/, '/')).href : '';
  return html`<span class="address">${isPage ? html`<a href=${page}>${address}</a>` : address}</span> `;
}
