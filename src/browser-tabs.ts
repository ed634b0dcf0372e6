import type { Tabs } from "./ports/tabs.ts";

/** Tabs over BroadcastChannel, which reaches this origin only. */
export const browserTabs: Tabs = {
  channel(name) {
    const channel = new BroadcastChannel(name);
    return {
      post: (message) => channel.postMessage(message),
      subscribe(listener) {
        const hear = (event: MessageEvent): void => listener(event.data);
        channel.addEventListener("message", hear);
        return () => channel.removeEventListener("message", hear);
      },
      close: () => channel.close(),
    };
  },
  async alone(name, signal, work) {
    try {
      await navigator.locks.request(name, { signal }, work);
    } catch (error) {
      // Given up while it waited. A failure of the work itself is the caller's to see.
      if (!signal.aborted) throw error;
    }
  },
};
