import { choice } from "./shape.ts";
import { dingtalk, type DingtalkConfig } from "./volunteers/dingtalk.ts";
import { email, type EmailConfig } from "./volunteers/email.ts";
import { feishu, type FeishuConfig } from "./volunteers/feishu.ts";
import { ntfy, type NtfyConfig } from "./volunteers/ntfy.ts";
import { sms, type SmsConfig } from "./volunteers/sms.ts";
import { push, type PushConfig } from "./volunteers/push.ts";
import { voicePeople, type VoicePeopleConfig } from "./volunteers/voice.ts";
import { webhook, type WebhookConfig } from "./volunteers/webhook.ts";
import { wecom, type WecomConfig } from "./volunteers/wecom.ts";

export type VolunteersConfig =
  | WebhookConfig
  | WecomConfig
  | DingtalkConfig
  | FeishuConfig
  | NtfyConfig
  | EmailConfig
  | PushConfig
  | SmsConfig
  | VoicePeopleConfig;

/** One entry of `volunteers`, by its `channel`. */
export const volunteersEntry = choice<VolunteersConfig>("channel", {
  webhook,
  wecom,
  dingtalk,
  feishu,
  ntfy,
  email,
  sms,
  push,
  voice: voicePeople,
});
