/** The modules that pages load for a kind of device that they do not know, each as the text of one file. */
export interface KindModules {
  readonly kind: string;
  /** Draws its card on the dashboard. */
  readonly card?: string | undefined;
  /** Draws its part beside the simulator's breadboard. */
  readonly part?: string | undefined;
}
