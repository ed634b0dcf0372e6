import type { PreviewMessage, WebContainer } from "@webcontainer/api";

/** What happens to servers that commands start, and to pages they serve. */
export type ServerEvent =
  | { kind: "ready"; port: number; url: string }
  | { kind: "closed"; port: number }
  | { kind: "page-error"; port: number; path: string; message: string };

export type ServerListener = (event: ServerEvent) => void;

/** Follows an engine's servers; answers how to stop. */
export function onServers(instance: WebContainer, listener: ServerListener): () => void {
  const stops = [
    instance.on("server-ready", (port, url) => listener({ kind: "ready", port, url })),
    instance.on("port", (port, type) => {
      if (type === "close") listener({ kind: "closed", port });
    }),
    instance.on("preview-message", (message) => {
      const { port, pathname } = message;
      listener({ kind: "page-error", port, path: pathname, message: wordsOf(message) });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function wordsOf(message: PreviewMessage): string {
  if (!("args" in message)) return message.message;
  return message.args
    .map((part: unknown) => (typeof part === "string" ? part : JSON.stringify(part)))
    .join(" ");
}
