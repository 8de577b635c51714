import type { nothing, TemplateResult } from 'lit/html.js';
import type { Observable } from 'rxjs';
import type { PropertyInfo } from '../../../devices/facts/property-info.ts';
import type { HubError } from '../../../hub/core/index.ts';
import type { Device } from '../../shared/devices.ts';
import type { Surroundings } from '../model/surroundings.ts';
import type { Words } from '../words.ts';

/** The property, and its device. */
export interface PropertyContext {
  readonly device: Device;
  readonly info: PropertyInfo;
  readonly surroundings: Surroundings;
}

/** The model and views of a property, made once for as long as its description stays the same. */
export interface PropertyModel {
  readonly info: PropertyInfo;
  /** Why the hub refused a value of ours. */
  readonly refused$: Observable<HubError>;
  /** Whether one may set it, at once and at every change. */
  readonly isAllowed$: Observable<boolean>;
  /** Sends the wanted value again; does nothing if the property cannot be set. */
  sendAgain(): void;
  view(words: Words): TemplateResult | typeof nothing;
}

/** How properties of one type are drawn. */
export type PropertyKind = (context: PropertyContext) => PropertyModel;

/** One control on a tile. The title of the tile goes into its name, so that no two controls have the same. */
export type TileControl = (words: Words, title: string) => TemplateResult;

/** How properties of one type are set on a tile, if one control can; its model is made once. */
export type TileControlKind = (context: PropertyContext) => TileControl | undefined;

/** The name of a property on the page. */
export function labelOf({ name, property }: PropertyInfo): string {
  return name ?? property;
}
