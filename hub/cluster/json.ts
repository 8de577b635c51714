/** The value of a text; `undefined` if it is not JSON, which no value is. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
