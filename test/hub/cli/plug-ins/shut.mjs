// A plug-in that opens no store after all.
export default { name: 'shut', openStore: async () => undefined };
