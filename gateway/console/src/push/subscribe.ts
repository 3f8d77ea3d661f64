import { ask } from "../offer/gateway.ts";

/** The worker and its scope, which is no page's: it only shows notifications. */
const WORKER = "/notify/worker.js";
const SCOPE = "/notify/";
const MANIFEST = "/notify/manifest.webmanifest";

/**
 * Whether this browser can be notified. `home-screen`: an iPhone's can, once the page stands on its home screen. `blocked`:
 * its owner has forbidden it.
 */
export type Ability = "able" | "blocked" | "home-screen" | "unable";

export function abilityOf(): Ability {
  if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)
    return Notification.permission === "denied" ? "blocked" : "able";
  return /iPhone|iPad|iPod/.test(navigator.userAgent) ? "home-screen" : "unable";
}

/** What the gateway says of a person's notifications; `publicKey` null: it has no way to send any. */
export interface PushStanding {
  readonly publicKey: string | null;
  readonly subscribed: boolean;
  readonly name: string | null;
}

/** Null: it could not be asked. `refused`: the link is no longer good. */
export async function readStanding(path: string, token: string): Promise<PushStanding | "refused" | null> {
  const response = await ask(path, { headers: { authorization: `Bearer ${token}` } });
  if (response?.status === 200) return response.body as PushStanding;
  return response?.status === 401 || response?.status === 410 ? "refused" : null;
}

/** Whether this very browser is subscribed under the gateway's key. */
export async function isOnHere(publicKey: string): Promise<boolean> {
  const subscription = await (await navigator.serviceWorker.getRegistration(SCOPE))?.pushManager.getSubscription();
  return subscription != null && keyOf(subscription) === publicKey && Notification.permission === "granted";
}

export type Outcome = "on" | "blocked" | "failed";

/** To be called by a touch: the browser asks its owner. */
export async function switchOn(path: string, token: string, publicKey: string): Promise<Outcome> {
  try {
    if ((await Notification.requestPermission()) !== "granted") return "blocked";
    const { pushManager } = await activeWorker();
    const old = await pushManager.getSubscription();
    if (old && keyOf(old) !== publicKey) await old.unsubscribe();
    const subscribing = pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
    const subscription = await Promise.race([subscribing, inVain()]);
    const { endpoint, keys } = subscription.toJSON();
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await ask(path, { method: "POST", headers, body: JSON.stringify({ endpoint, keys }) });
    return response?.status === 200 ? "on" : "failed";
  } catch {
    return "failed";
  }
}

/** An iPhone takes what is added to the home screen for an app only where a manifest says so. */
export function offerHomeScreen(): void {
  if (document.querySelector('link[rel="manifest"]')) return;
  const link = document.createElement("link");
  link.rel = "manifest";
  link.href = MANIFEST;
  document.head.append(link);
}

async function activeWorker(): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  const worker = registration.installing ?? registration.waiting;
  if (!registration.active && worker)
    await new Promise<void>((resolve) =>
      worker.addEventListener("statechange", () => {
        if (worker.state === "activated") resolve();
      }),
    );
  return registration;
}

/** A browser that does not reach its push service waits for ever. */
const PATIENCE_MS = 20_000;
const inVain = (): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(new Error("no push service")), PATIENCE_MS));

const keyOf = ({ options }: PushSubscription): string =>
  btoa(String.fromCharCode(...new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0))))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
