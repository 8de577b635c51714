import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { ClassState, ClassVisit, SeatCode } from '../../../../hub/client/api/class-api.ts';
import { createHubApi } from '../../../../hub/client/api/hub-api.ts';
import type { ANSWERS } from '../../../../hub/gateways/http/answers.ts';
import { type ClassHub, openClassHub } from '../../classroom/class-hub.ts';

let hub: ClassHub;
beforeAll(async () => {
  hub = await openClassHub();
});
afterAll(() => hub.close());

const CIRCUIT = { version: 1, parts: {}, wires: {} };

const teacher = () => createHubApi(hub.url, { token: hub.teacherToken }).classroom;

describe('the client of a class', () => {
  it('has the types that the schemas of the answers say', () => {
    type Answer<Name extends keyof typeof ANSWERS> = Omit<z.infer<(typeof ANSWERS)[Name]>, 'ok'>;
    expectTypeOf<keyof Answer<'classState'>>().toEqualTypeOf<keyof ClassState>();
    expectTypeOf<keyof Answer<'classState'>['seats'][number]>().toEqualTypeOf<
      keyof ClassState['seats'][number]
    >();
    expectTypeOf<keyof Answer<'classVisit'>>().toEqualTypeOf<keyof ClassVisit>();
    expectTypeOf<keyof Answer<'seatCode'>>().toEqualTypeOf<keyof SeatCode>();
  });

  it('leads a class from its first seat to its end', async () => {
    const { seat } = await hub.student('Zoë');
    const start = { values: { 'led/21/duty': 30 }, circuit: CIRCUIT, program: '<p>' };
    expect(await teacher().handOut(start)).toBe(1);
    await teacher().rename(seat, 'Zoé Lima');
    await teacher().pause(true);
    expect(await teacher().state()).toMatchObject({
      code: hub.classroom.code,
      isPaused: true,
      handedOut: ['values', 'circuit', 'program'],
      seats: [{ seat: 'zoë', nickname: 'Zoé Lima', clients: 0 }],
    });
    const student = createHubApi(hub.url, { token: await teacher().token(seat) }).classroom;
    expect(await student.visit()).toMatchObject({ you: 'seat', isPaused: true, seat: { seat } });
    expect(await student.seatCode()).toEqual(
      expect.objectContaining({ code: expect.stringMatching(/^\w{6}$/), seconds: 600 }),
    );
    await expect(student.state()).rejects.toMatchObject({ code: 'auth/denied' });
    await teacher().handOut({ values: null });
    await teacher().reset(seat);
    await teacher().reset();
    expect(hub.retained('#')).toEqual({
      'zoë/led/21/duty': '0',
      'zoë/board/circuit': JSON.stringify(CIRCUIT),
      'zoë/learn/program/given': '<p>',
    });
    await teacher().remove(seat);
    await teacher().end();
    expect(await teacher().state()).toMatchObject({ code: null, handedOut: [], seats: [] });
    await teacher().begin();
    expect((await teacher().state()).code).toMatch(/^\w{5}$/);
  });
});
