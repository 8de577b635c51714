import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWith } from '../../programs.ts';
import { openRealHub, Program, type RealHub, SERVERS_OF_ALL, seen } from './hub.ts';

describe.each(SERVERS_OF_ALL)('Through servers: %s', (whose) => {
  describeWith('mosquitto_pub', "mosquitto's clients", () => {
    let hub: RealHub;
    const programs: Program[] = [];

    beforeEach(async () => {
      hub = await openRealHub({}, whose);
    });
    afterEach(async () => {
      for (const program of programs.splice(0)) program.kill();
      await hub.close();
    });

    function start(command: 'mosquitto_pub' | 'mosquitto_sub' | 'mosquitto_rr', ...args: string[]): Program {
      const program = new Program(command, ['-h', '127.0.0.1', '-p', String(hub.tcpPort), ...args]);
      programs.push(program);
      return program;
    }

    /** Starts a subscriber, and resolves when it has reported that it is subscribed. */
    async function subscribe(...args: string[]): Promise<Program> {
      const before = hub.subscriptionCount;
      const program = start('mosquitto_sub', ...args);
      await hub.untilSubscribed(before + 1);
      return program;
    }

    describe.each(['mqttv31', 'mqttv311', 'mqttv5'])('with %s', (version) => {
      it.each(['0', '1', '2'])('publish and subscribe at QoS %s', async (qos) => {
        const subscriber = await subscribe(
          '-V',
          version,
          '-q',
          qos,
          '-t',
          'a/+',
          '-F',
          '%t %q %r %p',
          '-C',
          '2',
        );
        await start('mosquitto_pub', '-V', version, '-q', qos, '-t', 'a/b', '-m', 'grün').rest();
        await hub.browser.publish('a/c', 'from a browser', { qos: 2 });
        expect(await subscriber.rest()).toEqual([`a/b ${qos} 0 grün`, `a/c ${qos} 0 from a browser`]);
      });

      it('reach a browser, and have what they retain reach the next', async () => {
        await start('mosquitto_pub', '-V', version, '-r', '-t', 'led/21/duty', '-m', '42.5').rest();
        expect(await seen(hub.browser.messages('led/#'), 1)).toEqual(['led/21/duty 42.5 R']);
        const subscriber = start('mosquitto_sub', '-V', version, '-t', '#', '-F', '%t %r %p', '-C', '1');
        expect(await subscriber.rest()).toEqual(['led/21/duty 1 42.5']);
      });

      it('leave a will behind when they are killed', async () => {
        const status = seen(hub.browser.messages('status'), 1);
        const will = ['--will-topic', 'status', '--will-payload', 'gone', '--will-qos', '1'];
        const victim = await subscribe('-V', version, '-k', '60', '-t', 'x', ...will);
        await hub.untilSubscribed(2);
        victim.kill();
        expect(await status).toEqual(['status gone']);
      });

      it('get what they missed in order when they come back', async () => {
        const session = ['-V', version, '-i', 'stays', '-c', '-q', '1', '-t', 'missed'];
        if (version === 'mqttv5') session.push('-x', '60');
        const first = await subscribe(...session);
        first.kill();
        for (const payload of ['1', '2', '3']) await hub.browser.publish('missed', payload, { qos: 1 });
        expect(await start('mosquitto_sub', ...session, '-C', '3').rest()).toEqual(['1', '2', '3']);
      });

      it('send a file line by line', async () => {
        const subscriber = await subscribe('-V', version, '-q', '2', '-t', 'lines', '-C', '500');
        const lines = Array.from({ length: 500 }, (_, index) => `line ${index}`);
        const file = join(tmpdir(), `pinhub-lines-${process.pid}-${version}`);
        writeFileSync(file, `${lines.join('\n')}\n`);
        const publish = `mosquitto_pub -h 127.0.0.1 -p ${hub.tcpPort} -V ${version} -q 2 -t lines -l < ${file}; rm ${file}`;
        await new Program('sh', ['-c', publish]).rest();
        expect(await subscriber.rest()).toEqual(lines);
      });
    });

    it('ask and are answered in MQTT 5, with mosquitto_rr', async () => {
      const asker = start('mosquitto_rr', '-t', 'question', '-e', 'answer', '-m', 'well?');
      await hub.untilSubscribed(1);
      await hub.browser.publish('answer', 'so');
      expect(await asker.rest()).toEqual(['so']);
    });

    it('pass properties on', async () => {
      const subscriber = await subscribe(
        '-V',
        'mqttv5',
        '-t',
        'a',
        '-F',
        '%C %R %P %E %S',
        '-C',
        '1',
        '-D',
        'subscribe',
        'subscription-identifier',
        '7',
      );
      const properties = [
        'content-type text',
        'response-topic answers',
        'message-expiry-interval 60',
      ].flatMap((property) => ['-D', 'publish', ...property.split(' ')]);
      await start(
        'mosquitto_pub',
        '-V',
        'mqttv5',
        '-t',
        'a',
        '-m',
        'x',
        ...properties,
        '-D',
        'publish',
        'user-property',
        'name',
        'value',
      ).rest();
      expect(await subscriber.rest()).toEqual(['text answers name:value 60 7']);
    });

    it('see how the hub is on $SYS, and a bare # does not', async () => {
      const version = start('mosquitto_sub', '-t', '$SYS/broker/version', '-C', '1');
      expect((await version.rest())[0]).toMatch(/^Pinhub /);
      await hub.untilUnsubscribed();
      const all = await subscribe('-t', '#', '-v', '-C', '1');
      await hub.browser.publish('ordinary', 'x');
      expect(await all.rest()).toEqual(['ordinary x']);
    });

    it('are told why their topic is refused', async () => {
      const { code, errors } = await start(
        'mosquitto_pub',
        '-V',
        'mqttv5',
        '-q',
        '1',
        '-t',
        '$share/group/topic',
        '-m',
        'x',
        '-d',
      ).ended();
      expect(code).toBe(0);
      expect(errors).toMatch(/Topic Name invalid/i);
    });
  });
});
