import { html, svg, type TemplateResult } from 'lit';

/** Pictures of the tools, for screens that have no room for their names. */
function toolIcon(drawing: TemplateResult<2>): TemplateResult {
  return html`<svg class="tool-icon" viewBox="0 0 20 20" aria-hidden="true">${drawing}</svg>`;
}

/** A diskette. */
export const SAVE_ICON = toolIcon(svg`<path d="M3 3h11l3 3v11H3zM6 3v5h7V3M6 17v-5h8v5" />`);

/** A folder. */
export const OPEN_ICON = toolIcon(
  svg`<path d="M2.500 16V4h5l2 2h7v2.500M2.500 16l2.500-7.500h13L15.500 16z" />`,
);

/** Three points that are joined. */
export const SHARE_ICON = toolIcon(
  svg`<path d="M7 9l6-3.500M7 11l6 3.500" /><circle cx="5" cy="10" r="2" /><circle cx="15" cy="4.500" r="2" /><circle cx="15" cy="15.500" r="2" />`,
);

/** An empty sheet. */
export const NEW_ICON = toolIcon(
  svg`<path d="M5 2.500h6.500L15 6v11.500H5zM11.500 2.500V6H15M10 9v5.500M7.250 11.750h5.500" />`,
);

/** A loudspeaker with sound waves. */
export const SPEAKER_ICON = toolIcon(
  svg`<path class="solid" d="M3 7.500h3.500L11 3.500v13L6.500 12.500H3z" /><path d="M13.500 7a4 4 0 0 1 0 6M15.500 4.500a7.500 7.500 0 0 1 0 11" />`,
);
