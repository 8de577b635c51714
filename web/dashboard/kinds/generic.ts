import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { combineLatest, distinctUntilChanged, map, merge, type Observable, of, switchMap, take } from 'rxjs';
import type { DeviceInfo, InfoProblem } from '../../../devices/facts/device-info.ts';
import type { BusMessage } from '../../../hub/core/index.ts';
import type { Device } from '../../shared/devices.ts';
import { watch } from '../../shared/watch.ts';
import { describedProperties, type Models } from '../model/described.ts';
import { createFaults } from '../model/fault.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { createPropertyModel } from '../properties/index.ts';
import type { PropertyModel } from '../properties/property-kind.ts';
import { card } from '../view/card.ts';
import { letterEmblem } from '../view/letter-emblem.ts';
import { overrideNote } from '../view/override.ts';
import { pinout } from '../view/pinout.ts';
import type { Words } from '../words.ts';
import type { Kind, View } from './kind.ts';

/** A sentence above the properties. */
export type Note = (words: Words) => TemplateResult | typeof nothing;

/** Any other device: each property as its description says, the parts of the description that the page does not understand, and the other topics. */
export function generic(note: Note = () => nothing): Kind {
  return (device, surroundings) => describe(note, device, surroundings);
}

function describe(note: Note, device: Device, surroundings: Surroundings): View {
  const { feed, info$ } = device;
  const models$ = describedProperties(info$, (info) => createPropertyModel({ device, info, surroundings }));
  const refused$ = models$.pipe(switchMap((models) => merge(...list(models).map((model) => model.refused$))));
  const isAllowed$ = models$.pipe(switchMap(maySetAny), distinctUntilChanged());
  const faults = createFaults(feed, refused$);
  const rest$ = combineLatest([info$, feed.properties$]).pipe(
    map(([info, all]) => ({ info, rows: restOf(info, all) })),
  );
  return (words) => {
    return card(words, device, {
      emblem: letterEmblem(device.kind),
      faults,
      isAllowed$,
      body: html`
        ${note(words)}
        ${overrideNote(words, device, { isAllowed$, takeBack: () => sendAllAgain(models$) })}
        <div class="properties">${watch(models$.pipe(map((models) => propertyViews(words, models))))}</div>
        ${watch(info$.pipe(map(({ problems }) => problemsView(words, problems))))}
        ${watch(rest$.pipe(map(({ info, rows }) => restView(words, info, rows))))}
        ${watch(info$.pipe(map((info) => pinout(words, info))))}
      `,
    });
  };
}

/** The models exist for as long as the card. */
function sendAllAgain(models$: Observable<Models<PropertyModel>>): void {
  models$.pipe(take(1)).subscribe((models) => {
    for (const model of list(models)) if (model.info.isSettable) model.sendAgain();
  });
}

function list(models: Models<PropertyModel>): readonly PropertyModel[] {
  return [...models.values()];
}

/** A device with nothing to set counts as allowed: there is nothing to forbid. */
function maySetAny(models: Models<PropertyModel>) {
  const settable = list(models).filter(({ info }) => info.isSettable);
  if (settable.length === 0) return of(true);
  return combineLatest(settable.map(({ isAllowed$ }) => isAllowed$)).pipe(
    map((flags) => flags.some(Boolean)),
  );
}

/** Readings first, then settings. When other properties come and go, a property keeps its element, with the text being typed into it. */
function propertyViews(words: Words, models: Models<PropertyModel>): unknown {
  const all = [...models];
  const part = (name: string, isSettable: boolean) => {
    const some = all.filter(([, { info }]) => info.isSettable === isSettable);
    return some.length === 0 ? nothing : html`<div class=${name}>${repeat(some, ([key]) => key, view)}</div>`;
  };
  const view = ([, model]: [string, PropertyModel]) => guard([model, words], () => model.view(words));
  return [part('readings', false), part('settables', true)];
}

function problemsView({ say }: Words, problems: readonly InfoProblem[]): TemplateResult | typeof nothing {
  if (problems.length === 0) return nothing;
  return html`
    <div class="problems" role="status">
      <p>${say.infoProblems}</p>
      <ul>
        ${problems.map(
          ({ property, fault, detail }) => html`
            <li>${property === '' ? nothing : html`<code>${property}</code>: `}${say.infoProblem[fault]} <code>${detail}</code></li>
          `,
        )}
      </ul>
    </div>
  `;
}

type Row = readonly [name: string, message: BusMessage];

/** The topics that no property shows. */
function restOf({ properties }: DeviceInfo, all: ReadonlyMap<string, BusMessage>): readonly Row[] {
  const drawn = new Set(properties.flatMap(({ property }) => [property, `${property}/actual`]));
  return [...all].filter(([name]) => !drawn.has(name)).sort(([one], [other]) => one.localeCompare(other));
}

/** If a device describes nothing, the page shows only these. Otherwise they are folded away: only the device's maker needs them. */
function restView(
  words: Words,
  { kind, properties }: DeviceInfo,
  rows: readonly Row[],
): TemplateResult | typeof nothing {
  if (rows.length === 0) return nothing;
  const { say } = words;
  const table = html`
    <table>
      <thead><tr><th scope="col">${say.topic}</th><th scope="col">${say.value}</th></tr></thead>
      <tbody>${rows.map(([name, message]) => row(words, name, message))}</tbody>
    </table>
  `;
  if (properties.length === 0) return html`<p>${say.unknownKind(kind)}</p>${table}`;
  return html`<details class="past"><summary>${say.otherTopics}</summary>${table}</details>`;
}

function row(words: Words, name: string, { text, bytes }: BusMessage): TemplateResult {
  const value = text ?? words.say.bytes(words.number(bytes.byteLength, 0));
  return html`<tr><th scope="row"><code>${name}</code></th><td>${value}</td></tr>`;
}
