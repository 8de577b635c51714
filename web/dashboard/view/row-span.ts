import type { DirectiveResult } from 'lit/directive.js';
import { Subscription } from 'rxjs';
import { mount } from '../../shared/mount.ts';

/** On the element around an open card: has its cell take as many rows of tiles as the card needs, so that the tiles beside it leave no holes. */
export function spanRows(): DirectiveResult {
  return mount(HTMLElement, (place) => {
    const cell = place.closest<HTMLElement>('.cell') ?? place;
    const sizes = new ResizeObserver(() => span(cell));
    const changes = new MutationObserver(() => watch());
    const watch = () => {
      sizes.disconnect();
      changes.disconnect();
      for (const parent of [place, ...place.children]) changes.observe(parent, { childList: true });
      for (const part of partsOf(cell)) sizes.observe(part);
    };
    watch();
    return new Subscription(() => {
      sizes.disconnect();
      changes.disconnect();
      cell.style.removeProperty('--rows');
    });
  });
}

/** What the card consists of: these have their own heights, while the card is as high as its rows. */
function partsOf(cell: HTMLElement): readonly HTMLElement[] {
  const card = cell.querySelector('.card');
  return card ? [...card.children].filter((part) => part instanceof HTMLElement) : [];
}

function span(cell: HTMLElement): void {
  const card = cell.querySelector<HTMLElement>('.card');
  const grid = cell.parentElement;
  if (!card || !grid) return;
  const bottom = Math.max(0, ...partsOf(cell).map((part) => part.offsetTop + part.offsetHeight));
  if (bottom === 0) return; // Not laid out now.
  const { rowGap, gridAutoRows } = getComputedStyle(grid);
  const gap = Number.parseFloat(rowGap) || 0;
  const height = bottom + Number.parseFloat(getComputedStyle(card).paddingBottom);
  const rows = Math.ceil((height + gap) / (Number.parseFloat(gridAutoRows) + gap));
  cell.style.setProperty('--rows', String(rows));
}
