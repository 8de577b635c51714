import { Subscription } from 'rxjs';
import type { Language } from '../../languages/index.ts';
import { createModuleDevice, type ModuleDevice, type ModuleDeviceParts } from './module-device.ts';

/** The arguments that a module gets beside its element. */
export interface ModuleContext {
  readonly device: ModuleDevice;
  /** The language of the page. In another language, the module is drawn again. */
  readonly language: Language;
  /** Is aborted when the element leaves the page. */
  readonly signal: AbortSignal;
}

/** Draws a device in an empty element of the page. */
export type Draw = (element: HTMLElement, context: ModuleContext) => unknown;

export interface RunModuleParts extends Omit<ModuleDeviceParts, 'running'> {
  readonly draw: Draw;
  readonly language: Language;
}

/** Runs a module on an element until it is unsubscribed, or the module fails: that is reported once. */
export function runModule(element: HTMLElement, parts: RunModuleParts): Subscription {
  const { draw, language } = parts;
  const leaving = new AbortController();
  const running = new Subscription(() => leaving.abort());
  const failed = (error: unknown) => {
    if (running.closed) return;
    running.unsubscribe();
    parts.failed(error);
  };
  const device = createModuleDevice({ ...parts, failed, running });
  element.replaceChildren();
  // A module may draw at once or later.
  Promise.resolve()
    .then(() => (running.closed ? undefined : draw(element, { device, language, signal: leaving.signal })))
    .catch(failed);
  return running;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
