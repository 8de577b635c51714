/** Sends a pointer event to a target: pointer 1, a mouse with its main button, unless set. */
export function point(target: EventTarget, type: string, fields: Partial<PointerEvent> = {}): Event {
  const defaults = { pointerId: 1, pointerType: 'mouse', isPrimary: true, button: 0, clientX: 0, clientY: 0 };
  const event = new Event(type, { cancelable: true });
  for (const [name, value] of Object.entries({ ...defaults, ...fields })) {
    Object.defineProperty(event, name, { value });
  }
  target.dispatchEvent(event);
  return event;
}
