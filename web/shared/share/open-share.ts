import type { SharedWords } from '../words.ts';

/** The header's button for sharing; its dialog is loaded on the first click. */
export function shareAction(words: SharedWords): { readonly label: string; readonly open: () => void } {
  const open = () =>
    void import('./share-dialog.ts').then(
      ({ openShareDialog }) => openShareDialog(words),
      // The hub is away: there is no dialog that could say so.
      () => alert(words.tell.shareFailed),
    );
  return { label: words.tell.share, open };
}
