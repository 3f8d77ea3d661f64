import type { Decoded, RejectCode } from "../../gateway/core/definition.ts";

export const rejected = (code: RejectCode, message: string): Extract<Decoded, { type: "rejected" }> => ({
  type: "rejected",
  code,
  message,
});
