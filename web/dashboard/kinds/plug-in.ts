import { guard } from 'lit/directives/guard.js';
import { html, type TemplateResult } from 'lit/html.js';
import { catchError, combineLatest, defer, map, merge, NEVER, of, Subject, startWith, switchMap } from 'rxjs';
import type { Device } from '../../shared/devices.ts';
import { DISCOVERED_KIND } from '../../shared/discovery/kind.ts';
import { mount } from '../../shared/mount.ts';
import type { FindModule, Module } from '../../shared/plug-ins/find-module.ts';
import { type Draw, messageOf, runModule } from '../../shared/plug-ins/run-module.ts';
import { shareLatest } from '../../shared/share-latest.ts';
import { watch } from '../../shared/watch.ts';
import { createFaults } from '../model/fault.ts';
import { card } from '../view/card.ts';
import { letterEmblem } from '../view/letter-emblem.ts';
import { pinout } from '../view/pinout.ts';
import type { Words } from '../words.ts';
import { generic } from './generic.ts';
import type { Kind, View } from './kind.ts';

/** A kind that the page does not know: the card of the hub's plug-in. If there is none, or if it fails: the card for any device. */
export function plugInKind(find: FindModule): Kind {
  return (device, surroundings) => {
    const failed$ = new Subject<unknown>();
    const plain = generic()(device, surroundings);
    const fallBack = (error: unknown): View =>
      generic((words) => faultNote(words, error))(device, surroundings);
    const found$ =
      device.kind === DISCOVERED_KIND
        ? NEVER
        : defer(() => find(device.kind)).pipe(
            map((module) => (module === undefined ? plain : moduleCard(device, drawOf(module), failed$))),
          );
    const view$ = merge(found$, failed$.pipe(map(fallBack))).pipe(
      catchError((error) => of(fallBack(error))),
      startWith(plain),
      shareLatest(),
    );
    return (words) => html`${watch(view$.pipe(map((view) => view(words))))}`;
  };
}

/** The page draws the card's frame, and the module draws the content. */
function moduleCard(device: Device, draw: Draw, failed$: Subject<unknown>): View {
  const faults = createFaults(device.feed, NEVER);
  const run = (words: Words) => (element: HTMLElement) =>
    runModule(element, {
      draw,
      device,
      language: words.language,
      refused: (error) => faults.tell(error),
      failed: (error) => failed$.next(error),
    });
  return (words) =>
    card(words, device, {
      emblem: letterEmblem(device.kind),
      faults,
      isAllowed$: maySetAny(device),
      body: html`
        ${guard([device, words], () => html`<div class="plug-in" ${mount(HTMLElement, run(words))}></div>`)}
        ${watch(device.info$.pipe(map((info) => pinout(words, info))))}
      `,
    });
}

/** A device with nothing to set counts as allowed: there is nothing to forbid. */
function maySetAny({ feed, info$ }: Device) {
  return info$.pipe(
    map(({ properties }) => properties.filter(({ isSettable }) => isSettable)),
    switchMap((settable) =>
      settable.length === 0
        ? of([true])
        : combineLatest(settable.map(({ property }) => feed.mayPublish$(property))),
    ),
    map((flags) => flags.some(Boolean)),
  );
}

function drawOf({ default: draw }: Module): Draw {
  if (typeof draw === 'function') return draw as Draw;
  throw new TypeError('its module has no function as its default export');
}

function faultNote({ tell }: Words, error: unknown): TemplateResult {
  return html`<p class="problems" role="alert">${tell.plugInFault(messageOf(error))}</p>`;
}
