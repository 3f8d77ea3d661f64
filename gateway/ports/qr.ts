/** Draws a short text so that a telephone or a device's camera can read it. */
export interface QrCodes {
  /** An SVG picture. */
  svg(text: string): Promise<string>;
}
