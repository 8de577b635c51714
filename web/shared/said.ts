/** A fault in the words of the page, which are shown as they are. Those of the hub are in English. */
export class Said extends Error {
  override readonly name = 'Said';
}
