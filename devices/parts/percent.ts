/** 0–100; anything else is unknown. */
export const percentIn = (value: unknown): number | null =>
  typeof value === "number" && value >= 0 && value <= 100 ? value : null;

/** The same of digits in a text. */
export const percentOf = (digits = ""): number | null => (/^\d{1,3}$/.test(digits) ? percentIn(Number(digits)) : null);
