import './style/index.css';
import { distinctUntilChanged, map, switchMap } from 'rxjs';
import type { CreateEditor } from '../../own-circuit.ts';
import { runEditor } from './run-editor.ts';

/** Creates the editor for the user's own circuits; each board has an editor of its own. */
export const createEditor: CreateEditor = (options) =>
  options.board$.pipe(
    map(({ prefix }) => prefix),
    distinctUntilChanged(),
    switchMap((prefix) => runEditor(prefix, options)),
  );
