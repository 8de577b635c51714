import type { Actions } from '../../../hub/cli/program.ts';

const nothing = async () => {};

/** A command line that is parsed, but runs nothing. */
export const NO_ACTIONS: Actions = {
  start: nothing,
  device: nothing,
  pub: nothing,
  sub: nothing,
  user: { add: nothing, remove: nothing, list: nothing, passwd: nothing, role: nothing },
  token: { make: nothing, list: nothing, revoke: nothing },
  cert: nothing,
  service: { install: nothing, uninstall: nothing },
  listPins: nothing,
  clusterStatus: nothing,
  clusterDrain: nothing,
  clusterImport: nothing,
};
