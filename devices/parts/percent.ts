/** 0–100; anything else is unknown. */
export const percentIn = (value: unknown): number | null =>
  typeof value === "number" && value >= 0 && value <= 100 ? value : null;
