/** A device's report on `…/error`: why it refuses a value, or what is wrong with it. */
export interface DeviceError {
  /** One of our codes, or a code that is newer than this program. */
  readonly code: string;
  /** The code again if the device gives no explanation. */
  readonly message: string;
  /** The payload that was refused, if one was. */
  readonly payload?: string;
}

/** Reads a payload of `…/error`; `undefined` if it has another form. Anybody may publish there, so nothing is trusted. */
export function readDeviceError(text = ''): DeviceError | undefined {
  const { code, message, payload } = membersOf(text);
  if (typeof code !== 'string') return undefined;
  return {
    code,
    message: typeof message === 'string' ? message : code,
    ...(typeof payload === 'string' && { payload }),
  };
}

function membersOf(text: string): { code?: unknown; message?: unknown; payload?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
