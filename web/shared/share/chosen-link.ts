import { from, type Observable, startWith, switchMap } from 'rxjs';
import { addressForOthers, type Offer, withToken } from './share.ts';

/** The content of the share dialog. */
export type Shown =
  | { readonly is: 'asking' }
  | { readonly is: 'failed' }
  /** Nobody else can reach the hub. */
  | { readonly is: 'unreachable' }
  /** `role` is `undefined` if the person who opens the link signs in with an account of their own. */
  | { readonly is: 'link'; readonly link: string; readonly role: string | undefined };

export interface LinkSource {
  /** The address of the page. */
  readonly location: Parameters<typeof addressForOthers>[0];
  /** Gets a token for a role; `undefined` if the hub gives none. */
  readonly askToken: (role: string) => Promise<string | undefined>;
}

/** The link for the role chosen last. An answer for an earlier role is ignored, however late it comes. */
export function chosenLink(
  role$: Observable<string | undefined>,
  { addresses }: Pick<Offer, 'addresses'>,
  source: LinkSource,
): Observable<Shown> {
  return role$.pipe(
    switchMap((role) => from(findLink(role, addresses, source)).pipe(startWith({ is: 'asking' } as const))),
  );
}

async function findLink(
  role: string | undefined,
  addresses: Offer['addresses'],
  { location, askToken }: LinkSource,
): Promise<Shown> {
  const address = addressForOthers(location, addresses);
  if (address === undefined) return { is: 'unreachable' };
  if (role === undefined) return { is: 'link', link: address, role };
  const token = await askToken(role);
  return token === undefined ? { is: 'failed' } : { is: 'link', link: withToken(address, token), role };
}
