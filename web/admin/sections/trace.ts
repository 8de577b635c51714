import { repeat } from 'lit/directives/repeat.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { catchError, endWith, map, Observable, of, scan, startWith } from 'rxjs';
import type { AdminPacket } from '../../../hub/client/api/admin-answers.ts';
import { type HubError, toHubError } from '../../../hub/core/index.ts';
import { hashOf } from '../model/place.ts';
import { faultView } from '../view/table.ts';
import type { Words } from '../words.ts';
import type { Section, SectionContext } from './section.ts';

/** How many packets are kept, and how long the client is watched. */
const KEPT = 500;
const SECONDS = 600;

interface TraceState {
  /** The newest first. */
  readonly packets: readonly (AdminPacket & { readonly number: number })[];
  readonly isRunning: boolean;
  readonly error: HubError | undefined;
}

type News = AdminPacket | HubError | 'over';

/** The packets of one client, for as long as the section is shown, and ten minutes at most. */
export const trace: Section = (context) => {
  const { about } = context;
  if (about === '') return of((words: Words) => form(words, ''));
  return watchPackets(context).pipe(
    map(
      (state) => (words: Words) =>
        html`
      ${form(words, about)}
      ${faultView(words, state)}
      <p class="hint" role="status">${state.isRunning ? words.say.tracing(about) : words.say.traceOver}</p>
      ${packetsView(words, state)}`,
    ),
  );
};

function watchPackets({ api, about }: SectionContext): Observable<TraceState> {
  const beginning: TraceState = { packets: [], isRunning: about !== '', error: undefined };
  return readTrace(api, about).pipe(
    endWith('over' as const),
    catchError((error: unknown) => of(toHubError(error))),
    scan((state, news: News) => take(state, news), beginning),
    startWith(beginning),
  );
}

/** Ends with its subscription. */
function readTrace(api: SectionContext['api'], client: string): Observable<AdminPacket> {
  return new Observable((subscriber) => {
    const stop = new AbortController();
    const read = async () => {
      for await (const packet of api.trace(client, { seconds: SECONDS, signal: stop.signal }))
        subscriber.next(packet);
    };
    read().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
    return () => stop.abort();
  });
}

function take({ packets, ...state }: TraceState, news: News): TraceState {
  if (news === 'over') return { ...state, packets, isRunning: false };
  if (news instanceof Error) return { packets, isRunning: false, error: news };
  const number = (packets[0]?.number ?? 0) + 1;
  return { ...state, packets: [{ ...news, number }, ...packets].slice(0, KEPT) };
}

function form({ say }: Words, about: string): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    location.hash = hashOf('trace', String(new FormData(event.target).get('client') ?? ''));
  };
  return html`<form class="tools" aria-label=${say.trace} @submit=${submit}>
    <label class="search"><span>${say.client}</span>
      <input name="client" required autocomplete="off" autocapitalize="none" spellcheck="false" .value=${about}></label>
    <button type="submit" class="strong">${say.follow}</button>
    ${about === '' ? html`<p class="hint">${say.traceHint}</p>` : nothing}
  </form>`;
}

function packetsView({ say, exactTime }: Words, { packets }: TraceState): TemplateResult {
  return html`<ol class="packets" aria-label=${say.packets}>${repeat(
    packets,
    ({ number }) => number,
    ({ at, direction, packet, details }) => html`<li data-direction=${direction}>
      <time datetime=${at}>${exactTime(Date.parse(at))}</time>
      <span class="direction" title=${direction === 'in' ? say.fromClient : say.toClient}>${direction === 'in' ? '→' : '←'}<span class="unseen"> ${direction === 'in' ? say.fromClient : say.toClient}</span></span>
      <b>${packet}</b> <code>${describe(details)}</code>
    </li>`,
  )}</ol>`;
}

function describe(details: AdminPacket['details']): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
