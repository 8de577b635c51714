import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toCsv } from '../../../hub/classroom/collection.ts';
import { MAX_SEATS } from '../../../hub/classroom/seat.ts';
import { createHubClient } from '../../../hub/client/index.ts';
import { ANSWERS } from '../../../hub/gateways/http/answers.ts';
import { CLASS_OPERATIONS } from '../../../hub/gateways/http/classroom/operations.ts';
import { createMemoryVault } from '../access/memory-vault.ts';
import { type Asker, type ClassHub, openClassHub } from './class-hub.ts';

let hub: ClassHub;
beforeEach(async () => {
  hub = await openClassHub();
});
afterEach(() => hub.close());

/** A circuit without parts, as the simulator writes it. */
const CIRCUIT = { version: 1, name: '', parts: {}, wires: {} };

const put = (who: Asker, topic: string, value: string) => who.ask('PUT', `/api/topics/${topic}`, value);

/** A program at a seat, over MQTT, whose will says that it is gone. */
async function connectDevice(seat: string, token: string): Promise<MqttClient> {
  return connectAsync(`ws://127.0.0.1:${hub.port}/mqtt`, {
    protocolVersion: 5,
    username: 'token',
    password: token,
    reconnectPeriod: 0,
    will: { topic: `${seat}/led/21/status`, payload: Buffer.from('offline'), retain: true, qos: 0 },
  });
}

const gone = (client: MqttClient) =>
  new Promise((resolve) => client.once('disconnect', ({ reasonCode }) => resolve(reasonCode)));

