import type { TemplateResult } from 'lit/html.js';
import type { Device } from '../../shared/devices.ts';
import type { Surroundings } from '../model/surroundings.ts';
import type { Words } from '../words.ts';

/** The view of one device, in a language. It holds no state: it shows streams. */
export type View = (words: Words) => TemplateResult;

/** A kind of device: makes the models for one device, once, and returns its view. */
export type Kind = (device: Device, surroundings: Surroundings) => View;

/** The kinds that have a view of their own, by the name in the topic. */
export type Kinds = Readonly<Record<string, Kind>>;
