import { describe, expect, it } from 'vitest';
import { firstProgram, programForFile, programForFrame } from '../../../../web/learn/model/program.ts';

const PROGRAM = firstProgram('learn/a/lamp/light', { title: 'My lamp', language: 'en' });

describe('a program of the lesson', () => {
  it('imports the hub’s client from the hub as a file, and from the page around it in the frame', () => {
    expect(programForFile(PROGRAM)).toContain('"pinhub/client": "../client.js"');
    const framed = programForFrame(PROGRAM);
    expect(framed).not.toContain('../client.js');
    expect(framed).toContain('"pinhub/client":"data:text/javascript,');
  });

  it.each([PROGRAM, PROGRAM.replace('<!doctype html>\n', ''), '<p>\n<script>slider.oninput = 1</script>'])(
    'keeps the numbers of its lines in the frame, so that an error names the line in the editor',
    (program) => {
      const lineIn = (text: string) => text.split('\n').findIndex((line) => line.includes('slider.oninput'));
      expect(lineIn(programForFrame(program))).toBe(lineIn(program));
    },
  );

  it('begins with its doctype in both, so that browsers keep to the standard', () => {
    expect(programForFrame(PROGRAM)).toMatch(/^<!doctype html>/);
    expect(programForFile('<!DOCTYPE html>\n<p>Oi')).toMatch(/^<!DOCTYPE html>\n<script type="importmap">/);
  });

  it('gets the import map as a file even if somebody has deleted it, and only once', () => {
    const without = PROGRAM.replace(/<script type="importmap">.*<\/script>\n/, '');
    expect(without).not.toContain('importmap');
    for (const program of [PROGRAM, without])
      expect(programForFile(program).match(/importmap/g)).toHaveLength(1);
  });
});
