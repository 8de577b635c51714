import { type Attack, forSeconds } from './target.ts';

const AT_A_TIME = 8;
/** The number of events that may wait for one client. */
const EVENTS = 32_000;
const EVENT = '42["publish","flood/poll","x"]';
const LEAVE = '1';
const FLOOD = [...Array.from({ length: EVENTS }, () => EVENT), LEAVE].join('\x1e');

/** Socket.IO clients with long-polling that send more events at a time than are handled in one turn, and leave at once. */
export const leavingPollers: Attack = {
  title: 'pollers that flood and leave',
  async run({ pages }, signal) {
    if (pages === undefined) return { opened: 0, ended: 0 };
    const end = forSeconds(5, signal);
    const url = `http://localhost:${pages}/socket.io/?EIO=4&transport=polling`;
    let opened = 0;
    const poll = async () => {
      while (!end.aborted) {
        if (await visit(url)) opened++;
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, poll));
    return { opened, ended: 0 };
  },
};

/** Resolves to whether the client was admitted. Always runs to its end: a hub notices a client that leaves in between only by a missing pong. */
async function visit(url: string): Promise<boolean> {
  try {
    const open = await (await fetch(url)).text();
    const { sid }: { sid: string } = JSON.parse(open.slice(1));
    const post = (body: string) => fetch(`${url}&sid=${sid}`, { method: 'POST', body });
    await post('40');
    await (await fetch(`${url}&sid=${sid}`)).text();
    await post(FLOOD);
    return true;
  } catch {
    return false; // The hub refused the client.
  }
}
