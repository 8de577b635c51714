import { html, type TemplateResult } from 'lit/html.js';
import { filter, fromEvent, type Subscription, switchMap, take } from 'rxjs';
import { type Hsv, toHex } from '../../shared/hsv.ts';
import { bind, mount } from '../../shared/mount.ts';
import { permit } from '../../shared/permit.ts';
import type { Color } from '../model/color.ts';
import type { Words } from '../words.ts';
import { called } from './called.ts';
import { followPointer } from './follow-pointer.ts';

/** The step of an arrow key: degrees of hue, and share of saturation. */
const HUE_STEP = 5;
const SATURATION_STEP = 0.05;

/** All hues around, white in the middle. The handle is where the wanted color is, the ring where the actual color is. */
export function colorWheel(words: Words, color: Color): TemplateResult {
  const { say } = words;
  return html`
    <span class="wheel" ${bind(HTMLElement, color.actual$, (wheel, hsv) => placeActual(wheel, hsv))}
      ${bind(HTMLElement, color.wanted$, (wheel, hsv) => place(wheel, 'wanted', hsv))}
      ${mount(HTMLElement, (wheel) => pickByPointer(wheel, color))}>
      <span class="wheel-ring" aria-hidden="true"></span>
      <button type="button" class="wheel-handle" role="slider" ${called(say.wheel)} aria-valuemin="0" aria-valuemax="360" aria-valuenow="0"
        ${permit(HTMLButtonElement, color.property)}
        ${bind(HTMLButtonElement, color.wanted$, (handle, hsv) => describe(handle, words, hsv))}
        ${mount(HTMLButtonElement, (handle) => pickByKey(handle, color))}></button>
    </span>
  `;
}

/** Without a value there is no ring. */
function placeActual(wheel: HTMLElement, hsv: Hsv | undefined): void {
  if (hsv) place(wheel, 'actual', hsv);
  wheel.toggleAttribute('data-actual', hsv !== undefined && hsv.value > 0);
}

function place(wheel: HTMLElement, which: 'actual' | 'wanted', { hue, saturation }: Hsv): void {
  const angle = (hue * Math.PI) / 180;
  wheel.style.setProperty(`--${which}-x`, (Math.sin(angle) * saturation).toFixed(4));
  wheel.style.setProperty(`--${which}-y`, (-Math.cos(angle) * saturation).toFixed(4));
  if (which === 'wanted') wheel.style.setProperty('--picked', toHex({ hue, saturation, value: 1 }));
}

function describe(handle: HTMLButtonElement, words: Words, { hue, saturation }: Hsv): void {
  handle.setAttribute('aria-valuenow', hue.toFixed(0));
  handle.setAttribute(
    'aria-valuetext',
    words.say.wheelAt(words.number(hue, 0), words.percent(Math.round(saturation * 100))),
  );
}

/**
 * A mouse picks wherever it is pressed. A finger drags the handle, or taps: a finger that moves on the wheel itself may be scrolling the
 * page. Nobody else moves the color meanwhile.
 */
function pickByPointer(wheel: HTMLElement, color: Color): Subscription {
  const { property } = color;
  const pick = (event: PointerEvent) => color.choose(placeOf(wheel, event));
  const isEnabled = () => wheel.querySelector('button')?.disabled === false;
  return fromEvent<PointerEvent>(wheel, 'pointerdown')
    .pipe(
      filter(({ button, isPrimary }) => button === 0 && isPrimary && isEnabled()),
      switchMap((press) => {
        const isDrag = press.pointerType !== 'touch' || press.target !== wheel;
        property.hold();
        if (press.target === wheel && isDrag) pick(press);
        return followPointer(press, {
          move: (event) => {
            if (isDrag) pick(event);
          },
          up: (event) => {
            pick(event);
            property.release();
          },
          cancel: property.release,
        });
      }),
    )
    .subscribe();
}

function placeOf(wheel: HTMLElement, { clientX, clientY }: PointerEvent): Pick<Hsv, 'hue' | 'saturation'> {
  const { left, top, width, height } = wheel.getBoundingClientRect();
  const x = (clientX - left) / (width / 2) - 1;
  const y = (clientY - top) / (height / 2) - 1;
  return {
    hue: ((Math.atan2(x, -y) * 180) / Math.PI + 360) % 360,
    saturation: Math.min(1, Math.hypot(x, y)),
  };
}

/** Left and right turn the hue, up and down change the saturation, Enter sends the color again. */
function pickByKey(handle: HTMLButtonElement, color: Color): Subscription {
  const moves: Readonly<Record<string, (hsv: Hsv) => Pick<Hsv, 'hue' | 'saturation'>>> = {
    ArrowLeft: ({ hue, saturation }) => ({ hue: (hue + 360 - HUE_STEP) % 360, saturation }),
    ArrowRight: ({ hue, saturation }) => ({ hue: (hue + HUE_STEP) % 360, saturation }),
    ArrowUp: ({ hue, saturation }) => ({ hue, saturation: Math.min(1, saturation + SATURATION_STEP) }),
    ArrowDown: ({ hue, saturation }) => ({ hue, saturation: Math.max(0, saturation - SATURATION_STEP) }),
    Enter: (hsv) => hsv,
  };
  return fromEvent<KeyboardEvent>(handle, 'keydown').subscribe((event) => {
    const move = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (!move) return;
    event.preventDefault();
    color.wanted$.pipe(take(1)).subscribe((hsv) => color.choose(move(hsv)));
  });
}
