// A plug-in that stores everything in its folder, and writes a file there when its store is closed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from 'pinhub/server';

export default {
  name: 'drawer',
  async openStore({ folder, log }) {
    const store = await openStore({ folder, log });
    const { journal, retained, sessions } = store;
    return {
      journal,
      retained,
      sessions,
      now: () => store.now(),
      failure: () => store.failure(),
      async close() {
        await store.close();
        writeFileSync(join(folder, 'closed'), '');
      },
    };
  },
};
