import { choice } from "./shape.ts";
import { webhook, type WebhookConfig } from "./volunteers/webhook.ts";

export type VolunteersConfig = WebhookConfig;

/** One entry of `volunteers`, by its `channel`. */
export const volunteersEntry = choice<VolunteersConfig>("channel", { webhook });
