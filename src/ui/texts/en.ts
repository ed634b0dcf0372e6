import { enChat } from "./en-chat.ts";
import { enEndpoint } from "./en-endpoint.ts";
import { enTools } from "./en-tools.ts";

/** Every word of the user interface in English. Another language is a file of the type Texts. */
export const en = {
  locale: "en",
  product: "OKCVM",
  untitled: "New conversation",
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  copyRefused: "The browser did not allow copying. Select the text and copy it by hand.",
  dismiss: "Dismiss",
  undo: "Undo",
  retry: "Retry",
  loading: "Loading",
  openSettings: "Open settings",
  starting: "Starting the computer",
  startFailed: "OKCVM could not start",

  units: {
    bytes: ["B", "KiB", "MiB", "GiB", "TiB"],
    milliseconds: (count: number) => `${count} ms`,
    seconds: (text: string) => `${text} s`,
    minutes: (minutes: number, seconds: number) => `${minutes} min ${seconds} s`,
  },

  time: {
    now: "now",
    minutes: (count: number) => `${count} min`,
    hours: (count: number) => `${count} h`,
  },

  shell: {
    chat: "Chat",
    computer: "Computer",
    parts: "Parts of the page",
    tabs: { chat: "Chat", files: "Files", preview: "Preview", timeline: "Timeline", log: "Log" },
    showSidebar: "Show conversations",
    hideSidebar: "Hide conversations",
    openPane: "Show the computer",
    closePane: "Hide the computer",
    resize: "Width of the computer",
    rename: (title: string) => `Rename ${title}`,
    titleLabel: "Title",
    share: "Share this conversation",
    working: "Working",
    waitingToRetry: "Waiting to try again",
    offline: "Offline",
    offlineHint: "You can go on working with files. Model calls and web pages need a network.",
    engine: (name: string, state: string) => `${name} · ${state}`,
    engineState: {
      absent: "not started",
      starting: "starting",
      ready: "ready",
      running: "running",
      failed: "failed",
    },
    engineHint: {
      absent: "The shell starts with the first command.",
      starting: "The shell is starting.",
      ready: "The shell is ready.",
      running: "A command is running.",
      failed: "The shell could not start. The next command tries again and says what is wrong.",
    },
    announceRunning: "The agent is working.",
    announceRetry: "The model call failed and will be tried again.",
    announceEnd: {
      running: "The agent is working.",
      done: "The agent has finished.",
      stopped: "The agent was stopped.",
      interrupted: "The agent was interrupted.",
      error: "The agent stopped with an error.",
      "step-limit": "The agent has used up its steps.",
    },
  },

  sidebar: {
    label: "Conversations",
    new: "New conversation",
    search: "Search titles",
    empty: "No conversations yet.",
    noMatch: "No title matches.",
    rename: (title: string) => `Rename ${title}`,
    delete: (title: string) => `Delete ${title}`,
    deleted: (title: string) => `Deleted “${title}”.`,
    deletedForAll: (title: string) => `Deleted “${title}” for everyone in it.`,
    shared: "Shared",
    encrypted: "End-to-end encrypted",
  },

  preview: {
    listFailed: (reason: string) => `The published sites could not be listed. ${reason}`,
  },

  ...enChat,
  lineCounts: {
    added: (count: string) => `+${count}`,
    removed: (count: string) => `−${count}`,
    linesAdded: (count: string) => `${count} lines added`,
    linesRemoved: (count: string) => `${count} lines taken away`,
  },

  endpoint: enEndpoint,
  settings: { title: "Settings" },
  tools: enTools,
};
