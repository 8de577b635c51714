/** The browser's storage, if it is available: the user may have forbidden it, and then even reading the property throws. */
export function readStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'SecurityError') return undefined;
    throw error;
  }
}
