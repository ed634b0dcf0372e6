/** The words of imports from Git repositories and pushes to them. Apart from the others: the first page does without them. */
export const enGit = {
  title: { import: "Import from a Git repository", push: "Push to a Git repository" },
  about: {
    import:
      "The repository's files are put over yours, and its history joins the timeline. What was here before stays in the timeline too.",
    push: "The files go there with their snapshots. Snapshots are labelled with what was asked in the chat; in a public repository, everyone can read them.",
  },
  noConversation: "No conversation is open.",
  offline: "You are offline. A repository elsewhere needs a network; what you typed stays here.",
  whileRunning: {
    import: "The agent is working. You can import when it has finished.",
    push: "The agent is working. You can push when it has finished.",
  },

  address: "Address",
  addressExample: "https://github.com/owner/repository",
  branch: "Branch (optional)",
  branchExample: { import: "The repository's default branch", push: "main" },
  branchHint: "It is made there when the repository has none of this name.",

  token: "Access token",
  tokenAdd: "Add an access token",
  tokenExample: "Paste the token",
  tokenKept: (host: string) => `A token for ${host} is kept`,
  tokenOther: "Use another",
  tokenForget: "Forget it",
  tokenForgotten: (host: string) => `The token for ${host} is forgotten.`,
  tokenUseKept: "Use the one that is kept",
  tokenUser: (username: string) => `It is sent with the user name “${username}” from the address.`,
  tokenRemember: "Keep it in this browser",
  tokenRememberHint: "With the keys, for this host only, once it has worked.",
  tokenMake: "Make a token",
  /** What the token must be allowed, by host; `other` for hosts this app does not know. */
  tokenKind: {
    import: {
      "github.com": "A fine-grained token for this repository with the permission “Contents: Read-only”.",
      "gitlab.com": "A token with the scope “read_repository”.",
      "codeberg.org": "A token with the permission “repository: Read”.",
      other: "A token that may read the repository's contents.",
    },
    push: {
      "github.com":
        "A fine-grained token for this repository with the permission “Contents: Read and write”.",
      "gitlab.com": "A token with the scope “write_repository”.",
      "codeberg.org": "A token with the permission “repository: Read and write”.",
      other: "A token that may read and write the repository's contents.",
    },
  },

  start: { import: "Import", push: "Push" },
  stop: { import: "Cancel the import", push: "Cancel the push" },
  stopped: {
    import: "Cancelled. The files are as they were.",
    push: "Cancelled. If it was already being sent, the repository may have it all the same.",
  },
  importFirst: "Import their changes first",

  progress: {
    label: { import: "Progress of the import", push: "Progress of the push" },
    begin: { import: "Starting", push: "Gathering the files and snapshots" },
    connect: (host: string) => `Asking ${host}`,
    prepare: (host: string) => `${host} is getting it ready`,
    receive: "Receiving",
    index: "Unpacking",
    place: "Putting the files in place",
    pack: "Packing what the repository lacks",
    send: "Sending",
    objects: (loaded: number, total: number) =>
      `${loaded.toLocaleString("en")} of ${total.toLocaleString("en")} objects`,
    elsewhere: {
      import: "Another tab with this conversation does the import. How far it is cannot be seen from here.",
      push: "Another tab with this conversation does the push. How far it is cannot be seen from here.",
    },
    closing: "You can close this window; it goes on.",
  },

  imported: (address: string) => `The files of ${address} are here.`,
  importedFiles: (count: number, address: string) => {
    if (count === 0) return `Nothing is new: the files already were as in ${address}.`;
    return count === 1
      ? `One file came from ${address}.`
      : `${count.toLocaleString("en")} files came from ${address}.`;
  },
  importedHint: {
    alone: "They can be compared and taken back in the timeline.",
    thenPush: "Where both had changed a file, theirs is in place now. Look at it, then push again.",
  },
  importedSameHint: {
    alone: "Its history is in the timeline.",
    thenPush: "Its history is here now, so the push can go on.",
  },
  pushAgain: "Push again",
  pushed: (address: string) => `The files and snapshots are in ${address}.`,
  pushedSame: (address: string) => `Nothing is new: ${address} already has everything.`,
  pushedBranch: "Branch",
  pushedCommit: "Commit",
  openRepository: "Open the repository",
  seeInTimeline: "See in timeline",
  failed: {
    import: (address: string, reason: string) => `The import from ${address} failed. ${reason}`,
    push: (address: string, reason: string) => `The push to ${address} failed. ${reason}`,
  },
  show: "Show",
};
