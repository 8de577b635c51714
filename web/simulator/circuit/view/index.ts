import './circuit.css';
import { distinctUntilChanged, map, switchMap } from 'rxjs';
import type { CreateEditor } from '../../own-circuit.ts';
import { runEditor } from './run-editor.ts';

/** Makes the editor of circuits of one's own; each board has one of its own. */
export const createEditor: CreateEditor = (options) =>
  options.board$.pipe(
    map(({ prefix }) => prefix),
    distinctUntilChanged(),
    switchMap((prefix) => runEditor(prefix, options)),
  );
