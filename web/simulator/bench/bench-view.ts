import { html, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { legendView, pinsView, piView } from '../header/header-view.ts';
import type { Scene } from '../scene.ts';
import { boardView, jumperView, wireView } from './board-view.ts';
import type { Layout } from './layout.ts';

interface BenchScene extends Scene {
  readonly layout: Layout;
  readonly scale: number;
  readonly watchSize: (bench: Element | undefined) => void;
}

/** The circuit: header, breadboards and wires as one picture, with the parts above it, in the same pixels. */
export function benchView({ layout, scale, watchSize, ...scene }: BenchScene): TemplateResult {
  const { width, height, boards, wires, items } = layout;
  return html`
    <div class="bench ${layout.shape}" ${ref(watchSize)} .style=${`aspect-ratio: ${width} / ${height}`}>
      <svg class="ground" viewBox="0 0 ${width} ${height}">
        ${boards.map(boardView)}
        ${piView()}
        ${items.flatMap(({ part, origin }) => part.jumpers.map((jumper) => jumperView(origin, jumper)))}
        ${repeat(wires, ({ key }) => key, wireView)}
        ${pinsView(scene)}
      </svg>
      <div class="parts" .style=${`transform: scale(${scale})`}>
        ${repeat(
          items,
          ({ device }) => device.path,
          ({ part, ...placed }) => part.draw(placed, scene),
        )}
      </div>
    </div>
    ${legendView(scene.words)}`;
}
