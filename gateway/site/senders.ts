import type { SendingLimits } from "../app/sending-limits.ts";
import type { Config, VolunteersConfig } from "../config.ts";
import type { PersonMessage } from "../ports/channel.ts";
import type { Clock } from "../ports/clock.ts";
import type { PushKeys } from "./push-keys.ts";
import type { Sender } from "../ports/sender.ts";

/** How the messages of one entry leave, each as a request of its own, and what bounds the service sets. */
export interface Sending {
  readonly sender: Sender<PersonMessage>;
  readonly limits?: Partial<SendingLimits>;
}

export interface SendingPlace {
  readonly config: Pick<Config, "site">;
  readonly clock: Clock;
  readonly pushKeys: PushKeys;
}

/** Entries whose messages are requests; a modem is a line with a state of its own. */
type SendingConfig = Exclude<VolunteersConfig, { readonly channel: "sms" | "voice" }>;

/** Messages that wait for a robot's next minute; more are given up at once, so that another way runs. */
const ROBOT_QUEUE_MAX = 500;

/** Loads what this kind needs, and nothing else. */
export async function buildSending(entry: SendingConfig, { config, clock, pushKeys }: SendingPlace): Promise<Sending> {
  switch (entry.channel) {
    case "webhook": {
      const { WebhookSender } = await import("../adapters/post/webhook.ts");
      return { sender: new WebhookSender({ ...entry, clock }) };
    }
    case "wecom": {
      const { wecomSender, WECOM_PACE: pace } = await import("../adapters/post/wecom.ts");
      const sender = wecomSender({ url: entry.url, secret: null, clock });
      return { sender, limits: { pace, queueMax: ROBOT_QUEUE_MAX } };
    }
    case "dingtalk": {
      const { dingtalkSender, DINGTALK_PACE: pace } = await import("../adapters/post/dingtalk.ts");
      return { sender: dingtalkSender({ ...entry, clock }), limits: { pace, queueMax: ROBOT_QUEUE_MAX } };
    }
    case "feishu": {
      const { feishuSender, FEISHU_PACE: pace } = await import("../adapters/post/feishu.ts");
      return { sender: feishuSender({ ...entry, clock }), limits: { pace, queueMax: ROBOT_QUEUE_MAX } };
    }
    case "push": {
      const [{ PushSender }, { isPublic }] = await Promise.all([
        import("../adapters/post/push.ts"),
        import("../adapters/http/public-network.ts"),
      ]);
      const { subject, local: isLocal } = entry;
      return { sender: new PushSender({ subject, isLocal, isPublic, keys: () => pushKeys.vapid, clock }) };
    }
    case "ntfy": {
      const { NtfySender } = await import("../adapters/post/ntfy.ts");
      const openLabel = config.site.language === "en" ? "Open and answer" : "打开并回复";
      return { sender: new NtfySender({ ...entry, openLabel, clock }) };
    }
    case "email": {
      const { EmailSender, EMAIL_LIMITS } = await import("../adapters/email/email.ts");
      const limits = { inFlightMax: EMAIL_LIMITS.connectionsMax, freshReserve: 1 };
      return { sender: new EmailSender({ ...entry, clock }), limits };
    }
  }
}
