/** The browser's memory, if it has one for us: a person may have forbidden it, and then even looking at it throws. */
export function readStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'SecurityError') return undefined;
    throw error;
  }
}
