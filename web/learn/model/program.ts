/** Maps `pinhub/client` to its path, for a program that the hub serves below `/www/`. */
const IMPORT_MAP = '<script type="importmap">{ "imports": { "pinhub/client": "../client.js" } }</script>';

/** The same for the frame: the client is the port to this page, and errors are reported to it. */
const FRAME_HEAD = [
  '<script type="importmap">{"imports":{"pinhub/client":"data:text/javascript,export const createHubClient = () => globalThis.pinhub;"}}</script>',
  '<script>onerror = (text, file, line) => pinhubReport(text, { line });',
  'onunhandledrejection = ({ reason }) => pinhubReport(reason?.message ?? reason, { code: reason?.code });</script>',
].join(' ');

const ANY_IMPORT_MAP = /<script\s+type=["']?importmap["']?>([\s\S]*?)<\/script>\n?/gi;
const DOCTYPE = /^\s*<!doctype[^>]*>\n?/i;

const IMPORT = `${'import'} { createHubClient } from 'pinhub/client';`;

/** The first program: a slider that sets the lamp, and a number that follows it. */
export function firstProgram(lamp: string, { title, language }: { title: string; language: string }): string {
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<title>${title}</title>
${IMPORT_MAP}
<h1>${title}</h1>
<input id="slider" type="range" min="0" max="100">
<output id="duty"></output>
<script type="module">
${IMPORT}

const hub = createHubClient();
const lamp = '${lamp}';

slider.oninput = () => hub.publish(lamp, slider.value, { retain: true });
hub.messages(lamp).subscribe(({ text }) => {
  slider.value = text;
  duty.textContent = text + ' %';
});
</script>
`;
}

/** The program in the form in which the frame runs it. */
export function programForFrame(program: string): string {
  const doctype = DOCTYPE.exec(program)?.[0] ?? '';
  return `${doctype}${FRAME_HEAD}\n${program.slice(doctype.length).replace(ANY_IMPORT_MAP, '')}`;
}

/** The program as a file, for the folder of `--www`. */
export function programForFile(program: string): string {
  if (program.match(ANY_IMPORT_MAP)) return program;
  const doctype = DOCTYPE.exec(program)?.[0] ?? '';
  return `${doctype}${IMPORT_MAP}\n${program.slice(doctype.length)}`;
}

/** The line of the first import map that is none, because something else is in its script too; `undefined` if there is no such map. */
export function lineOfFaultyMap(program: string): number | undefined {
  const faulty = [...program.matchAll(ANY_IMPORT_MAP)].find(([, map = '']) => !isJson(map));
  return faulty && program.slice(0, faulty.index).split('\n').length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The line of the program for a line of its script: in a frame that is written by a script, browsers count from the script's own tag. `undefined` if
 * the program has several scripts.
 */
export function lineOfScript(program: string, line: number): number | undefined {
  const lined = program.replace(ANY_IMPORT_MAP, (map) => map.replace(/[^\n]/g, ''));
  const [tag, another] = lined.matchAll(/<script\b(?![^>]*\bsrc=)[^>]*>/gi);
  if (!tag || another) return undefined;
  return lined.slice(0, tag.index + tag[0].length).split('\n').length + line - 1;
}
