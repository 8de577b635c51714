import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { ClassState } from '../../../hub/client/api/class-api.ts';
import { type Standing, wholePage } from '../../shared/whole-page.ts';
import type { Known } from '../model/known.ts';
import type { ClassNews } from '../model/live.ts';
import type { Words } from '../words.ts';
import { seatCard } from './card.ts';
import type { ClassActions } from './class-actions.ts';
import { classAddress, projectorView } from './projector.ts';
import type { SeatActions, ShownSeat } from './seat-actions.ts';

/** The state that the page shows. */
export interface PageState extends Standing {
  readonly words: Words;
  readonly place: Pick<Location, 'href' | 'hostname'>;
  readonly known: Known;
  readonly isProjecting: boolean;
  readonly news: ClassNews;
  readonly actions: ClassActions;
  readonly seatActions: SeatActions;
}

/** The whole page. */
export function pageView(state: PageState): TemplateResult {
  const { words } = state;
  return wholePage(words, state, {
    here: 'class',
    title: words.say.title,
    banner: bannerView(state),
    content: () => contentView(state),
  });
}

function contentView(state: PageState): TemplateResult | typeof nothing {
  const { words, known } = state;
  if (!known.state) return nothing;
  const { code } = known.state;
  if (code === null) return emptyView(state);
  const address = classAddress(state.place, known.state);
  const door = projectorView(words, { code, address });
  if (state.isProjecting)
    return html`<div class="projecting">${door}${namesView(words, known.state)}${backView(words)}</div>`;
  return html`${door}${toolsView(state, known.state)}${seatsView(state, known.state)}`;
}

function emptyView({ words: { say }, actions }: PageState): TemplateResult {
  return html`<section class="panel empty-class"><h2>${say.noClass}</h2>
    <button type="button" class="strong" @click=${actions.begin}>${say.begin}</button></section>`;
}

function backView({ say }: Words): TemplateResult {
  return html`<p class="back"><a href="#">${say.projectBack}</a></p>`;
}

/** The students who have joined, so that everybody sees that they are in. */
function namesView(words: Words, { seats }: ClassState): TemplateResult {
  return html`<h2>${words.say.seats(words.number(seats.length))}</h2>
    <ul class="names">${seats.map(({ nickname }) => html`<li><bdi>${nickname}</bdi></li>`)}</ul>`;
}

function toolsView({ words, actions }: PageState, { isPaused }: ClassState): TemplateResult {
  const { say } = words;
  const tool = (label: string, act: () => void) =>
    html`<button type="button" class="plain" @click=${act}>${label}</button>`;
  return html`<div class="tools" role="group" aria-label=${say.title}>
    <button type="button" class="plain" aria-pressed=${isPaused} @click=${() => actions.pause(!isPaused)}>${isPaused ? say.goOn : say.pause}</button>
    ${tool(say.handOut, actions.handOut)}${tool(say.resetAll, actions.resetAll)}
    <a class="plain" href="api/class/collection" download="class.json">${say.collectJson}</a>
    <a class="plain" href="api/class/collection.csv" download="class.csv">${say.collectCsv}</a>
    <a class="plain" href="#projector">${say.project}</a>
    ${tool(say.newCode, actions.newCode)}${tool(say.end, actions.end)}
  </div>`;
}

function seatsView({ words, news, seatActions }: PageState, { seats }: ClassState): TemplateResult {
  // When one seat changes, the cards of the others stay as they are.
  const cardOf = (seat: ShownSeat) =>
    guard([words, seat.nickname, seat.clients, seat.refusal?.at], () =>
      seatCard(words, { seat, news: news.of(seat.seat), actions: seatActions }),
    );
  return html`<section aria-labelledby="seats-title">
    <h2 id="seats-title">${words.say.seats(words.number(seats.length))}</h2>
    ${seats.length === 0 ? html`<p class="hint">${words.say.nobody}</p>` : nothing}
    <div class="seat-grid">${repeat(seats, ({ seat, since }) => `${seat} ${since}`, cardOf)}</div>
  </section>`;
}

function bannerView({ words, known }: PageState): TemplateResult | typeof nothing {
  if (known.isStale) return html`<div class="banner">${words.say.notUpToDate}</div>`;
  return known.state?.isPaused ? html`<div class="banner"><p><b>${words.say.paused}</b></p></div>` : nothing;
}
