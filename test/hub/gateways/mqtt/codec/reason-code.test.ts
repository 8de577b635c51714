import { describe, expect, it } from 'vitest';
import { ReasonCode, returnCodeFromReasonCode } from '../../../../../hub/gateways/mqtt/codec/index.ts';
import { isReasonCodeOf } from '../../../../../hub/gateways/mqtt/codec/reason-code.ts';
import { reasonCodeFromReturnCode } from './client-codec.ts';

describe('reason codes', () => {
  it('each stand in some packet', () => {
    const types = ['connack', 'puback', 'pubrel', 'suback', 'unsuback', 'disconnect', 'auth'] as const;
    const isUsed = (code: number) =>
      types.some((type) => isReasonCodeOf(type, code, 'client') || isReasonCodeOf(type, code, 'server'));
    expect(Object.entries(ReasonCode).filter(([, code]) => !isUsed(code))).toEqual([]);
  });
});

describe('the return codes of MQTT 3.1.1', () => {
  it('mean a reason code each, and come back from it', () => {
    for (let returnCode = 0; returnCode <= 5; returnCode++) {
      const reasonCode = reasonCodeFromReturnCode(returnCode) ?? Number.NaN;
      expect(returnCodeFromReasonCode(reasonCode)).toBe(returnCode);
    }
    expect(reasonCodeFromReturnCode(6)).toBeUndefined();
  });

  it('have none for a packet that broke the rules: there the connection is closed without a CONNACK', () => {
    expect(returnCodeFromReasonCode(ReasonCode.MalformedPacket)).toBeUndefined();
    expect(returnCodeFromReasonCode(ReasonCode.ProtocolError)).toBeUndefined();
  });
});
