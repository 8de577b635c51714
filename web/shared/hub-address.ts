/** The address of the hub that served a page: every page lies right below its base path, so relative addresses lead to the hub, too. */
export function hubAddress({ href }: Pick<Location, 'href'>): string {
  return new URL('.', href).href;
}
