import type { Actions } from './program.ts';

const accounts = () => import('./accounts.ts');
const pubSub = () => import('./pub-sub.ts');

async function createService() {
  const [service, system] = await Promise.all([
    import('./service/service.ts'),
    import('./service/system.ts'),
  ]);
  return service.createService(system.createSystem());
}

/** The commands. Each loads its own code when it runs: to load all of it takes a small computer seconds. */
export const ACTIONS: Actions = {
  start: async (options) => (await import('./start.ts')).start(options),
  device: async (options) => (await import('./device.ts')).device(options),
  pub: async (topic, value, options) => (await pubSub()).pub(topic, value, options),
  sub: async (filters, options) => (await pubSub()).sub(filters, options),
  user: {
    add: async (name, options) => (await accounts()).user.add(name, options),
    remove: async (name, options) => (await accounts()).user.remove(name, options),
    list: async (options) => (await accounts()).user.list(options),
    passwd: async (name, options) => (await accounts()).user.passwd(name, options),
    role: async (name, role, options) => (await accounts()).user.role(name, role, options),
  },
  token: {
    make: async (name, options) => (await accounts()).token.make(name, options),
    list: async (options) => (await accounts()).token.list(options),
    revoke: async (name, options) => (await accounts()).token.revoke(name, options),
  },
  cert: async (options) => (await import('./cert.ts')).cert(options),
  service: {
    install: async (request) => (await createService()).install(request),
    uninstall: async (options) => (await createService()).uninstall(options),
  },
  listPins: async (options) => (await import('./list-pins.ts')).listPins(options),
  clusterStatus: async (options) => (await import('./cluster-status.ts')).clusterStatus(options),
  clusterDrain: async (hub, options) => (await import('./cluster-drain.ts')).clusterDrain(hub, options),
  clusterImport: async (options) => (await import('./cluster-import.ts')).clusterImport(options),
};
