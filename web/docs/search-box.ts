import { type Hit, loadSearch, type Search } from './search.ts';

/** The parts of the page with which people search. */
export interface SearchBox {
  readonly form: HTMLFormElement;
  readonly input: HTMLInputElement;
  /** Says how many results there are. */
  readonly status: HTMLElement;
  readonly list: HTMLElement;
}

/** Shows what the words in the box find. The index is loaded once somebody goes to the box. */
export function followSearch(box: SearchBox, index: URL): void {
  const { form, input } = box;
  let search: Promise<Search> | undefined;
  const load = () => {
    search ??= loadSearch(index.href);
    search.catch(() => {
      search = undefined; // The hub may be back at the next letter.
    });
    return search;
  };
  input.addEventListener('focus', () => {
    load();
    void show(box, load);
  });
  input.addEventListener('input', () => void show(box, load));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    box.list.querySelector('a')?.click();
  });
  followKeys(box);
  followPresses(box);
}

async function show({ input, status, list }: SearchBox, load: () => Promise<Search>): Promise<void> {
  const words = input.value.trim();
  const hits = words === '' ? [] : await find(words, load);
  if (input.value.trim() !== words) return;
  list.replaceChildren(...(hits ?? []).map(hitView));
  status.textContent = words === '' ? '' : describe(hits);
}

/** `undefined` if the index cannot be loaded, which the status then says. */
async function find(words: string, load: () => Promise<Search>): Promise<readonly Hit[] | undefined> {
  const search = await load().catch(() => undefined);
  return search?.(words);
}

function describe(hits: readonly Hit[] | undefined): string {
  if (hits === undefined) return 'The search index cannot be loaded.';
  if (hits.length === 0) return 'Nothing found.';
  return hits.length === 1 ? '1 result' : `${hits.length} results`;
}

function hitView({ id, page, title, excerpt: { before, found, after } }: Hit): HTMLLIElement {
  const link = document.createElement('a');
  link.href = id;
  link.append(create('b', title));
  if (page !== title) link.append(' ', create('small', page));
  const excerpt = create('p', before);
  excerpt.append(create('mark', found), after);
  link.append(excerpt);
  const item = document.createElement('li');
  item.append(link);
  return item;
}

function create(name: 'b' | 'small' | 'mark' | 'p', text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

/** `/` leads to the box, the arrow keys through the results, Escape back. */
function followKeys(box: SearchBox): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    box.input.focus();
  });
  box.form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') clear(box);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && moveFocus(box, step)) event.preventDefault();
  });
}

function clear(box: SearchBox): void {
  box.input.value = '';
  hideResults(box);
  box.input.focus();
}

/** The results cover the page. They go when one of them is followed, which may lead to another place of the same page, or when somebody presses elsewhere. */
function followPresses(box: SearchBox): void {
  const { form, list } = box;
  list.addEventListener('click', () => hideResults(box));
  document.addEventListener('pointerdown', ({ target }) => {
    if (!(target instanceof Node && form.contains(target))) hideResults(box);
  });
}

function hideResults({ status, list }: SearchBox): void {
  status.textContent = '';
  list.replaceChildren();
}

/** From the box to the first result, or from one to the next. Returns false at either end. */
function moveFocus({ input, list }: SearchBox, step: number): boolean {
  const stops: readonly (Element | null)[] = [input, ...list.querySelectorAll('a')];
  const next = stops[stops.indexOf(document.activeElement) + step];
  if (!(next instanceof HTMLElement)) return false;
  next.focus();
  return true;
}
