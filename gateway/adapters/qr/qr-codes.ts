import type { QrCodes } from "../../ports/qr.ts";

/** Loaded when the first code is drawn: a gateway that makes no device never needs it. */
const load = async () => (await import("qrcode")).default;

/** QR codes as ISO/IEC 18004 has them, with error correction of level M. */
export const qrCodes: QrCodes = {
  svg: async (text) => (await load()).toString(text, { type: "svg", errorCorrectionLevel: "M" }),
};

/** The same for a terminal, in half blocks. */
export const qrForTerminal = async (text: string): Promise<string> =>
  (await load()).toString(text, { type: "terminal", small: true, errorCorrectionLevel: "M" });
