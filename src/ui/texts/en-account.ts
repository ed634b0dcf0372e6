import { enInvitation } from "./en-invitation.ts";

const changes = (count: number): string =>
  count === 1 ? "1 change" : `${count.toLocaleString("en")} changes`;

/** The words of the account: signing in and out, its browsers, its secret. */
export const enAccount = {
  about: [
    "An account gives you the same conversations and files in every browser you sign in with.",
    "It is one secret: no e-mail address and no password. The server keeps what you sync; API keys never leave this browser.",
  ],
  name: "This browser's name",
  nameHint: "So that you know it in the list of your browsers.",
  nameOf: (browser: string, system: string) => `${browser} on ${system}`,
  nameUnknown: "This browser",
  create: "Create an account",
  creating: "Creating the account…",
  createHint: "What is in this browser becomes the account's.",

  login: "Sign in with your login",
  loginHint: "As the person you are logged in as at this address.",
  inviteOnly:
    "Accounts are made by invitation here. Open the link of one, or ask somebody who has an account; then sign in below in your other browsers.",
  closed: "This server's operator makes the accounts. Ask for one, then sign in below.",

  off: "This server keeps no accounts: its operator has turned them off. Everything works without one, in this browser.",

  signIn: "Sign in",
  signingIn: "Signing in…",
  signInTitle: "Sign in to one you have",
  signInField: "Secret or sign-in link",
  signInExample: "ABC123-… or https://…",
  signInHint:
    "The six groups of the secret, or a link made in a signed-in browser. What is in this browser is added to the account.",
  signInEmpty: "Paste the secret or a sign-in link.",
  signedIn: "This browser is signed in.",

  secret: {
    title: { created: "Keep this secret", rotated: "Keep the new secret" },
    intro: {
      created: "The account is made. This is its secret, shown this once.",
      rotated:
        "This takes the old secret's place, and is shown this once. Every other device has been signed out.",
    },
    warning:
      "It is the only way back in when no browser is signed in any more. Nobody can recover it, not even the server's operator.",
    label: "The account's secret",
    copy: "Copy",
    save: "Save as file",
    links: "To add other browsers you need not type it: make a sign-in link in any signed-in browser.",
    kept: "I have kept it",
    done: "Done",
    fileName: "okcvm-secret.txt",
    file: (secret: string, server: string, date: string) =>
      `OKCVM account secret\n\n${secret}\n\nServer: ${server}\nMade: ${date}\n\nWhoever has this has the account. Nobody can recover it.\n`,
  },

  encryption: {
    title: "End-to-end encryption",
    intro:
      "Some conversations can go to the server so that it keeps them and cannot read them: titles, messages, plans and files. You decide for each before its first message; it stays as it was decided.",
    price:
      "Who loses the secret and every signed-in browser has lost them. Git cannot clone them from the server. The server still sees how many there are, how large they are, when they change and who is in them.",
    encryptNew: "Encrypt new conversations of this browser",
    atFirst: "Encrypt what goes to the server end to end",
    atFirstHint: "Then not even its operator can read it, and nobody can recover it without the secret.",
    locked: (count: number) =>
      count === 1
        ? "1 encrypted conversation is not shown: this browser does not have the account's key."
        : `${count.toLocaleString("en")} encrypted conversations are not shown: this browser does not have the account's key.`,
    notReady: "This browser does not have the account's key yet, so it can encrypt nothing.",
    secret: "The account's secret",
    secretHint:
      "It is not sent to the server. An account of your login has none until you make one, under “New secret”.",
    empty: "Type or paste the secret.",
    unlock: "Unlock",
    unlocking: "Unlocking…",
    unlocked: "Encrypted conversations are unlocked in this browser.",
    on: "End-to-end encrypted",
    off: "Encrypt end to end",
    hintOn: "The server will not be able to read this conversation. Press to let it.",
    hintOff: "Press so that the server cannot read this conversation.",
    failed: (reason: string) => `It could not be read how conversations are encrypted. ${reason}`,
  },

  profiles: {
    title: "Accounts in this browser",
    intro:
      "Each account has conversations, files, settings and keys of its own here. Switching loads the page anew; what runs in this one is stopped.",
    unnamed: (number: number) => `Account ${number}`,
    current: "in use",
    use: "Switch",
    useOf: (name: string) => `Switch to ${name}`,
    rename: (name: string) => `Rename ${name}`,
    nameLabel: "What you call this account",
    remove: "Remove from this browser",
    removeOf: (name: string) => `Remove ${name} from this browser`,
    confirmTitle: (name: string) => `Remove ${name} from this browser?`,
    confirmText:
      "Everything this browser keeps of it is deleted, also what was never synced. What its server has stays there.",
    add: "Use another account",
  },

  modelUse: {
    title: "Use of the server's model keys",
    limits: (requests: number | null, tokens: number | null) => {
      const parts = [
        ...(requests === null ? [] : [`${requests.toLocaleString("en")} requests`]),
        ...(tokens === null ? [] : [`${tokens.toLocaleString("en")} tokens`]),
      ];
      return parts.length === 0
        ? "Without a key of your own, calls use the server's. There is no daily limit."
        : `Without a key of your own, calls use the server's: up to ${parts.join(" and ")} a day (UTC).`;
    },
    none: "Nothing was used yet.",
    columns: ["Day", "Provider", "Requests", "Tokens in", "Tokens out"],
  },

  take: {
    title: "Download everything",
    text: "All that the server keeps of this account, as lines of JSON: conversations, settings, files with their history.",
    action: "Download",
    busy: "Downloading…",
    fileName: "okcvm-account.ndjson",
  },

  status: {
    title: "Sync",
    synced: (time: string) => `Synced at ${time}`,
    syncing: "Syncing…",
    offline: "The server cannot be reached",
    error: "Not synced",
    pending: (count: number) => `${changes(count)} not sent yet.`,
    pendingOffline: (count: number) =>
      count === 0
        ? "Everything is kept here."
        : `${changes(count)} ${count === 1 ? "waits" : "wait"} here and ${count === 1 ? "goes" : "go"} out later.`,
    at: (server: string, date: string) => `This browser belongs to an account at ${server} since ${date}.`,
    now: "Sync now",
    busy: "Syncing…",
    done: "Everything is the same here and on the server.",
  },

  /** A row beside the conversations. */
  row: {
    synced: "Synced",
    locked: (count: number) => `Synced, ${count} locked`,
    lockedHint: "Encrypted conversations are not shown here. Open the account to unlock them.",
    syncing: (count: number) => (count === 0 ? "Syncing…" : `Syncing… ${count} waiting`),
    offline: (count: number) => (count === 0 ? "Offline" : `Offline, ${count} waiting`),
    error: "Not synced",
    open: "Open the account",
    syncedAt: (time: string) => `Last synced ${time}`,
    offlineHint: "The server cannot be reached. Everything is kept here and goes out later.",
    announceError: (reason: string) => `Not synced. ${reason}`,
    announceOver: "Sync works again.",
  },

  pair: {
    add: "Add a browser",
    making: "Making a link…",
    text: "Open this link in the other browser, or point its camera at the code. Whoever opens it has the account.",
    countdown: (minutes: number, seconds: string) => `Works once, for ${minutes}:${seconds}`,
    limit: "It works once, for 5 minutes.",
    renewing: "Making another link…",
    link: "Sign-in link",
    copy: "Copy the link",
    code: "The sign-in link as a QR code",
    another: "Make another link",
    hide: "Done",
    arrived: (name: string) => `“${name}” is signed in.`,
    localOnly: "This server answers on this machine only, so other machines cannot open the link.",
  },

  /** An invitation to make an account was opened. */
  welcome: {
    title: "You are invited",
    text: (server: string) => `This link lets you make an account at ${server}.`,
    has: "This browser's data belongs to an account already, so the link is not used. For another account, add one in the settings under “Accounts in this browser”, and open the link there.",
  },

  /** Others are invited to make an account. */
  inviting: {
    ...enInvitation,
    title: "Invite people to this server",
    intro: "Accounts are made by invitation here. Each link makes one account, which sees nothing of yours.",
    text: "Send this link to one person. Whoever opens it first can make an account.",
    revokeOf: (day: string) => `Revoke the invitation until ${day}`,
    revoked: "That link makes no account any more.",
  },

  devices: {
    title: "Browsers and programs",
    loading: "Loading the list",
    failed: (reason: string) => `The list could not be loaded. ${reason}`,
    offline: "The list is on the server. It will load when the server can be reached.",
    stale: "The server cannot be reached. This is the list as it was.",
    current: "This browser",
    seenNow: "Active now",
    seenAgo: (time: string) => `Seen ${time} ago`,
    seenOn: (day: string) => `Seen ${day}`,
    seenTitle: (exact: string) => `Last seen ${exact}`,
    only: (scopes: string) => `May only ${scopes}`,
    nothing: "May do nothing",
    scopes: {
      sync: "sync",
      "git:read": "clone with Git",
      "git:write": "push with Git",
      proxy: "fetch pages through the server",
      deploy: "publish sites",
      admin: "manage the account",
    } as Record<string, string>,
    rename: (name: string) => `Rename ${name}`,
    nameLabel: "Name",
    signOut: "Sign out",
    signOutOf: (name: string) => `Sign out ${name}`,
    confirmTitle: (name: string) => `Sign “${name}” out?`,
    confirmText:
      "Within seconds it can neither read nor change the account. What it already has stays on it.",
    done: (name: string) => `“${name}” is signed out.`,
  },

  rotate: {
    title: "New secret",
    text: "Another secret takes the old one's place. Every other device is signed out.",
    action: "New secret…",
    confirmTitle: "Make a new secret?",
    confirmText:
      "The old secret becomes worthless, and every other browser and program of the account is signed out at once. This browser stays signed in.",
    confirm: "Make a new secret",
    busy: "Making a secret…",
  },
  leave: {
    title: "Sign out of this browser",
    text: "Conversations and files stay here, as a copy of their own.",
    action: "Sign out…",
    confirmTitle: "Sign out of this browser?",
    confirmText:
      "Everything stays here, as a copy of its own. What changes from now on is no longer synced. To come back you need the secret, or a link from a browser that is signed in.",
    confirmPending: (count: number) => `${changes(count)} made here did not reach the server yet.`,
    confirmHalves: (count: number) =>
      `${count === 1 ? "1 conversation has" : `${count} conversations have`} not loaded here yet and will not be in this browser.`,
    confirm: "Sign out",
    busy: "Signing out…",
  },
  remove: {
    title: "Delete the account",
    text: "With all the server has of it, in 7 days. Until then you can take it back.",
    action: "Delete…",
    confirmTitle: "Delete the account?",
    confirmText:
      "In 7 days the account and everything the server has of it will be gone for good, and every browser is signed out. Conversations of yours that you share are gone for the others too, unless you make one of them the owner first, and you leave those that others share with you. What is in your browsers stays there. Until then you can keep the account after all.",
    confirm: "Delete in 7 days",
    busy: "Deleting…",
    scheduled: (date: string) =>
      `This account and everything the server has of it will be gone on ${date}. What is in your browsers stays there.`,
    keep: "Keep the account",
    keeping: "Keeping it…",
    kept: "The account stays.",
  },

  signedOut: {
    title: "This browser is signed out",
    again: "Sign in again",
    waiting: (count: number) => `${changes(count)} made here did not reach the server yet.`,
    leave: "Leave the account",
    leaveHint: "Or go on without it: everything stays here, as a copy of its own.",
  },

  link: {
    title: "Sign this browser in?",
    titleHas: "This browser has an account",
    text: (server: string) => `This link signs this browser in to an account at ${server}.`,
    merge:
      "What is in this browser is added to that account, and what the account has comes here, but for API keys. Go on only if you made the link yourself.",
    has: "It belongs to an account already, so the link is not used. To go over to another account, sign out in the settings first.",
    confirm: "Sign in",
    cancel: "Not now",
  },
  /** A conversation of which only the title has come. */
  arriving: {
    now: "Loading this conversation…",
    later: "Not on this browser yet. It will load when the server can be reached.",
  },
  /** The conversation in view was deleted, not in this page. */
  deletedElsewhere: {
    text: "This conversation was deleted in another browser or tab.",
    ofSeveral: "This conversation was deleted for everyone in it, in another browser or tab.",
    restore: "Bring it back",
  },
  failed: (reason: string) => `The account could not be read. ${reason}`,
};
