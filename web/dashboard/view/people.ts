import { html, nothing, type TemplateResult } from 'lit/html.js';
import { filter, fromEvent, type Subscription } from 'rxjs';
import { mount } from '../../shared/mount.ts';
import { roleName } from '../../shared/words.ts';
import type { People, Person } from '../model/people.ts';
import type { Words } from '../words.ts';
import { factView } from './fact.ts';

/** How many people are connected; it opens into their names, for visitors who may know them. */
export function peopleView(words: Words, { count, named }: People): TemplateResult {
  const { say } = words;
  const shown = words.number(count, 0);
  const title = factView(say.peopleConnected(shown), say.people(shown));
  if (named.length === 0) return title;
  return html`
    <details class="people" ${mount(HTMLDetailsElement, closeFromElsewhere)}>
      <summary>${title}</summary>
      <ul>
        ${named.map((person) => html`<li>${personView(words, person)}</li>`)}
        ${count > named.length ? html`<li>…</li>` : nothing}
      </ul>
    </details>`;
}

function personView(words: Words, { name, role, isThisPage }: Person): TemplateResult {
  const { say } = words;
  const notes = [role && roleName(words, role), isThisPage && say.thisPage].filter(Boolean);
  return html`${name ?? say.guest}${notes.length > 0 ? html` <small>${notes.join(' · ')}</small>` : nothing}`;
}

/** Closes the list on Escape, and on a press anywhere else: the open list covers the page. */
function closeFromElsewhere(list: HTMLDetailsElement): Subscription {
  const close = () => {
    list.open = false;
  };
  const isElsewhere = ({ target }: Event) => !(target instanceof Node && list.contains(target));
  const closing = fromEvent(document, 'pointerdown').pipe(filter(isElsewhere)).subscribe(close);
  const escape$ = fromEvent<KeyboardEvent>(document, 'keydown').pipe(filter(({ key }) => key === 'Escape'));
  closing.add(escape$.subscribe(close));
  return closing;
}
