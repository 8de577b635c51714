import { html, type TemplateResult } from 'lit';
import { PART_KINDS } from '../../kinds/index.ts';
import { addFirst, type Offer, offerHandlers } from '../board/part-gesture.ts';
import { variantName } from '../model/names.ts';
import type { Stage } from '../stage.ts';
import { iconOf } from './icons.ts';

/** The kinds whose variants each have an entry of their own in the palette: the colors of LEDs. */
const SPREAD = new Set(['led']);

const OFFERS: readonly Offer[] = PART_KINDS.flatMap(({ name, variants }) =>
  (SPREAD.has(name) ? variants : variants.slice(0, 1)).map((variant) => ({ kind: name, variant })),
);

/** All parts that the user can add. */
export function paletteView(stage: Stage): TemplateResult {
  const { wording } = stage.words;
  return html`
    <div class="palette" role="group" aria-label=${wording.palette} aria-describedby="palette-hint">
      ${OFFERS.map((offer) => offerView(offer, stage))}
    </div>`;
}

function offerView(offer: Offer, stage: Stage): TemplateResult {
  const { words } = stage;
  const name = variantName(offer.kind, offer.variant, words);
  const { down, move, up, cancel } = offerHandlers(offer, stage);
  // A click from the keyboard or a screen reader has no pointer: its detail is 0.
  const click = ({ detail }: MouseEvent) => detail === 0 && addFirst(offer, stage);
  return html`<button type="button" class="offer" data-offer="${offer.kind} ${offer.variant}" aria-label=${words.wording.add(name)} title=${name}
    @pointerdown=${down} @pointermove=${move} @pointerup=${up} @pointercancel=${cancel} @click=${click}>
    ${iconOf(offer)}<span>${labelOf(offer, words)}</span></button>`;
}

/** The text below a picture: for LEDs, the color. */
function labelOf({ kind, variant }: Offer, { wording }: Stage['words']): string | undefined {
  return SPREAD.has(kind) ? wording.ledColors[variant] : wording.kinds[kind];
}
