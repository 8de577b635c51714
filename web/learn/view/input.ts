/** The input element that an event came from. */
export function inputOf({ target }: Event): HTMLInputElement {
  if (target instanceof HTMLInputElement) return target;
  throw new TypeError('the event is not from an input');
}
