import type { Tab } from '../model/place.ts';
import { clients } from './clients.ts';
import { cluster } from './cluster.ts';
import { limits } from './limits.ts';
import { rates } from './rates.ts';
import { refusals } from './refusals.ts';
import { retained } from './retained.ts';
import type { Section } from './section.ts';
import { sessions } from './sessions.ts';
import { tokens } from './tokens.ts';
import { trace } from './trace.ts';
import { users } from './users.ts';

export const SECTIONS: Readonly<Record<Tab, Section>> = {
  clients,
  sessions,
  trace,
  retained,
  users,
  tokens,
  limits,
  rates,
  refusals,
  cluster,
};
