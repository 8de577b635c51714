import { followSearch } from './search-box.ts';

followSearch(
  {
    form: find('.search form', HTMLFormElement),
    input: find('.search input', HTMLInputElement),
    status: find('.found [role="status"]', HTMLElement),
    list: find('.found ul', HTMLElement),
  },
  new URL('search.json', location.href),
);

// With the focus, an element that is too wide scrolls by the arrow keys. Not every browser gives it the focus by itself.
for (const box of document.querySelectorAll<HTMLElement>('pre, .table'))
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;

function find<E extends Element>(selector: string, type: abstract new () => E): E {
  const element = document.querySelector(selector);
  if (element instanceof type) return element;
  throw new TypeError(`the page has no ${selector}`);
}
