import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { InspectedRow } from '../../../hub/core/index.ts';
import { shortTopic } from '../model/short-topic.ts';
import { keyOf, type Shown } from '../model/shown.ts';
import type { Words } from '../words.ts';
import { rowId } from './row-id.ts';
import type { TreeActions } from './tree-actions.ts';

export interface TreeParts {
  readonly words: Words;
  readonly shown: Shown | undefined;
  readonly selected: string | undefined;
  /** The row that the keyboard is at. */
  readonly activeIndex: number | undefined;
  readonly rowPx: number;
  readonly tree: TreeActions;
}

/** The tree: as high as all rows, with those in it that are in sight. */
export function treeView(parts: TreeParts): TemplateResult {
  const { words, shown, activeIndex, rowPx, tree } = parts;
  const { rows = [], from = 0, total = 0 } = shown?.frame ?? {};
  const isActiveThere = activeIndex !== undefined && activeIndex >= from && activeIndex < from + rows.length;
  return html`
    <div class="tree" ${ref(tree.follow)}>
      <div role="tree" tabindex="0" class="tree-rows" aria-label=${words.say.tree} style=${styleMap({ height: `${total * rowPx}px` })}
        aria-activedescendant=${isActiveThere ? rowId(activeIndex) : nothing}
        @keydown=${tree.press} @click=${tree.click}>
        ${repeat(rows, keyOf, (row, index) => rowView(parts, row, from + index))}
      </div>
    </div>
    ${total === 0 ? html`<p class="tree-empty">${words.say.noTopics}</p>` : nothing}`;
}

function rowView(parts: TreeParts, row: InspectedRow, index: number): TemplateResult {
  const { shown, selected, activeIndex, rowPx } = parts;
  const { topic, depth, isOpen, isPinned, isRetained, children } = row;
  const state = [
    'row',
    shown?.fresh.has(keyOf(row)) ? 'fresh' : '',
    activeIndex === index ? 'active' : '',
    isPinned ? 'pinned' : '',
  ];
  return html`
    <div role="treeitem" id=${rowId(index)} class=${state.join(' ')} data-key=${keyOf(row)} title=${shortTopic(topic)}
      aria-level=${depth + 1} aria-selected=${topic === selected} aria-expanded=${children > 0 ? String(isOpen === true) : nothing}
      style=${styleMap({ transform: `translateY(${index * rowPx}px)`, height: `${rowPx}px`, '--depth': String(depth) })}>
      <span class="twist" aria-hidden="true">${children > 0 ? '▸' : ''}</span>
      <span class="level">${isPinned && depth === 0 ? html`<span class="pin-mark" aria-hidden="true">◆</span>${shortTopic(topic)}` : nameOf(topic)}</span>
      ${isRetained ? html`<span class="kept" title=${parts.words.say.retained}>R</span>` : nothing}
      <span class="row-value">${lastValueOf(row, parts.words)}</span>
      <span class="row-counts">${countsOf(row, parts.words)}</span>
    </div>`;
}

/** The last level; one without a name is shown as a slash. */
function nameOf(topic: string): string {
  return shortTopic(topic.slice(topic.lastIndexOf('/') + 1)) || '/';
}

function lastValueOf({ value, bytes }: InspectedRow, { say, number }: Words): string {
  if (value !== undefined) return value;
  return bytes === undefined ? '' : say.bytes(number(bytes));
}

function countsOf({ children, topics, messages }: InspectedRow, { say, number }: Words): string {
  const count = number(messages);
  return children > 0 ? say.topicsAndMessages(number(topics), count) : count;
}
