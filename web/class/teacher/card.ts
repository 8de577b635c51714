import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { map, type Observable } from 'rxjs';
import { bind, scene } from '../../shared/mount.ts';
import { watch } from '../../shared/watch.ts';
import { meaningOf } from '../../shared/words.ts';
import type { SeatLesson } from '../model/lesson.ts';
import type { SeatLight, SeatNews } from '../model/live.ts';
import { lastFault, type SeatFault } from '../model/seat-fault.ts';
import type { Words } from '../words.ts';
import type { SeatActions, ShownSeat } from './seat-actions.ts';

/** The addresses of the dashboard and the board of one seat. */
const dashboardOf = (seat: string) => `./?prefix=${encodeURIComponent(seat)}`;
const boardOf = (seat: string) => `simulator?board=${encodeURIComponent(seat)}`;

interface CardParts {
  readonly seat: ShownSeat;
  readonly news: SeatNews;
  readonly actions: SeatActions;
}

/** A seat: its light and wave, whether it is connected, its position in the lessons, its last error, and actions to help. */
export function seatCard(words: Words, { seat, news, actions }: CardParts): TemplateResult {
  const { say } = words;
  const { nickname } = seat;
  const duty$ = news.light$.pipe(map((light) => light?.dutyPercent ?? 0));
  const fault$ = news.error$.pipe(map((error) => lastFault(error, seat.refusal)));
  return html`<article class="seat-card" data-away=${seat.clients === 0 ? '' : nothing} aria-label=${nickname} ${scene()}>
    <header>
      ${lampView(duty$)}
      <h3><bdi>${nickname}</bdi> <code dir="auto">${seat.seat}</code></h3>
    </header>
    ${waveView(duty$)}
    <p class="facts-of-seat">
      <span class="duty">${watch(news.light$.pipe(map((light) => lightText(words, light))), GLANCE)}</span>
      <span class="clients">${seat.clients === 0 ? say.away : say.connected(words.number(seat.clients))}</span>
      <span>${watch(news.isOn$.pipe(map((isOn) => (isOn ? say.boardOn : say.boardOff))))}</span>
    </p>
    <p class="seat-lesson">${watch(news.lesson$.pipe(map((at) => lessonText(words, at))))}</p>
    <p class="seat-error">${watch(fault$.pipe(map((fault) => (fault ? describe(words, fault) : ''))))}</p>
    <footer>
      <a class="plain" href=${dashboardOf(seat.seat)} target="_blank" rel="noopener" aria-label=${say.openOf(nickname)}>${say.open}</a>
      <a class="plain" href=${boardOf(seat.seat)} target="_blank" rel="noopener" aria-label=${say.boardOf(nickname)}>${say.board}</a>
      ${moreView(words, seat, actions)}
    </footer>
  </article>`;
}

function moreView({ say }: Words, seat: ShownSeat, actions: SeatActions): TemplateResult {
  const item = (label: string, act: (seat: ShownSeat) => void) =>
    html`<button type="button" @click=${() => act(seat)}>${label}</button>`;
  return html`<details class="more">
    <summary aria-label=${say.moreOf(seat.nickname)}>${say.more}</summary>
    <div>
      ${item(say.codeFor, actions.code)}${item(say.tokenFor, actions.token)}${item(say.rename, actions.rename)}
      ${item(say.reset, actions.reset)}${item(say.remove, actions.remove)}
    </div>
  </details>`;
}

/** Other programs may name an LED as they like. */
function lightText({ say, percent }: Words, light: SeatLight | undefined): string {
  if (!light) return say.noLight;
  const { led, dutyPercent } = light;
  return say.light(/^\d+$/.test(led) ? `GPIO ${led}` : led, percent(dutyPercent));
}

/** The lesson's number and title, and how many are done. */
function lessonText({ say, number }: Words, at: SeatLesson | undefined): string {
  if (!at) return say.noLesson;
  const titles: Readonly<Record<string, string>> = say.lessonTitles;
  const index = Object.keys(titles).indexOf(at.lesson);
  const done = say.lessonsDone(number(at.done));
  return index < 0 ? done : `${say.lesson(number(index + 1), titles[at.lesson] ?? '')} · ${done}`;
}

/** Includes the message, because it names the topic or value: the meaning of the code alone would not help the teacher. */
function describe(words: Words, { code, message, atMs }: SeatFault): string {
  const meaning = meaningOf(words, code);
  return `${words.timeOfDay(atMs)} ${meaning === undefined ? message : `${meaning} (${message})`}`;
}

/** How long lamps and waves may wait for each other's frame: seats change at different moments, and each frame has a cost. */
const TOGETHER = { everyMs: 4 } as const;

/** How often the text changes, at most: nobody reads thirty numbers faster. */
const GLANCE = { everyMs: 250 } as const;

/** An LED from above; half the duty cycle looks about three quarters as bright (CIE L*, as a cube root). Only the unlit lens on top of it changes. */
function lampView(duty$: Observable<number>): TemplateResult {
  const glow$ = duty$.pipe(map((duty) => (duty <= 0 ? 0 : Math.max(0, 1.16 * Math.cbrt(duty / 100) - 0.16))));
  const dim = (lens: HTMLElement, glow: number) => {
    lens.style.opacity = (1 - glow).toFixed(3);
  };
  return html`<span class="lamp" aria-hidden="true"><span class="lens" ${bind(HTMLElement, glow$, dim, TOGETHER)}></span></span>`;
}

const WIDTH = 120;
const HIGH = 3;
const LOW = 21;
const PERIODS = 3;

/** The square wave of a duty cycle: three periods. */
export function wavePath(dutyPercent: number): string {
  const period = WIDTH / PERIODS;
  if (dutyPercent <= 0) return `M0 ${LOW}H${WIDTH}`;
  if (dutyPercent >= 100) return `M0 ${HIGH}H${WIDTH}`;
  const on = ((period * dutyPercent) / 100).toFixed(1);
  const pulses = Array.from({ length: PERIODS }, (_, index) => {
    const start = index * period;
    return `${index === 0 ? 'M' : 'L'}${start} ${LOW}V${HIGH}h${on}V${LOW}H${start + period}`;
  });
  return pulses.join('');
}

function waveView(duty$: Observable<number>): TemplateResult {
  return html`<svg class="wave" viewBox="0 0 ${WIDTH} 24" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<path ${bind(SVGPathElement, duty$, (path, duty) => path.setAttribute('d', wavePath(duty)), TOGETHER)}></path>`}
  </svg>`;
}
