import { describe, expect, it } from 'vitest';
import {
  firstProgram,
  lineOfFaultyMap,
  lineOfScript,
  programForFile,
  programForFrame,
} from '../../../../web/learn/model/program.ts';

const PROGRAM = firstProgram('learn/a/lamp/light', { title: 'My lamp', language: 'en' });

describe('a program of the lesson', () => {
  it('imports the hub’s client from the hub as a file, and from the page around it in the frame', () => {
    expect(programForFile(PROGRAM)).toContain('"pinhub/client": "../client.js"');
    const framed = programForFrame(PROGRAM);
    expect(framed).not.toContain('../client.js');
    expect(framed).toContain('"pinhub/client":"data:text/javascript,');
  });

  it('finds the line of an error in the editor: browsers count from the tag of the script', () => {
    const lines = PROGRAM.split('\n');
    const at = (text: string) => lines.findIndex((line) => line.includes(text)) + 1;
    const inScript = at('slider.oninput') - at('<script type="module">') + 1;
    expect(lineOfScript(PROGRAM, inScript)).toBe(at('slider.oninput'));
    expect(lineOfScript('<p>\n<script>foo()</script>', 1)).toBe(2);
    expect(lineOfScript('<script>1</script><script>2</script>', 1)).toBeUndefined();
    expect(lineOfScript('<p onclick="foo()">', 1)).toBeUndefined();
  });

  it('finds an import map that holds something else too, or that does not end: it would be left out of what runs', () => {
    expect(lineOfFaultyMap(PROGRAM)).toBeUndefined();
    expect(lineOfFaultyMap('<p>no map')).toBeUndefined();
    const line = PROGRAM.split('\n').findIndex((each) => each.includes('importmap')) + 1;
    const [before, after] = [PROGRAM.indexOf('</script>'), PROGRAM.indexOf('</script>') + '</script>'.length];
    expect(lineOfFaultyMap(`${PROGRAM.slice(0, before)}\nalert('oi')${PROGRAM.slice(before)}`)).toBe(line);
    expect(lineOfFaultyMap(PROGRAM.slice(0, before) + PROGRAM.slice(after))).toBe(line);
  });

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
