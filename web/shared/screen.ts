import { type RenderOptions, type RootPart, render } from 'lit/html.js';
import { type Screen as Drawable, Frames } from './frame.ts';
import { Scenes } from './scene.ts';

/** A page, as the parts drawn on it know it. Every part of a template that is rendered on it can ask for it. */
export interface Screen extends Drawable {
  readonly scenes: Scenes;
}

export function createScreen(): Screen {
  return { frames: new Frames(), scenes: new Scenes() };
}

/** lit hands the options of a render to every part of what is rendered. */
interface ScreenOptions extends RenderOptions {
  readonly screen: Screen;
}

/** Renders into an element of a screen. */
export function renderOn(screen: Screen, view: unknown, element: HTMLElement): RootPart {
  const options: ScreenOptions = { screen };
  return render(view, element, options);
}

/** The screen that a part was rendered on. Throws a TypeError if it was rendered in another way than by `renderOn`. */
export function screenOf({ options }: { readonly options: RenderOptions | undefined }): Screen {
  if (options && 'screen' in options) return (options as ScreenOptions).screen;
  throw new TypeError('what changes by itself is rendered by renderOn');
}
