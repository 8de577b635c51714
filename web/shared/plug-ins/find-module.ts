import { readObject } from '../../../devices/facts/device-info.ts';

/** The kinds of view that a plug-in's module draws: a card on the dashboard, a part on the simulator. */
export type Drawn = 'card' | 'part';

/** A module as `import` gives it. */
export interface Module {
  readonly default?: unknown;
}

/** Resolves to the module that draws a kind, or to `undefined` if the hub has none. Rejects if the module cannot be loaded. */
export type FindModule = (kind: string) => Promise<Module | undefined>;

export interface FindModuleParts {
  readonly what: Drawn;
  /** The hub's address, which ends in a slash. */
  readonly hub: string;
  /** Resolves to the text at an address; rejects if there is none. */
  readonly read: (address: string) => Promise<string>;
  /** Imports a module. */
  readonly load: (address: string) => Promise<Module>;
}

/** Asks the hub once where modules are, when a kind is looked for that the page does not know; again if the answer does not come. */
export function createFindModule({ what, hub, read, load }: FindModuleParts): FindModule {
  let asked: Promise<string> | undefined;
  const ask = () => {
    asked ??= read(new URL('api/kinds', hub).href).catch((error) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
  return async (kind) => {
    const address = addressIn(await ask().catch(() => ''), kind, what);
    return address === undefined ? undefined : load(new URL(address, hub).href);
  };
}

/** Finds the modules of the hub that served the page. */
export function findHubModule(what: Drawn, hub: string): FindModule {
  const read = async (address: string) => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address} answers ${response.status}`);
    return response.text();
  };
  return createFindModule({ what, hub, read, load: (address) => import(/* @vite-ignore */ address) });
}

function addressIn(text: string, kind: string, what: Drawn): string | undefined {
  const kinds = Object(readObject(text)?.kinds);
  const address: unknown = Object.hasOwn(kinds, kind) ? kinds[kind]?.[what] : undefined;
  return typeof address === 'string' ? address : undefined;
}
