import { describe, expect, it } from 'vitest';
import {
  basesOf,
  describeSharing,
  outsideAddresses,
  qrCode,
  type Sharing,
} from '../../../hub/cli/sharing.ts';

describe('how a hub is shared', () => {
  const sharing: Sharing = {
    bases: ['http://192.168.0.7:5000/', 'http://[fd00::1]:5000/'],
    linkTokens: { control: 'ph_c', watch: 'ph_w' },
  };

  it('is by links, one to control and one to watch, and a QR code', () => {
    const text = describeSharing(sharing).map((line) => line.join(' '));
    expect(text).toEqual([
      expect.stringContaining('in the clear'),
      expect.stringContaining('npx pinhub cert'),
      'To control http://192.168.0.7:5000/?token=ph_c',
      ' http://[fd00::1]:5000/?token=ph_c',
      'To watch http://192.168.0.7:5000/?token=ph_w',
      ' http://[fd00::1]:5000/?token=ph_w',
      ' new at each start; browsers that used a link stay logged in',
    ]);
    expect(qrCode(sharing)).toMatch(/^█+\n/);
  });

  it('says nothing of what travels in the clear where nothing does, and shows no token where people log in', () => {
    const text = describeSharing({ bases: ['https://192.168.0.7:5000/'], linkTokens: undefined }).join('\n');
    expect(text).toContain('https://192.168.0.7:5000/');
    expect(text).not.toMatch(/clear|token|each start/);
    expect(qrCode({ ...sharing, linkTokens: undefined })).toBeUndefined();
  });

  it('is at its own names first, and behind a proxy at these alone', () => {
    const options = {
      driver: 'virtual',
      devices: true,
      prefix: '',
      interval: 20,
      pigpiod: false,
      mqtt: true,
      homeAssistantForm: 'device',
    } as const;
    const given = { ...options, durability: 'process', logLevel: 'info', name: ['pi.example'] } as const;
    const served = { scheme: 'http', port: 5000 } as const;
    expect(basesOf({ ...given, host: '192.168.0.7' }, served)).toEqual([
      'http://pi.example:5000/',
      'http://192.168.0.7:5000/',
    ]);
    expect(basesOf({ ...given, basePath: '/pinhub' }, served)).toEqual(['https://pi.example/pinhub/']);
  });

  it('is at the address that was asked for, or at all of this machine', () => {
    expect(outsideAddresses('192.168.0.7')).toEqual(['192.168.0.7']);
    expect(outsideAddresses('::')).not.toContain('127.0.0.1');
  });
});
