/** What the gateway sends (gateway/adapters/post/push.ts). */
interface Told {
  readonly type: "offer" | "withdrawn" | "notice" | "contact-test";
  readonly title: string;
  readonly body: string;
  /** One call on the screen: its end takes its place. */
  readonly tag: string;
  /** The page of the call; null: there is none. */
  readonly link: string | null;
}

/** What a service worker has beyond a page; the DOM's types do not know it. */
interface Worker extends Window {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(options: object): Promise<readonly { readonly url: string; focus(): Promise<unknown> }[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
}

interface Waiting extends Event {
  waitUntil(done: Promise<unknown>): void;
}

const worker = self as unknown as Worker;

worker.addEventListener("install", (event) => (event as Waiting).waitUntil(worker.skipWaiting()));

worker.addEventListener("push", (event) => {
  const { data } = event as Event & { readonly data: { text(): string } | null };
  (event as Waiting).waitUntil(show(toldIn(data?.text() ?? "")));
});

worker.addEventListener("notificationclick", (event) => {
  const { notification } = event as Event & { readonly notification: Notification };
  notification.close();
  (event as Waiting).waitUntil(open((notification.data as { link: string | null }).link));
});

/** A browser takes the right away from who shows nothing: what cannot be read is shown as a call of the community. */
function toldIn(text: string): Told {
  const unread: Told = {
    type: "notice",
    title: "一键通 One-Key Call",
    body: "社区有消息给您，请给社区打电话。The community has a message for you: telephone it.",
    tag: "unread",
    link: null,
  };
  try {
    const told = JSON.parse(text) as Partial<Told> | null;
    return typeof told?.title === "string" ? { ...unread, ...told } : unread;
  } catch {
    return unread;
  }
}

function show({ type, title, body, tag, link }: Told): Promise<void> {
  const isCall = type === "offer";
  const options = {
    body,
    tag,
    data: { link },
    lang: "zh-CN",
    // A call stays and rings again each time; its end comes quietly in its place.
    renotify: isCall,
    requireInteraction: isCall,
    silent: type === "withdrawn",
    ...(isCall && { vibrate: [400, 200, 400, 200, 400] }),
  };
  return worker.registration.showNotification(title, options);
}

/** The page that is open already, or a new one; never another site's. */
async function open(link: string | null): Promise<void> {
  if (link === null || !link.startsWith(`${worker.location.origin}/`)) return;
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find(({ url }) => url.split("#")[0] === link.split("#")[0]);
  await (page ? page.focus() : worker.clients.openWindow(link));
}
