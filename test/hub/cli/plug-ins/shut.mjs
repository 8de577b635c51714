// A plug-in that offers a store, but opens none.
export default { name: 'shut', openStore: async () => undefined };
