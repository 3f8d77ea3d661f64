import type { PlatformActName } from "../core/news-events.ts";
import type { PlatformReply } from "../core/platform-message.ts";

/** An act that was heard. */
export interface HeardAct {
  readonly act: PlatformActName;
  readonly alarm: string;
  readonly done: boolean;
}

/** Takes what operators of city platforms did with alarms. */
export interface PlatformIntake {
  /**
   * A signed request. Null: nobody of that name signed this, or too long ago. What it says is journaled when it
   * resolves; `status` is that of HTTP.
   */
  take(
    name: string,
    signature: string | null,
    body: string,
  ): Promise<{ readonly status: number; readonly body: PlatformReply } | null>;
  /** What a platform says in its answer to us; malformed acts are logged and left out. Never rejects. */
  hear(name: string, acts: readonly unknown[]): Promise<readonly HeardAct[]>;
}
