import { html, nothing, type TemplateResult } from 'lit/html.js';

/** The text of a field. */
export function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

interface FieldParts {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password' | 'number';
  readonly isOptional?: boolean;
}

export function field({ name, label, type = 'text', isOptional = false }: FieldParts): TemplateResult {
  const completes = type === 'password' ? 'new-password' : 'off';
  return html`<label class="ask-field">${label}
    <input name=${name} type=${type} autocomplete=${completes} autocapitalize="none" spellcheck="false"
      min=${type === 'number' ? 1 : nothing} ?required=${!isOptional}></label>`;
}
