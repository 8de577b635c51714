import { BehaviorSubject, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { followEach } from '../../../web/shared/follow-each.ts';

function createScene() {
  const list$ = new BehaviorSubject<readonly string[]>([]);
  const sources = new Map(['a', 'b'].map((name) => [name, new Subject<number>()]));
  const followed: string[] = [];
  const seen: (readonly (readonly [string, number])[])[] = [];
  const follow = (name: string) => {
    followed.push(name);
    return sources.get(name) ?? new Subject<number>();
  };
  const subscription = followEach(list$, follow).subscribe((values) => seen.push([...values]));
  return { list$, sources, followed, seen, subscription };
}

describe('Items that are followed', () => {
  it('are empty at once if there are none', () => {
    expect(createScene().seen).toEqual([[]]);
  });

  it('have their last values, each subscribed once however the list changes', () => {
    const { list$, sources, followed, seen } = createScene();
    list$.next(['a']);
    sources.get('a')?.next(1);
    list$.next(['b', 'a']);
    sources.get('b')?.next(2);
    sources.get('a')?.next(3);
    expect(seen.at(-1)).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
    expect(followed).toEqual(['a', 'b']);
  });

  it('are unsubscribed once they have gone', () => {
    const { list$, sources, seen } = createScene();
    list$.next(['a', 'b']);
    sources.get('a')?.next(1);
    sources.get('b')?.next(2);
    list$.next(['b']);
    expect(seen.at(-1)).toEqual([['b', 2]]);
    expect(sources.get('a')?.observed).toBe(false);
  });

  it('are all unsubscribed with the whole', () => {
    const { list$, sources, subscription } = createScene();
    list$.next(['a', 'b']);
    subscription.unsubscribe();
    expect([...sources.values()].some(({ observed }) => observed)).toBe(false);
    expect(list$.observed).toBe(false);
  });
});
