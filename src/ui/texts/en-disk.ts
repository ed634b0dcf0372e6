function files(count: number): string {
  return count === 1 ? "1 file" : `${count.toLocaleString("en")} files`;
}

/** Words of working with a folder of the person's own disk. */
export const enDisk = {
  title: "Folder on your disk",

  noneTitle: "Work with a folder of your disk",
  none: "Its files are copied here for the agent. Afterwards you see every difference and choose what is written back. Nothing is written to your disk before you say so.",
  leftOutNote:
    "Left out: Git’s own folder, node_modules, caches and what .gitignore files name. Hidden files come along, and the agent can read them.",
  choose: "Choose a folder",
  unsupportedTitle: "This browser opens no folders",
  unsupported:
    "Chrome, Edge and other Chromium browsers can work with a folder of your disk. Here, take the files out as a ZIP; to bring some in, drop a folder or a ZIP on the files.",
  zip: "Download as ZIP",

  asleepTitle: (name: string) => `“${name}” needs your permission again`,
  asleep: "The browser asks anew after the page was closed, before this page may read the folder.",
  allow: "Allow reading",
  readDenied: (name: string) =>
    `The browser does not let this page read “${name}”. Allow it in the page’s permissions, beside the address, or choose the folder again.`,
  writeDenied: (name: string) =>
    `Nothing was written: the browser was not allowed to change “${name}”. Press the button again and allow it.`,

  foundEmptyTitle: (name: string) => `“${name}” is empty`,
  foundEmpty: "Link it to write files of this conversation into it.",
  foundTitle: (name: string) => `Bring “${name}” here?`,
  found: (count: number, size: string) => `${files(count)}, ${size}, are copied into this conversation.`,
  replaced: (count: number) =>
    `${files(count)} here ${count === 1 ? "has" : "have"} the same name and ${count === 1 ? "is" : "are"} replaced. The timeline keeps ${count === 1 ? "it" : "them"} as a snapshot.`,
  bring: (count: number) => `Copy ${files(count)} here`,
  link: "Link the folder",
  onlyCompare: "Only compare",
  onlyCompareHint: "Only comparing copies nothing: you choose file by file.",

  synced: (time: string) => (time === "now" ? "Last synced just now" : `Last synced ${time} ago`),
  syncedOn: (time: string) => `Last synced ${time}`,
  neverSynced: "Not synced yet",
  compareAgain: "Compare again",
  another: "Another folder",
  letGo: "Let go of the folder",
  letGoDone: (name: string) => `“${name}” is let go. No file was changed.`,
  changedSince: "Files here have changed since this comparison.",
  agentWorks: "The agent is working: its files may be half done.",

  sameTitle: "No differences",
  same: (name: string, count: number) =>
    count === 0
      ? `Neither “${name}” nor this conversation has files yet.`
      : `${files(count)} ${count === 1 ? "is" : "are"} the same here and in “${name}”.`,

  both: "Changed in both places",
  bothHint: "Choose for each file. Until then both stay as they are.",
  here: "Changed here",
  hereHint: "Ticked files are written to the disk.",
  onDisk: "Changed on the disk",
  onDiskHint: "Ticked files are brought here.",
  all: (section: string) => `All of “${section}”`,
  tickWrite: (path: string) => `Write ${path} to the disk`,
  tickDelete: (path: string) => `Delete ${path} on the disk`,
  tickTake: (path: string) => `Bring ${path} here`,
  tickRemove: (path: string) => `Delete ${path} here`,
  deletesThere: "Deletes on the disk",
  deletesHere: "Deletes here",
  choiceOf: (path: string) => `What to do with ${path}`,
  choices: {
    leave: "Leave both",
    write: "Write mine to the disk",
    writeDelete: "Delete it on the disk too",
    take: "Take the disk’s",
    takeDelete: "Delete it here too",
  },
  conflict: {
    both: "Changed here and on the disk.",
    unknown: "Here and on the disk; it is not known which is newer.",
    goneHere: "Deleted here, changed on the disk.",
    goneThere: "Changed here, deleted on the disk.",
  },
  moreFiles: "Loading more files",

  toDisk: "Before: the file on the disk. After: the one here.",
  toHere: "Before: the file here. After: the one on the disk.",
  sameNow: "Both sides are the same by now. Compare again.",

  skipped: (count: number) => `${files(count)} left out`,
  skippedMore: (count: number) => `and ${count.toLocaleString("en")} more`,

  write: (writes: number, deletes: number) => {
    if (writes === 0) return deletes === 0 ? "Write to the disk" : `Delete ${files(deletes)} on the disk`;
    return deletes === 0
      ? `Write ${files(writes)} to the disk`
      : `Write ${files(writes)} to the disk, delete ${deletes}`;
  },
  take: (takes: number, removes: number) => {
    if (takes === 0) return removes === 0 ? "Bring here" : `Delete ${files(removes)} here`;
    return removes === 0 ? `Bring ${files(takes)} here` : `Bring ${files(takes)} here, delete ${removes}`;
  },

  busy: {
    looking: (name: string, done: number) => `Looking through “${name}”: ${files(done)}`,
    reading: (done: number, total: number) =>
      `Copying ${done.toLocaleString("en")} of ${total.toLocaleString("en")} files here`,
    comparing: (done: number, total: number) =>
      `Comparing ${done.toLocaleString("en")} of ${total.toLocaleString("en")} files`,
    writing: (done: number, total: number) =>
      `Writing ${done.toLocaleString("en")} of ${total.toLocaleString("en")} files to the disk`,
    starting: "Getting ready",
    keeping: "Keeping a snapshot",
    stop: "Stop",
  },
  stopped: "Stopped.",

  wrote: (written: number, deleted: number, name: string) => {
    if (written === 0)
      return deleted === 0 ? `Nothing was written to “${name}”.` : `${files(deleted)} deleted in “${name}”.`;
    const rest = deleted === 0 ? "" : `, ${files(deleted)} deleted in it`;
    return `${files(written)} written to “${name}”${rest}.`;
  },
  brought: (taken: number, removed: number, name: string) => {
    const parts = [
      ...(taken > 0 ? [`${files(taken)} brought here from “${name}”`] : []),
      ...(removed > 0 ? [`${files(removed)} deleted here`] : []),
    ];
    return parts.length === 0 ? `Nothing was brought here from “${name}”.` : `${parts.join(", ")}.`;
  },
  undoHint: "The timeline has the files as they were before.",
  stale: (count: number) =>
    `Nothing was changed: ${files(count)} changed since the comparison. Look at the list again.`,
  failed: (count: number) => `${files(count)} failed:`,
  failure: (path: string, reason: string) => (reason.includes(`“${path}”`) ? reason : `${path}: ${reason}`),
};