describe('a student', () => {
  it('joins by the code, however it is typed, and has a seat of their own, to read and to write', async () => {
    const ana = hub.browser();
    const code = `${hub.classroom.code?.toLowerCase().slice(0, 2)} ${hub.classroom.code?.slice(2)}`;
    const joined = await ana.ask('POST', '/api/class/join', { code, nickname: ' Ana  Clara' });
    expect(joined.body).toMatchObject({ ok: true, seat: 'ana-clara', nickname: 'Ana Clara' });
    expect(joined.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/i);
    expect((await put(ana, 'ana-clara/led/21/duty', '30')).status).toBe(200);
    expect((await ana.ask('GET', '/api/topics/ana-clara/led/21/duty')).body).toBe('30');
    expect((await ana.ask('GET', '/api/class')).body).toMatchObject({ you: 'seat', isOpen: true });
    expect((await ana.ask('GET', '/api/me')).body).toMatchObject({ name: 'ana-clara', role: 'seat' });
  });

  it('may do nothing with the seats of others, the devices of the hub and $SYS', async () => {
    const ana = await hub.student('Ana');
    const bia = await hub.student('Bia');
    await put(bia, 'bia/led/21/duty', '30');
    for (const topic of ['bia/led/21/duty', 'led/21/duty', 'bia/led/21/status', '$SYS/x', 'ana']) {
      if (topic !== 'ana') expect((await put(ana, topic, '1')).body.error?.code, topic).toBe('auth/denied');
      const { status } = await ana.ask('GET', `/api/topics/${topic}`);
      expect(status, topic).toBe(topic === 'ana' ? 404 : 403);
    }
    const { body } = await ana.ask('GET', '/api/topics?filter=%23');
    expect(body.topics).toEqual([]);
  });

  it('comes back to the same seat with the same browser, with any nickname', async () => {
    const ana = await hub.student('Ana');
    const again = { code: hub.classroom.code, nickname: 'Somebody else' };
    expect((await ana.ask('POST', '/api/class/join', again)).body.seat).toBe('ana');
    expect(hub.classroom.seats).toHaveLength(1);
  });

  it('gets a seat beside that of another student with the same name, or with a name that looks the same', async () => {
    const seats = [await hub.student('Ana'), await hub.student('ANA'), await hub.student('Аna')];
    expect(seats.map(({ seat }) => seat)).toEqual(['ana', 'ana-2', 'аna-3']);
    expect((await put(seats[1] ?? expect.unreachable(), 'ana/led/21/duty', '1')).status).toBe(403);
  });

  it.each([
    ['led', 'led-2'],
    ['Token', 'token-2'],
    ['class-teacher', 'class-teacher-2'],
    ['Sensor', 'sensor-2'],
    ['+/#', 'seat'],
    ['$SYS', 'sys'],
  ])(
    'who calls themselves %j gets the seat %s: no topic and no account of others',
    async (nickname, seat) => {
      await hub.hub.broker.publish('sensor/1/power', '7', { retain: true });
      expect((await hub.student(nickname)).seat).toBe(seat);
    },
  );

  it.each(['', '\u200f\u202e', 'x'.repeat(25), undefined])(
    'without a nickname, %j, gets the reason instead of a seat',
    async (nickname) => {
      const body = { code: hub.classroom.code, nickname };
      const answer = await hub.browser().ask('POST', '/api/class/join', body);
      expect([answer.status, answer.body.error.code]).toEqual([400, 'option/invalid']);
      expect(hub.classroom.seats).toEqual([]);
    },
  );

  it('whose nickname is ten kilobytes long gets no seat', async () => {
    const body = { code: hub.classroom.code, nickname: 'x'.repeat(10_240) };
    expect((await hub.browser().ask('POST', '/api/class/join', body)).status).toBe(413);
  });

  it('brings a second device by a code that is good once, and for ten minutes', async () => {
    const ana = await hub.student('Ana');
    const { code } = (await hub.teacher.ask('POST', '/api/class/seats/ana/code')).body;
    const phone = hub.browser();
    expect((await phone.ask('POST', '/api/class/join', { code })).body.seat).toBe('ana');
    expect((await put(phone, 'ana/x', '1')).status).toBe(200);
    expect((await put(ana, 'ana/x', '2')).status).toBe(200);
    expect((await hub.browser().ask('POST', '/api/class/join', { code })).status).toBe(401);
    const late = (await ana.ask('POST', '/api/class/code')).body.code;
    hub.pass(10 * 60_000 + 1);
    expect((await hub.browser().ask('POST', '/api/class/join', { code: late })).status).toBe(401);
  });

  it('makes a token for a program, which has the rights of the seat; browsers stay logged in', async () => {
    const ana = await hub.student('Ana');
    const { token } = (await ana.ask('POST', '/api/class/token')).body;
    const program = hub.program(token);
    expect((await put(program, 'ana/led/21/status', 'online')).status).toBe(200);
    expect((await put(program, 'bia/led/21/status', 'online')).status).toBe(403);
    expect((await put(ana, 'ana/x', '1')).status).toBe(200);
    await ana.ask('POST', '/api/class/token');
    expect((await put(program, 'ana/x', '1')).status).toBe(401);
  });

  it.each(CLASS_OPERATIONS.filter(({ who }) => who === 'teacher'))(
    'is not a teacher, and neither is somebody unknown: $method $path',
    async ({ method, path }) => {
      const ana = await hub.student('Ana');
      const asked = path.replace('{seat}', 'ana');
      const body = ['put', 'post'].includes(method) ? { isPaused: true } : undefined;
      expect((await ana.ask(method.toUpperCase(), asked, body)).body.error.code).toBe('auth/denied');
      expect((await hub.browser().ask(method.toUpperCase(), asked, body)).status).toBe(401);
      expect(hub.classroom.seats).toHaveLength(1);
    },
  );
});

