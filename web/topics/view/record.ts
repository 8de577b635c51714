import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { meaningOf } from '../../shared/words.ts';
import type { RecordFault, RecordState } from '../model/recorder.ts';
import { REPLAY_SPEEDS, type ReplaySpeed } from '../model/replay.ts';
import type { Words } from '../words.ts';

export interface RecordActions {
  readonly setFilter: (filter: string) => void;
  readonly start: () => void;
  readonly stop: () => void;
  readonly save: (format: 'jsonl' | 'csv') => void;
  readonly open: (file: File) => void;
  readonly setSpeed: (speed: ReplaySpeed) => void;
  readonly replay: () => void;
  readonly stopReplay: () => void;
}

export interface RecordParts {
  readonly words: Words;
  readonly record: RecordState;
  readonly isFilterValid: boolean;
  readonly mayPublish: boolean;
  readonly recording: RecordActions;
}

/** Recording what comes, and publishing it once more. */
export function recordView(parts: RecordParts): TemplateResult {
  const { words, record, isFilterValid, recording } = parts;
  const { say, number } = words;
  return html`
    <section class="panel record" aria-labelledby="record-title">
      <h2 id="record-title">${say.record}</h2>
      <label class="field"><span>${say.recordFilter}</span>
        <input name="record-filter" autocomplete="off" spellcheck="false" ?disabled=${record.isRecording} aria-invalid=${isFilterValid ? nothing : 'true'}
          .value=${live(record.filter)} @input=${({ target }: Event) => target instanceof HTMLInputElement && recording.setFilter(target.value)}></label>
      <p class="topic-actions">
        ${
          record.isRecording
            ? html`<button type="button" class="plain recording" @click=${recording.stop}>${say.stopRecording}</button>`
            : html`<button type="button" class="plain" ?disabled=${!isFilterValid} @click=${recording.start}>${say.startRecording}</button>`
        }
        <label class="plain file">${say.openRecording}<input type="file" accept=".jsonl,.ndjson,application/x-ndjson,text/plain"
          @change=${({ target }: Event) => openFile(target, recording)}></label>
      </p>
      <p class="note" role="status">${record.fault ? faultText(words, record.fault) : record.count === undefined ? nothing : say.recorded(number(record.count))} ${record.isFull ? say.recordingFull : ''} ${record.hasGaps ? say.recordingGaps : ''}</p>
      ${record.messages.length > 0 ? replayView(parts) : nothing}
    </section>`;
}

function faultText(words: Words, fault: RecordFault): string {
  if (fault.is === 'file') return words.say.noRecording(String(fault.line));
  return meaningOf(words, fault.error.code) ?? fault.error.message;
}

function openFile(target: EventTarget | null, recording: RecordActions): void {
  const file = target instanceof HTMLInputElement ? target.files?.[0] : undefined;
  if (file) recording.open(file);
  // The same file may be opened again.
  if (target instanceof HTMLInputElement) target.value = '';
}

function replayView({ words, record, mayPublish, recording }: RecordParts): TemplateResult {
  const { say, number } = words;
  const speed = (one: ReplaySpeed) => html`
    <label><input type="radio" name="speed" .checked=${live(record.speed === one)} @change=${() => recording.setSpeed(one)}>
      <span>${one === Infinity ? say.atOnce : `${one}×`}</span></label>`;
  return html`
    <p class="topic-actions">
      <button type="button" class="plain" @click=${() => recording.save('jsonl')}>${say.exportJson}</button>
      <button type="button" class="plain" @click=${() => recording.save('csv')}>${say.exportCsv}</button>
    </p>
    <div class="choices" role="radiogroup" aria-label=${say.replaySpeed}>${REPLAY_SPEEDS.map(speed)}</div>
    <p class="topic-actions">${
      record.replayed === undefined
        ? html`<button type="button" class="plain" ?disabled=${!mayPublish} @click=${recording.replay}>${say.replay}</button>`
        : html`<button type="button" class="plain recording" @click=${recording.stopReplay}>${say.stopReplay(number(record.replayed), number(record.messages.length))}</button>`
    }</p>`;
}
