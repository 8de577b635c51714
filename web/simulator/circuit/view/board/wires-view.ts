import { svg, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { wireView } from '../../../bench/board-view.ts';
import type { Wire } from '../../circuit.ts';
import type { Stage } from '../stage.ts';
import { pointOf } from './place.ts';
import { WIRE_INKS } from './wire-inks.ts';
import { wirePath } from './wire-path.ts';

/** All wires; clicking one selects it. The list has the same information for screen readers. */
export function wiresView(stage: Stage): unknown {
  return repeat(
    stage.circuit.wires,
    ({ id }) => id,
    (wire) => oneWire(wire, stage),
  );
}

function oneWire(wire: Wire, { circuit, state, editor }: Stage): TemplateResult<2> {
  const from = pointOf(circuit, wire.from);
  const to = pointOf(circuit, wire.to);
  if (!from || !to) return svg``;
  const path = wirePath(from, to, wire);
  const isSelected = state.selected === wire.id;
  return svg`
    <g class="own-wire ${isSelected ? 'selected' : ''}" data-wire=${wire.id} @click=${() => editor.select(wire.id)}>
      <path class="reach" d=${path}></path>
      ${wireView({ key: wire.id, path, color: WIRE_INKS[wire.color], from, to })}
    </g>`;
}
