// A plug-in that keeps everything in its folder, and records there that it has closed it.
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
