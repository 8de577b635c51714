import { Observable } from 'rxjs';

/** The volume, 0–1: quiet enough for a classroom. */
const VOLUME = 0.04;

/** The fade time of a tone, seconds: without it the tone would click. */
const FADE_S = 0.015;

/** Plays the tones of buzzers, Hz, while it is subscribed. A browser only allows a page to play sound after a click. */
export function playTones(frequencies$: Observable<readonly number[]>): Observable<never> {
  return new Observable((observer) => {
    const context = new AudioContext();
    const voices = new Map<number, Voice>();
    const playing = frequencies$.subscribe({
      next(frequencies) {
        for (const [hz, voice] of voices) if (!frequencies.includes(hz)) end(voices, hz, voice);
        for (const hz of frequencies) if (!voices.has(hz)) voices.set(hz, begin(context, hz));
      },
      error: (error) => observer.error(error),
    });
    return () => {
      playing.unsubscribe();
      void context.close();
    };
  });
}

interface Voice {
  readonly oscillator: OscillatorNode;
  readonly gain: GainNode;
}

/** A pin is on or off, so the wave is square. */
function begin(context: AudioContext, hz: number): Voice {
  const oscillator = new OscillatorNode(context, { type: 'square', frequency: hz });
  const gain = new GainNode(context, { gain: 0 });
  oscillator.connect(gain).connect(context.destination);
  gain.gain.setTargetAtTime(VOLUME, context.currentTime, FADE_S);
  oscillator.start();
  return { oscillator, gain };
}

function end(voices: Map<number, Voice>, hz: number, { oscillator, gain }: Voice): void {
  const { currentTime } = gain.context;
  gain.gain.setTargetAtTime(0, currentTime, FADE_S);
  oscillator.stop(currentTime + 5 * FADE_S);
  voices.delete(hz);
}
