import { dc09, type Dc09Config } from "./hotline/dc09.ts";
import { platform, type PlatformConfig } from "./hotline/platform.ts";
import { scaip, type ScaipConfig } from "./hotline/scaip.ts";
import { voiceHotline, type VoiceHotlineConfig } from "./hotline/voice.ts";
import { choice } from "./shape.ts";

export type HotlineConfig = Dc09Config | PlatformConfig | ScaipConfig | VoiceHotlineConfig;

/** One entry of `hotline`, by its `kind`. */
export const hotlineEntry = choice<HotlineConfig>("kind", { dc09, platform, scaip, voice: voiceHotline });

/** What no two entries share. */
export const nameOfHotline = (entry: HotlineConfig): string =>
  entry.kind === "dc09" ? `${entry.host}:${entry.port}, account ${entry.account},` : `the name ${entry.name}`;
