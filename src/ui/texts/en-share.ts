import { enInvitation } from "./en-invitation.ts";

const people = (count: number): string => (count === 1 ? "1 person" : `${count} people`);

/** The words of conversations of several people. */
export const enShare = {
  title: (title: string) => `Share “${title}”`,
  loading: "Loading the people",
  failed: (reason: string) => `The people could not be loaded. ${reason}`,
  offline: "The people are listed on the server. The list will load when the server can be reached.",
  noAccount: [
    "To share a conversation you need an account, and so does whoever joins.",
    "It takes a moment: one secret, no e-mail address and no password.",
  ],
  toAccount: "Set up an account",
  signedOut: "This browser is signed out of its account. Sign in again to share.",
  toSignIn: "Sign in again",

  name: "Your name",
  nameHint: "Only people you share a conversation with see it.",
  nameSaving: "Saving…",
  nameSaved: "Saved. They see it now.",

  people: "People",
  count: people,
  you: "You",
  unnamed: "No name yet",
  owner: "The conversation is on this account",
  joined: (time: string) => (time === "now" ? "Joined just now" : `Joined ${time}`),
  joinedAgo: (time: string) => `Joined ${time} ago`,
  joinedAt: (exact: string) => `Joined ${exact}`,
  roles: { owner: "Owner", editor: "May write", viewer: "May read" },
  roleOf: (name: string) => `What ${name} may do`,
  makeOwner: "Make the owner…",
  passOnTitle: (name: string) => `Make “${name}” the owner?`,
  passOnText:
    "The conversation moves to their account: it takes their room on the server, goes when they delete the account, and they decide who is in it. You can go on writing.",
  passOn: "Make the owner",
  passedOn: (name: string) => `“${name}” is the owner now.`,
  remove: "Remove",
  removeOf: (name: string) => `Remove ${name}`,
  removeTitle: (name: string) => `Remove “${name}”?`,
  removeText:
    "Within seconds they can neither read nor change this conversation. What they already have stays with them.",
  removed: (name: string) => `“${name}” is removed.`,
  ownerNote:
    "It is yours: it takes your room on the server, and if you delete your account it is gone for everyone.",

  invite: {
    ...enInvitation,
    title: "Invite someone",
    what: "What they may do",
    roles: { editor: "Write and change files", viewer: "Read only" },
    text: "Send this link to one person. Whoever opens it first joins.",
    used: "Someone used the link and is in now.",
    revokeOf: (role: string, day: string) => `Revoke the invitation “${role}” until ${day}`,
    revoked: "That link lets nobody in any more.",
  },

  leave: {
    of: (title: string) => `Leave ${title}`,
    action: "Leave…",
    title: (title: string) => `Leave “${title}”?`,
    text: "You no longer get what the others write, and they no longer get what you write. What is in your browsers stays there, as a copy of its own.",
    confirm: "Leave",
    busy: "Leaving…",
    note: "You can leave. What you have of it stays with you.",
    done: (title: string) => `You left “${title}”. Your copy stays here.`,
  },

  join: {
    title: "Join a conversation",
    text: (server: string) => `This link invites you to a conversation at ${server}.`,
    more: "The others in it see your name and what you write there, and nothing else of yours.",
    needs: "Joining needs an account there. Make one, or sign in to one you have.",
    name: "Your name",
    nameHint: "So that the others know you.",
    confirm: "Join",
    busy: "Joining…",
    cancel: "Not now",
    done: "You are in.",
  },

  unopened: (count: number) =>
    count === 1
      ? "One entry of this conversation is left out: it does not open with the conversation's key. It was changed on the server, or written without the key."
      : `${count} entries of this conversation are left out: they do not open with the conversation's key. They were changed on the server, or written without the key.`,

  readOnly: {
    text: "You may read this conversation, not change it.",
    kept: "What you changed here stays in this browser.",
    none: "This conversation is no longer shared with you. What you change stays in your browsers.",
    people: "People",
  },
};
