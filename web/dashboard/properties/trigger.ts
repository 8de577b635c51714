import { html, nothing } from 'lit/html.js';
import { combineLatest, distinctUntilChanged, map, Subject } from 'rxjs';
import { type HubError, toHubError } from '../../../hub/core/index.ts';
import { permit } from '../../shared/permit.ts';
import { called } from '../view/called.ts';
import { labelOf, type PropertyKind } from './property-kind.ts';

/** The payload that sets a trigger off. */
const PULL = 'true';

/** A trigger: each click publishes once. Nothing is drawn if pages may not set it off. It is inactive while the hub or the device is away, so that it never goes off late. */
export const trigger: PropertyKind = ({ device: { feed, isOnline$ }, info, surroundings }) => {
  const refused$ = new Subject<HubError>();
  const isAllowed$ = combineLatest([feed.mayPublish$(info.property), isOnline$, surroundings.isOnline$]).pipe(
    map((conditions) => conditions.every(Boolean)),
    distinctUntilChanged(),
  );
  const pull = () => {
    feed.trigger(info.property, PULL).catch((error: unknown) => refused$.next(toHubError(error)));
  };
  return {
    info,
    refused$,
    isAllowed$: feed.mayPublish$(info.property),
    sendAgain: () => {},
    view: () =>
      info.isSettable
        ? html`
            <div class="property" role="group" aria-label=${labelOf(info)}>
              <button type="button" class="press trigger" ${called(labelOf(info))} @click=${pull} ${permit(HTMLButtonElement, { isAllowed$ })}>${labelOf(info)}</button>
            </div>
          `
        : nothing,
  };
};
