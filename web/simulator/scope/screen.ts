import { type Picture, paint } from './paint.ts';

/**
 * The oscilloscope's screen. It only repaints when its picture or its size changes: the trigger holds a steady wave
 * still, so there is nothing to animate.
 */
export class ScopeScreen extends HTMLElement {
  readonly #canvas = document.createElement('canvas');
  readonly #resizes = new ResizeObserver(() => this.#paint());
  #picture: Picture | undefined;
  #painted = '';

  /** The picture to show; it is painted at once if it differs from the current one. */
  set picture(picture: Picture) {
    this.#picture = picture;
    this.#paint();
  }

  connectedCallback(): void {
    this.replaceChildren(this.#canvas);
    this.#resizes.observe(this);
  }

  disconnectedCallback(): void {
    this.#resizes.disconnect();
  }

  #paint(): void {
    const { clientWidth: width, clientHeight: height } = this;
    const ratio = window.devicePixelRatio;
    const context = this.#canvas.getContext('2d');
    const wanted = JSON.stringify([this.#picture, width, height, ratio]);
    if (!this.#picture || !context || width === 0 || wanted === this.#painted) return;
    this.#painted = wanted;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    paint(context, { width, height }, this.#picture);
  }
}

customElements.define('scope-screen', ScopeScreen);
