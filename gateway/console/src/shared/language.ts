import type { Word } from "../../../core/words.ts";
import { ref, watchEffect } from "vue";

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT_AS = "okc-language";

/** What the person chose on this device, else English where the browser speaks it, else Chinese. */
function firstLanguage(): Language {
  const kept = recall();
  if (kept) return kept;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "zh-CN";
}

function recall(): Language | null {
  try {
    return LANGUAGES.find((one) => one === localStorage.getItem(KEPT_AS)) ?? null;
  } catch {
    // Some browsers within messengers keep nothing.
    return null;
  }
}

/** The language that the page speaks now. */
export const language = ref<Language>(firstLanguage());

watchEffect(() => {
  document.documentElement.lang = language.value;
});

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  try {
    localStorage.setItem(KEPT_AS, chosen);
  } catch {
    // It is asked again next time.
  }
}

/** The text in the page's language; what stands in `{}` is put in by name. */
export function say(text: Word, values: Readonly<Record<string, string | number>> = {}): string {
  const words = (language.value === "en" && text[1]) || text[0];
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
