import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Relay } from './relay.ts';

describe('the network that tests cut', () => {
  let server: Server;
  let relay: Relay;
  /** The text that the server has received, and its ends of the connections. */
  let got = '';
  let ends: Socket[] = [];
  beforeEach(async () => {
    got = '';
    ends = [];
    server = createServer((socket) => {
      ends.push(socket);
      socket
        .on('error', () => undefined)
        .on('data', (bytes) => {
          got += bytes;
          socket.write(bytes);
        });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    relay = await Relay.to([(server.address() as AddressInfo).port]);
  });
  afterEach(async () => {
    await relay.close();
    server.close();
  });

  const open = ({ ports: [port = 0] } = relay) =>
    dial({ host: '127.0.0.1', port }).on('error', () => undefined); // The test checks the outcome, or does not care.

  async function say(client: Socket, text: string): Promise<string> {
    client.write(text);
    const [bytes] = await once(client, 'data');
    return `${bytes}`;
  }

  it('passes everything both ways', async () => {
    const client = open();
    expect(await say(client, 'a')).toBe('a');
    const ended = once(client, 'close');
    ends[0]?.end('bye');
    expect(`${(await once(client, 'data'))[0]}`).toBe('bye');
    await ended;
  });

  it('resets connections, old and new, until it is healed', async () => {
    const client = open();
    await say(client, 'a');
    const [mine, theirs] = [client, ends[0]].map((end) => once(end ?? client, 'error'));
    relay.cut('reset');
    expect((await mine)?.[0]).toMatchObject({ code: 'ECONNRESET' });
    expect((await theirs)?.[0]).toMatchObject({ code: 'ECONNRESET' });
    expect((await once(open(), 'error'))[0]).toMatchObject({ code: 'ECONNRESET' });
    relay.heal();
    expect(await say(open(), 'b')).toBe('b');
  });

  it('passes nothing and tells no side during a silence; the data arrives when it is healed', async () => {
    const client = open();
    await say(client, 'a');
    relay.cut('silence');
    client.write('b');
    const late = open();
    late.write('c');
    await once(late, 'connect');
    const other = await Relay.to([(server.address() as AddressInfo).port]);
    await say(open(other), 'd'); // Later than the others over any other path.
    expect(got).toBe('ad');
    await other.close();
    const back = Promise.all([client, late].map((each) => once(each, 'data')));
    relay.heal();
    expect((await back).map(([bytes]) => `${bytes}`)).toEqual(['b', 'c']);
  });
});
