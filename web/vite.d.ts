/** The part of Vite that the pages use. Here: the modules whose paths match a pattern, as if each had been imported. */
interface ImportMeta {
  glob<T>(
    pattern: string,
    options: { readonly eager: true; readonly import?: string },
  ): Readonly<Record<string, T>>;
}

/** A style sheet that comes with the script that imports it. */
declare module '*.css';