describe('guessing the code', () => {
  it('is slowed down after 40 tries of a network, also with the right one, and then has one in two seconds', async () => {
    const guess = () => hub.browser().ask('POST', '/api/class/join', { code: 'AAAAA', nickname: 'x' });
    const tries = await Promise.all(Array.from({ length: 40 }, guess));
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([401]));
    const refused = await hub
      .browser()
      .ask('POST', '/api/class/join', { code: hub.classroom.code, nickname: 'x' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
    hub.pass(2_000);
    expect((await guess()).status).toBe(401);
    expect((await guess()).status).toBe(429);
  });
});

describe('a class', () => {
  it('has at most so many seats', async () => {
    const { code } = hub.classroom;
    const join = (index: number) =>
      hub.classroom.join(
        { code: code ?? '', nickname: `s ${index}` },
        { address: '::1', hasTopics: () => false },
      );
    await Promise.all(Array.from({ length: MAX_SEATS }, (_, index) => join(index)));
    await expect(join(MAX_SEATS)).rejects.toThrow(`the class is full: it has ${MAX_SEATS} seats`);
  });

  it('is there again after a restart, with its code, its seats and their logins, paused if it was', async () => {
    const vault = createMemoryVault();
    const before = await openClassHub(vault);
    const { code } = before.classroom;
    const ana = await before.student('Ana');
    await before.teacher.ask('PUT', '/api/class/pause', { isPaused: true });
    const { token } = (await ana.ask('POST', '/api/class/token')).body;
    await before.close();
    const after = await openClassHub(vault);
    expect(after.classroom).toMatchObject({ code, isPaused: true });
    expect(after.classroom.seats).toMatchObject([{ seat: 'ana', nickname: 'Ana' }]);
    expect((await after.program(token).ask('GET', '/api/me')).body.name).toBe('ana');
    await after.close();
  });

  it('follows a seat that is revoked elsewhere', async () => {
    await hub.student('Ana');
    await hub.accounts.revokeToken('ana');
    await expect.poll(() => hub.classroom.seats).toEqual([]);
  });
});

describe('the teacher', () => {
  it('sees the seats, and how many connections each has', async () => {
    const ana = await hub.student('Ana');
    await hub.student('Bia');
    const { token } = (await ana.ask('POST', '/api/class/token')).body;
    const device = await connectDevice('ana', token);
    const { body } = await hub.teacher.ask('GET', '/api/class/state');
    expect(ANSWERS.classState.parse(body).seats).toMatchObject([
      { seat: 'ana', nickname: 'Ana', clients: 1 },
      { seat: 'bia', nickname: 'Bia', clients: 0 },
    ]);
    await device.endAsync();
  });

  it('helps at a seat, but does not report for its hub, and makes no accounts', async () => {
    await hub.student('Ana');
    expect((await put(hub.teacher, 'ana/led/21/duty', '70')).status).toBe(200);
    expect((await put(hub.teacher, 'led/21/duty/actual', '70')).status).toBe(403);
    expect((await hub.teacher.ask('GET', '/api/admin/users')).status).toBe(403);
    expect((await hub.teacher.ask('GET', '/api/topics/$SYS/broker/uptime')).status).toBe(403);
  });

  it('renames a seat, whose topics stay', async () => {
    const ana = await hub.student('Ana');
    const renamed = await hub.teacher.ask('PUT', '/api/class/seats/ana', { nickname: 'Ana Clara' });
    expect(renamed.body).toMatchObject({ seat: 'ana', nickname: 'Ana Clara' });
    expect((await ana.ask('GET', '/api/class')).body.seat.nickname).toBe('Ana Clara');
    expect((await put(ana, 'ana/x', '1')).status).toBe(200);
  });

  it('pauses all: students change nothing and get the reason; devices still report, and the teacher still writes', async () => {
    const ana = await hub.student('Ana');
    await hub.teacher.ask('PUT', '/api/class/pause', { isPaused: true });
    const refused = await put(ana, 'ana/led/21/duty', '1');
    expect([refused.status, refused.body.error]).toEqual([
      403,
      { code: 'class/paused', message: expect.stringContaining('the teacher has paused the class') },
    ]);
    expect((await put(ana, 'bia/led/21/duty', '1')).body.error.code).toBe('auth/denied');
    expect((await put(ana, 'ana/led/21/duty/actual', '1')).status).toBe(200);
    expect((await put(ana, 'ana/board/gpio/21', '{}')).status).toBe(200);
    expect((await put(ana, 'ana/board/circuit', '{}')).body.error.code).toBe('class/paused');
    expect((await put(hub.teacher, 'ana/led/21/duty', '1')).status).toBe(200);
    await hub.teacher.ask('PUT', '/api/class/pause', { isPaused: false });
    expect((await put(ana, 'ana/led/21/duty', '1')).status).toBe(200);
  });

  it('hands values out to all seats, and to students who come later', async () => {
    await hub.student('Ana');
    const given = { values: { 'led/21/duty': 30, 'led/21/effect': 'blink' } };
    expect((await hub.teacher.ask('POST', '/api/class/hand-out', given)).body.seats).toBe(1);
    await hub.student('Bia');
    const wanted = { 'led/21/duty': '30', 'led/21/effect': 'blink' };
    for (const seat of ['ana', 'bia'])
      for (const [path, value] of Object.entries(wanted))
        expect(hub.retained(`${seat}/#`)).toMatchObject({ [`${seat}/${path}`]: value });
  });

  it.each([
    { values: { 'led/+/duty': '1' } },
    { values: { 'led/21/duty/actual': '1' } },
    { values: { '': '1' } },
    { values: { 'led/21/duty': 'trinta' } },
    { values: { 'led/21/transition': 2, 'led/17/effect': 'glow' } },
    { values: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`x${index}`, '1'])) },
    { circuits: {} },
  ])('refuses to hand out what cannot start a seat: %j', async (body) => {
    await hub.student('Ana');
    expect((await hub.teacher.ask('POST', '/api/class/hand-out', body)).status).toBe(400);
    expect(hub.retained('ana/#')).toEqual({});
  });

  it('hands out no invalid or too long circuit or program, and never nothing', async () => {
    await hub.student('Ana');
    const bodies = [
      { circuit: [] },
      { circuit: '{}' },
      { circuit: { x: 1 } },
      { circuit: { ...CIRCUIT, parts: [] } },
      { circuit: { ...CIRCUIT, note: 'x'.repeat(16_384) } },
      { program: '' },
      { program: 'ü'.repeat(16_385) },
      {},
    ];
    for (const body of bodies)
      expect((await hub.teacher.ask('POST', '/api/class/hand-out', body)).status).toBe(400);
    expect(hub.retained('ana/#')).toEqual({});
  });

  it('hands out a circuit and a program beside the values, and takes a part back', async () => {
    const hand = (start: object) => hub.teacher.ask('POST', '/api/class/hand-out', start);
    const circuit = { ...CIRCUIT, parts: { led1: { at: 'e8' } } };
    const program = '<!doctype html>\n<h1>Olá</h1>';
    await hub.student('Ana');
    await hand({ values: { 'led/21/transition': 2 } });
    await hand({ circuit });
    await hand({ program });
    await hub.student('Bia');
    for (const seat of ['ana', 'bia'])
      expect(hub.retained(`${seat}/#`)).toEqual({
        [`${seat}/led/21/transition`]: '2',
        [`${seat}/board/circuit`]: JSON.stringify(circuit),
        [`${seat}/learn/program/given`]: program,
      });
    const kinds = async () => (await hub.teacher.ask('GET', '/api/class/state')).body.handedOut;
    expect(await kinds()).toEqual(['values', 'circuit', 'program']);
    await hand({ values: null, program: null });
    expect(await kinds()).toEqual(['circuit']);
    await hub.student('Cai');
    expect(Object.keys(hub.retained('cai/#'))).toEqual(['cai/board/circuit']);
  });

  it('refuses a circuit that is nested too deep for JSON, like one that is too long', async () => {
    const body = `{"circuit":{"version":1,"parts":{},"wires":{},"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`;
    const response = await fetch(`${hub.url}/api/class/hand-out`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hub.teacherToken}`, 'content-type': 'application/json' },
      body,
    });
    expect([response.status, (await response.json()).error.code]).toEqual([400, 'event/invalid']);
  });

  it('resets all seats: lights go out, the rest is cleared, reports stay, and the start is there again', async () => {
    const ana = await hub.student('Ana');
    await hub.teacher.ask('POST', '/api/class/hand-out', { values: { 'led/21/transition': 2 } });
    for (const [path, value] of [
      ['led/21/duty', '80'],
      ['led/21/effect', 'blink'],
      ['led/21/frequency', '10'],
      ['led/21/status', 'online'],
      ['led/21/transition', '9'],
      ['notes', 'mine'],
    ] as const)
      await put(ana, `ana/${path}`, value);
    expect((await hub.teacher.ask('POST', '/api/class/reset')).body.seats).toBe(1);
    expect(hub.retained('ana/#')).toEqual({
      'ana/led/21/duty': '0',
      'ana/led/21/effect': 'none',
      'ana/led/21/frequency': '100',
      'ana/led/21/status': 'online',
      'ana/led/21/transition': '2',
    });
  });

  it('resets a seat to its circuit and its program; what the student has written and done stays', async () => {
    const ana = await hub.student('Ana');
    const start = { circuit: CIRCUIT, program: '<p>' };
    await hub.teacher.ask('POST', '/api/class/hand-out', start);
    const own = {
      'ana/learn/progress': '{"lesson":"pwm","done":["topics"]}',
      'ana/learn/program': '<p>mine',
      'ana/learn/program/before': '["<p>older"]',
      'ana/board/gpio/21': '{"mode":"output"}',
    };
    for (const [topic, value] of Object.entries(own)) await put(ana, topic, value);
    await put(ana, 'ana/board/circuit', '{"parts":[1]}');
    await put(ana, 'ana/learn/light', '70');
    await hub.teacher.ask('POST', '/api/class/seats/ana/reset');
    expect(hub.retained('ana/#')).toEqual({
      ...own,
      'ana/board/circuit': JSON.stringify(CIRCUIT),
      'ana/learn/program/given': '<p>',
    });
  });

  it('sees the last refusal to a seat, except refusals by a pause and those of an earlier seat', async () => {
    const refusalOf = async () => {
      const { body } = await hub.teacher.ask('GET', '/api/class/state');
      return ANSWERS.classState.parse(body).seats[0]?.refusal;
    };
    const ana = await hub.student('Ana');
    const { token } = (await ana.ask('POST', '/api/class/token')).body;
    const program = createHubClient(hub.url, { token });
    await expect(program.publish('bia/x', '1')).rejects.toThrow('you may not publish');
    await hub.teacher.ask('PUT', '/api/class/pause', { isPaused: true });
    await expect(program.publish('ana/x', '1')).rejects.toThrow('paused');
    expect(await refusalOf()).toMatchObject({
      code: 'auth/denied',
      message: expect.stringContaining('bia/x'),
    });
    await program.close();
    await hub.teacher.ask('DELETE', '/api/class/seats/ana');
    expect((await hub.student('Ana')).seat).toBe('ana');
    expect(await refusalOf()).toBeUndefined();
  });

  it('collects what the seats hold, as JSON and as CSV without formulas', async () => {
    const ana = await hub.student('=cmd, "A"');
    await hub.student('Bia');
    await put(ana, `${ana.seat}/led/21/duty`, '-5');
    await put(ana, `${ana.seat}/note`, '=1+1');
    for (const machinery of ['board/gpio/21', 'led/21/info', 'led/21/status'])
      await put(ana, `${ana.seat}/${machinery}`, '{}');
    const { body } = await hub.teacher.ask('GET', '/api/class/collection');
    expect(ANSWERS.collection.parse(body).seats).toMatchObject([
      { seat: 'cmd-a', topics: { 'board/gpio/21': '{}', 'led/21/duty': '-5', note: '=1+1' } },
      { seat: 'bia', topics: {} },
    ]);
    const csv = await hub.teacher.ask('GET', '/api/class/collection.csv');
    expect(csv.headers.get('content-disposition')).toContain('class.csv');
    expect(csv.body.split('\r\n')).toEqual([
      'seat,nickname,topic,value',
      `cmd-a,"'=cmd, ""A""",led/21/duty,-5`,
      `cmd-a,"'=cmd, ""A""",note,'=1+1`,
      'bia,Bia,,',
      '',
    ]);
  });

  it('collects CSV that Excel reads as UTF-8', () => {
    const seat = { seat: 'zoë', nickname: 'Zoë', since: '', topics: {} };
    expect(toCsv([seat])).toBe('\uFEFFseat,nickname,topic,value\r\nzoë,Zoë,,\r\n');
  });

  it('removes a seat: its connections end, its last wills are published first, and nothing of it stays', async () => {
    const ana = await hub.student('Ana');
    const bia = await hub.student('Bia');
    await put(bia, 'bia/x', '1');
    const { token } = (await ana.ask('POST', '/api/class/token')).body;
    const device = await connectDevice('ana', token);
    const isGone = gone(device);
    await put(ana, 'ana/led/21/status', 'online');
    const { code } = (await ana.ask('POST', '/api/class/code')).body;
    expect((await hub.teacher.ask('DELETE', '/api/class/seats/ana')).status).toBe(200);
    expect(await isGone).toBe(0x87);
    expect(hub.retained('#')).toEqual({ 'bia/x': '1' });
    expect((await ana.ask('GET', '/api/class')).body.you).toBe('stranger');
    expect((await put(ana, 'ana/x', '1')).status).toBe(401);
    expect((await put(hub.program(token), 'ana/x', '1')).status).toBe(401);
    expect((await hub.browser().ask('POST', '/api/class/join', { code })).status).toBe(401);
    expect((await hub.student('Ana')).seat).toBe('ana');
    expect((await ana.ask('GET', '/api/class')).body.you).toBe('stranger');
  });

  it('gives the class another code: seats stay, the old code lets nobody in', async () => {
    const ana = await hub.student('Ana');
    const { code } = hub.classroom;
    await hub.teacher.ask('POST', '/api/class/begin');
    expect((await hub.browser().ask('POST', '/api/class/join', { code, nickname: 'x' })).status).toBe(401);
    expect((await put(ana, 'ana/x', '1')).status).toBe(200);
  });

  it('ends the class: seats, rights and topics are gone, until another begins', async () => {
    const students = [await hub.student('Ana'), await hub.student('Bia')];
    for (const student of students) await put(student, `${student.seat}/x`, '1');
    const { code } = hub.classroom;
    expect((await hub.teacher.ask('DELETE', '/api/class')).status).toBe(200);
    expect(hub.retained('#')).toEqual({});
    for (const student of students) expect((await put(student, `${student.seat}/x`, '1')).status).toBe(401);
    expect((await hub.browser().ask('POST', '/api/class/join', { code, nickname: 'x' })).status).toBe(401);
    expect([...(await hub.accounts.tokens()).keys()]).toEqual(['class-teacher']);
    expect((await hub.teacher.ask('GET', '/api/class/state')).body).toMatchObject({ code: null, seats: [] });
    await hub.teacher.ask('POST', '/api/class/begin');
    expect((await hub.student('Ana')).seat).toBe('ana');
  });
});

describe('a seat that floods', () => {
  it('is refused more than its share, over all its connections, while others go on', async () => {
    const ana = await hub.student('Ana');
    const bia = await hub.student('Bia');
    const { token } = (await ana.ask('POST', '/api/class/token')).body;
    const devices = await Promise.all([connectDevice('ana', token), connectDevice('ana', token)]);
    const flood = devices.flatMap((device) =>
      Array.from({ length: 1_000 }, () =>
        device.publishAsync('ana/x', '1', { qos: 1 }).then(
          () => 0,
          () => 1,
        ),
      ),
    );
    const refused = (await Promise.all(flood)).filter(Boolean).length;
    expect(refused).toBeGreaterThanOrEqual(1_000); // The wills of the two clients count, too.
    const answer = await put(ana, 'ana/x', '1');
    expect([answer.status, answer.body.error.code]).toEqual([429, 'limit/exceeded']);
    expect((await put(bia, 'bia/x', '1')).status).toBe(200);
    hub.pass(3_000);
    expect((await put(ana, 'ana/x', '1')).status).toBe(200);
    for (const device of devices) await device.endAsync();
  });
});
