import { NEVER } from 'rxjs';
import { expect, it } from 'vitest';
import { type TypedBox, typeNumber } from '../../../../web/dashboard/view/number-box.ts';
import { words } from '../../../../web/dashboard/words.ts';

function createBench() {
  const box: TypedBox = Object.assign(new EventTarget(), {
    value: '40',
    defaultValue: '40',
    setAttribute: () => {},
  });
  const state = { isHeld: false, fault: '' };
  const sent: number[] = [];
  typeNumber(box, {
    words: words.en,
    control: {
      value$: NEVER,
      refused$: NEVER,
      hold: () => {
        state.isHeld = true;
      },
      set: (value) => sent.push(value),
      release: () => {
        state.isHeld = false;
      },
    },
    parts: { label: 'Level', min: 0, max: 100, step: 1, unit: '%' },
    show: (shown, value) => {
      shown.defaultValue = String(value);
    },
    tell: (fault) => {
      state.fault = fault;
    },
  });
  const enter = (text: string) => {
    box.value = text;
    box.dispatchEvent(new Event('input'));
  };
  return { box, state, sent, enter };
}

it('holds the value while a number is being typed, and sends it at the end', () => {
  const { box, state, sent, enter } = createBench();
  enter('55');
  expect(state.isHeld).toBe(true);
  box.dispatchEvent(new Event('blur'));
  expect(state.isHeld).toBe(false);
  expect(sent).toEqual([55]);
});

it('lets others set the value again once a number that is refused is left', () => {
  const { box, state, sent, enter } = createBench();
  enter('5000');
  box.dispatchEvent(new Event('blur'));
  expect(state.fault).not.toBe('');
  expect(state.isHeld).toBe(false);
  expect(box.value).toBe('5000');
  expect(sent).toEqual([]);
});
