// A plug-in that does not open a store after all.
export default { name: 'shut', openStore: async () => undefined };
