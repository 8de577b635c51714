import { html, nothing } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { catchError, defer, distinct, map, mergeMap, type Observable, of, scan, startWith } from 'rxjs';
import type { HubError } from '../../../hub/core/index.ts';
import { mount } from '../../shared/mount.ts';
import type { FindModule } from '../../shared/plug-ins/find-module.ts';
import { type Draw, messageOf, runModule } from '../../shared/plug-ins/run-module.ts';
import type { BenchDevice } from '../model/bench.ts';
import type { Words } from '../words.ts';
import { caption, troubleOf } from './caption.ts';
import type { Lead, Part } from './part.ts';
import { placeAt } from './place.ts';

/** The default export of a plug-in's module, which is drawn next to the breadboard. Lengths are in the bench's own pixels. */
interface PartModule {
  readonly width: number;
  readonly height: number;
  /** The wires of a device with this id; their ends are relative to the part's corner. Default: none. */
  leads?(id: string): readonly Lead[];
  readonly draw: Draw;
}

/** The largest width and height of a part, in the bench's pixels. */
const MOST = 2_000;
/** The size of the placeholder for a part whose module has failed. */
const EMPTY: Pick<PartModule, 'width' | 'height'> = { width: 240, height: 60 };

/** The parts for kinds that the page does not know, if the hub has a module for them: the list at once, and again whenever it grows. */
export function watchPlugInParts(
  kinds$: Observable<string>,
  find: FindModule,
  refused: (error: HubError) => void,
): Observable<readonly Part[]> {
  const load = (kind: string) =>
    defer(() => find(kind)).pipe(
      map((module) => (module === undefined ? [] : [createPart(kind, parseModule(module.default), refused)])),
      catchError((error) => of([failedPart(kind, error)])),
    );
  return kinds$.pipe(
    distinct(),
    mergeMap(load),
    scan((parts: readonly Part[], more) => [...parts, ...more], []),
    startWith([]),
  );
}

function createPart(kind: string, module: PartModule, refused: (error: HubError) => void): Part {
  const { width, height } = module;
  return {
    kind,
    footprint: { on: 'bench', width, height },
    leads: (id) => leadsOf(module, id) ?? [],
    jumpers: [],
    draw: ({ device, origin }, { words }) => html`
      <div class="part plug-in" data-part=${device.path}>
        <div .style=${`${placeAt(origin, { x: 0, y: 0 }, 1)}; width: ${width}px; height: ${height}px`}>
          ${guard([device.source, words], () => moduleView(device, words, { module, refused }))}
        </div>
        ${device.isOnline ? nothing : caption({ x: origin.x + width / 2, y: origin.y + height + 10 }, troubleOf(device, words), 'value')}
      </div>`,
  };
}

interface Drawing {
  readonly module: PartModule;
  readonly refused: (error: HubError) => void;
}

/** The module's drawing, or the reason why it cannot draw. */
function moduleView({ id, source }: BenchDevice, words: Words, { module, refused }: Drawing): unknown {
  if (!source) return nothing;
  const failIn = (element: HTMLElement, error: unknown) => {
    element.setAttribute('role', 'alert');
    element.replaceChildren(faultText(words, error));
  };
  const run = (element: HTMLElement) =>
    runModule(element, {
      draw: leadsOf(module, id) ? (...given) => module.draw(...given) : refuseLeads,
      device: source,
      language: words.language,
      refused,
      failed: (error) => failIn(element, error),
    });
  return html`<div class="module" ${mount(HTMLElement, run)}></div>`;
}

function refuseLeads(): never {
  throw new TypeError(LEADS);
}

/** The placeholder for a part whose module cannot be loaded or is invalid. */
function failedPart(kind: string, error: unknown): Part {
  return {
    kind,
    footprint: { on: 'bench', ...EMPTY },
    leads: () => [],
    jumpers: [],
    draw: ({ device, origin }, { words }) => {
      const middle = { x: origin.x + EMPTY.width / 2, y: origin.y + EMPTY.height / 2 };
      const text = `${device.path}: ${faultText(words, error)}`;
      return html`<div class="part plug-in" role="alert" data-part=${device.path}>${caption(middle, text, 'value')}</div>`;
    },
  };
}

function faultText({ tell }: Words, error: unknown): string {
  return tell.plugInFault(messageOf(error));
}

/** Checks the export of a module. Throws a TypeError that says what is wrong. */
function parseModule(value: unknown): PartModule {
  const { width, height, leads, draw }: Partial<Record<keyof PartModule, unknown>> = Object(value);
  const isLength = (length: unknown) => typeof length === 'number' && length > 0 && length <= MOST;
  if (!isLength(width) || !isLength(height))
    throw new TypeError(`its default export must have a width and a height, above 0 and up to ${MOST}`);
  if (typeof draw !== 'function') throw new TypeError('its default export must have a function draw');
  if (leads !== undefined && typeof leads !== 'function')
    throw new TypeError('leads of its default export must be a function');
  return value as PartModule;
}

const LEADS =
  "leads must return a list of { from, to }: from is { gpio }, 'ground' or '5v', and to is { x, y }";

/** The wires of a device; `undefined` if the module returns invalid ones. */
function leadsOf(module: PartModule, id: string): readonly Lead[] | undefined {
  try {
    const leads: unknown = module.leads?.(id) ?? [];
    return Array.isArray(leads) && leads.every(isLead) ? leads : undefined;
  } catch {
    return undefined; // The drawing of the part reports the error.
  }
}

function isLead(value: unknown): value is Lead {
  const { from, to }: { from?: unknown; to?: unknown } = Object(value);
  const { gpio }: { gpio?: unknown } = Object(from);
  const { x, y }: { x?: unknown; y?: unknown } = Object(to);
  const isFrom = from === 'ground' || from === '5v' || Number.isInteger(gpio);
  return isFrom && Number.isFinite(x) && Number.isFinite(y);
}
