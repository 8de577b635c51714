import { html, type TemplateResult } from 'lit';
import type { Point } from '../bench/geometry.ts';
import type { BenchDevice } from '../model/bench.ts';
import type { Words } from '../words.ts';

/** A short text next to a part, centered on a point. */
export function caption({ x, y }: Point, text: string, kind = ''): TemplateResult {
  return html`<span class="caption ${kind}" .style=${`transform: translate(${x}px, ${y}px) translate(-50%, -50%)`}>${text}</span>`;
}

/** The reason why a device may not react; empty if all is well. */
export function troubleOf(device: BenchDevice, { say }: Words): string {
  if (device.isOnline) return '';
  return device.info ? say.deviceOffline : say.noDevice;
}
