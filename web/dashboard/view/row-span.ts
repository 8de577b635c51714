import type { DirectiveResult } from 'lit/directive.js';
import { Subscription } from 'rxjs';
import { mount } from '../../shared/mount.ts';

/** On the element around an open card: has its cell take as many rows of tiles as the card needs, so that the tiles beside it leave no holes. */
export function spanRows(): DirectiveResult {
  return mount(HTMLElement, (place) => {
    const sizes = new ResizeObserver(() => span(place));
    const changes = new MutationObserver(() => watch());
    const watch = () => {
      sizes.disconnect();
      changes.disconnect();
      for (const parent of [place, ...place.children]) changes.observe(parent, { childList: true });
      for (const part of partsOf(place)) sizes.observe(part);
    };
    watch();
    return new Subscription(() => {
      sizes.disconnect();
      changes.disconnect();
    });
  });
}

/** What the card consists of: these have their own heights, while the card is as high as its rows. */
function partsOf({ firstElementChild }: HTMLElement): readonly HTMLElement[] {
  return [...(firstElementChild?.children ?? [])].filter((part) => part instanceof HTMLElement);
}

function span(place: HTMLElement): void {
  const card = place.firstElementChild;
  const cell = place.parentElement;
  const grid = cell?.parentElement;
  if (!card || !cell || !grid) return;
  const bottom = Math.max(0, ...partsOf(place).map((part) => part.offsetTop + part.offsetHeight));
  if (bottom === 0) return; // Not laid out now.
  const { rowGap, gridAutoRows } = getComputedStyle(grid);
  const gap = Number.parseFloat(rowGap) || 0;
  const height = bottom + Number.parseFloat(getComputedStyle(card).paddingBottom);
  const rows = Math.ceil((height + gap) / (Number.parseFloat(gridAutoRows) + gap));
  cell.style.setProperty('--rows', String(rows));
}
