import { access } from './access.ts';
import { cluster } from './cluster.ts';
import { commandLine } from './command-line.ts';
import { hub } from './hub.ts';
import { limits } from './limits.ts';
import { pins } from './pins.ts';
import { service } from './service.ts';
import { storage } from './storage.ts';
import { system } from './system.ts';

/** The sentences of errors, by the part that they come from. */
export const sentences = [
  ...commandLine,
  ...hub,
  ...limits,
  ...access,
  ...pins,
  ...storage,
  ...cluster,
  ...service,
  ...system,
];
