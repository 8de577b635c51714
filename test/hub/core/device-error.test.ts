import { expect, it } from 'vitest';
import { readDeviceError } from '../../../hub/core/device-error.ts';

it('reads why a device refuses a value', () => {
  const error = { code: 'payload/invalid', message: 'no number', payload: 'banana' };
  expect(readDeviceError(JSON.stringify(error))).toEqual(error);
});

it('reads only a code, and takes no more from the device than it knows', () => {
  expect(readDeviceError('{"code":"relay/stuck","payload":5,"more":1}')).toEqual({
    code: 'relay/stuck',
    message: 'relay/stuck',
  });
});

it.each(['', 'oh no', 'null', '[]', '{}', '{"code":5,"message":"no"}', '{"message":"no"}'])(
  'takes %j for no error',
  (text) => {
    expect(readDeviceError(text)).toBeUndefined();
  },
);

it('does not take a cleared topic for an error', () => {
  expect(readDeviceError(undefined)).toBeUndefined();
});
